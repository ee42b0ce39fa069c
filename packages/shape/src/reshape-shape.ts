import { normalizeAxis, repeatedAxis } from './axes.js';
import { CenoteError } from './error.js';
import { isAxisInteger } from './per-axis.js';
import { elementCount, formatShape, type Shape } from './shape.js';

/**
 * The shape `to`, with its one −1, if any, replaced by what is left of the elements of `from`.
 *
 * @throws CenoteError `INVALID_ARGUMENT` for sizes that are not integers or more than one −1, `INVALID_SHAPE` when the
 * number of elements differs, or when a −1 stands beside a 0 and could be anything.
 */
export function reshapeShape(op: string, from: Shape, to: Shape): Shape {
  const unknown = to.indexOf(-1);
  const isShape = to.every((size, axis) => axis === unknown || isAxisInteger(size, 0));
  if (!isShape) {
    throw new CenoteError({
      code: 'INVALID_ARGUMENT',
      op,
      what: 'the new shape is not a shape',
      got: formatShape(to),
      expected: 'non-negative integers, and -1 at most once',
      hint: 'Write -1 for the one axis that takes what is left',
    });
  }
  const count = elementCount(from);
  const known = elementCount(unknown < 0 ? to : to.filter((_, axis) => axis !== unknown));
  if (unknown >= 0 && known === 0) {
    throw new CenoteError({
      code: 'INVALID_SHAPE',
      op,
      what: 'the size for -1 could be anything',
      got: `${formatShape(to)} for an input ${formatShape(from)}`,
      expected: 'no 0 beside -1',
      hint: 'Write out the size',
    });
  }
  if (unknown < 0 ? known === count : count % known === 0) {
    return unknown < 0 ? [...to] : to.with(unknown, count / known);
  }
  throw new CenoteError({
    code: 'INVALID_SHAPE',
    op,
    what: 'the number of elements differs',
    got: `${formatShape(to)} for an input ${formatShape(from)} of ${count} elements`,
    expected: unknown < 0 ? `a shape of ${count} elements, not ${known}` : `${known} to divide ${count}`,
    hint: 'Choose sizes whose product is the number of elements',
  });
}

/**
 * The shape with the axes from `startDim` to `endDim`, both included, merged into one. A scalar becomes `[1]`.
 *
 * @param startDim Axis to start at; negative ones count from the end.
 * @param endDim Axis to end at, included.
 * @throws CenoteError `INVALID_ARGUMENT` when there is no such axis, or the end comes before the start.
 */
export function flattenShape(op: string, shape: Shape, startDim: number, endDim: number): Shape {
  const rank = Math.max(1, shape.length); // as in PyTorch, axes 0 and −1 of a scalar are allowed
  const start = normalizeAxis(op, startDim, rank);
  const end = normalizeAxis(op, endDim, rank);
  if (start > end) {
    throw new CenoteError({
      code: 'INVALID_ARGUMENT',
      op,
      what: 'endDim comes before startDim',
      got: `startDim ${startDim}, endDim ${endDim} for an input ${formatShape(shape)}`,
      expected: `endDim from ${start} to ${rank - 1}`,
      hint: 'Swap them',
    });
  }
  return [...shape.slice(0, start), elementCount(shape.slice(start, end + 1)), ...shape.slice(end + 1)];
}

/**
 * The shape with its axes in another order: axis `i` of the result is axis `axes[i]` of `shape`.
 *
 * @throws CenoteError `INVALID_ARGUMENT` unless `axes` names every axis once; negative ones count from the end.
 */
export function permuteShape(op: string, shape: Shape, axes: readonly number[]): Shape {
  if (axes.length !== shape.length) {
    throw new CenoteError({
      code: 'INVALID_ARGUMENT',
      op,
      what: 'not an order of all axes',
      got: `axes ${formatShape(axes)} for an input ${formatShape(shape)}`,
      expected: `${shape.length} axes`,
      hint: 'Name every axis once',
    });
  }
  const positions = axes.map((axis) => normalizeAxis(op, axis, shape.length));
  const twice = positions.find((axis, index) => positions.indexOf(axis) !== index);
  if (twice !== undefined) throw repeatedAxis(op, axes, twice, shape.length);
  return positions.map((axis) => shape[axis]);
}
