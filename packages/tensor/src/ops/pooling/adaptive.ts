import { type DataFormat, type PerAxis, resolveAdaptivePool, type Shape, type SpatialRank } from '@cenote/shape';
import type { AdaptivePoolOutput, Checked, ResultShape } from '@cenote/shape/types';
import type { Tensor } from '../../tensor.js';
import { assertAverageable } from './average.js';
import { extremum, type Pooled } from './extremum.js';
import type { PooledWithIndices } from './options.js';
import { poolWith } from './primitive.js';

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

/** Averages over `Rank` axes, to a given size. */
export type AdaptiveAvgPoolFunction<Op extends string, Rank extends SpatialRank> = <
  S extends Shape,
  const Size extends AdaptiveOutputSize,
  const O extends AdaptivePoolOptions = AdaptivePoolDefaults,
>(
  x: Checked<AdaptivePoolOutput<Op, Rank, S, Size, FormatOf<O>>, Tensor<S>>,
  outputSize: Size,
  options?: O,
) => Tensor<ResultShape<AdaptivePoolOutput<Op, Rank, S, Size, FormatOf<O>>>>;

/** Takes maxima over `Rank` axes, to a given size: the values, or with `returnIndices: true` their positions too. */
export type AdaptiveMaxPoolFunction<Op extends string, Rank extends SpatialRank> = <
  S extends Shape,
  const Size extends AdaptiveOutputSize,
  const O extends AdaptiveMaxPoolOptions = AdaptivePoolDefaults,
>(
  x: Checked<AdaptivePoolOutput<Op, Rank, S, Size, FormatOf<O>>, Tensor<S>>,
  outputSize: Size,
  options?: O,
) => Pooled<ResultShape<AdaptivePoolOutput<Op, Rank, S, Size, FormatOf<O>>>, O>;

/** What is inferred where options are left out. */
export type AdaptivePoolDefaults = Record<never, never>;

/** The data format among options. */
export type FormatOf<O> = O extends { readonly dataFormat: infer F extends DataFormat }
  ? F
  : 'dataFormat' extends keyof O
    ? DataFormat
    : 'channelsFirst';

/** @internal Adaptive pooling over a number of axes that is known at run time only. */
export function adaptivePool(
  fn: 'avg' | 'max',
  rank: SpatialRank,
  x: Tensor,
  outputSize: AdaptiveOutputSize,
  options: AdaptivePoolOptions & { readonly returnIndices?: undefined },
): Tensor;
export function adaptivePool(
  fn: 'avg' | 'max',
  rank: SpatialRank,
  x: Tensor,
  outputSize: AdaptiveOutputSize,
  options: AdaptiveMaxPoolOptions,
): Tensor | PooledWithIndices;
export function adaptivePool(
  fn: 'avg' | 'max',
  rank: SpatialRank,
  x: Tensor,
  outputSize: AdaptiveOutputSize,
  { dataFormat, returnIndices }: AdaptiveMaxPoolOptions,
): Tensor | PooledWithIndices {
  const op = `adaptive${fn === 'avg' ? 'Avg' : 'Max'}Pool${rank}d`;
  if (fn === 'avg') assertAverageable(op, x.dtype);
  const geometry = resolveAdaptivePool({ op, rank, outputSize, dataFormat }, x.shape);
  if (fn === 'max') return extremum(op, 'max', x, geometry, returnIndices);
  return poolWith(op, x, { fn: 'avg', divisor: 'taps' }, geometry, 'none')[0];
}

function adaptiveAvgPool<Rank extends SpatialRank>(
  rank: Rank,
): AdaptiveAvgPoolFunction<`adaptiveAvgPool${Rank}d`, Rank>;
function adaptiveAvgPool(rank: SpatialRank) {
  return (x: Tensor, outputSize: AdaptiveOutputSize, options: AdaptivePoolOptions = {}) =>
    adaptivePool('avg', rank, x, outputSize, options);
}

function adaptiveMaxPool<Rank extends SpatialRank>(
  rank: Rank,
): AdaptiveMaxPoolFunction<`adaptiveMaxPool${Rank}d`, Rank>;
function adaptiveMaxPool(rank: SpatialRank) {
  return (x: Tensor, outputSize: AdaptiveOutputSize, options: AdaptiveMaxPoolOptions = {}) =>
    adaptivePool('max', rank, x, outputSize, options);
}

/** As {@link adaptiveAvgPool2d}, along one axis. */
export const adaptiveAvgPool1d: AdaptiveAvgPoolFunction<'adaptiveAvgPool1d', 1> = /* @__PURE__ */ adaptiveAvgPool(1);

/**
 * Average pooling to a given output size: output `o` is the mean of the inputs from `⌊o·I/O⌋` to `⌈(o+1)·I/O⌉`.
 *
 * @example
 * ```ts
 * const y = adaptiveAvgPool2d(ones([1, 3, 7, 9]), [2, null]); // shape [1, 3, 2, 9]
 * ```
 */
export const adaptiveAvgPool2d: AdaptiveAvgPoolFunction<'adaptiveAvgPool2d', 2> = /* @__PURE__ */ adaptiveAvgPool(2);

/** As {@link adaptiveAvgPool2d}, over three axes. */
export const adaptiveAvgPool3d: AdaptiveAvgPoolFunction<'adaptiveAvgPool3d', 3> = /* @__PURE__ */ adaptiveAvgPool(3);

/** As {@link adaptiveMaxPool2d}, along one axis. */
export const adaptiveMaxPool1d: AdaptiveMaxPoolFunction<'adaptiveMaxPool1d', 1> = /* @__PURE__ */ adaptiveMaxPool(1);

/** Max pooling to a given output size, with the windows of {@link adaptiveAvgPool2d}. */
export const adaptiveMaxPool2d: AdaptiveMaxPoolFunction<'adaptiveMaxPool2d', 2> = /* @__PURE__ */ adaptiveMaxPool(2);

/** As {@link adaptiveMaxPool2d}, over three axes. */
export const adaptiveMaxPool3d: AdaptiveMaxPoolFunction<'adaptiveMaxPool3d', 3> = /* @__PURE__ */ adaptiveMaxPool(3);
