import { type DataFormat, type PerAxis, resolveAdaptivePool, type SpatialRank } from '@cenote/shape';
import type { Tensor } from '../../tensor.js';
import { assertAverageable } from './average.js';
import { extremum } from './extremum.js';
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
    assertAverageable(op, x.dtype);
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
