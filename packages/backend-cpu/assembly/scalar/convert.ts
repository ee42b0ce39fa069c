// Rows from one domain to the other, and rows as integers that have the order of the elements.

/** Truncated, then modulo 2^64; 0 when it is not finite. */
function toInteger(x: f64): i64 {
  if (abs(x) < 9223372036854775808.0) return <i64>x;
  const bits = reinterpret<i64>(x);
  const shift = ((bits >> 52) & 2047) - 1075;
  if (shift > 63) return 0;
  const whole = ((bits & 0x000fffffffffffff) | 0x0010000000000000) << shift;
  return bits < 0 ? -whole : whole;
}

// Codes of conversions, the same as in src/variants/generic/codes.ts.
const FLOAT_TO_INTEGER = 1;
const INTEGER_TO_FLOAT = 2;
const FLOAT_TO_BOOL = 3;
const INTEGER_TO_BOOL = 4;

export function floatToInteger(row: usize, count: i32): void {
  for (const end = row + ((<usize>count) << 3); row < end; row += 8) store<i64>(row, toInteger(load<f64>(row)));
}

export function integerToFloat(row: usize, count: i32): void {
  for (const end = row + ((<usize>count) << 3); row < end; row += 8) store<f64>(row, <f64>load<i64>(row));
}

/** Converts a row in place. */
export function convertRow(code: i32, row: usize, count: i32): void {
  const end = row + ((<usize>count) << 3);
  if (code == FLOAT_TO_INTEGER) floatToInteger(row, count);
  else if (code == INTEGER_TO_FLOAT) integerToFloat(row, count);
  else if (code == FLOAT_TO_BOOL) for (; row < end; row += 8) store<i64>(row, <i64>(load<f64>(row) != 0));
  else if (code == INTEGER_TO_BOOL) for (; row < end; row += 8) store<i64>(row, <i64>(load<i64>(row) != 0));
}

/**
 * Turns a row into keys: i64 that have the order of the elements, or with `mask` −1 the opposite one, so that an extreme is
 * always the largest key, and is found without a branch. Of floats, NaN has the largest key of all and −0 that of 0.
 */
export function toKeys(isFloat: bool, mask: i64, row: usize, count: i32): void {
  const end = row + ((<usize>count) << 3);
  if (isFloat) {
    for (; row < end; row += 8) {
      const x = load<f64>(row) + 0;
      const bits = reinterpret<i64>(x);
      const key = bits ^ ((bits >> 63) & i64.MAX_VALUE) ^ mask;
      store<i64>(row, x == x ? key : i64.MAX_VALUE);
    }
  } else if (mask != 0) {
    for (; row < end; row += 8) store<i64>(row, ~load<i64>(row));
  }
}

/** Turns keys back into elements. */
export function fromKeys(isFloat: bool, mask: i64, row: usize, count: i32): void {
  const end = row + ((<usize>count) << 3);
  if (!isFloat) return toKeys(false, mask, row, count);
  for (; row < end; row += 8) {
    const key = load<i64>(row) ^ mask;
    store<i64>(row, key ^ ((key >> 63) & i64.MAX_VALUE));
  }
}
