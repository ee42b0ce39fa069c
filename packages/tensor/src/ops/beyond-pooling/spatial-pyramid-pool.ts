import { isFloat } from '@cenote/backend';
import {
  type DataFormat,
  elementCount,
  resolveAdaptivePool,
  type Shape,
  type SpatialRank,
  type WindowGeometry,
} from '@cenote/shape';
import { assertDType } from '../../promote.js';
import { scope } from '../../scope.js';
import type { Tensor } from '../../tensor.js';
import { concat } from '../joining.js';
import { extremum } from '../pooling/extremum.js';
import { poolWith } from '../pooling/primitive.js';
import { permute, reshape } from '../view.js';
import { optionError, spatialAxes } from './windows.js';

/** Options of {@link spatialPyramidPool2d}. */
export interface SpatialPyramidPoolOptions {
  /** What is taken of each cell: its largest element, or the mean. Default: `max`, as in the paper. */
  readonly mode?: 'max' | 'avg';
  /** `channelsFirst` (`[N, C, …]`) or `channelsLast` (`[N, …, C]`). The output is the same for both. Default: `channelsFirst`. */
  readonly dataFormat?: DataFormat;
}

/** The signature of a spatial pyramid pooling function. */
export type SpatialPyramidPoolFunction = (
  x: Tensor,
  levels: readonly number[],
  options?: SpatialPyramidPoolOptions,
) => Tensor;

/** @internal The windows of each level of a pyramid over an input. */
export function pyramidGeometries(
  op: string,
  rank: SpatialRank,
  shape: Shape,
  levels: readonly number[],
  { mode = 'max', dataFormat }: SpatialPyramidPoolOptions,
): readonly WindowGeometry[] {
  if (!areLevels(levels)) {
    throw optionError(op, 'levels', levels, 'at least one whole number above 0', 'Write [4, 2, 1], say');
  }
  if (mode !== 'max' && mode !== 'avg') {
    throw optionError(op, 'mode', mode, "'max' or 'avg'", 'Use one of these names');
  }
  return levels.map((outputSize) => resolveAdaptivePool({ op, rank, outputSize, dataFormat }, shape));
}

function areLevels(levels: unknown): boolean {
  return Array.isArray(levels) && levels.length > 0 && levels.every((level) => Number.isInteger(level) && level > 0);
}

/** @internal The shape of a pyramid's output. */
export function pyramidShape(levels: readonly WindowGeometry[]): Shape {
  const [{ leading, batch }] = levels;
  const features = levels.reduce(
    (total, { outputChannels, axes }) => total + outputChannels * elementCount(axes.map(({ output }) => output)),
    0,
  );
  return leading === 'batchAndChannels' ? [batch, features] : [features];
}

function spatialPyramidPool(rank: SpatialRank): SpatialPyramidPoolFunction {
  const op = `spatialPyramidPool${rank}d`;
  return (x, levels, options = {}) => {
    const geometries = pyramidGeometries(op, rank, x.shape, levels, options);
    if (options.mode === 'avg') assertDType(op, x.dtype, isFloat, 'f32 or f64');
    return scope(() => {
      const parts = geometries.map((geometry) => {
        const pooled = options.mode === 'avg' ? average(op, x, geometry) : largest(op, x, geometry);
        return reshape(channelsFirst(pooled, geometry), pyramidShape([geometry]));
      });
      return concat(parts, -1);
    });
  };
}

function average(op: string, x: Tensor, geometry: WindowGeometry): Tensor {
  return poolWith(op, x, { fn: 'avg', divisor: 'taps' }, geometry, 'none')[0];
}

function largest(op: string, x: Tensor, geometry: WindowGeometry): Tensor {
  const result = extremum(op, 'max', x, geometry, false);
  return 'output' in result ? result.output : result;
}

/** With the channels before the spatial axes, so that weights behind it serve both formats. */
function channelsFirst(pooled: Tensor, geometry: WindowGeometry): Tensor {
  if (geometry.dataFormat === 'channelsFirst' || geometry.leading === 'none') return pooled;
  const spatial = spatialAxes(geometry);
  const batch = geometry.leading === 'batchAndChannels' ? [0] : [];
  return permute(pooled, [...batch, pooled.rank - 1, ...spatial]);
}

/** As {@link spatialPyramidPool2d}, along one axis: `C · Σ l` features. */
export const spatialPyramidPool1d: SpatialPyramidPoolFunction = /* @__PURE__ */ spatialPyramidPool(1);

/**
 * Pooling into pyramids of cells, which makes vectors of one length of pictures of any size: for each level `l` the plane is
 * divided into `l × l` cells, as by `adaptiveMaxPool2d`, and all results are joined into one axis, level after level; within
 * a level by channel, row and column.
 *
 * K. He, X. Zhang, S. Ren and J. Sun, "Spatial Pyramid Pooling in Deep Convolutional Networks for Visual Recognition", ECCV
 * 2014.
 *
 * @param x `[N, C, H, W]`, `[C, H, W]` or `[H, W]`; any number for maxima, `f32` or `f64` for means.
 * @param levels Cells along each axis, such as `[4, 2, 1]`.
 * @returns `[N, C · Σ l²]`; `[C · Σ l²]` without a batch.
 * @throws `INVALID_SHAPE`, `INVALID_ARGUMENT`, `INVALID_DTYPE` when levels, options and input do not fit.
 *
 * @example
 * ```ts
 * const y = spatialPyramidPool2d(arange(16).reshape([1, 1, 4, 4]), [2, 1]); // [[5, 7, 13, 15, 15]]
 * ```
 */
export const spatialPyramidPool2d: SpatialPyramidPoolFunction = /* @__PURE__ */ spatialPyramidPool(2);

/** As {@link spatialPyramidPool2d}, over three axes: `C · Σ l³` features. */
export const spatialPyramidPool3d: SpatialPyramidPoolFunction = /* @__PURE__ */ spatialPyramidPool(3);
