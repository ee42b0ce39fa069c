import { CenoteError, resolvePool, type Shape, type SpatialRank, type WindowGeometry } from '@cenote/shape';
import type { WindowArguments } from '@cenote/shape/types';
import type { KernelSize, PoolWindowOptions } from '@cenote/tensor';
import type { LayerDescription, PoolWindowDescription } from '../layer-description.js';
import { Module } from '../module.js';

/**
 * `(2, { stride: 1 })` and `({ kernelSize: 2, stride: 1 })` as options.
 *
 * @throws CenoteError `INVALID_ARGUMENT` without `kernelSize`.
 */
export function windowOf<O extends KernelSize>(op: string, window: WindowArguments<O>): O {
  const [first] = window;
  if (typeof first === 'number' || Array.isArray(first)) return { ...window[1], kernelSize: first } as O;
  if (typeof first === 'object' && 'kernelSize' in first) return first;
  throw new CenoteError({
    code: 'INVALID_ARGUMENT',
    op,
    what: 'kernelSize is missing',
    got: String(first),
    expected: 'a number, one per axis, or options with kernelSize',
    hint: `Write ${op}(2) or ${op}({ kernelSize: 2 })`,
  });
}

/** A window with its defaults. */
export function completed(options: PoolWindowOptions & KernelSize): PoolWindowDescription {
  const { kernelSize, stride = kernelSize, padding = 0, dilation = 1, ceilMode = false } = options;
  return { kernelSize, stride, padding, dilation, ceilMode, dataFormat: options.dataFormat ?? 'channelsFirst' };
}

/** A layer with a pooling window over one to three spatial axes. */
export abstract class WindowLayer<D extends PoolWindowDescription & LayerDescription> extends Module {
  readonly #rank: SpatialRank;
  readonly #description: D;

  constructor(rank: SpatialRank, description: D) {
    super();
    this.#rank = rank;
    this.#description = description;
  }

  /** How many spatial axes there are. */
  protected get rank(): SpatialRank {
    return this.#rank;
  }

  override outputShape(inputShape: Shape): Shape {
    return this.reach(inputShape).outputShape;
  }

  override describe(): D {
    return this.#description;
  }

  override reach(inputShape: Shape): WindowGeometry {
    const { kind: op, kernelSize, stride, padding, dilation, ceilMode, dataFormat } = this.#description;
    const spec = { op, rank: this.#rank, kernelSize, stride, padding, dilation, ceilMode, dataFormat };
    return resolvePool(spec, inputShape);
  }

  override multiplyAdds(_inputShape: Shape): number | null {
    return 0;
  }
}
