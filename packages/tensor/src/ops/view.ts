import {
  CenoteError,
  contiguousStrides,
  elementCount,
  flattenShape,
  formatShape,
  normalizeAxis,
  permuteShape,
  reshapeShape,
  type Shape,
} from '@cenote/shape';
import type {
  Checked,
  ExpandOutput,
  FlattenOutput,
  PermuteOutput,
  ReshapeOutput,
  ResultShape,
  SliceOutput,
  SqueezeOutput,
  TransposeOutput,
  UnsqueezeOutput,
} from '@cenote/shape/types';
import { contiguous } from '../dispatch.js';
import { recordPrimitive } from '../gradient.js';
import { isContiguous } from '../storage.js';
import { Tensor } from '../tensor.js';
import { viewed } from './primitive.js';

/**
 * The same elements in another shape; one size may be −1 and is then worked out. Shares memory when the elements lie in
 * row-major order, and copies otherwise.
 *
 * @throws `INVALID_SHAPE` when the number of elements differs.
 *
 * @example
 * ```ts
 * const x = reshape(arange(6), [2, -1]); // shape [2, 3]
 * ```
 */
export function reshape<S extends Shape, const To extends Shape>(
  x: Checked<ReshapeOutput<'reshape', S, To>, Tensor<S>>,
  shape: To,
): Tensor<ResultShape<ReshapeOutput<'reshape', S, To>>>;
export function reshape(x: Tensor, shape: Shape): Tensor {
  return reshaped('reshape', x, reshapeShape('reshape', x.shape, shape));
}

function reshaped(label: string, x: Tensor, shape: Shape): Tensor {
  const value = x.value(label);
  const strides = contiguousStrides(shape);
  if (isContiguous(value)) return viewed('reshape', { shape }, label, x, { shape, strides });
  const output = new Tensor({ ...contiguous(value, label), shape, strides });
  recordPrimitive('reshape', { shape }, [x], [output]);
  return output;
}

/**
 * Joins the axes from `startDim` to `endDim` (both included; negative ones count from the end) into one.
 *
 * @throws `INVALID_SHAPE` when the axes are not there or not in order.
 */
export function flatten<S extends Shape, const Start extends number = 0, const End extends number = -1>(
  x: Checked<FlattenOutput<'flatten', S, Start, End>, Tensor<S>>,
  startDim?: Start,
  endDim?: End,
): Tensor<ResultShape<FlattenOutput<'flatten', S, Start, End>>>;
export function flatten(x: Tensor, startDim = 0, endDim = -1): Tensor {
  return reshaped('flatten', x, flattenShape('flatten', x.shape, startDim, endDim));
}

/**
 * The axes in another order, without copying: output axis `i` is input axis `axes[i]`.
 *
 * @throws `INVALID_SHAPE` when `axes` is not a permutation.
 */
export function permute<S extends Shape, const Axes extends readonly number[]>(
  x: Checked<PermuteOutput<'permute', S, Axes>, Tensor<S>>,
  axes: Axes,
): Tensor<ResultShape<PermuteOutput<'permute', S, Axes>>>;
export function permute(x: Tensor, axes: readonly number[]): Tensor {
  const shape = permuteShape('permute', x.shape, axes);
  const order = axes.map((axis) => normalizeAxis('permute', axis, x.rank));
  const { strides } = x.value('permute');
  return viewed('permute', { axes: order }, 'permute', x, { shape, strides: order.map((axis) => strides[axis]) });
}

/** Two axes exchanged, without copying; the last two where none are given. */
export function transpose<S extends Shape, const First extends number = -2, const Second extends number = -1>(
  x: Checked<TransposeOutput<'transpose', S, First, Second>, Tensor<S>>,
  first?: First,
  second?: Second,
): Tensor<ResultShape<TransposeOutput<'transpose', S, First, Second>>>;
export function transpose(x: Tensor, first = -2, second = -1): Tensor {
  const a = normalizeAxis('transpose', first, x.rank);
  const b = normalizeAxis('transpose', second, x.rank);
  const axes = x.shape.map((_, axis) => (axis === a ? b : axis === b ? a : axis));
  return permute(x, axes);
}

/** Without the axes of size 1, or without the given one when its size is 1. */
export function squeeze<S extends Shape, const Axis extends number | undefined = undefined>(
  x: Checked<SqueezeOutput<'squeeze', S, Axis>, Tensor<S>>,
  axis?: Axis,
): Tensor<ResultShape<SqueezeOutput<'squeeze', S, Axis>>>;
export function squeeze(x: Tensor, axis?: number): Tensor {
  const dropped = axis === undefined ? undefined : normalizeAxis('squeeze', axis, x.rank);
  const shape = x.shape.filter((size, index) => size !== 1 || (dropped !== undefined && index !== dropped));
  return reshaped('squeeze', x, shape);
}

/** With a new axis of size 1 before `axis` (negative ones count from the end of the result). */
export function unsqueeze<S extends Shape, const Axis extends number>(
  x: Checked<UnsqueezeOutput<'unsqueeze', S, Axis>, Tensor<S>>,
  axis: Axis,
): Tensor<ResultShape<UnsqueezeOutput<'unsqueeze', S, Axis>>>;
export function unsqueeze(x: Tensor, axis: number): Tensor {
  const position = normalizeAxis('unsqueeze', axis, x.rank + 1);
  return reshaped('unsqueeze', x, [...x.shape.slice(0, position), 1, ...x.shape.slice(position)]);
}

/**
 * Axes of size 1 repeated to the size of `shape`, without copying; −1 keeps a size, further axes are added in front.
 *
 * @throws `INVALID_SHAPE` when another size would have to change.
 */
export function expand<S extends Shape, const To extends Shape>(
  x: Checked<ExpandOutput<'expand', S, To>, Tensor<S>>,
  shape: To,
): Tensor<ResultShape<ExpandOutput<'expand', S, To>>>;
export function expand(x: Tensor, shape: Shape): Tensor {
  const added = shape.length - x.rank;
  const sizes = shape.map((size, axis) => (size === -1 && axis >= added ? x.shape[axis - added] : size));
  const fits =
    added >= 0 &&
    sizes.every((size) => Number.isInteger(size) && size >= 0) &&
    x.shape.every((size, axis) => size === 1 || size === sizes[axis + added]);
  if (!fits) {
    throw new CenoteError({
      code: 'INVALID_SHAPE',
      op: 'expand',
      what: 'the shape cannot be expanded',
      got: `${formatShape(x.shape)} to ${formatShape(shape)}`,
      expected: 'the same sizes from the last axis on, except where the input has size 1',
      hint: 'Insert axes of size 1 with unsqueeze or reshape first',
    });
  }
  const { strides } = x.value('expand');
  const spread = sizes.map((size, axis) =>
    axis < added || (x.shape[axis - added] === 1 && size !== 1) ? 0 : strides[axis - added],
  );
  return viewed('expand', { shape: sizes }, 'expand', x, { shape: sizes, strides: spread });
}

/**
 * What {@link slice} takes of one axis: a position (the axis is dropped), `[start, end]` or `[start, end, step]` (`end`
 * excluded, null for the end), or null for all of it. Negative positions count from the end.
 */
export type SliceRange = number | null | readonly [number, number | null] | readonly [number, number | null, number];

/**
 * A part of a tensor, without copying. Axes that are not named are taken whole; as in Python, ranges are clipped.
 *
 * @throws `INVALID_ARGUMENT` for a position outside the axis, a step below 1 or too many ranges.
 *
 * @example
 * ```ts
 * const x = reshape(arange(12), [3, 4]);
 * const y = slice(x, [[0, 2], -1]); // rows 0 and 1 of the last column: [3, 7]
 * ```
 */
export function slice<S extends Shape, const Ranges extends readonly SliceRange[]>(
  x: Checked<SliceOutput<'slice', S, Ranges>, Tensor<S>>,
  ranges: Ranges,
): Tensor<ResultShape<SliceOutput<'slice', S, Ranges>>>;
export function slice(x: Tensor, ranges: readonly SliceRange[]): Tensor {
  if (ranges.length > x.rank) {
    throw sliceError('more ranges than axes', `${ranges.length} ranges`, `at most ${x.rank}`, 'Leave some out');
  }
  const start: number[] = [];
  const size: number[] = [];
  const step: number[] = [];
  const dropped: number[] = [];
  for (let axis = 0; axis < x.rank; axis++) {
    const length = x.shape[axis];
    const range = axis < ranges.length ? ranges[axis] : null;
    if (typeof range === 'number') {
      const position = range < 0 ? range + length : range;
      if (!Number.isInteger(range) || position < 0 || position >= length) {
        throw sliceError(
          `position outside axis ${axis}`,
          String(range),
          `a whole number from ${-length} to ${length - 1}`,
          'Check the shape',
        );
      }
      start.push(position);
      size.push(1);
      step.push(1);
      dropped.push(axis);
      continue;
    }
    const [from, to, by = 1] = range ?? [0, null];
    if (!Number.isInteger(from) || !(to === null || Number.isInteger(to)) || !Number.isInteger(by) || by < 1) {
      throw sliceError(
        `not a range on axis ${axis}`,
        JSON.stringify(range),
        'whole numbers [start, end] or [start, end, step] with step at least 1',
        'Pass null for the whole axis',
      );
    }
    const clip = (position: number) => Math.min(length, Math.max(0, position < 0 ? position + length : position));
    const first = clip(from);
    const last = to === null ? length : clip(to);
    start.push(first);
    size.push(Math.max(0, Math.ceil((last - first) / by)));
    step.push(by);
  }
  const part = sliced(x, start, size, step);
  if (dropped.length === 0) return part;
  const rest = reshaped(
    'slice',
    part,
    size.filter((_, axis) => !dropped.includes(axis)),
  );
  part.dispose();
  return rest;
}

/** @internal The primitive under {@link slice}: `size` elements from `start`, `step` apart, on each axis. */
export function sliced(x: Tensor, start: Shape, size: Shape, step: Shape): Tensor {
  const { strides, offset } = x.value('slice');
  return viewed('slice', { start, size, step }, 'slice', x, {
    shape: size,
    strides: strides.map((stride, axis) => stride * step[axis]),
    offset:
      elementCount(size) === 0 ? offset : offset + strides.reduce((sum, stride, axis) => sum + stride * start[axis], 0),
  });
}

function sliceError(what: string, got: string, expected: string, hint: string): CenoteError {
  return new CenoteError({ code: 'INVALID_ARGUMENT', op: 'slice', what, got, expected, hint });
}
