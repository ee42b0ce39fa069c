// Elementary functions of four f32 at once. Without fused multiplications, so that modules with and without relaxed SIMD
// give the same results. Bounds were measured against f64: that of exp over all 2^32 values of f32, the others over one of
// every 64, that of sigmoid also over all from 1/16 to 105 of either sign.
//
// V8 builds a vector constant from three instructions wherever it is used, in loops too; reading it from memory takes one.
// So constants are in a table, `mathConstants` in src/variants/elementwise/math-constants.ts, whose address a kernel gets
// as an argument and passes on as `table`. What the numbers are is said there.

/** Constant `index` of the table, in every lane. */
@inline
function constant(table: usize, index: i32): v128 {
  return v128.load32_splat(table + ((<usize>index) << 2));
}

/** n = round(x / ln 2) in the lowest bits of a float, where an addition leaves it. */
@inline
function exponentOf(x: v128, table: usize): v128 {
  return f32x4.add(f32x4.mul(x, constant(table, 1)), constant(table, 2));
}

/**
 * e^r − 1 with r = x − n · ln 2, by a minimax polynomial of degree 6 for e^r, |r| ≤ ln 2 / 2. ln 2 is in two parts, of which
 * the first has so few bits that its product with n is exact (Cody & Waite 1980).
 */
@inline
function powerOfRest(x: v128, exponent: v128, table: usize): v128 {
  const n = f32x4.sub(exponent, constant(table, 2));
  // r = first − rest; the sum below takes the exact part of it.
  const first = f32x4.sub(x, f32x4.mul(n, constant(table, 3)));
  const rest = f32x4.mul(n, constant(table, 4));
  const r = f32x4.sub(first, rest);
  const square = f32x4.mul(r, r);
  const low = f32x4.add(f32x4.mul(r, constant(table, 6)), constant(table, 5));
  const middle = f32x4.add(f32x4.mul(r, constant(table, 8)), constant(table, 7));
  const high = f32x4.add(f32x4.mul(square, constant(table, 9)), middle);
  const tail = f32x4.mul(f32x4.add(f32x4.mul(high, square), low), square);
  return f32x4.add(f32x4.sub(tail, rest), first);
}

/**
 * e^x = 2^n · e^r from the least x that has a normal result to the least that has an infinite one (constants 12 and 11);
 * garbage beyond.
 */
@inline
function expInRange(x: v128, table: usize): v128 {
  const exponent = exponentOf(x, table);
  const power = f32x4.add(powerOfRest(x, exponent, table), constant(table, 0));
  // Multiplies by 2^n: adds n to the exponent.
  return i32x4.add(power, i32x4.shl(exponent, 23));
}

/** e^x within 0.91 ulp. Results below the smallest normal number become 0; of ±∞ and NaN it is what `Math.exp` is. */
@inline
export function exp(x: v128, table: usize): v128 {
  const power = expInRange(f32x4.pmin(x, constant(table, 11)), table);
  // What is infinite came out as a NaN just above infinity.
  const finite = i32x4.min_s(power, constant(table, 10));
  return v128.or(v128.andnot(finite, f32x4.lt(x, constant(table, 12))), f32x4.ne(x, x));
}

/**
 * 1 / (1 + e^−x) within 1.7 ulp; 0 where e^x is less than about a fourth of the smallest normal number; NaN stays NaN.
 * 1 + e^−x is (1 + 2^n) + 2^n · (e^r − 1), of which the second part is at most 0.42 times the first, so that e^−x is not
 * rounded before the 1 is added. All of it is halved, because 2^n alone may be too large.
 */
@inline
export function sigmoid(x: v128, table: usize): v128 {
  const opposite = f32x4.neg(x);
  const within = f32x4.pmin(f32x4.pmax(opposite, constant(table, 12)), constant(table, 11));
  const exponent = exponentOf(within, table);
  const half = constant(table, 26);
  const scale = i32x4.add(half, i32x4.shl(exponent, 23));
  const large = f32x4.add(scale, half);
  const lost = f32x4.sub(half, f32x4.sub(large, scale));
  const small = f32x4.add(f32x4.mul(scale, powerOfRest(within, exponent, table)), lost);
  // A NaN has come all the way.
  return v128.andnot(f32x4.div(half, f32x4.add(large, small)), f32x4.gt(opposite, constant(table, 11)));
}

/**
 * tanh x within 1.4 ulp, with the sign of x; NaN stays NaN. As in the Cephes library (Moshier 1989): a polynomial near 0, and
 * 1 − 2 / (1 + e^2|x|) beyond, which does not cancel there.
 */
@inline
export function tanh(x: v128, table: usize): v128 {
  const sign = v128.and(x, constant(table, 13));
  const size = v128.xor(x, sign);
  const one = constant(table, 0);
  const power = expInRange(f32x4.pmin(f32x4.add(size, size), constant(table, 14)), table);
  const large = f32x4.sub(one, f32x4.div(constant(table, 15), f32x4.add(power, one)));
  const square = f32x4.mul(x, x);
  let tail = f32x4.add(f32x4.mul(square, constant(table, 17)), constant(table, 18));
  tail = f32x4.add(f32x4.mul(tail, square), constant(table, 19));
  tail = f32x4.add(f32x4.mul(tail, square), constant(table, 20));
  tail = f32x4.add(f32x4.mul(tail, square), constant(table, 21));
  const small = f32x4.add(f32x4.mul(f32x4.mul(tail, square), x), x);
  return v128.bitselect(v128.or(large, sign), small, f32x4.ge(size, constant(table, 16)));
}

/**
 * ln x within 0.8 ulp: −∞ of 0, NaN of what is negative. x = 2^n · m with √½ ≤ m < √2, and for ln m the polynomial of the
 * Cephes library (Moshier 1989). Subnormal numbers are scaled up first.
 */
@inline
export function log(x: v128, table: usize): v128 {
  const subnormal = f32x4.lt(x, constant(table, 22));
  const scaled = v128.bitselect(f32x4.mul(x, constant(table, 23)), x, subnormal);
  // From √½ on, the exponent counts up.
  const offset = i32x4.sub(scaled, constant(table, 24));
  const n = f32x4.sub(f32x4.convert_i32x4_s(i32x4.shr_s(offset, 23)), v128.and(subnormal, constant(table, 25)));
  const m = i32x4.sub(scaled, i32x4.shl(i32x4.shr_s(offset, 23), 23));
  const f = f32x4.sub(m, constant(table, 0));
  const square = f32x4.mul(f, f);
  let tail = f32x4.add(f32x4.mul(f, constant(table, 27)), constant(table, 28));
  tail = f32x4.add(f32x4.mul(tail, f), constant(table, 29));
  tail = f32x4.add(f32x4.mul(tail, f), constant(table, 30));
  tail = f32x4.add(f32x4.mul(tail, f), constant(table, 31));
  tail = f32x4.add(f32x4.mul(tail, f), constant(table, 32));
  tail = f32x4.add(f32x4.mul(tail, f), constant(table, 33));
  tail = f32x4.add(f32x4.mul(tail, f), constant(table, 34));
  tail = f32x4.add(f32x4.mul(tail, f), constant(table, 35));
  tail = f32x4.mul(f32x4.mul(tail, f), square);
  tail = f32x4.add(tail, f32x4.mul(n, constant(table, 4)));
  tail = f32x4.sub(tail, f32x4.mul(square, constant(table, 26)));
  const finite = f32x4.add(f32x4.add(f, tail), f32x4.mul(n, constant(table, 3)));
  // Of +∞ and NaN, x itself; of what is negative, NaN; of 0, −∞.
  const infinity = constant(table, 10);
  const kept = v128.bitselect(finite, x, f32x4.lt(x, infinity));
  const real = v128.or(kept, f32x4.lt(x, f32x4.splat(0)));
  return v128.bitselect(f32x4.neg(infinity), real, f32x4.eq(x, f32x4.splat(0)));
}

/** max(x, 0); NaN stays NaN. */
@inline
export function relu(x: v128): v128 {
  return f32x4.pmax(x, f32x4.splat(0));
}
