import { isFloat } from '@cenote/backend';
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
import { geometryOf, type KernelSize, type PoolWindowOptions, readWindow } from './options.js';
import { poolWith } from './primitive.js';

/** @internal Refuses what cannot be pooled by a p-norm. */
export function assertNorm(op: string, x: Tensor, p: number): void {
  assertDType(op, x.dtype, isFloat, 'f32 or f64');
  if (!(p > 0) || !Number.isFinite(p)) {
    throw new CenoteError({
      code: 'INVALID_ARGUMENT',
      op,
      what: 'not a norm',
      got: `p ${p}`,
      expected: 'a finite number above 0',
      hint: 'Use max pooling of |x| for p = Infinity',
    });
  }
}

/** @internal LP pooling over a number of axes that is known at run time only. */
export function normPool(
  op: string,
  rank: SpatialRank,
  x: Tensor,
  p: number,
  options: PoolWindowOptions & KernelSize,
): Tensor {
  assertNorm(op, x, p);
  return poolWith(op, x, { fn: 'lp', p }, geometryOf(op, rank, x, options), 'none')[0];
}

/** Takes p-norms over `Rank` axes. */
export type LpPoolFunction<Op extends string, Rank extends SpatialRank> = <
  S extends Shape,
  const A extends WindowArguments<PoolWindowOptions & KernelSize>,
>(
  x: Checked<PoolOutput<Op, Rank, S, WindowOptions<A>>, Tensor<S>>,
  p: number,
  ...window: A & KnownOptions<Op, A, PoolWindowOptions & KernelSize>
) => Tensor<ResultShape<PoolOutput<Op, Rank, S, WindowOptions<A>>>>;

function lpPool<Rank extends SpatialRank>(rank: Rank): LpPoolFunction<`lpPool${Rank}d`, Rank>;
function lpPool(rank: SpatialRank) {
  const op = `lpPool${rank}d`;
  return (x: Tensor, p: number, ...window: WindowArguments<PoolWindowOptions & KernelSize>) =>
    normPool(op, rank, x, p, readWindow(op, window));
}

/** As {@link lpPool2d}, along one axis. */
export const lpPool1d: LpPoolFunction<'lpPool1d', 1> = /* @__PURE__ */ lpPool(1);

/**
 * The p-norm of each window, `(Σ |x|^p)^(1/p)` over its valid taps, as ONNX defines it. PyTorch leaves out the absolute
 * value, which differs for odd p and negative inputs.
 *
 * @param x `[N, C, H, W]`, `[C, H, W]` or `[H, W]`; `f32` or `f64`.
 * @param p Above 0.
 */
export const lpPool2d: LpPoolFunction<'lpPool2d', 2> = /* @__PURE__ */ lpPool(2);

/** As {@link lpPool2d}, over depth, height and width. */
export const lpPool3d: LpPoolFunction<'lpPool3d', 3> = /* @__PURE__ */ lpPool(3);
