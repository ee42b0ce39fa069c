import { isFloat } from '@cenote/backend';
import { CenoteError, formatShape, type SpatialRank, type WindowGeometry } from '@cenote/shape';
import type { WindowArguments } from '@cenote/shape/types';
import { assertDType } from '../../promote.js';
import { scope } from '../../scope.js';
import { Tensor } from '../../tensor.js';
import { add, mul, sigmoid, sub } from '../elementwise.js';
import { extremum } from '../pooling/extremum.js';
import { geometryOf, type KernelSize, type PoolWindowOptions, readWindow } from '../pooling/options.js';
import { poolWith } from '../pooling/primitive.js';
import { expand, reshape } from '../view.js';
import { assertCompanion, depthwise, type GuidedWindowFunction, optionError, perChannel } from './windows.js';

/** Options of {@link mixedPool2d} and {@link gatedPool2d}. */
export interface MixedPoolOptions extends PoolWindowOptions {
  /** Whether the average counts padding. Default: true, as in `avgPool2d`. */
  readonly countIncludePad?: boolean;
}

/** Mixed pooling over `Rank` axes. */
export type MixedPoolFunction<Op extends string, Rank extends SpatialRank> = GuidedWindowFunction<
  Op,
  Rank,
  number | Tensor,
  MixedPoolOptions
>;

/** The signature of a gated pooling function. */
export type GatedPoolFunction = (x: Tensor, gate: Tensor, options?: MixedPoolOptions) => Tensor;

/** `share · max + (1 − share) · avg` of each window; only the one that is needed where the share is 0 or 1. */
function mix(
  op: string,
  x: Tensor,
  geometry: WindowGeometry,
  share: number | Tensor,
  countIncludePad: boolean,
): Tensor {
  const average = () =>
    poolWith(op, x, { fn: 'avg', divisor: countIncludePad ? 'window' : 'taps' }, geometry, 'none')[0];
  const largest = () => {
    const result = extremum(op, 'max', x, geometry, false);
    return 'output' in result ? result.output : result;
  };
  if (share === 0) return average();
  if (share === 1) return largest();
  return add(mul(largest(), share), mul(average(), sub(1, share)));
}

function mixedPool<Rank extends SpatialRank>(rank: Rank): MixedPoolFunction<`mixedPool${Rank}d`, Rank>;
function mixedPool(rank: SpatialRank): unknown {
  const op = `mixedPool${rank}d`;
  return (x: Tensor, mixing: number | Tensor, ...window: WindowArguments<MixedPoolOptions & KernelSize>) => {
    const chosen = readWindow(op, window);
    assertDType(op, x.dtype, isFloat, 'f32 or f64');
    if (!(mixing instanceof Tensor) && !(mixing >= 0 && mixing <= 1)) {
      throw optionError(op, 'mixing', mixing, 'a number from 0 to 1, or a tensor', 'Pass 0.5 for equal parts');
    }
    const geometry = geometryOf(op, rank, x, chosen);
    return scope(() => {
      const share = mixing instanceof Tensor ? perChannel(op, 'mixing', mixing, x, geometry) : mixing;
      return mix(op, x, geometry, share, chosen.countIncludePad ?? true);
    });
  };
}

function gatedPool(rank: SpatialRank): GatedPoolFunction {
  const op = `gatedPool${rank}d`;
  return (x, gate, options = {}) => {
    assertDType(op, x.dtype, isFloat, 'f32 or f64');
    if (gate.rank !== rank && gate.rank !== rank + 1) throw gateError(op, rank, gate);
    const kernelSize = gate.shape.slice(-rank);
    const geometry = geometryOf(op, rank, x, { ...options, kernelSize });
    const { inputChannels } = geometry;
    assertCompanion(op, 'gate', gate, x, [kernelSize, [inputChannels, ...kernelSize]]);
    return scope(() => {
      const filters = expand(reshape(gate, [-1, 1, ...kernelSize]), [inputChannels, 1, ...kernelSize]);
      const share = sigmoid(depthwise(op, x, filters, geometry));
      return mix(op, x, geometry, share, options.countIncludePad ?? true);
    });
  };
}

function gateError(op: string, rank: SpatialRank, gate: Tensor): CenoteError {
  return new CenoteError({
    code: 'INVALID_SHAPE',
    op,
    what: 'the gate is not a window',
    got: `gate ${formatShape(gate.shape)}`,
    expected: `${rank} axes for the taps of the window, or ${rank + 1} with the channels in front`,
    hint: 'Reshape the gate',
  });
}

/** As {@link mixedPool2d}, along one axis: `[N, C, W]`, `[C, W]` or `[W]`. */
export const mixedPool1d: MixedPoolFunction<'mixedPool1d', 1> = /* @__PURE__ */ mixedPool(1);

/**
 * Between max and average pooling: `mixing · max + (1 − mixing) · average` of each window.
 *
 * - D. Yu, H. Wang, P. Chen and Z. Wei, "Mixed Pooling for Convolutional Neural Networks", RSKT 2014: while training, the
 *   mixing is 0 or 1 at random. With those numbers only the one pooling is computed.
 * - C.-Y. Lee, P. W. Gallagher and Z. Tu, "Generalizing Pooling Functions in Convolutional Neural Networks: Mixed, Gated, and
 *   Tree", AISTATS 2016: the mixing is learned. Pass a tensor.
 *
 * @param x `[N, C, H, W]`, `[C, H, W]` or `[H, W]`; `f32` or `f64`.
 * @param mixing From 0 to 1: a number, or a tensor `[]`, `[1]` or `[C]` (one for each channel), whose elements are not looked
 * at.
 * @throws `INVALID_SHAPE`, `INVALID_ARGUMENT`, `INVALID_DTYPE` when window, mixing and input do not fit.
 *
 * @example
 * ```ts
 * const y = mixedPool2d(tensor([[1, 2], [3, 6]]), 0.25, 2); // 0.25 · 6 + 0.75 · 3 = 3.75
 * ```
 */
export const mixedPool2d: MixedPoolFunction<'mixedPool2d', 2> = /* @__PURE__ */ mixedPool(2);

/** As {@link mixedPool2d}, over depth, height and width: `[N, C, D, H, W]`, `[C, D, H, W]` or `[D, H, W]`. */
export const mixedPool3d: MixedPoolFunction<'mixedPool3d', 3> = /* @__PURE__ */ mixedPool(3);

/** As {@link gatedPool2d}, along one axis: the gate is `[K]` or `[C, K]`. */
export const gatedPool1d: GatedPoolFunction = /* @__PURE__ */ gatedPool(1);

/**
 * Between max and average pooling, in a mixture that depends on what is in the window: `g · max + (1 − g) · average` with
 * `g = σ(Σ gate · x)` over its taps. Taps in padding are 0 in that sum.
 *
 * C.-Y. Lee, P. W. Gallagher and Z. Tu, "Generalizing Pooling Functions in Convolutional Neural Networks: Mixed, Gated, and
 * Tree", AISTATS 2016.
 *
 * @param x `[N, C, H, W]`, `[C, H, W]` or `[H, W]`; `f32` or `f64`.
 * @param gate `[KH, KW]`, or `[C, KH, KW]` for a gate of each channel's own. Its last axes are the size of the window.
 * @throws `INVALID_SHAPE`, `INVALID_ARGUMENT`, `INVALID_DTYPE` when gate, options and input do not fit.
 *
 * @example
 * ```ts
 * const y = gatedPool2d(tensor([[1, 2], [3, 6]]), zeros([2, 2])); // σ(0) = 0.5: 0.5 · 6 + 0.5 · 3 = 4.5
 * ```
 */
export const gatedPool2d: GatedPoolFunction = /* @__PURE__ */ gatedPool(2);

/** As {@link gatedPool2d}, over depth, height and width: the gate is `[KD, KH, KW]` or `[C, KD, KH, KW]`. */
export const gatedPool3d: GatedPoolFunction = /* @__PURE__ */ gatedPool(3);
