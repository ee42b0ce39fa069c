import { CenoteError } from './error.js';
import { formatArgument } from './per-axis.js';

/**
 * The position of an axis, counted from the front.
 *
 * @param axis From `−rank` to `rank − 1`; negative ones count from the end.
 * @throws CenoteError `INVALID_ARGUMENT` when there is no such axis. A scalar has none at all.
 */
export function normalizeAxis(op: string, axis: number, rank: number): number {
  if (Number.isInteger(axis) && axis >= -rank && axis < rank) return axis < 0 ? axis + rank : axis + 0;
  throw new CenoteError({
    code: 'INVALID_ARGUMENT',
    op,
    what: 'no such axis',
    got: `axis ${formatArgument(axis)} of a tensor of rank ${rank}`,
    expected: rank === 0 ? 'no axis: a scalar has none' : `an integer from ${-rank} to ${rank - 1}`,
    hint:
      rank === 0
        ? 'Leave the axis out, or reshape the scalar first'
        : 'Count from 0 at the front or from -1 at the end',
  });
}

/**
 * Positions of axes, ascending and distinct.
 *
 * @param axes One axis or several; all of them when it is `undefined`, none when it is empty (as in NumPy; PyTorch's
 * reductions take an empty list for all axes).
 * @throws CenoteError `INVALID_ARGUMENT` when there is no such axis, or one is named twice.
 */
export function normalizeAxes(
  op: string,
  axes: number | readonly number[] | undefined,
  rank: number,
): readonly number[] {
  if (axes === undefined) return Array.from({ length: rank }, (_, axis) => axis);
  if (typeof axes === 'number') return [normalizeAxis(op, axes, rank)];
  const positions = axes.map((axis) => normalizeAxis(op, axis, rank)).sort((a, b) => a - b);
  const twice = positions.find((axis, index) => axis === positions[index + 1]);
  if (twice !== undefined) throw repeatedAxis(op, axes, twice, rank);
  return positions;
}

/** The error for an axis that is named twice. */
export function repeatedAxis(op: string, axes: readonly number[], twice: number, rank: number): CenoteError {
  return new CenoteError({
    code: 'INVALID_ARGUMENT',
    op,
    what: `axis ${twice} is named twice`,
    got: `axes ${formatArgument(axes)} of a tensor of rank ${rank}`,
    expected: 'each axis at most once',
    hint: 'Remove one of them; negative axes count from the end',
  });
}
