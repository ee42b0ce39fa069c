import type { NumberDType } from '../elements.js';

/**
 * A 64-bit integer as a number that becomes the right element of `dtype` when it is stored: the nearest one for floats
 * (halves to even), the lowest bits for integers, `x ≠ 0` for bool.
 */
export function bigintToNumber(value: bigint, dtype: NumberDType): number {
  switch (dtype) {
    case 'f64':
      return Number(value);
    case 'f32':
      return Number(roundToOdd(value));
    case 'bool':
      return value === 0n ? 0 : 1;
    case 'i32':
    case 'u8':
    case 'i8':
      return Number(BigInt.asIntN(32, value));
  }
}

/** A number as a 64-bit integer: truncated, then wrapped around; 0 when it is not finite. */
export function numberToBigint(value: number): bigint {
  return Number.isFinite(value) ? BigInt.asIntN(64, BigInt(Math.trunc(value))) : 0n;
}

/**
 * Cuts a value of more than 53 bits to what an f64 holds, leaving a trace of what was cut in the last bit. Rounding to f64
 * and then to f32 would round twice; from here, one rounding to f32 is right (Boldo and Melquiond, "Emulation of FMA and
 * correctly rounded sums: proved algorithms using rounding to odd", 2008).
 */
function roundToOdd(value: bigint): bigint {
  if (BigInt.asIntN(54, value) === value) return value;
  const cut = (value >> 11n) << 11n;
  return cut === value ? value : cut | (1n << 11n);
}
