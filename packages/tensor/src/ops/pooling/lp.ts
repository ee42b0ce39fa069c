import { isFloat } from '@cenote/backend';
import { CenoteError, type PerAxis, type SpatialRank } from '@cenote/shape';
import { assertDType } from '../../promote.js';
import type { Tensor } from '../../tensor.js';
import { geometryOf, type KernelSize, type PoolWindowOptions, windowOf } from './options.js';
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

function lp(op: string, rank: SpatialRank, x: Tensor, p: number, options: PoolWindowOptions & KernelSize): Tensor {
  assertNorm(op, x, p);
  return poolWith(op, x, { fn: 'lp', p }, geometryOf(op, rank, x, options), 'none')[0];
}

/** The signatures of an LP pooling function. */
export interface LpPoolFunction {
  (x: Tensor, p: number, options: PoolWindowOptions & KernelSize): Tensor;
  (x: Tensor, p: number, kernelSize: PerAxis<number>, options?: PoolWindowOptions): Tensor;
}

function lpPool(rank: SpatialRank): LpPoolFunction {
  const op = `lpPool${rank}d`;
  return (
    x: Tensor,
    p: number,
    window: PerAxis<number> | (PoolWindowOptions & KernelSize),
    options?: PoolWindowOptions,
  ) => lp(op, rank, x, p, windowOf(op, window, options));
}

/** As {@link lpPool2d}, along one axis. */
export const lpPool1d: LpPoolFunction = lpPool(1);

/**
 * The p-norm of each window, `(Σ |x|^p)^(1/p)` over its valid taps, as ONNX defines it. PyTorch leaves out the absolute
 * value, which differs for odd p and negative inputs.
 *
 * @param x `[N, C, H, W]`, `[C, H, W]` or `[H, W]`; `f32` or `f64`.
 * @param p Above 0.
 */
export const lpPool2d: LpPoolFunction = lpPool(2);

/** As {@link lpPool2d}, over depth, height and width. */
export const lpPool3d: LpPoolFunction = lpPool(3);
