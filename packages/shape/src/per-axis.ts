import { CenoteError } from './error.js';
import { maxAxisSize } from './limits.js';
import type { SpatialRank } from './window-geometry.js';

/** One value for every spatial axis, or one value each, outermost first (`[H, W]`). */
export type PerAxis<T> = T | readonly T[];

/** Names of the spatial axes in messages: `D`, `H`, `W`, of which a rank uses the last ones. */
export function axisNames(rank: SpatialRank): readonly string[] {
  return ['D', 'H', 'W'].slice(3 - rank);
}

/** How an argument is written in messages, whatever the caller passed. */
export function formatArgument(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(formatArgument).join(', ')}]`;
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'object' && value !== null) return 'an object';
  return String(value);
}

/** Whether `value` is an integer that a geometry table can hold, and at least `least`. */
export function isAxisInteger(value: unknown, least: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= maxAxisSize;
}

/**
 * Refuses anything but an integer of at least `least`.
 *
 * @throws CenoteError `INVALID_ARGUMENT`.
 */
export function checkInteger(op: string, name: string, value: number, least: 0 | 1): void {
  if (isAxisInteger(value, least)) return;
  const kind = least === 0 ? 'non-negative' : 'positive';
  throw new CenoteError({
    code: 'INVALID_ARGUMENT',
    op,
    what: `${name} is not a ${kind} integer`,
    got: `${name} ${formatArgument(value)}`,
    expected: `an integer from ${least} to ${maxAxisSize}`,
    hint: `Give ${name} as one ${kind} integer`,
  });
}

/**
 * One entry per spatial axis.
 *
 * @throws CenoteError `INVALID_ARGUMENT` when an array has another number of entries than there are axes.
 */
export function spreadPerAxis<T>(op: string, name: string, value: PerAxis<T>, rank: SpatialRank): readonly T[] {
  if (!isList(value)) return new Array<T>(rank).fill(value);
  if (value.length !== rank) throw wrongEntries(op, name, value, rank);
  return value;
}

/**
 * One positive integer per spatial axis.
 *
 * @throws CenoteError `INVALID_ARGUMENT` when an entry is anything else, or when there are too many or too few.
 */
export function positivePerAxis(
  op: string,
  name: string,
  value: PerAxis<number>,
  rank: SpatialRank,
): readonly number[] {
  const values = spreadPerAxis(op, name, value, rank);
  for (const [axis, entry] of values.entries()) {
    if (!isAxisInteger(entry, 1)) {
      throw new CenoteError({
        code: 'INVALID_ARGUMENT',
        op,
        what: `${name} is not a positive integer on axis ${axisNames(rank)[axis]}`,
        got: `${name} ${formatArgument(value)}`,
        expected: `an integer from 1 to ${maxAxisSize}`,
        hint: `Give ${name} as one positive integer, or as one for each axis`,
      });
    }
  }
  return values;
}

function wrongEntries(op: string, name: string, value: readonly unknown[], rank: SpatialRank): CenoteError {
  const looksLikePair = name === 'padding' && rank === 1 && value.length === 2;
  return new CenoteError({
    code: 'INVALID_ARGUMENT',
    op,
    what: `${name} has the wrong number of entries`,
    got: `${name} ${formatArgument(value)} with ${value.length}`,
    expected:
      rank === 1 ? 'one number, or 1 entry (W)' : `one number, or ${rank} entries (${axisNames(rank).join(', ')})`,
    hint: looksLikePair
      ? `Write padding before and after an axis as a pair of its own: [${formatArgument(value)}]`
      : `Give one entry for each spatial axis`,
  });
}

function isList<T>(value: PerAxis<T>): value is readonly T[] {
  return Array.isArray(value);
}
