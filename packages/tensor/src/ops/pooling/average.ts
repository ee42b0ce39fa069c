import { type DType, isFloat } from '@cenote/backend';
import { CenoteError, type Shape, type SpatialRank } from '@cenote/shape';
import type {
  Checked,
  KnownOptions,
  PoolOutput,
  ResultShape,
  WindowArguments,
  WindowOptions,
} from '@cenote/shape/types';
import { assertDType } from '../../promote.js';
import type { Tensor } from '../../tensor.js';
import { type AvgPoolOptions, geometryOf, type KernelSize, readWindow } from './options.js';
import { poolWith } from './primitive.js';

/** @internal Averages are of floats, and of 8-bit integers, which are rounded. */
export function assertAverageable(op: string, dtype: DType): void {
  assertDType(op, dtype, (one) => isFloat(one) || one === 'u8' || one === 'i8', 'f32, f64, u8 or i8');
}

/** @internal Average pooling over a number of axes that is known at run time only. */
export function averagePool(op: string, rank: SpatialRank, x: Tensor, options: AvgPoolOptions & KernelSize): Tensor {
  assertAverageable(op, x.dtype);
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

/** Averages over `Rank` axes. */
export type AvgPoolFunction<Op extends string, Rank extends SpatialRank> = <
  S extends Shape,
  const A extends WindowArguments<AvgPoolOptions & KernelSize>,
>(
  x: Checked<PoolOutput<Op, Rank, S, WindowOptions<A>>, Tensor<S>>,
  ...window: A & KnownOptions<Op, A, AvgPoolOptions & KernelSize>
) => Tensor<ResultShape<PoolOutput<Op, Rank, S, WindowOptions<A>>>>;

function avgPool<Rank extends SpatialRank>(rank: Rank): AvgPoolFunction<`avgPool${Rank}d`, Rank>;
function avgPool(rank: SpatialRank) {
  const op = `avgPool${rank}d`;
  return (x: Tensor, ...window: WindowArguments<AvgPoolOptions & KernelSize>) =>
    averagePool(op, rank, x, readWindow(op, window));
}

/** As {@link avgPool2d}, along one axis: `[N, C, W]`, `[C, W]` or `[W]`. */
export const avgPool1d: AvgPoolFunction<'avgPool1d', 1> = /* @__PURE__ */ avgPool(1);

/**
 * The mean of each window: average pooling over height and width. With `countIncludePad` (default) the divisor is the
 * window's size, padding included, but never the part of a ceil-mode window that lies beyond the padding. Means of
 * integers are rounded to the nearest, halves to the even neighbour.
 *
 * @param x `[N, C, H, W]`, `[C, H, W]` or `[H, W]`; `f32`, `f64`, `u8` or `i8`.
 * @throws `INVALID_SHAPE`, `INVALID_ARGUMENT`, `INVALID_DTYPE` when window and input do not fit.
 *
 * @example
 * ```ts
 * const y = avgPool2d(tensor([[0, 1, 2], [3, 4, 5], [6, 7, 8]]), 2, { stride: 1 }); // [[2, 3], [5, 6]]
 * ```
 */
export const avgPool2d: AvgPoolFunction<'avgPool2d', 2> = /* @__PURE__ */ avgPool(2);

/** As {@link avgPool2d}, over depth, height and width: `[N, C, D, H, W]`, `[C, D, H, W]` or `[D, H, W]`. */
export const avgPool3d: AvgPoolFunction<'avgPool3d', 3> = /* @__PURE__ */ avgPool(3);
