import { isFloat } from '@cenote/backend';
import type { SpatialRank, WindowGeometry } from '@cenote/shape';
import type { WindowArguments } from '@cenote/shape/types';
import { assertDType } from '../../promote.js';
import { scope } from '../../scope.js';
import type { Tensor } from '../../tensor.js';
import { mul } from '../elementwise.js';
import { geometryOf, type KernelSize, type PoolWindowOptions, readWindow } from '../pooling/options.js';
import { sum } from '../reduction.js';
import { softmax } from '../softmax.js';
import { assertCompanion, type GuidedWindowFunction, missingTaps, type WindowFunction, windowTaps } from './windows.js';

/** `Σ e^l x / Σ e^l` over the valid taps of each window. The softmax subtracts each window's largest logit, so that nothing overflows. */
function weighted(x: Tensor, logits: Tensor, geometry: WindowGeometry): Tensor {
  return scope(() => {
    const padding = missingTaps(geometry).flat().some(Boolean);
    const taps = windowTaps(x, geometry, 0);
    // e^−∞ = 0: padding has no weight.
    const scores = logits === x && !padding ? taps : windowTaps(logits, geometry, Number.NEGATIVE_INFINITY);
    return sum(mul(softmax(scores, 0), taps), 0);
  });
}

/** Soft pooling over `Rank` axes. */
export type SoftPoolFunction<Op extends string, Rank extends SpatialRank> = WindowFunction<Op, Rank, PoolWindowOptions>;

/** Local importance-based pooling over `Rank` axes. */
export type LipPoolFunction<Op extends string, Rank extends SpatialRank> = GuidedWindowFunction<
  Op,
  Rank,
  Tensor,
  PoolWindowOptions
>;

function softPool<Rank extends SpatialRank>(rank: Rank): SoftPoolFunction<`softPool${Rank}d`, Rank>;
function softPool(rank: SpatialRank): unknown {
  const op = `softPool${rank}d`;
  return (x: Tensor, ...window: WindowArguments<PoolWindowOptions & KernelSize>) => {
    const chosen = readWindow(op, window);
    assertDType(op, x.dtype, isFloat, 'f32 or f64');
    return weighted(x, x, geometryOf(op, rank, x, chosen));
  };
}

function lipPool<Rank extends SpatialRank>(rank: Rank): LipPoolFunction<`lipPool${Rank}d`, Rank>;
function lipPool(rank: SpatialRank): unknown {
  const op = `lipPool${rank}d`;
  return (x: Tensor, logits: Tensor, ...window: WindowArguments<PoolWindowOptions & KernelSize>) => {
    const chosen = readWindow(op, window);
    assertDType(op, x.dtype, isFloat, 'f32 or f64');
    const geometry = geometryOf(op, rank, x, chosen);
    assertCompanion(op, 'logits', logits, x, [x.shape]);
    return weighted(x, logits, geometry);
  };
}

/** As {@link softPool2d}, along one axis: `[N, C, W]`, `[C, W]` or `[W]`. */
export const softPool1d: SoftPoolFunction<'softPool1d', 1> = /* @__PURE__ */ softPool(1);

/**
 * A mean in which larger activations weigh exponentially more: `Σ e^x x / Σ e^x` over each window. Between average and max
 * pooling, and every element gets a gradient. Padding is no tap.
 * Whatever the activations, no exponential overflows and no window's weights vanish.
 *
 * A. Stergiou, R. Poppe and G. Kalliatakis, "Refining activation downsampling with SoftPool", ICCV 2021.
 *
 * Composed of slices: memory for the taps of all windows is needed, unlike in `maxPool2d`.
 *
 * @param x `[N, C, H, W]`, `[C, H, W]` or `[H, W]`; `f32` or `f64`.
 * @throws `INVALID_SHAPE`, `INVALID_ARGUMENT`, `INVALID_DTYPE` when window and input do not fit.
 *
 * @example
 * ```ts
 * const y = softPool2d(arange(16).reshape([4, 4]), 2); // [[4.6591, 6.6591], [12.6591, 14.6591]]
 * ```
 */
export const softPool2d: SoftPoolFunction<'softPool2d', 2> = /* @__PURE__ */ softPool(2);

/** As {@link softPool2d}, over depth, height and width: `[N, C, D, H, W]`, `[C, D, H, W]` or `[D, H, W]`. */
export const softPool3d: SoftPoolFunction<'softPool3d', 3> = /* @__PURE__ */ softPool(3);

/** As {@link lipPool2d}, along one axis: `[N, C, W]`, `[C, W]` or `[W]`. */
export const lipPool1d: LipPoolFunction<'lipPool1d', 1> = /* @__PURE__ */ lipPool(1);

/**
 * Local importance-based pooling: a mean in which each element has the weight `e^logit`, where a small network computes the
 * logits from the same input: `Σ e^l x / Σ e^l` over each window. Padding is no tap. Constant logits make it average
 * pooling without padding, the input itself as logits {@link softPool2d}. Finite logits of any size are fine.
 *
 * Z. Gao, L. Wang and G. Wu, "LIP: Local Importance-based Pooling", ICCV 2019.
 *
 * Composed of slices: memory for the taps of all windows is needed, twice.
 *
 * @param x `[N, C, H, W]`, `[C, H, W]` or `[H, W]`; `f32` or `f64`.
 * @param logits Of the shape and dtype of `x`.
 * @throws `INVALID_SHAPE`, `INVALID_ARGUMENT`, `INVALID_DTYPE` when window, logits and input do not fit.
 *
 * @example
 * ```ts
 * const x = tensor([[1, 2], [3, 4]]);
 * const y = lipPool2d(x, tensor([[0, 0], [0, Math.log(3)]]), 2); // (1 + 2 + 3 + 3 · 4) / 6 = 3
 * ```
 */
export const lipPool2d: LipPoolFunction<'lipPool2d', 2> = /* @__PURE__ */ lipPool(2);

/** As {@link lipPool2d}, over depth, height and width: `[N, C, D, H, W]`, `[C, D, H, W]` or `[D, H, W]`. */
export const lipPool3d: LipPoolFunction<'lipPool3d', 3> = /* @__PURE__ */ lipPool(3);
