import { CenoteError, resolveGlobalPool, type Shape, type SpatialRank } from '@cenote/shape';
import type { Checked, GlobalPoolOutput, ResultShape } from '@cenote/shape/types';
import type { Tensor } from '../../tensor.js';
import type { AdaptivePoolDefaults, AdaptivePoolOptions, FormatOf } from './adaptive.js';
import { assertAverageable } from './average.js';
import { extremum } from './extremum.js';
import { assertNorm } from './lp.js';
import { poolWith } from './primitive.js';

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
    hint: 'Add a batch axis with unsqueeze, or use adaptive pooling to the size 1',
  });
}

/** The mean of each channel's whole plane, which keeps its axes with size 1. `x` has batch, channels and 1 to 3 spatial axes. */
export function globalAvgPool<S extends Shape, const O extends AdaptivePoolOptions = AdaptivePoolDefaults>(
  x: Checked<GlobalPoolOutput<'globalAvgPool', S, FormatOf<O>>, Tensor<S>>,
  options?: O,
): Tensor<ResultShape<GlobalPoolOutput<'globalAvgPool', S, FormatOf<O>>>>;
export function globalAvgPool(x: Tensor, { dataFormat }: AdaptivePoolOptions = {}): Tensor {
  const op = 'globalAvgPool';
  assertAverageable(op, x.dtype);
  const geometry = resolveGlobalPool({ op, rank: globalRank(op, x), dataFormat }, x.shape);
  return poolWith(op, x, { fn: 'avg', divisor: 'taps' }, geometry, 'none')[0];
}

/** The largest value of each channel's whole plane, which keeps its axes with size 1. */
export function globalMaxPool<S extends Shape, const O extends AdaptivePoolOptions = AdaptivePoolDefaults>(
  x: Checked<GlobalPoolOutput<'globalMaxPool', S, FormatOf<O>>, Tensor<S>>,
  options?: O,
): Tensor<ResultShape<GlobalPoolOutput<'globalMaxPool', S, FormatOf<O>>>>;
export function globalMaxPool(x: Tensor, { dataFormat }: AdaptivePoolOptions = {}): Tensor {
  const op = 'globalMaxPool';
  const geometry = resolveGlobalPool({ op, rank: globalRank(op, x), dataFormat }, x.shape);
  return extremum(op, 'max', x, geometry);
}

/**
 * The p-norm of each channel's whole plane, `(Σ |x|^p)^(1/p)`, which keeps its axes with size 1: ONNX's GlobalLpPool.
 *
 * @param x Batch, channels and 1 to 3 spatial axes; `f32` or `f64`.
 * @param p Above 0.
 */
export function globalLpPool<S extends Shape, const O extends AdaptivePoolOptions = AdaptivePoolDefaults>(
  x: Checked<GlobalPoolOutput<'globalLpPool', S, FormatOf<O>>, Tensor<S>>,
  p: number,
  options?: O,
): Tensor<ResultShape<GlobalPoolOutput<'globalLpPool', S, FormatOf<O>>>>;
export function globalLpPool(x: Tensor, p: number, { dataFormat }: AdaptivePoolOptions = {}): Tensor {
  const op = 'globalLpPool';
  assertNorm(op, x, p);
  const geometry = resolveGlobalPool({ op, rank: globalRank(op, x), dataFormat }, x.shape);
  return poolWith(op, x, { fn: 'lp', p }, geometry, 'none')[0];
}
