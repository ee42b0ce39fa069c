import { CenoteError } from '@cenote/shape';

/**
 * Throws unless `value` is a whole number from `least` on.
 *
 * @throws CenoteError `INVALID_ARGUMENT`
 */
export function checkInteger(op: string, name: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new CenoteError({
    code: 'INVALID_ARGUMENT',
    op,
    what: `${name} is not a whole number from ${least} on`,
    got: `${name} ${String(value)}`,
    expected: `an integer, at least ${least}`,
    hint: `Correct ${name}`,
  });
}

/**
 * Throws unless `value` is a finite number that the range accepts.
 *
 * @param range As it reads in the message: `0 ≤ p ≤ 1`.
 * @throws CenoteError `INVALID_ARGUMENT`
 */
export function checkNumber(
  op: string,
  name: string,
  value: number,
  accepts: (value: number) => boolean,
  range: string,
): void {
  if (typeof value === 'number' && Number.isFinite(value) && accepts(value)) return;
  throw new CenoteError({
    code: 'INVALID_ARGUMENT',
    op,
    what: `${name} is out of range`,
    got: `${name} ${String(value)}`,
    expected: `a finite number, ${range}`,
    hint: `Correct ${name}`,
  });
}

/** Throws unless `value` is a finite number from 0 on. */
export function checkNonNegative(op: string, name: string, value: number): void {
  checkNumber(op, name, value, (number) => number >= 0, 'at least 0');
}
