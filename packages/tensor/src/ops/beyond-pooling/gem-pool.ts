import { isFloat } from '@cenote/backend';
import { type DataFormat, resolveGlobalPool, type Shape, type SpatialRank } from '@cenote/shape';
import type { AdaptivePoolOutput, Checked, ResultShape } from '@cenote/shape/types';
import { noGrad } from '../../gradient.js';
import { assertDType } from '../../promote.js';
import { scope } from '../../scope.js';
import { Tensor } from '../../tensor.js';
import { div, maximum, mul, pow, reciprocal } from '../elementwise.js';
import type { FormatOf } from '../pooling/adaptive.js';
import { max, mean } from '../reduction.js';
import { optionError, perChannel, spatialAxes } from './windows.js';

/** Options of {@link gemPool2d}. */
export interface GemPoolOptions {
  /** The exponent: a number above 0, or a tensor `[]`, `[1]` or `[C]` (one for each channel), which gets a gradient. Default: 3. */
  readonly p?: number | Tensor;
  /** What smaller elements are raised to; above 0. Default: 1e-6. */
  readonly eps?: number;
  /** `channelsFirst` (`[N, C, …]`) or `channelsLast` (`[N, …, C]`). Default: `channelsFirst`. */
  readonly dataFormat?: DataFormat;
}

/** Generalised-mean pooling of planes with `Rank` axes. */
export type GemPoolFunction<Op extends string, Rank extends SpatialRank> = <
  S extends Shape,
  const O extends GemPoolOptions = Record<never, never>,
>(
  x: Checked<AdaptivePoolOutput<Op, Rank, S, 1, FormatOf<O>>, Tensor<S>>,
  options?: O,
) => Tensor<ResultShape<AdaptivePoolOutput<Op, Rank, S, 1, FormatOf<O>>>>;

function gemPool<Rank extends SpatialRank>(rank: Rank): GemPoolFunction<`gemPool${Rank}d`, Rank>;
function gemPool(rank: SpatialRank): unknown {
  const op = `gemPool${rank}d`;
  return (x: Tensor, { p = 3, eps = 1e-6, dataFormat }: GemPoolOptions = {}) => {
    assertDType(op, x.dtype, isFloat, 'f32 or f64');
    if (!(p instanceof Tensor) && !(Number.isFinite(p) && p > 0)) {
      throw optionError(op, 'p', p, 'a finite number above 0, or a tensor', 'Use globalMaxPool for p = Infinity');
    }
    if (!(Number.isFinite(eps) && eps > 0)) {
      throw optionError(op, 'eps', eps, 'a finite number above 0', 'Leave it out for 1e-6');
    }
    const geometry = resolveGlobalPool({ op, rank, dataFormat }, x.shape);
    return scope(() => {
      const exponent = p instanceof Tensor ? perChannel(op, 'p', p, x, geometry) : p;
      const root = exponent instanceof Tensor ? reciprocal(exponent) : 1 / exponent;
      const axes = spatialAxes(geometry);
      const keep = { keepDim: true };
      const raised = maximum(x, eps);
      // Relative to the plane's largest element, so that no power overflows. It cancels out, and so does its gradient.
      const largest = noGrad(() => max(raised, axes, keep));
      const powers = pow(div(raised, largest), exponent);
      return mul(largest, pow(mean(powers, axes, keep), root));
    });
  };
}

/** As {@link gemPool2d}, along one axis: `[N, C, W]`, `[C, W]` or `[W]`. */
export const gemPool1d: GemPoolFunction<'gemPool1d', 1> = /* @__PURE__ */ gemPool(1);

/**
 * Generalised-mean pooling of each channel's whole plane, `(mean(max(x, eps)^p))^(1/p)`: the mean for p = 1, towards the
 * maximum as p grows. Large p and large elements do not overflow.
 *
 * F. Radenović, G. Tolias and O. Chum, "Fine-tuning CNN Image Retrieval with No Human Annotation", TPAMI 2019 (arXiv
 * 1711.02512, 2017). There p is learned: pass a tensor.
 *
 * @param x `[N, C, H, W]`, `[C, H, W]` or `[H, W]`; `f32` or `f64`.
 * @returns The spatial axes with size 1.
 * @throws `INVALID_SHAPE`, `INVALID_ARGUMENT`, `INVALID_DTYPE` for an input, p or eps that do not fit. The elements of a tensor
 * p are not looked at.
 *
 * @example
 * ```ts
 * const y = gemPool2d(arange(16).reshape([4, 4])); // [[9.6549]]
 * ```
 */
export const gemPool2d: GemPoolFunction<'gemPool2d', 2> = /* @__PURE__ */ gemPool(2);

/** As {@link gemPool2d}, over depth, height and width: `[N, C, D, H, W]`, `[C, D, H, W]` or `[D, H, W]`. */
export const gemPool3d: GemPoolFunction<'gemPool3d', 3> = /* @__PURE__ */ gemPool(3);
