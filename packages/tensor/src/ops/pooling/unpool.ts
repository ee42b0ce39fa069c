import type { DType } from '@cenote/backend';
import {
  CenoteError,
  type DataFormat,
  elementCount,
  formatShape,
  type PerAxis,
  type Shape,
  type SpatialRank,
  sameShape,
  unpoolShape,
} from '@cenote/shape';
import type {
  Checked,
  KnownOptions,
  ResultShape,
  UnpoolOutput,
  WindowArguments,
  WindowOptions,
} from '@cenote/shape/types';
import { assertDType } from '../../promote.js';
import { scope } from '../../scope.js';
import type { Tensor } from '../../tensor.js';
import { checkedIndex, scatterAt } from '../indexing.js';
import { reshape } from '../view.js';
import { type KernelSize, readWindow } from './options.js';
import { firstSpatialAxis, flattenPlanes } from './planes.js';

/** Options of max unpooling: those of the max pooling that it undoes. */
export interface MaxUnpoolOptions {
  /** Distance between neighbouring windows. Default: `kernelSize`. */
  readonly stride?: PerAxis<number>;
  /** Padding on both sides of each axis. Default: 0. */
  readonly padding?: PerAxis<number>;
  /**
   * The spatial sizes of the tensor that was pooled, or its shape: several sizes have one pooled size. Default:
   * `(input − 1) · stride − 2 · padding + kernelSize`.
   */
  readonly outputSize?: readonly number[] | null;
  /** `channelsFirst` (`[N, C, …]`) or `channelsLast` (`[N, …, C]`). Default: `channelsFirst`. */
  readonly dataFormat?: DataFormat;
}

/** Undoes max pooling over `Rank` axes. */
export type MaxUnpoolFunction<Op extends string, Rank extends SpatialRank> = <
  S extends Shape,
  const A extends WindowArguments<MaxUnpoolOptions & KernelSize>,
>(
  x: Checked<UnpoolOutput<Op, Rank, S, WindowOptions<A>>, Tensor<S>>,
  indices: Tensor,
  ...window: A & KnownOptions<Op, A, MaxUnpoolOptions & KernelSize>
) => Tensor<ResultShape<UnpoolOutput<Op, Rank, S, WindowOptions<A>>>>;

const isNumeric = (dtype: DType) => dtype !== 'bool';

function unpool(
  op: string,
  rank: SpatialRank,
  x: Tensor,
  indices: Tensor,
  options: MaxUnpoolOptions & KernelSize,
): Tensor {
  assertDType(op, x.dtype, isNumeric, 'any number');
  const { dataFormat } = options;
  const outputShape = unpoolShape({ ...options, op, rank }, x.shape);
  if (!sameShape(indices.shape, x.shape)) {
    throw new CenoteError({
      code: 'INVALID_SHAPE',
      op,
      what: 'the shape of the indices does not fit',
      got: `indices ${formatShape(indices.shape)} for ${formatShape(x.shape)}`,
      expected: 'one position for each element',
      hint: 'Pass the indices that max pooling returned with this output',
    });
  }
  const axes = { rank, dataFormat };
  const plane = firstSpatialAxis(x.rank, axes);
  const size = elementCount(outputShape.slice(plane, plane + rank));
  return scope(() => {
    const positions = flattenPlanes(checkedIndex(op, indices, size, 'output plane'), axes);
    return reshape(scatterAt(op, 'scatter', flattenPlanes(x, axes), plane, positions, size), outputShape);
  });
}

function maxUnpool<Rank extends SpatialRank>(rank: Rank): MaxUnpoolFunction<`maxUnpool${Rank}d`, Rank>;
function maxUnpool(rank: SpatialRank) {
  const op = `maxUnpool${rank}d`;
  return (x: Tensor, indices: Tensor, ...window: WindowArguments<MaxUnpoolOptions & KernelSize>): Tensor =>
    unpool(op, rank, x, indices, readWindow(op, window));
}

/** As {@link maxUnpool2d}, along one axis. */
export const maxUnpool1d: MaxUnpoolFunction<'maxUnpool1d', 1> = /* @__PURE__ */ maxUnpool(1);

/**
 * Puts what max pooling chose back to where it was, among zeros. Where windows overlap and several elements have one
 * position, the last in row-major order stays, and the gradient goes to that one (PyTorch leaves open which, and gives the
 * gradient to all of them).
 *
 * @param x `[N, C, H, W]`, `[C, H, W]` or `[H, W]`; any number.
 * @param indices The positions that max pooling returned: the shape of `x`, a whole-number dtype, flat positions in the
 *   plane of the output.
 * @throws `INVALID_SHAPE`, `INVALID_ARGUMENT`, `INVALID_DTYPE` when they do not fit; `INVALID_ARGUMENT` for a position
 *   outside the plane, on devices that can be read without waiting.
 *
 * @example
 * ```ts
 * const { output, indices } = maxPool2d(tensor([[1, 2], [4, 3]]), 2, { returnIndices: true });
 * const y = maxUnpool2d(output, indices, 2); // [[0, 0], [4, 0]]
 * ```
 */
export const maxUnpool2d: MaxUnpoolFunction<'maxUnpool2d', 2> = /* @__PURE__ */ maxUnpool(2);

/** As {@link maxUnpool2d}, over depth, height and width. */
export const maxUnpool3d: MaxUnpoolFunction<'maxUnpool3d', 3> = /* @__PURE__ */ maxUnpool(3);
