// Activations of a tile, in place. exp and tanh are those of the Cephes library (Moshier, 1992: expf.c, tanhf.c), whose
// polynomials are within about one unit in the last place, four at a time.
import { multiplyAdd, tileBytes } from './tile';

/** Numbers of the activations, as src/variants/product/epilogue.ts has them. */
const relu = 1;
const sigmoid = 2;

/** `exp(x)` for `x` ≤ 0, or NaN. Below −104 it is about exp(−104), which is as good as 0. */
@inline
function expOfNegative(x: v128): v128 {
  x = f32x4.max(x, f32x4.splat(-104));
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(1.44269504088896341)));
  // ln 2 in two parts, the first of which has few enough digits for an exact product.
  const r = f32x4.sub(
    f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375))),
    f32x4.mul(n, f32x4.splat(-2.12194440e-4)),
  );
  let y = multiplyAdd(r, f32x4.splat(1.9875691500e-4), f32x4.splat(1.3981999507e-3));
  y = multiplyAdd(y, r, f32x4.splat(8.3334519073e-3));
  y = multiplyAdd(y, r, f32x4.splat(4.1665795894e-2));
  y = multiplyAdd(y, r, f32x4.splat(1.6666665459e-1));
  y = multiplyAdd(y, r, f32x4.splat(5.0000001201e-1));
  y = f32x4.add(multiplyAdd(y, f32x4.mul(r, r), r), f32x4.splat(1));
  // 2ⁿ in two factors, since it may be too small for one.
  const exponent = i32x4.trunc_sat_f32x4_s(n);
  const half = i32x4.shr_s(exponent, 1);
  return f32x4.mul(f32x4.mul(y, powerOfTwo(half)), powerOfTwo(i32x4.sub(exponent, half)));
}

@inline
function powerOfTwo(exponent: v128): v128 {
  return i32x4.shl(i32x4.add(exponent, i32x4.splat(127)), 23);
}

@inline
function sigmoidOf(x: v128): v128 {
  const e = expOfNegative(f32x4.neg(f32x4.abs(x)));
  const positive = f32x4.div(f32x4.splat(1), f32x4.add(f32x4.splat(1), e));
  return v128.bitselect(f32x4.mul(e, positive), positive, i32x4.shr_s(x, 31));
}

@inline
function tanhOf(x: v128): v128 {
  const size = f32x4.abs(x);
  const square = f32x4.mul(x, x);
  let y = multiplyAdd(square, f32x4.splat(-5.70498872745e-3), f32x4.splat(2.06390887954e-2));
  y = multiplyAdd(y, square, f32x4.splat(-5.37397155531e-2));
  y = multiplyAdd(y, square, f32x4.splat(1.33314422036e-1));
  y = multiplyAdd(y, square, f32x4.splat(-3.33332819422e-1));
  const near = multiplyAdd(f32x4.mul(y, square), x, x);
  // tanh |x| = 1 − 2 e / (1 + e) with e = exp(−2 |x|).
  const e = expOfNegative(f32x4.mul(size, f32x4.splat(-2)));
  const far = f32x4.sub(f32x4.splat(1), f32x4.div(f32x4.add(e, e), f32x4.add(f32x4.splat(1), e)));
  const signed = v128.or(far, v128.and(x, i32x4.splat(0x80000000)));
  return v128.bitselect(near, signed, f32x4.lt(size, f32x4.splat(0.625)));
}

/** Applies activation number `kind`, which is not 0. */
export function activateTile(tile: usize, kind: i32): void {
  for (const end = tile + tileBytes; tile < end; tile += 16) {
    const x = v128.load(tile);
    // relu: a comparison with NaN is false, so that NaN stays.
    if (kind == relu) v128.store(tile, v128.andnot(x, f32x4.le(x, f32x4.splat(0))));
    else if (kind == sigmoid) v128.store(tile, sigmoidOf(x));
    else v128.store(tile, tanhOf(x));
  }
}
