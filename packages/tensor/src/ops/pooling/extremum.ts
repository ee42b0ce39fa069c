import type { DType, IndexKind } from '@cenote/backend';
import type { PerAxis, SpatialRank, WindowGeometry } from '@cenote/shape';
import { willRecord } from '../../gradient.js';
import { assertDType } from '../../promote.js';
import type { Tensor } from '../../tensor.js';
import { geometryOf, type KernelSize, type MaxPoolOptions, type PooledWithIndices, windowOf } from './options.js';
import { poolWith } from './primitive.js';

const isNumeric = (dtype: DType) => dtype !== 'bool';

/** How the positions of a maximum are kept for its gradient: the smallest numbers that hold them. */
function savedIndices(geometry: WindowGeometry): IndexKind {
  const [depth, height, width] = geometry.axes;
  return depth.kernel * height.kernel * width.kernel <= 255 ? 'window' : 'plane';
}

/** @internal The largest or smallest value of each window of a geometry, with positions where they are asked for. */
export function extremum(
  op: string,
  fn: 'max' | 'min',
  x: Tensor,
  geometry: WindowGeometry,
  returnIndices: boolean | undefined,
): Tensor | PooledWithIndices {
  assertDType(op, x.dtype, isNumeric, 'any number');
  if (returnIndices) {
    const [output, indices] = poolWith(op, x, { fn }, geometry, 'plane');
    return { output, indices };
  }
  const [output, saved] = poolWith(op, x, { fn }, geometry, willRecord([x]) ? savedIndices(geometry) : 'none');
  saved?.dispose();
  return output;
}

/** The signatures of a max or min pooling function. */
export interface MaxPoolFunction {
  (x: Tensor, options: MaxPoolOptions & KernelSize & { readonly returnIndices: true }): PooledWithIndices;
  (
    x: Tensor,
    kernelSize: PerAxis<number>,
    options: MaxPoolOptions & { readonly returnIndices: true },
  ): PooledWithIndices;
  (x: Tensor, options: MaxPoolOptions & KernelSize & { readonly returnIndices?: false }): Tensor;
  (x: Tensor, kernelSize: PerAxis<number>, options?: MaxPoolOptions & { readonly returnIndices?: false }): Tensor;
}

function extremumPool(fn: 'max' | 'min', rank: SpatialRank): MaxPoolFunction {
  const op = `${fn}Pool${rank}d`;
  function pool(x: Tensor, window: PerAxis<number> | (MaxPoolOptions & KernelSize), options?: MaxPoolOptions) {
    const chosen = windowOf(op, window, options);
    return extremum(op, fn, x, geometryOf(op, rank, x, chosen), chosen.returnIndices);
  }
  return pool as MaxPoolFunction;
}

/**
 * The largest value of each window along one axis. Ties go to the first, NaN wins.
 *
 * @param x `[N, C, W]`, `[C, W]` or `[W]`; any number.
 * @throws `INVALID_SHAPE`, `INVALID_ARGUMENT`, `INVALID_DTYPE` when window and input do not fit.
 */
export const maxPool1d: MaxPoolFunction = extremumPool('max', 1);

/**
 * The largest value of each window: max pooling over height and width. Ties go to the first in row-major order, NaN
 * wins; padding never does.
 *
 * @param x `[N, C, H, W]`, `[C, H, W]` or `[H, W]`; any number.
 * @throws `INVALID_SHAPE`, `INVALID_ARGUMENT`, `INVALID_DTYPE` when window and input do not fit.
 *
 * @example
 * ```ts
 * const y = maxPool2d(tensor([[0, 1, 2], [3, 4, 5], [6, 7, 8]]), 2, { stride: 1 }); // [[4, 5], [7, 8]]
 * ```
 */
export const maxPool2d: MaxPoolFunction = extremumPool('max', 2);

/** As {@link maxPool2d}, over depth, height and width: `[N, C, D, H, W]`, `[C, D, H, W]` or `[D, H, W]`. */
export const maxPool3d: MaxPoolFunction = extremumPool('max', 3);

/** As {@link maxPool1d}, the smallest value. */
export const minPool1d: MaxPoolFunction = extremumPool('min', 1);
/** As {@link maxPool2d}, the smallest value. */
export const minPool2d: MaxPoolFunction = extremumPool('min', 2);
/** As {@link maxPool3d}, the smallest value. */
export const minPool3d: MaxPoolFunction = extremumPool('min', 3);
