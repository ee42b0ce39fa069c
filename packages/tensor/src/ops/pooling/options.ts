import {
  CenoteError,
  type DataFormat,
  type Padding,
  type PerAxis,
  resolvePool,
  type Shape,
  type SpatialRank,
  type WindowGeometry,
} from '@cenote/shape';
import type { WindowArguments } from '@cenote/shape/types';
import type { Tensor } from '../../tensor.js';

/** What all pooling windows have in common. Arrays have one entry per spatial axis. */
export interface PoolWindowOptions {
  /** Distance between neighbouring windows. Default: `kernelSize`. */
  readonly stride?: PerAxis<number>;
  /** Around the input: a number, one per axis, `[low, high]` pairs, `'same'`, `'sameLower'` or `'valid'`. Never part of a maximum or minimum. Default: 0. */
  readonly padding?: Padding;
  /** Distance between neighbouring taps of a window. Default: 1. */
  readonly dilation?: PerAxis<number>;
  /** Whether a last window may run past the padded input. Default: false. */
  readonly ceilMode?: boolean;
  /** `channelsFirst` (`[N, C, …]`) or `channelsLast` (`[N, …, C]`). Default: `channelsFirst`. */
  readonly dataFormat?: DataFormat;
}

/** Options of max and min pooling. */
export interface MaxPoolOptions extends PoolWindowOptions {
  /** Whether to return the positions too, as {@link PooledWithIndices}. Default: false. */
  readonly returnIndices?: boolean;
}

/** Options of average pooling. */
export interface AvgPoolOptions extends PoolWindowOptions {
  /** Whether the divisor counts padding. Default: true, as in PyTorch. */
  readonly countIncludePad?: boolean;
  /** A divisor to use instead. */
  readonly divisorOverride?: number | null;
}

/** The window's size, given among the options. */
export interface KernelSize {
  /** Taps of the window: a number, or one for each axis. */
  readonly kernelSize: PerAxis<number>;
}

/** Values and their positions: flat `i32` positions `(d · H + h) · W + w` in the unpadded plane of the input, as in PyTorch. */
export interface PooledWithIndices<S extends Shape = Shape> {
  readonly output: Tensor<S>;
  readonly indices: Tensor<S>;
}

/** `(2, { stride: 1 })` and `({ kernelSize: 2, stride: 1 })` mean the same. */
export function windowOf<O extends object>(
  op: string,
  kernelSize: PerAxis<number> | (O & KernelSize),
  options: O | undefined,
): O & KernelSize {
  if (typeof kernelSize === 'object' && kernelSize !== null && 'kernelSize' in kernelSize) return kernelSize;
  if (typeof kernelSize === 'number' || Array.isArray(kernelSize)) {
    // Copied into an object that has the property already: V8 takes twenty times as long to add one to a copy.
    const window = { kernelSize, ...options };
    window.kernelSize = kernelSize;
    return window as O & KernelSize;
  }
  throw new CenoteError({
    code: 'INVALID_ARGUMENT',
    op,
    what: 'kernelSize is missing',
    got: String(kernelSize),
    expected: 'a number, one per axis, or options with kernelSize',
    hint: `Write ${op}(x, 2) or ${op}(x, { kernelSize: 2 })`,
  });
}

/** {@link windowOf}, for what comes after the tensor in a call. */
export function readWindow<O extends KernelSize>(
  op: string,
  window: WindowArguments<O>,
): Omit<O, 'kernelSize'> & KernelSize {
  return windowOf<Omit<O, 'kernelSize'>>(op, window[0], window.length === 2 ? window[1] : undefined);
}

/** The window of a call, resolved against its input. */
export function geometryOf(
  op: string,
  rank: SpatialRank,
  x: Tensor,
  options: PoolWindowOptions & KernelSize,
): WindowGeometry {
  const { kernelSize, stride, padding, dilation, ceilMode, dataFormat } = options;
  return resolvePool({ op, rank, kernelSize, stride, padding, dilation, ceilMode, dataFormat }, x.shape);
}
