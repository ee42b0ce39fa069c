// Elementary functions of f64, without tables. Errors are a few units in the last place.
// The polynomials are those of FreeBSD's msun (e_exp.c, e_log.c, k_sin.c, k_cos.c):
//   Copyright (C) 1993, 2004 by Sun Microsystems, Inc. All rights reserved. Developed at SunSoft/SunPro, a Sun
//   Microsystems, Inc. business. Permission to use, copy, modify, and distribute this software is freely granted,
//   provided that this notice is preserved.

const LN2_HIGH: f64 = 6.93147180369123816490e-01;
const LN2_LOW: f64 = 1.90821492927058770002e-10;

/** y · 2^k, for k from −2040 to 2040. */
function scale(y: f64, k: i64): f64 {
  const half = k >> 1;
  return y * reinterpret<f64>((1023 + half) << 52) * reinterpret<f64>((1023 + k - half) << 52);
}

/** e^(x + low), or that minus `one`, which is 0 or 1. `low` is small against x. */
export function exponential(x: f64, low: f64, one: f64): f64 {
  if (!(x < 746 && x > (one == 0 ? -746 : -50))) return x < 0 ? 0 - one : x > 0 ? Infinity : x;
  if (x == 0) return one == 0 ? 1 : x;
  const k = nearest(x * 1.44269504088896338700);
  const high = x - k * LN2_HIGH;
  low = k * LN2_LOW - low;
  const r = high - low;
  const t = r * r;
  const c =
    r -
    t *
      (1.66666666666666019037e-01 +
        t *
          (-2.77777777770155933842e-03 +
            t * (6.61375632143793436117e-05 + t * (-1.65339022054652515390e-06 + t * 4.13813679705723846039e-08))));
  // e^r − 1, from which the 1 is subtracted at the end without cancellation.
  const y = high - (low - (r * c) / (2 - c));
  const exponent = <i64>k;
  return scale(one == 0 ? y + 1 : y + (1 - scale(1, -exponent)), exponent);
}

export function exp(x: f64): f64 {
  return exponential(x, 0, 0);
}

export function expm1(x: f64): f64 {
  return exponential(x, 0, 1);
}

// What `split` found: x = mantissa · 2^exponent, with the mantissa between √½ and √2.
let mantissa: f64 = 0;
let exponent: f64 = 0;

/** Takes a positive finite number apart. */
function split(x: f64): void {
  let extra = 0;
  if (x < 2.2250738585072014e-308) {
    x *= 18014398509481984;
    extra = 54;
  }
  const bits = reinterpret<i64>(x) + (0x3ff0000000000000 - 0x3fe6a09e667f3bcd);
  exponent = <f64>(<i32>(bits >> 52) - 1023 - extra);
  mantissa = reinterpret<f64>((bits & 0x000fffffffffffff) + 0x3fe6a09e667f3bcd);
}

/** With s = f / (2 + f): R in log(1 + f) = 2s + s · R. */
@inline
function logSeries(s: f64): f64 {
  const z = s * s;
  const w = z * z;
  return (
    w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01)) +
    z *
      (6.666666666666735130e-01 +
        w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)))
  );
}

export function log(x: f64): f64 {
  if (!(x > 0)) return x == 0 ? -Infinity : NaN;
  if (x == Infinity) return x;
  split(x);
  const f = mantissa - 1;
  const s = f / (2 + f);
  const half = 0.5 * f * f;
  return s * (half + logSeries(s)) + exponent * LN2_LOW - half + f + exponent * LN2_HIGH;
}

/** Kahan's: what is lost in 1 + x is lost in the quotient too. */
export function log1p(x: f64): f64 {
  const u = 1 + x;
  return u == 1 ? x : u == Infinity ? u : log(u) * (x / (u - 1));
}

export function tanh(x: f64): f64 {
  const t = expm1(-2 * abs(x));
  return copysign(-t / (t + 2), x);
}

/** Written so that the exponential cannot overflow and a small result keeps its digits. */
export function sigmoid(x: f64): f64 {
  const power = exp(-abs(x));
  return (x < 0 ? power : 1) / (1 + power);
}

/** What a · b, rounded to `product`, lost (Dekker, "A floating-point technique for extending the available precision", 1971). */
function lost(a: f64, b: f64, product: f64): f64 {
  const aHigh = reinterpret<f64>(reinterpret<i64>(a) & ~0x7ffffff);
  const bHigh = reinterpret<f64>(reinterpret<i64>(b) & ~0x7ffffff);
  const aLow = a - aHigh;
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

/** C's pow. The logarithm and its product with y are sums of two f64. */
export function pow(x: f64, y: f64): f64 {
  if (y == 0 || x == 1) return 1;
  const size = abs(x);
  if (x != x || y != y) return NaN;
  if (abs(y) == Infinity) return size == 1 ? 1 : size > 1 == y > 0 ? Infinity : 0;
  const isWhole = floor(y) == y;
  const isOdd = isWhole && floor(y * 0.5) != y * 0.5;
  let result: f64;
  if (size == 0 || size == Infinity) result = (size == 0) == y > 0 ? 0 : Infinity;
  else {
    if (x < 0 && !isWhole) return NaN;
    split(size);
    const f = mantissa - 1;
    const divisor = mantissa + 1;
    const s = f / divisor;
    const back = s * divisor;
    const sLow = (f - back - lost(s, divisor, back) - s * (mantissa - (divisor - 1))) / divisor;
    const whole = exponent * LN2_HIGH;
    const sum = whole + 2 * s;
    const rest = whole - sum + 2 * s + (exponent * LN2_LOW + 2 * sLow + s * logSeries(s));
    const high = sum + rest;
    const product = y * high;
    // Beyond that it is infinite or 0 all the same, and `lost` might not be a number.
    result = exponential(product, abs(product) < 800 ? lost(y, high, product) + y * (rest - (high - sum)) : 0, 0);
  }
  return isOdd ? copysign(result, x) : result;
}

/** `|x|^p`, with short ways for the usual p. */
export function powerOf(size: f64, p: f64): f64 {
  return p == 1 ? size : p == 2 ? size * size : p == 0.5 ? sqrt(size) : pow(size, p);
}

/** 64 bits of the binary digits of 2/π, after 64 zeros. */
function twoOverPi(word: i32): u64 {
  switch (word) {
    case 0: return 0;
    case 1: return 0xa2f9836e4e441529;
    case 2: return 0xfc2757d1f534ddc0;
    case 3: return 0xdb6295993c439041;
    case 4: return 0xfe5163abdebbc561;
    case 5: return 0xb7246e3a424dd2e0;
    case 6: return 0x06492eea09d1921c;
    case 7: return 0xfe1deb1cb129a73e;
    case 8: return 0xe88235f52ebb4484;
    case 9: return 0xe99c7026b45f7e41;
    case 10: return 0x3991d639835339f4;
    case 11: return 0x9c845f8bbdf9283b;
    case 12: return 0x1ff897ffde05980f;
    case 13: return 0xef2f118b5a0a6d1f;
    case 14: return 0x6d367ecf27cb09b7;
    case 15: return 0x4f463f669e5fea2d;
    case 16: return 0x7527bac7ebe5f17b;
    case 17: return 0x3d0739f78a5292ea;
    case 18: return 0x6bfb5fb11f8d5d08;
    case 19: return 0x56033046fc7b6bab;
    default: return 0xf0cfbc209af4361d;
  }
}

function digits(position: i32): u64 {
  const word = position >> 6;
  const shift = position & 63;
  const high = twoOverPi(word) << shift;
  return shift == 0 ? high : high | (twoOverPi(word + 1) >> (64 - shift));
}

function highProduct(a: u64, b: u64): u64 {
  const a0 = a & 0xffffffff;
  const a1 = a >> 32;
  const b0 = b & 0xffffffff;
  const b1 = b >> 32;
  const middle = a1 * b0 + ((a0 * b0) >> 32);
  return a1 * b1 + (middle >> 32) + ((a0 * b1 + (middle & 0xffffffff)) >> 32);
}

/** sin(x + quarters · π/2). */
export function sine(x: f64, quarters: i32): f64 {
  const size = abs(x);
  let high = x;
  let low: f64 = 0;
  if (size > 1000000) {
    if (size == Infinity) return NaN;
    // Payne and Hanek, "Radian reduction for trigonometric functions", 1983: x · 2/π modulo 4, in 128 bits.
    const bits = reinterpret<i64>(size);
    const position = <i32>(bits >> 52) - 1023 - 52 + 62;
    const whole = (bits & 0x000fffffffffffff) | 0x0010000000000000;
    const second = digits(position + 64);
    const tail = highProduct(whole, digits(position + 128));
    const below = <u64>whole * second + tail;
    const above = <u64>whole * digits(position) + highProduct(whole, second) + <u64>(below < tail);
    const quarter = <i32>(above >> 62);
    const fraction = <i64>((above << 2) | (below >> 62));
    const angle = (<f64>fraction * 5.421010862427522e-20 + <f64>(below << 2) * 2.938735877055719e-39) *
      1.5707963267948966;
    const turned = quarter + (fraction < 0 ? 1 : 0);
    high = x < 0 ? -angle : angle;
    quarters += x < 0 ? -turned : turned;
  } else if (size > 0.785) {
    // Cody and Waite, "Software manual for the elementary functions", 1980: π/2 in three parts.
    const n = nearest(x * 0.6366197723675814);
    const first = x - n * 1.5707963267341256;
    const second = n * 6.077100506303966e-11;
    const rest = first - second;
    const kept = rest + second;
    const tail = first - kept + (kept - rest - second) - n * 2.0222662487959506e-21;
    high = rest + tail;
    low = rest - high + tail;
    quarters += <i32>n;
  }
  const z = high * high;
  let y: f64;
  if (quarters & 1) {
    const r =
      z *
      (4.16666666666666019037e-02 +
        z *
          (-1.38888888888741095749e-03 +
            z *
              (2.48015872894767294178e-05 +
                z * (-2.75573143513906633035e-07 + z * (2.08757232129817482790e-09 + z * -1.13596475577881948265e-11)))));
    const half = 0.5 * z;
    const w = 1 - half;
    y = w + (1 - w - half + (z * r - high * low));
  } else {
    const r =
      8.33333333332248946124e-03 +
      z *
        (-1.98412698298579493134e-04 +
          z * (2.75573137070700676789e-06 + z * (-2.50507602534068634195e-08 + z * 1.58969099521155010221e-10)));
    const v = z * high;
    y = high - (z * (0.5 * low - v * r) - low - v * -1.66666666666666324348e-01);
  }
  return quarters & 2 ? -y : y;
}
