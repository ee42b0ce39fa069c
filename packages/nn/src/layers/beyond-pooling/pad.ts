import {
  CenoteError,
  type DataFormat,
  type PerAxis,
  resolveConv,
  resolvePool,
  type Shape,
  type SpatialRank,
  type WindowGeometry,
} from '@cenote/shape';
import { type PadOptions, type PadWidths, pad as padOp, type Tensor } from '@cenote/tensor';
import { assertEdgeWidths, spatialAxes } from '@cenote/tensor/engine';
import type { PadDescription } from '../../layer-description.js';
import { Module } from '../../module.js';

/** Options of a padding layer. */
export interface PadLayerOptions extends PadOptions {
  /** `channelsFirst` (`[N, C, …]`) or `channelsLast` (`[N, …, C]`). Default: `channelsFirst`. */
  readonly dataFormat?: DataFormat;
}

/** How much is put around each spatial axis: a number for both ends, or `[low, high]`. */
export type PadAmount = PerAxis<number | PadWidths>;

/** Padding of the spatial axes. Made by {@link pad2d} and its like. */
export class Pad extends Module {
  readonly #rank: SpatialRank;
  readonly #description: PadDescription;

  constructor(rank: SpatialRank, amount: PadAmount, options: PadLayerOptions) {
    super();
    const { mode = 'constant', value, dataFormat = 'channelsFirst' } = options;
    const kind = `pad${rank}d` as const;
    const padding = widthsOf(kind, rank, amount);
    if (mode === 'constant') {
      if (value !== undefined && typeof value !== 'number') throw valueError(kind, value, 'a number');
    } else {
      // The mode's name, before there is an input.
      assertEdgeWidths(kind, mode, 0, [0, 0], '');
      if (value !== undefined) throw valueError(kind, value, "none with a mode other than 'constant'");
    }
    this.#rank = rank;
    this.#description = { kind, padding, mode, value: value ?? 0, dataFormat };
  }

  override forward(x: Tensor): Tensor {
    const { mode, value, padding } = this.#description;
    this.outputShape(x.shape);
    const axes = spatialAxes(this.#plane(x.shape));
    const widths = x.shape.map((_, axis) => (axes.includes(axis) ? padding[axes.indexOf(axis)] : ([0, 0] as const)));
    return padOp(x, widths, mode === 'constant' ? { mode, value } : { mode });
  }

  override outputShape(inputShape: Shape): Shape {
    const { kind, mode, padding } = this.#description;
    const axes = spatialAxes(this.#plane(inputShape));
    for (const [index, axis] of axes.entries()) {
      if (mode !== 'constant') {
        const name = ['D', 'H', 'W'][3 - this.#rank + index];
        assertEdgeWidths(kind, mode, inputShape[axis], padding[index], name);
      }
    }
    return inputShape.map((size, axis) => {
      const [low, high] = axes.includes(axis) ? padding[axes.indexOf(axis)] : [0, 0];
      return low + size + high;
    });
  }

  override describe(): PadDescription {
    return this.#description;
  }

  /** Windows of one tap, which start in the padding: for a plane without channels, as if it had one. */
  override reach(inputShape: Shape): WindowGeometry {
    const { kind: op, padding, dataFormat } = this.#description;
    const { leading, inputChannels } = this.#plane(inputShape);
    const kernel = [inputChannels, inputChannels, ...padding.map(() => 1)];
    const spec = { op, rank: this.#rank, padding };
    if (leading === 'none') return resolveConv(spec, [1, ...inputShape], kernel);
    return resolveConv({ ...spec, dataFormat }, inputShape, kernel);
  }

  override multiplyAdds(_inputShape: Shape): number {
    return 0;
  }

  #plane(inputShape: Shape): WindowGeometry {
    const { kind: op, dataFormat } = this.#description;
    return resolvePool({ op, rank: this.#rank, kernelSize: 1, dataFormat }, inputShape);
  }
}

const isWidth = (width: unknown): boolean => Number.isSafeInteger(width) && Number(width) >= 0;

function areAmounts(entries: unknown, rank: number): boolean {
  if (!Array.isArray(entries) || entries.length !== rank) return false;
  return entries.every((entry) => (Array.isArray(entry) ? entry.length === 2 && entry.every(isWidth) : isWidth(entry)));
}

function widthsOf(op: string, rank: SpatialRank, amount: PadAmount): readonly PadWidths[] {
  const entries = typeof amount === 'number' ? new Array<number>(rank).fill(amount) : amount;
  if (areAmounts(entries, rank)) return entries.map((entry) => (typeof entry === 'number' ? [entry, entry] : entry));
  throw new CenoteError({
    code: 'INVALID_ARGUMENT',
    op,
    what: 'not an amount of padding',
    got: `padding ${JSON.stringify(amount) ?? String(amount)}`,
    expected: `a whole number from 0 on, or ${rank === 1 ? 'an array with one' : `${rank} in an array`}, or pairs [low, high] there`,
    hint: 'Spatial axes only: batch and channels are not padded',
  });
}

function valueError(op: string, value: unknown, expected: string): CenoteError {
  return new CenoteError({
    code: 'INVALID_ARGUMENT',
    op,
    what: 'the value does not fit the mode',
    got: `value ${String(value)}`,
    expected,
    hint: 'Leave it out',
  });
}

/** Padding along one axis: `[N, C, W]`, `[C, W]` or `[W]`. See {@link pad2d}. */
export function pad1d(padding: PadAmount, options: PadLayerOptions = {}): Pad {
  return new Pad(1, padding, options);
}

/**
 * Padding around height and width: zeros, another constant, or what the edges say (`reflect`, `replicate`, `circular`; see
 * `EdgeMode` of the tensor package). Put it before a convolution without padding for a border other than zeros.
 *
 * @param padding A number for all sides; or an array with one entry for each axis, a number or `[low, high]`.
 * @throws CenoteError `INVALID_ARGUMENT` for padding that is not that, an unknown mode, or, once there is an input, one that is
 * too small for its mode.
 *
 * @example
 * ```ts
 * const ring = sequential(pad2d(1, { mode: 'circular' }), conv2d(3, 8, { kernelSize: 3 }));
 * console.log(ring.outputShape([1, 3, 32, 32])); // [1, 8, 32, 32]
 * ```
 */
export function pad2d(padding: PadAmount, options: PadLayerOptions = {}): Pad {
  return new Pad(2, padding, options);
}

/** Padding around depth, height and width. See {@link pad2d}. */
export function pad3d(padding: PadAmount, options: PadLayerOptions = {}): Pad {
  return new Pad(3, padding, options);
}
