import {
  CenoteError,
  formatShape,
  resolveAdaptivePool,
  resolveGlobalPool,
  type Shape,
  type SpatialRank,
  type WindowGeometry,
} from '@cenote/shape';
import type { AdaptivePoolShape, GlobalPoolShape } from '@cenote/shape/types';
import {
  type AdaptiveOutputSize,
  type AdaptivePoolOptions,
  globalAvgPool as globalAvgPoolOp,
  globalLpPool as globalLpPoolOp,
  globalMaxPool as globalMaxPoolOp,
  type Tensor,
} from '@cenote/tensor';
import { adaptivePool, type FormatOf } from '@cenote/tensor/engine';
import { checkNumber } from '../check.js';
import type { AdaptivePoolDescription, GlobalPoolDescription } from '../layer-description.js';
import { Module } from '../module.js';
import { type Typed, typed } from '../typed.js';

/** Pooling to a given output size. Made by {@link adaptiveAvgPool2d} and its like. */
export class AdaptivePool extends Module {
  readonly #fn: 'avg' | 'max';
  readonly #rank: SpatialRank;
  readonly #description: AdaptivePoolDescription;

  constructor(fn: 'avg' | 'max', rank: SpatialRank, outputSize: AdaptiveOutputSize, options: AdaptivePoolOptions) {
    super();
    this.#fn = fn;
    this.#rank = rank;
    const kind = `adaptive${fn === 'avg' ? 'Avg' : 'Max'}Pool${rank}d` as const;
    this.#description = { kind, outputSize, dataFormat: options.dataFormat ?? 'channelsFirst' };
  }

  override forward(x: Tensor): Tensor {
    const { outputSize, dataFormat } = this.#description;
    return adaptivePool(this.#fn, this.#rank, x, outputSize, { dataFormat });
  }

  override outputShape(inputShape: Shape): Shape {
    return this.reach(inputShape).outputShape;
  }

  override describe(): AdaptivePoolDescription {
    return this.#description;
  }

  override reach(inputShape: Shape): WindowGeometry {
    const { kind: op, outputSize, dataFormat } = this.#description;
    return resolveAdaptivePool({ op, rank: this.#rank, outputSize, dataFormat }, inputShape);
  }

  override multiplyAdds(_inputShape: Shape): number {
    return 0;
  }
}

/** Pooling of whole planes. Made by {@link globalAvgPool}, {@link globalMaxPool} and {@link globalLpPool}. */
export class GlobalPool extends Module {
  readonly #description: GlobalPoolDescription;

  constructor(description: GlobalPoolDescription) {
    super();
    this.#description = description;
  }

  override forward(x: Tensor): Tensor {
    const { kind, dataFormat } = this.#description;
    if (kind === 'globalLpPool') return globalLpPoolOp(x, this.#description.p, { dataFormat });
    return kind === 'globalAvgPool' ? globalAvgPoolOp(x, { dataFormat }) : globalMaxPoolOp(x, { dataFormat });
  }

  override outputShape(inputShape: Shape): Shape {
    return this.reach(inputShape).outputShape;
  }

  override describe(): GlobalPoolDescription {
    return this.#description;
  }

  override reach(inputShape: Shape): WindowGeometry {
    const { kind: op, dataFormat } = this.#description;
    const rank = inputShape.length - 2;
    if (rank !== 1 && rank !== 2 && rank !== 3) {
      throw new CenoteError({
        code: 'INVALID_SHAPE',
        op,
        what: 'wrong number of axes',
        got: `input ${formatShape(inputShape)}`,
        expected: '3 to 5: batch, channels, and 1 to 3 spatial axes',
        hint: 'Add a batch axis, or use adaptive pooling to the size 1',
      });
    }
    return resolveGlobalPool({ op, rank, dataFormat }, inputShape);
  }

  override multiplyAdds(_inputShape: Shape): number {
    return 0;
  }
}

/** As {@link adaptiveAvgPool2d}, along one axis. */
export function adaptiveAvgPool1d<
  const Size extends AdaptiveOutputSize,
  const O extends AdaptivePoolOptions = Record<never, never>,
>(outputSize: Size, options?: O): Typed<AdaptivePool, AdaptivePoolShape<'adaptiveAvgPool1d', 1, Size, FormatOf<O>>> {
  return typed(new AdaptivePool('avg', 1, outputSize, options ?? {}));
}

/**
 * Average pooling to a given output size, whatever the input's: a number, or one per axis; null keeps the input's.
 *
 * @example
 * ```ts
 * const layer = adaptiveAvgPool2d([2, null]);
 * console.log(layer.outputShape([1, 3, 7, 9])); // [1, 3, 2, 9]
 * ```
 */
export function adaptiveAvgPool2d<
  const Size extends AdaptiveOutputSize,
  const O extends AdaptivePoolOptions = Record<never, never>,
>(outputSize: Size, options?: O): Typed<AdaptivePool, AdaptivePoolShape<'adaptiveAvgPool2d', 2, Size, FormatOf<O>>> {
  return typed(new AdaptivePool('avg', 2, outputSize, options ?? {}));
}

/** As {@link adaptiveAvgPool2d}, over three axes. */
export function adaptiveAvgPool3d<
  const Size extends AdaptiveOutputSize,
  const O extends AdaptivePoolOptions = Record<never, never>,
>(outputSize: Size, options?: O): Typed<AdaptivePool, AdaptivePoolShape<'adaptiveAvgPool3d', 3, Size, FormatOf<O>>> {
  return typed(new AdaptivePool('avg', 3, outputSize, options ?? {}));
}

/** As {@link adaptiveMaxPool2d}, along one axis. */
export function adaptiveMaxPool1d<
  const Size extends AdaptiveOutputSize,
  const O extends AdaptivePoolOptions = Record<never, never>,
>(outputSize: Size, options?: O): Typed<AdaptivePool, AdaptivePoolShape<'adaptiveMaxPool1d', 1, Size, FormatOf<O>>> {
  return typed(new AdaptivePool('max', 1, outputSize, options ?? {}));
}

/** Max pooling to a given output size, with the windows of {@link adaptiveAvgPool2d}. */
export function adaptiveMaxPool2d<
  const Size extends AdaptiveOutputSize,
  const O extends AdaptivePoolOptions = Record<never, never>,
>(outputSize: Size, options?: O): Typed<AdaptivePool, AdaptivePoolShape<'adaptiveMaxPool2d', 2, Size, FormatOf<O>>> {
  return typed(new AdaptivePool('max', 2, outputSize, options ?? {}));
}

/** As {@link adaptiveMaxPool2d}, over three axes. */
export function adaptiveMaxPool3d<
  const Size extends AdaptiveOutputSize,
  const O extends AdaptivePoolOptions = Record<never, never>,
>(outputSize: Size, options?: O): Typed<AdaptivePool, AdaptivePoolShape<'adaptiveMaxPool3d', 3, Size, FormatOf<O>>> {
  return typed(new AdaptivePool('max', 3, outputSize, options ?? {}));
}

/** The mean of each channel's plane; the spatial axes stay with size 1. Takes batch, channels and 1 to 3 spatial axes. */
export function globalAvgPool<const O extends AdaptivePoolOptions = Record<never, never>>(
  options?: O,
): Typed<GlobalPool, GlobalPoolShape<'globalAvgPool', FormatOf<O>>> {
  return typed(new GlobalPool({ kind: 'globalAvgPool', dataFormat: options?.dataFormat ?? 'channelsFirst' }));
}

/** The largest value of each channel's plane; the spatial axes stay with size 1. */
export function globalMaxPool<const O extends AdaptivePoolOptions = Record<never, never>>(
  options?: O,
): Typed<GlobalPool, GlobalPoolShape<'globalMaxPool', FormatOf<O>>> {
  return typed(new GlobalPool({ kind: 'globalMaxPool', dataFormat: options?.dataFormat ?? 'channelsFirst' }));
}

/** The p-norm of each channel's plane, `(Σ |x|^p)^(1/p)`; the spatial axes stay with size 1. */
export function globalLpPool<const O extends AdaptivePoolOptions = Record<never, never>>(
  p: number,
  options?: O,
): Typed<GlobalPool, GlobalPoolShape<'globalLpPool', FormatOf<O>>> {
  checkNumber('globalLpPool', 'p', p, (value) => value > 0, 'above 0');
  return typed(new GlobalPool({ kind: 'globalLpPool', p, dataFormat: options?.dataFormat ?? 'channelsFirst' }));
}
