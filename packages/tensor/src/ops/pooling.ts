import { type DType, type IndexKind, isFloat, type PoolFn } from '@cenote/backend';
import {
  CenoteError,
  type DataFormat,
  type Padding,
  type PerAxis,
  resolveAdaptivePool,
  resolveGlobalPool,
  resolvePool,
  type SpatialRank,
  type WindowGeometry,
} from '@cenote/shape';
import { willRecord } from '../gradient.js';
import { assertDType } from '../promote.js';
import type { Tensor } from '../tensor.js';
import { computed } from './primitive.js';

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
  readonly kernelSize: PerAxis<number>;
}

/** Values and their positions: flat `i32` positions `(d · H + h) · W + w` in the unpadded plane of the input, as in PyTorch. */
export interface PooledWithIndices {
  readonly output: Tensor;
  readonly indices: Tensor;
}

const isNumeric = (dtype: DType) => dtype !== 'bool';

/** `(2, { stride: 1 })` and `({ kernelSize: 2, stride: 1 })` mean the same. */
function windowOf<O extends object>(
  op: string,
  kernelSize: PerAxis<number> | (O & KernelSize),
  options: O | undefined,
): O & KernelSize {
  if (typeof kernelSize === 'object' && kernelSize !== null && 'kernelSize' in kernelSize) return kernelSize;
  if (typeof kernelSize === 'number' || Array.isArray(kernelSize)) {
    return { ...options, kernelSize } as O & KernelSize;
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

function geometryOf(op: string, rank: SpatialRank, x: Tensor, options: PoolWindowOptions & KernelSize): WindowGeometry {
  const { kernelSize, stride, padding, dilation, ceilMode, dataFormat } = options;
  return resolvePool({ op, rank, kernelSize, stride, padding, dilation, ceilMode, dataFormat }, x.shape);
}

/** How the positions of a maximum are kept for its gradient: the smallest numbers that hold them. */
function savedIndices(geometry: WindowGeometry): IndexKind {
  const [depth, height, width] = geometry.axes;
  return depth.kernel * height.kernel * width.kernel <= 255 ? 'window' : 'plane';
}

/** @internal Pools with a geometry that is resolved already; indices as asked for. */
export function poolWith(op: string, x: Tensor, pool: PoolFn, geometry: WindowGeometry, indices: IndexKind): Tensor[] {
  const shape = geometry.outputShape;
  const specs = [{ dtype: x.dtype, shape }];
  if (indices !== 'none') specs.push({ dtype: indices === 'window' ? 'u8' : 'i32', shape });
  return computed('pool', { pool, geometry, indices }, { kind: 'pool', pool, geometry, indices }, op, [x], specs);
}

/** @internal The gradient of {@link poolWith}; for differentiation engines. */
export function poolGradient(
  inputs: readonly Tensor[],
  pool: PoolFn,
  geometry: WindowGeometry,
  indices: IndexKind,
): Tensor {
  const op = { kind: 'poolGrad', pool, geometry, indices } as const;
  const spec = { dtype: inputs[0].dtype, shape: geometry.inputShape };
  return computed('poolGrad', { pool, geometry, indices }, op, 'poolGrad', inputs, [spec])[0];
}

function extremum(
  op: string,
  fn: 'max' | 'min',
  x: Tensor,
  geometry: WindowGeometry,
  returnIndices: boolean | undefined,
): Tensor | PooledWithIndices {
  assertDType(op, x.dtype, isNumeric, 'any number');
  if (returnIndices) {
    const [output, indices] = poolWith(op, x, { fn }, geometry, 'plane');
    return { output, indices };
  }
  const [output, saved] = poolWith(op, x, { fn }, geometry, willRecord([x]) ? savedIndices(geometry) : 'none');
  saved?.dispose();
  return output;
}

function average(op: string, rank: SpatialRank, x: Tensor, options: AvgPoolOptions & KernelSize): Tensor {
  assertDType(op, x.dtype, isFloat, 'f32 or f64');
  const { countIncludePad = true, divisorOverride } = options;
  if (divisorOverride === 0 || (typeof divisorOverride === 'number' && !Number.isFinite(divisorOverride))) {
    throw new CenoteError({
      code: 'INVALID_ARGUMENT',
      op,
      what: 'the divisor cannot be used',
      got: `divisorOverride ${divisorOverride}`,
      expected: 'a finite number other than 0',
      hint: 'Leave divisorOverride out to divide by the size of the window',
    });
  }
  const divisor = divisorOverride ?? (countIncludePad ? 'window' : 'taps');
  return poolWith(op, x, { fn: 'avg', divisor }, geometryOf(op, rank, x, options), 'none')[0];
}

function lp(op: string, rank: SpatialRank, x: Tensor, p: number, options: PoolWindowOptions & KernelSize): Tensor {
  assertDType(op, x.dtype, isFloat, 'f32 or f64');
  if (!(p > 0) || !Number.isFinite(p)) {
    throw new CenoteError({
      code: 'INVALID_ARGUMENT',
      op,
      what: 'not a norm',
      got: `p ${p}`,
      expected: 'a finite number above 0',
      hint: 'Use max pooling of |x| for p = Infinity',
    });
  }
  return poolWith(op, x, { fn: 'lp', p }, geometryOf(op, rank, x, options), 'none')[0];
}

/** The signatures of a max or min pooling function. */
export interface MaxPoolFunction {
  (x: Tensor, options: MaxPoolOptions & KernelSize & { readonly returnIndices: true }): PooledWithIndices;
  (
    x: Tensor,
    kernelSize: PerAxis<number>,
    options: MaxPoolOptions & { readonly returnIndices: true },
  ): PooledWithIndices;
  (x: Tensor, options: MaxPoolOptions & KernelSize & { readonly returnIndices?: false }): Tensor;
  (x: Tensor, kernelSize: PerAxis<number>, options?: MaxPoolOptions & { readonly returnIndices?: false }): Tensor;
}

/** The signatures of an average pooling function. */
export interface AvgPoolFunction {
  (x: Tensor, options: AvgPoolOptions & KernelSize): Tensor;
  (x: Tensor, kernelSize: PerAxis<number>, options?: AvgPoolOptions): Tensor;
}

/** The signatures of an LP pooling function. */
export interface LpPoolFunction {
  (x: Tensor, p: number, options: PoolWindowOptions & KernelSize): Tensor;
  (x: Tensor, p: number, kernelSize: PerAxis<number>, options?: PoolWindowOptions): Tensor;
}

function extremumPool(fn: 'max' | 'min', rank: SpatialRank): MaxPoolFunction {
  const op = `${fn}Pool${rank}d`;
  function pool(x: Tensor, window: PerAxis<number> | (MaxPoolOptions & KernelSize), options?: MaxPoolOptions) {
    const chosen = windowOf(op, window, options);
    return extremum(op, fn, x, geometryOf(op, rank, x, chosen), chosen.returnIndices);
  }
  return pool as MaxPoolFunction;
}

function avgPool(rank: SpatialRank): AvgPoolFunction {
  const op = `avgPool${rank}d`;
  return (x: Tensor, window: PerAxis<number> | (AvgPoolOptions & KernelSize), options?: AvgPoolOptions) =>
    average(op, rank, x, windowOf(op, window, options));
}

function lpPool(rank: SpatialRank): LpPoolFunction {
  const op = `lpPool${rank}d`;
  return (
    x: Tensor,
    p: number,
    window: PerAxis<number> | (PoolWindowOptions & KernelSize),
    options?: PoolWindowOptions,
  ) => lp(op, rank, x, p, windowOf(op, window, options));
}

/**
 * The largest value of each window along one axis. Ties go to the first, NaN wins.
 *
 * @param x `[N, C, W]`, `[C, W]` or `[W]`; any number.
 * @throws `INVALID_SHAPE`, `INVALID_ARGUMENT`, `INVALID_DTYPE` when window and input do not fit.
 */
export const maxPool1d: MaxPoolFunction = extremumPool('max', 1);

/**
 * The largest value of each window: max pooling over height and width. Ties go to the first in row-major order, NaN
 * wins; padding never does.
 *
 * @param x `[N, C, H, W]`, `[C, H, W]` or `[H, W]`; any number.
 * @throws `INVALID_SHAPE`, `INVALID_ARGUMENT`, `INVALID_DTYPE` when window and input do not fit.
 *
 * @example
 * ```ts
 * const y = maxPool2d(tensor([[0, 1, 2], [3, 4, 5], [6, 7, 8]]), 2, { stride: 1 }); // [[4, 5], [7, 8]]
 * ```
 */
export const maxPool2d: MaxPoolFunction = extremumPool('max', 2);

/** As {@link maxPool2d}, over depth, height and width: `[N, C, D, H, W]`, `[C, D, H, W]` or `[D, H, W]`. */
export const maxPool3d: MaxPoolFunction = extremumPool('max', 3);

/** As {@link maxPool1d}, the smallest value. */
export const minPool1d: MaxPoolFunction = extremumPool('min', 1);
/** As {@link maxPool2d}, the smallest value. */
export const minPool2d: MaxPoolFunction = extremumPool('min', 2);
/** As {@link maxPool3d}, the smallest value. */
export const minPool3d: MaxPoolFunction = extremumPool('min', 3);

/** As {@link avgPool2d}, along one axis: `[N, C, W]`, `[C, W]` or `[W]`. */
export const avgPool1d: AvgPoolFunction = avgPool(1);

/**
 * The mean of each window: average pooling over height and width. With `countIncludePad` (default) the divisor is the
 * window's size, padding included, but never the part of a ceil-mode window that lies beyond the padding.
 *
 * @param x `[N, C, H, W]`, `[C, H, W]` or `[H, W]`; `f32` or `f64`.
 * @throws `INVALID_SHAPE`, `INVALID_ARGUMENT`, `INVALID_DTYPE` when window and input do not fit.
 *
 * @example
 * ```ts
 * const y = avgPool2d(tensor([[0, 1, 2], [3, 4, 5], [6, 7, 8]]), 2, { stride: 1 }); // [[2, 3], [5, 6]]
 * ```
 */
export const avgPool2d: AvgPoolFunction = avgPool(2);

/** As {@link avgPool2d}, over depth, height and width: `[N, C, D, H, W]`, `[C, D, H, W]` or `[D, H, W]`. */
export const avgPool3d: AvgPoolFunction = avgPool(3);

/** As {@link lpPool2d}, along one axis. */
export const lpPool1d: LpPoolFunction = lpPool(1);

/**
 * The p-norm of each window, `(Σ |x|^p)^(1/p)` over its valid taps, as ONNX defines it. PyTorch leaves out the absolute
 * value, which differs for odd p and negative inputs.
 *
 * @param x `[N, C, H, W]`, `[C, H, W]` or `[H, W]`; `f32` or `f64`.
 * @param p Above 0.
 */
export const lpPool2d: LpPoolFunction = lpPool(2);

/** As {@link lpPool2d}, over depth, height and width. */
export const lpPool3d: LpPoolFunction = lpPool(3);

/** Options of adaptive and global pooling. */
export interface AdaptivePoolOptions {
  /** `channelsFirst` (`[N, C, …]`) or `channelsLast` (`[N, …, C]`). Default: `channelsFirst`. */
  readonly dataFormat?: DataFormat;
}

/** Options of adaptive max pooling. */
export interface AdaptiveMaxPoolOptions extends AdaptivePoolOptions {
  /** Whether to return the positions too, as {@link PooledWithIndices}. Default: false. */
  readonly returnIndices?: boolean;
}

/** The output's size: a number for all axes, or one each; null keeps the input's. */
export type AdaptiveOutputSize = PerAxis<number | null>;

/** The signature of an adaptive average pooling function. */
export type AdaptiveAvgPoolFunction = (
  x: Tensor,
  outputSize: AdaptiveOutputSize,
  options?: AdaptivePoolOptions,
) => Tensor;

/** The signatures of an adaptive max pooling function. */
export interface AdaptiveMaxPoolFunction {
  (
    x: Tensor,
    outputSize: AdaptiveOutputSize,
    options: AdaptivePoolOptions & { readonly returnIndices: true },
  ): PooledWithIndices;
  (
    x: Tensor,
    outputSize: AdaptiveOutputSize,
    options?: AdaptivePoolOptions & { readonly returnIndices?: false },
  ): Tensor;
}

function adaptiveAvgPool(rank: SpatialRank): AdaptiveAvgPoolFunction {
  const op = `adaptiveAvgPool${rank}d`;
  return (x, outputSize, { dataFormat } = {}) => {
    assertDType(op, x.dtype, isFloat, 'f32 or f64');
    const geometry = resolveAdaptivePool({ op, rank, outputSize, dataFormat }, x.shape);
    return poolWith(op, x, { fn: 'avg', divisor: 'taps' }, geometry, 'none')[0];
  };
}

function adaptiveMaxPool(rank: SpatialRank): AdaptiveMaxPoolFunction {
  const op = `adaptiveMaxPool${rank}d`;
  function pool(x: Tensor, outputSize: AdaptiveOutputSize, options: AdaptiveMaxPoolOptions = {}) {
    const { dataFormat, returnIndices } = options;
    return extremum(op, 'max', x, resolveAdaptivePool({ op, rank, outputSize, dataFormat }, x.shape), returnIndices);
  }
  return pool as AdaptiveMaxPoolFunction;
}

/** As {@link adaptiveAvgPool2d}, along one axis. */
export const adaptiveAvgPool1d: AdaptiveAvgPoolFunction = adaptiveAvgPool(1);

/**
 * Average pooling to a given output size: output `o` is the mean of the inputs from `⌊o·I/O⌋` to `⌈(o+1)·I/O⌉`.
 *
 * @example
 * ```ts
 * const y = adaptiveAvgPool2d(ones([1, 3, 7, 9]), [2, null]); // shape [1, 3, 2, 9]
 * ```
 */
export const adaptiveAvgPool2d: AdaptiveAvgPoolFunction = adaptiveAvgPool(2);

/** As {@link adaptiveAvgPool2d}, over three axes. */
export const adaptiveAvgPool3d: AdaptiveAvgPoolFunction = adaptiveAvgPool(3);

/** As {@link adaptiveMaxPool2d}, along one axis. */
export const adaptiveMaxPool1d: AdaptiveMaxPoolFunction = adaptiveMaxPool(1);

/** Max pooling to a given output size, with the windows of {@link adaptiveAvgPool2d}. */
export const adaptiveMaxPool2d: AdaptiveMaxPoolFunction = adaptiveMaxPool(2);

/** As {@link adaptiveMaxPool2d}, over three axes. */
export const adaptiveMaxPool3d: AdaptiveMaxPoolFunction = adaptiveMaxPool(3);

/** The rank of a global pooling: all axes but batch and channels. */
function globalRank(op: string, x: Tensor): SpatialRank {
  const rank = x.rank - 2;
  if (rank === 1 || rank === 2 || rank === 3) return rank;
  throw new CenoteError({
    code: 'INVALID_SHAPE',
    op,
    what: 'wrong number of axes',
    got: `${x.rank} (shape [${x.shape.join(', ')}])`,
    expected: '3 to 5: batch, channels, and 1 to 3 spatial axes',
    hint: 'Add a batch axis with unsqueeze, or use adaptiveAvgPool2d(x, 1)',
  });
}

/** The mean of each channel's whole plane, which keeps its axes with size 1. `x` has batch, channels and 1 to 3 spatial axes. */
export function globalAvgPool(x: Tensor, { dataFormat }: AdaptivePoolOptions = {}): Tensor {
  const op = 'globalAvgPool';
  assertDType(op, x.dtype, isFloat, 'f32 or f64');
  const geometry = resolveGlobalPool({ op, rank: globalRank(op, x), dataFormat }, x.shape);
  return poolWith(op, x, { fn: 'avg', divisor: 'taps' }, geometry, 'none')[0];
}

/** The largest value of each channel's whole plane, which keeps its axes with size 1. */
export function globalMaxPool(x: Tensor, { dataFormat }: AdaptivePoolOptions = {}): Tensor {
  const op = 'globalMaxPool';
  const geometry = resolveGlobalPool({ op, rank: globalRank(op, x), dataFormat }, x.shape);
  const result = extremum(op, 'max', x, geometry, false);
  return 'output' in result ? result.output : result;
}
