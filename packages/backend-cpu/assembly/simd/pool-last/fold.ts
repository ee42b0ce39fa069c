// What a window does with its elements. The modes are constants, so that every use compiles to the one of them.

/** The largest; NaN wins. */
export const MAX: i32 = 0;
/** The sum in f32, for few terms. */
export const SUM: i32 = 1;
/** The sum in f64, for many terms. */
export const WIDE_SUM: i32 = 2;

/**
 * Combines two vectors. `pmax` is one instruction on x64 where `max` is about nine, but takes its first operand whenever
 * the two are unordered. Of both orders at least one is the NaN, and its bits stay those of a NaN whatever is or'ed in;
 * numbers are equal in both orders, but for the sign of a zero.
 */
@inline
export function fold(mode: i32, a: v128, b: v128): v128 {
  if (mode == MAX) return v128.or(f32x4.pmax(a, b), f32x4.pmax(b, a));
  return f32x4.add(a, b);
}

/** What is stored: sums are divided. */
@inline
export function finish(mode: i32, a: v128, divisor: v128): v128 {
  return mode == MAX ? a : f32x4.div(a, divisor);
}

/** Lanes 0 and 1 in f64. */
@inline
export function low(a: v128): v128 {
  return f64x2.promote_low_f32x4(a);
}

/** Lanes 2 and 3 in f64. */
@inline
export function high(a: v128): v128 {
  return f64x2.promote_low_f32x4(i64x2.shuffle(a, a, 1, 1));
}

/** Four f64, rounded. */
@inline
export function narrow(lanes01: v128, lanes23: v128): v128 {
  return i64x2.shuffle(f32x4.demote_f64x2_zero(lanes01), f32x4.demote_f64x2_zero(lanes23), 0, 2);
}
