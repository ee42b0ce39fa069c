import { isFloat } from '@cenote/backend';
import {
  type DataFormat,
  type PerAxis,
  resolvePool,
  type Shape,
  type SpatialRank,
  type WindowGeometry,
} from '@cenote/shape';
import type { Checked, PoolOutput, ResultShape } from '@cenote/shape/types';
import { fromData } from '../../creation.js';
import { assertDType } from '../../promote.js';
import { scope } from '../../scope.js';
import type { Tensor } from '../../tensor.js';
import { assertEdgeMode, assertEdgeWidths, type EdgeMode, padEdges } from '../padding.js';
import { extremum } from '../pooling/extremum.js';
import { expand } from '../view.js';
import { axisNames, depthwise, missingTaps, optionError, type Subsampling, spatialAxes } from './windows.js';

/** What is put around the input: zeros, or what the edges say (see {@link EdgeMode}). */
export type PaddingMode = 'zeros' | EdgeMode;

/** Options of {@link blurPool2d}. Arrays have one entry per spatial axis. */
export interface BlurPoolOptions {
  /** How many taps the binomial filter has along each axis, from 1 (no blur at all) to 7. Default: 4, as in the paper's code. */
  readonly filterSize?: number;
  /** Distance between neighbouring outputs. Default: 2. */
  readonly stride?: PerAxis<number>;
  /** What is put around the input, `⌊(filterSize − 1) / 2⌋` before it and the rest of `filterSize − 1` after. Default: `reflect`, as in the paper's code. */
  readonly paddingMode?: PaddingMode;
  /** `channelsFirst` (`[N, C, …]`) or `channelsLast` (`[N, …, C]`). Default: `channelsFirst`. */
  readonly dataFormat?: DataFormat;
}

/** Options of {@link maxBlurPool2d}. */
export interface MaxBlurPoolOptions extends BlurPoolOptions {
  /** The window of the maximum. Default: 2. */
  readonly kernelSize?: PerAxis<number>;
}

/** Row `size` of Pascal's triangle over its sum, `2^(size − 1)`: exact in every float. */
function binomial(size: number): readonly number[] {
  let row = [1];
  while (row.length < size) row = [...row, 0].map((value, index) => (value + (row[index - 1] ?? 0)) / 2);
  return row;
}

/** @internal The window of a blur over an input. */
export function blurGeometry(op: string, rank: SpatialRank, shape: Shape, options: BlurPoolOptions): WindowGeometry {
  const { filterSize = 4, stride = 2, paddingMode = 'reflect', dataFormat } = options;
  if (!Number.isInteger(filterSize) || filterSize < 1 || filterSize > 7) {
    throw optionError(op, 'filterSize', filterSize, 'a whole number from 1 to 7', 'Use 3 to 5 for most networks');
  }
  if (paddingMode !== 'zeros') assertEdgeMode(op, 'paddingMode', paddingMode, ['zeros']);
  const low = Math.floor((filterSize - 1) / 2);
  const widths = [low, filterSize - 1 - low] as const;
  const padding = axisNames(rank).map(() => widths);
  const geometry = resolvePool({ op, rank, kernelSize: filterSize, stride, padding, dataFormat }, shape);
  if (paddingMode !== 'zeros') {
    const windows = geometry.axes.slice(3 - rank);
    for (const [index, axis] of axisNames(rank).entries()) {
      assertEdgeWidths(op, paddingMode, windows[index].input, widths, axis);
    }
  }
  return geometry;
}

/** @internal The windows of the two steps of a max-blur pooling, and of both together. */
export function maxBlurGeometries(op: string, rank: SpatialRank, shape: Shape, options: MaxBlurPoolOptions) {
  const { kernelSize = 2, dataFormat } = options;
  const dense = resolvePool({ op, rank, kernelSize, stride: 1, dataFormat }, shape);
  const blur = blurGeometry(op, rank, dense.outputShape, options);
  const blurs = blur.axes.slice(3 - rank);
  const both = resolvePool(
    {
      op,
      rank,
      kernelSize: dense.axes.slice(3 - rank).map(({ kernel }, index) => kernel + blurs[index].kernel - 1),
      stride: blurs.map(({ stride }) => stride),
      padding: blurs.map(({ padLow, padHigh }) => [padLow, padHigh]),
      dataFormat,
    },
    shape,
  );
  return { dense, blur, both };
}

function blur(op: string, x: Tensor, geometry: WindowGeometry, paddingMode: PaddingMode): Tensor {
  const { rank, inputChannels, dataFormat } = geometry;
  const [{ kernel: size }] = geometry.axes.slice(3 - rank);
  const line = binomial(size);
  let values: readonly number[] = [1];
  for (let axis = 0; axis < rank; axis++) values = values.flatMap((value) => line.map((tap) => value * tap));
  const kernelSize = new Array<number>(rank).fill(size);
  const { device, dtype } = x;
  const filter = fromData(Float64Array.from(values), [1, 1, ...kernelSize], { dtype, device });
  const filters = expand(filter, [inputChannels, 1, ...kernelSize]);
  if (paddingMode === 'zeros' || x.size === 0) return depthwise(op, x, filters, geometry);
  const spatial = spatialAxes(geometry);
  const missing = missingTaps(geometry);
  const widths = x.shape.map((_, axis) =>
    spatial.includes(axis) ? missing[spatial.indexOf(axis)] : ([0, 0] as const),
  );
  const around = padEdges(x, widths, paddingMode);
  const stride = geometry.axes.slice(3 - rank).map((axis) => axis.stride);
  const inside = resolvePool({ op, rank, kernelSize, stride, dataFormat }, around.shape);
  return depthwise(op, around, filters, inside);
}

/** The signature of a blur pooling function. */
export type BlurPoolFunction<Op extends string, Rank extends SpatialRank> = <
  S extends Shape,
  const O extends BlurPoolOptions = Record<never, never>,
>(
  x: Checked<PoolOutput<Op, Rank, S, Subsampling<O>>, Tensor<S>>,
  options?: O,
) => Tensor<ResultShape<PoolOutput<Op, Rank, S, Subsampling<O>>>>;

/** The signature of a max-blur pooling function. */
export type MaxBlurPoolFunction<Op extends string, Rank extends SpatialRank> = <
  S extends Shape,
  const O extends MaxBlurPoolOptions = Record<never, never>,
>(
  x: Checked<PoolOutput<Op, Rank, S, Subsampling<O, 2>>, Tensor<S>>,
  options?: O,
) => Tensor<ResultShape<PoolOutput<Op, Rank, S, Subsampling<O, 2>>>>;

function blurPool<Rank extends SpatialRank>(rank: Rank): BlurPoolFunction<`blurPool${Rank}d`, Rank>;
function blurPool(rank: SpatialRank): unknown {
  const op = `blurPool${rank}d`;
  return (x: Tensor, options: BlurPoolOptions = {}) => {
    assertDType(op, x.dtype, isFloat, 'f32 or f64');
    const geometry = blurGeometry(op, rank, x.shape, options);
    return scope(() => blur(op, x, geometry, options.paddingMode ?? 'reflect'));
  };
}

function maxBlurPool<Rank extends SpatialRank>(rank: Rank): MaxBlurPoolFunction<`maxBlurPool${Rank}d`, Rank>;
function maxBlurPool(rank: SpatialRank): unknown {
  const op = `maxBlurPool${rank}d`;
  return (x: Tensor, options: MaxBlurPoolOptions = {}) => {
    assertDType(op, x.dtype, isFloat, 'f32 or f64');
    const geometry = maxBlurGeometries(op, rank, x.shape, options);
    return scope(() => {
      const largest = extremum(op, 'max', x, geometry.dense, false);
      const dense = 'output' in largest ? largest.output : largest;
      return blur(op, dense, geometry.blur, options.paddingMode ?? 'reflect');
    });
  };
}

/** As {@link blurPool2d}, along one axis: `[N, C, W]`, `[C, W]` or `[W]`. */
export const blurPool1d: BlurPoolFunction<'blurPool1d', 1> = /* @__PURE__ */ blurPool(1);

/**
 * Subsampling without aliasing: each channel is smoothed with a binomial filter, and every `stride`-th result is kept. Small
 * shifts of the input then change the output little, which subsampling alone does not grant.
 *
 * R. Zhang, "Making Convolutional Networks Shift-Invariant Again", ICML 2019. The filter is the outer product of row
 * `filterSize` of Pascal's triangle with itself, divided by its sum: 1 2 1 over 4 along each axis for 3, 1 3 3 1 over 8 for 4.
 *
 * @param x `[N, C, H, W]`, `[C, H, W]` or `[H, W]`; `f32` or `f64`.
 * @returns `⌊(size − 1) / stride⌋ + 1` along each axis.
 * @throws `INVALID_ARGUMENT` for an option out of range, or an input too small to be padded; `INVALID_SHAPE` for one of the
 * wrong rank; `INVALID_DTYPE`.
 *
 * @example
 * ```ts
 * const y = blurPool2d(eye(5), { filterSize: 3, paddingMode: 'zeros' });
 * // [[0.3125, 0.0625, 0], [0.0625, 0.375, 0.0625], [0, 0.0625, 0.3125]]
 * ```
 */
export const blurPool2d: BlurPoolFunction<'blurPool2d', 2> = /* @__PURE__ */ blurPool(2);

/** As {@link blurPool2d}, over depth, height and width: `[N, C, D, H, W]`, `[C, D, H, W]` or `[D, H, W]`. */
export const blurPool3d: BlurPoolFunction<'blurPool3d', 3> = /* @__PURE__ */ blurPool(3);

/** As {@link maxBlurPool2d}, along one axis: `[N, C, W]`, `[C, W]` or `[W]`. */
export const maxBlurPool1d: MaxBlurPoolFunction<'maxBlurPool1d', 1> = /* @__PURE__ */ maxBlurPool(1);

/**
 * Max pooling without aliasing: the maximum of every window, one element apart, then {@link blurPool2d}. It replaces
 * `maxPool2d(x, kernelSize, { stride })`.
 *
 * R. Zhang, "Making Convolutional Networks Shift-Invariant Again", ICML 2019: a strided maximum is a dense one, which
 * moves with its input, followed by subsampling, which does not; only the latter needs mending. The maximum is not padded,
 * as in the paper's code; compose `pad`, `maxPool2d` with stride 1, and `blurPool2d` for another border.
 *
 * @param x `[N, C, H, W]`, `[C, H, W]` or `[H, W]`; `f32` or `f64`.
 * @returns `⌊(size − kernelSize) / stride⌋ + 1` along each axis.
 * @throws `INVALID_ARGUMENT`, `INVALID_SHAPE`, `INVALID_DTYPE`, as {@link blurPool2d} and `maxPool2d`.
 *
 * @example
 * ```ts
 * const y = maxBlurPool2d(eye(5), { filterSize: 3 }); // [[1, 0.5], [0.5, 0.875]]
 * ```
 */
export const maxBlurPool2d: MaxBlurPoolFunction<'maxBlurPool2d', 2> = /* @__PURE__ */ maxBlurPool(2);

/** As {@link maxBlurPool2d}, over depth, height and width: `[N, C, D, H, W]`, `[C, D, H, W]` or `[D, H, W]`. */
export const maxBlurPool3d: MaxBlurPoolFunction<'maxBlurPool3d', 3> = /* @__PURE__ */ maxBlurPool(3);
