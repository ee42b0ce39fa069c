// Functions of rows in scratch. The codes are those of src/variants/generic/codes.ts.
import { exp, expm1, log, log1p, pow, sigmoid, sine, tanh } from './math';
import { rowBytes } from './rows';

@inline
function unaryFloat(fn: i32, x: f64): f64 {
  switch (fn) {
    case 0: return -x;
    case 1: return abs(x);
    case 2: return x > 0 ? 1 : x < 0 ? -1 : x;
    case 3: return max(x, 0);
    case 4: return floor(x);
    case 5: return ceil(x);
    case 6: return nearest(x);
    case 7: return sqrt(x);
    case 8: return 1 / x;
    case 9: return exp(x);
    case 10: return expm1(x);
    case 11: return log(x);
    case 12: return log1p(x);
    case 13: return sine(x, 0);
    case 14: return sine(x, 1);
    case 15: return tanh(x);
    case 16: return sigmoid(x);
    default: return reinterpret<f64>(<i64>(x != x));
  }
}

@inline
function unaryInteger(fn: i32, x: i64): i64 {
  switch (fn) {
    case 0: return -x;
    case 1: return x < 0 ? -x : x;
    case 2: return <i64>(x > 0) - <i64>(x < 0);
    case 3: return x > 0 ? x : 0;
    default: return <i64>(x == 0);
  }
}

/** `row[i] = fn(row[i])`; `isNan` (17) leaves i64. */
export function unaryRow(isFloat: bool, fn: i32, row: usize, count: i32): void {
  const end = row + rowBytes(count);
  if (isFloat) for (; row < end; row += 8) store<f64>(row, unaryFloat(fn, load<f64>(row)));
  else for (; row < end; row += 8) store<i64>(row, unaryInteger(fn, load<i64>(row)));
}

/** The sign of the divisor; a zero keeps the sign of the dividend. */
@inline
function signedRest<T>(rest: T, b: T): T {
  return rest != 0 && rest < 0 != b < 0 ? rest + b : rest;
}

function powInteger(base: i64, exponent: i64): i64 {
  if (exponent < 0) {
    if (base == -1) return exponent & 1 ? -1 : 1;
    return <i64>(base == 1);
  }
  let power: i64 = 1;
  for (; exponent > 0; exponent >>= 1) {
    if (exponent & 1) power *= base;
    base *= base;
  }
  return power;
}

/** The bits of what is less usual than the loops of {@link zip}. */
@inline
function binaryBits<T>(fn: i32, a: T, b: T): i64 {
  switch (fn) {
    case 2: return <i64>(a == b);
    case 3: return <i64>(a != b);
    case 4: return <i64>(a < b);
    case 5: return <i64>(a <= b);
    case 6: return <i64>(a > b);
    case 7: return <i64>(a >= b);
  }
  if (isInteger<T>()) {
    if (fn == 11) return powInteger(<i64>a, <i64>b);
    return b == 0 ? 0 : <i64>signedRest<T>(a % b, b);
  }
  return reinterpret<i64>(binaryFloat(fn, <f64>a, <f64>b));
}

@inline
function binaryFloat(fn: i32, a: f64, b: f64): f64 {
  switch (fn) {
    case 11: return pow(a, b);
    case 12: return signedRest<f64>(a % b, b);
    case 13: return a / b;
    case 14: return b <= 0 ? 0 : a;
    case 15: return a * (b * (1 - b));
    default: return a * ((1 - b) * (1 + b));
  }
}

@inline
function simple<T>(fn: i32, a: T, b: T): T {
  if (fn == 0) return isFloat<T>() ? max(a, b) : a > b ? a : b;
  if (fn == 1) return isFloat<T>() ? min(a, b) : a < b ? a : b;
  if (fn == 8) return a + b;
  if (fn == 9) return a - b;
  return a * b;
}

@inline
function loop<T>(fn: i32, a: usize, aStep: usize, b: usize, end: usize): void {
  for (; b < end; a += aStep, b += 8) store<T>(a, simple<T>(fn, load<T>(a), load<T>(b)));
}

/** The functions that reductions need, and the most usual, have loops of their own. */
function zip<T>(fn: i32, a: usize, aStep: usize, b: usize, end: usize): void {
  switch (fn) {
    case 0: return loop<T>(0, a, aStep, b, end);
    case 1: return loop<T>(1, a, aStep, b, end);
    case 8: return loop<T>(8, a, aStep, b, end);
    case 9: return loop<T>(9, a, aStep, b, end);
    case 10: return loop<T>(10, a, aStep, b, end);
    default: for (; b < end; a += aStep, b += 8) store<i64>(a, binaryBits<T>(fn, load<T>(a), load<T>(b)));
  }
}

/**
 * `a[i · aStep] = fn(a[i · aStep], b[i])`; comparisons give 1 or 0 as i64. With step 0, b is folded into one element. Of bool,
 * `and` is the minimum and `or` the maximum.
 */
export function binaryRow(isFloat: bool, fn: i32, a: usize, aStep: usize, b: usize, count: i32): void {
  if (isFloat) zip<f64>(fn, a, aStep, b, b + rowBytes(count));
  else zip<i64>(fn, a, aStep, b, b + rowBytes(count));
}

/** `acc[i · accStep] += weight · x[i · xStep]`, steps in bytes. */
export function addScaled<T>(acc: usize, accStep: usize, x: usize, xStep: usize, weight: T, count: i32): void {
  for (; count > 0; count--, acc += accStep, x += xStep) store<T>(acc, load<T>(acc) + weight * load<T>(x));
}
