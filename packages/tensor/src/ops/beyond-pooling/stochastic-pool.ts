import { isFloat } from '@cenote/backend';
import type { SpatialRank, WindowGeometry } from '@cenote/shape';
import type { WindowArguments } from '@cenote/shape/types';
import type { Generator } from '../../generator.js';
import { noGrad } from '../../gradient.js';
import { assertDType } from '../../promote.js';
import { uniform } from '../../random.js';
import { scope } from '../../scope.js';
import type { Tensor } from '../../tensor.js';
import { cast } from '../convert.js';
import { add, div, eq, le, mul, relu, where } from '../elementwise.js';
import { gather } from '../indexing.js';
import { split } from '../joining.js';
import { geometryOf, type KernelSize, type PoolWindowOptions, readWindow } from '../pooling/options.js';
import { max, sum } from '../reduction.js';
import { reshape } from '../view.js';
import { type WindowFunction, windowTaps } from './windows.js';

/** Options of {@link stochasticPool2d}. */
export interface StochasticPoolOptions extends PoolWindowOptions {
  /** Whether to draw an element of each window; otherwise their mean is taken. Default: false. */
  readonly training?: boolean;
  /** Where the choice comes from. Default: the one that `manualSeed` seeds. */
  readonly generator?: Generator;
}

/** Stochastic pooling over `Rank` axes. */
export type StochasticPoolFunction<Op extends string, Rank extends SpatialRank> = WindowFunction<
  Op,
  Rank,
  StochasticPoolOptions
>;

/** Ones where a divisor is zero. */
const orOne = (divisor: Tensor): Tensor => where(eq(divisor, 0), 1, divisor);

/** Activations in proportion to the largest of their window, so that no sum overflows and none is lost. */
function proportions(taps: Tensor): Tensor {
  return div(
    taps,
    noGrad(() => orOne(max(taps, 0, { keepDim: true }))),
  );
}

/** `Σ p a` with `p = a / Σ a`; 0 for windows of zeros. */
function expected(taps: Tensor): Tensor {
  const shares = proportions(taps);
  return sum(mul(div(shares, orOne(sum(shares, 0))), taps), 0);
}

/** For each window the number of a tap, drawn in proportion to the taps. Those that are 0 are not drawn unless all are. */
function drawn(taps: Tensor, generator: Generator | undefined): Tensor {
  const ascending: Tensor[] = [];
  for (const share of split(proportions(taps), 1)) {
    const previous = ascending.at(-1);
    ascending.push(previous ? add(previous, share) : share);
  }
  const [total] = ascending.slice(-1);
  const { dtype, device } = taps;
  const threshold = mul(total, uniform(total.shape, { low: 0, high: 1, dtype, device, generator }));
  // The tap whose stretch of the sum the threshold falls in: as many as end before it. The last one is not compared, so that
  // the number stays below that of the taps where all are 0.
  return ascending
    .slice(0, -1)
    .map((end) => cast(le(end, threshold), 'i32'))
    .reduce(add, cast(mul(total, 0), 'i32'));
}

function pool(x: Tensor, geometry: WindowGeometry, { training, generator }: StochasticPoolOptions): Tensor {
  return scope(() => {
    const taps = windowTaps(relu(x), geometry, 0);
    if (!training) return expected(taps);
    const chosen = noGrad(() => drawn(taps, generator));
    return reshape(gather(taps, 0, chosen), geometry.outputShape);
  });
}

function stochasticPool<Rank extends SpatialRank>(rank: Rank): StochasticPoolFunction<`stochasticPool${Rank}d`, Rank>;
function stochasticPool(rank: SpatialRank): unknown {
  const op = `stochasticPool${rank}d`;
  return (x: Tensor, ...window: WindowArguments<StochasticPoolOptions & KernelSize>) => {
    const chosen = readWindow(op, window);
    assertDType(op, x.dtype, isFloat, 'f32 or f64');
    return pool(x, geometryOf(op, rank, x, chosen), chosen);
  };
}

/** As {@link stochasticPool2d}, along one axis: `[N, C, W]`, `[C, W]` or `[W]`. */
export const stochasticPool1d: StochasticPoolFunction<'stochasticPool1d', 1> = /* @__PURE__ */ stochasticPool(1);

/**
 * While training, one element of each window, drawn with a probability in proportion to its activation, `p = a / Σ a`; the
 * gradient goes to it alone. Otherwise the mean with the same weights, `Σ p a`. It regularises without a parameter.
 *
 * M. D. Zeiler and R. Fergus, "Stochastic Pooling for Regularization of Deep Convolutional Neural Networks", ICLR 2013.
 *
 * Activations are those behind a ReLU: negative elements count as 0. A window without a positive one gives 0. Padding is
 * never drawn. Composed of slices: memory for the taps of all windows is needed.
 *
 * @param x `[N, C, H, W]`, `[C, H, W]` or `[H, W]`; `f32` or `f64`.
 * @throws `INVALID_SHAPE`, `INVALID_ARGUMENT`, `INVALID_DTYPE` when window and input do not fit.
 *
 * @example
 * ```ts
 * const x = tensor([[1, 0], [0, 3]]);
 * stochasticPool2d(x, 2); // 1/4 · 1 + 3/4 · 3 = 2.5
 * stochasticPool2d(x, 2, { training: true, generator: generator(1) }); // 1 or, three times as often, 3
 * ```
 */
export const stochasticPool2d: StochasticPoolFunction<'stochasticPool2d', 2> = /* @__PURE__ */ stochasticPool(2);

/** As {@link stochasticPool2d}, over depth, height and width: `[N, C, D, H, W]`, `[C, D, H, W]` or `[D, H, W]`. */
export const stochasticPool3d: StochasticPoolFunction<'stochasticPool3d', 3> = /* @__PURE__ */ stochasticPool(3);
