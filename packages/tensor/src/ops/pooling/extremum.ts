import type { DType, IndexKind } from '@cenote/backend';
import type { Shape, SpatialRank, WindowGeometry } from '@cenote/shape';
import type {
  Checked,
  KnownOptions,
  PoolOutput,
  ResultShape,
  WindowArguments,
  WindowOptions,
} from '@cenote/shape/types';
import { willRecord } from '../../gradient.js';
import { assertDType } from '../../promote.js';
import type { Tensor } from '../../tensor.js';
import {
  geometryOf,
  type KernelSize,
  type MaxPoolOptions,
  type PooledWithIndices,
  type PoolWindowOptions,
  readWindow,
} from './options.js';
import { poolWith } from './primitive.js';

const isNumeric = (dtype: DType) => dtype !== 'bool';

/** How the positions of a maximum are kept for its gradient: the smallest numbers that hold them. */
function savedIndices(geometry: WindowGeometry): IndexKind {
  const [depth, height, width] = geometry.axes;
  return depth.kernel * height.kernel * width.kernel <= 255 ? 'window' : 'plane';
}

/** @internal The largest or smallest value of each window of a geometry, with positions where they are asked for. */
export function extremum(op: string, fn: 'max' | 'min', x: Tensor, geometry: WindowGeometry): Tensor;
export function extremum(
  op: string,
  fn: 'max' | 'min',
  x: Tensor,
  geometry: WindowGeometry,
  returnIndices: boolean | undefined,
): Tensor | PooledWithIndices;
export function extremum(
  op: string,
  fn: 'max' | 'min',
  x: Tensor,
  geometry: WindowGeometry,
  returnIndices?: boolean,
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

/** @internal Max or min pooling over a number of axes that is known at run time only. */
export function extremumPool(
  op: string,
  fn: 'max' | 'min',
  rank: SpatialRank,
  x: Tensor,
  options: PoolWindowOptions & KernelSize & { readonly returnIndices?: undefined },
): Tensor;
export function extremumPool(
  op: string,
  fn: 'max' | 'min',
  rank: SpatialRank,
  x: Tensor,
  options: MaxPoolOptions & KernelSize,
): Tensor | PooledWithIndices;
export function extremumPool(
  op: string,
  fn: 'max' | 'min',
  rank: SpatialRank,
  x: Tensor,
  options: MaxPoolOptions & KernelSize,
): Tensor | PooledWithIndices {
  return extremum(op, fn, x, geometryOf(op, rank, x, options), options.returnIndices);
}

/** Pools over `Rank` axes: the values, or with `returnIndices: true` the values and their positions. */
export type MaxPoolFunction<Op extends string, Rank extends SpatialRank> = <
  S extends Shape,
  const A extends WindowArguments<MaxPoolOptions & KernelSize>,
>(
  x: Checked<PoolOutput<Op, Rank, S, WindowOptions<A>>, Tensor<S>>,
  ...window: A & KnownOptions<Op, A, MaxPoolOptions & KernelSize>
) => Pooled<ResultShape<PoolOutput<Op, Rank, S, WindowOptions<A>>>, WindowOptions<A>>;

/** With positions, without, or either, when the compiler does not know whether they are asked for. */
export type Pooled<S extends Shape, O> = O extends { readonly returnIndices: true }
  ? PooledWithIndices<S>
  : O extends { readonly returnIndices?: infer Asked }
    ? true extends Asked
      ? 'returnIndices' extends keyof O
        ? Tensor<S> | PooledWithIndices<S>
        : Tensor<S>
      : Tensor<S>
    : Tensor<S>;

function poolFunction<Fn extends 'max' | 'min', Rank extends SpatialRank>(
  fn: Fn,
  rank: Rank,
): MaxPoolFunction<`${Fn}Pool${Rank}d`, Rank>;
function poolFunction(fn: 'max' | 'min', rank: SpatialRank) {
  const op = `${fn}Pool${rank}d`;
  return (x: Tensor, ...window: WindowArguments<MaxPoolOptions & KernelSize>) =>
    extremumPool(op, fn, rank, x, readWindow(op, window));
}

/**
 * The largest value of each window along one axis. Ties go to the first, NaN wins.
 *
 * @param x `[N, C, W]`, `[C, W]` or `[W]`; any number.
 * @throws `INVALID_SHAPE`, `INVALID_ARGUMENT`, `INVALID_DTYPE` when window and input do not fit.
 */
export const maxPool1d: MaxPoolFunction<'maxPool1d', 1> = /* @__PURE__ */ poolFunction('max', 1);

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
export const maxPool2d: MaxPoolFunction<'maxPool2d', 2> = /* @__PURE__ */ poolFunction('max', 2);

/** As {@link maxPool2d}, over depth, height and width: `[N, C, D, H, W]`, `[C, D, H, W]` or `[D, H, W]`. */
export const maxPool3d: MaxPoolFunction<'maxPool3d', 3> = /* @__PURE__ */ poolFunction('max', 3);

/** As {@link maxPool1d}, the smallest value. */
export const minPool1d: MaxPoolFunction<'minPool1d', 1> = /* @__PURE__ */ poolFunction('min', 1);
/** As {@link maxPool2d}, the smallest value. */
export const minPool2d: MaxPoolFunction<'minPool2d', 2> = /* @__PURE__ */ poolFunction('min', 2);
/** As {@link maxPool3d}, the smallest value. */
export const minPool3d: MaxPoolFunction<'minPool3d', 3> = /* @__PURE__ */ poolFunction('min', 3);
