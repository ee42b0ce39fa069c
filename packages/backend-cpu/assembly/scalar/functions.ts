// Functions of rows in scratch. The codes are those of src/variants/generic/codes.ts; each has a loop of its own.
import { exp, expm1, log, log1p, pow, sigmoid, sine, tanh } from './math';

@inline
function unaryFloatOf(fn: i32, x: f64): f64 {
  if (fn == 0) return -x;
  if (fn == 1) return abs(x);
  if (fn == 2) return x > 0 ? 1 : x < 0 ? -1 : x;
  if (fn == 3) return exp(x);
  if (fn == 4) return expm1(x);
  if (fn == 5) return log(x);
  if (fn == 6) return log1p(x);
  if (fn == 7) return sqrt(x);
  if (fn == 8) return 1 / x;
  if (fn == 9) return sine(x, 0);
  if (fn == 10) return sine(x, 1);
  if (fn == 11) return tanh(x);
  if (fn == 12) return sigmoid(x);
  if (fn == 13) return max(x, 0);
  if (fn == 14) return floor(x);
  if (fn == 15) return ceil(x);
  return nearest(x);
}

@inline
function mapFloat(fn: i32, row: usize, end: usize): void {
  for (; row < end; row += 8) store<f64>(row, unaryFloatOf(fn, load<f64>(row)));
}

/** `row[i] = fn(row[i])`; `isNan` (17) leaves i64. */
export function unaryFloat(fn: i32, row: usize, count: i32): void {
  const end = row + ((<usize>count) << 3);
  switch (fn) {
    case 0: return mapFloat(0, row, end);
    case 1: return mapFloat(1, row, end);
    case 2: return mapFloat(2, row, end);
    case 3: return mapFloat(3, row, end);
    case 4: return mapFloat(4, row, end);
    case 5: return mapFloat(5, row, end);
    case 6: return mapFloat(6, row, end);
    case 7: return mapFloat(7, row, end);
    case 8: return mapFloat(8, row, end);
    case 9: return mapFloat(9, row, end);
    case 10: return mapFloat(10, row, end);
    case 11: return mapFloat(11, row, end);
    case 12: return mapFloat(12, row, end);
    case 13: return mapFloat(13, row, end);
    case 14: return mapFloat(14, row, end);
    case 15: return mapFloat(15, row, end);
    case 16: return mapFloat(16, row, end);
    default:
      for (; row < end; row += 8) {
        const x = load<f64>(row);
        store<i64>(row, <i64>(x != x));
      }
  }
}

@inline
function unaryIntegerOf(fn: i32, x: i64): i64 {
  if (fn == 0) return -x;
  if (fn == 1) return x < 0 ? -x : x;
  if (fn == 2) return <i64>(x > 0) - <i64>(x < 0);
  if (fn == 13) return x > 0 ? x : 0;
  return <i64>(x == 0);
}

@inline
function mapInteger(fn: i32, row: usize, end: usize): void {
  for (; row < end; row += 8) store<i64>(row, unaryIntegerOf(fn, load<i64>(row)));
}

/** `row[i] = fn(row[i])`. */
export function unaryInteger(fn: i32, row: usize, count: i32): void {
  const end = row + ((<usize>count) << 3);
  switch (fn) {
    case 0: return mapInteger(0, row, end);
    case 1: return mapInteger(1, row, end);
    case 2: return mapInteger(2, row, end);
    case 13: return mapInteger(13, row, end);
    default: mapInteger(18, row, end);
  }
}

@inline
function compare<T>(fn: i32, a: T, b: T): i64 {
  if (fn == 11) return <i64>(a == b);
  if (fn == 12) return <i64>(a != b);
  if (fn == 13) return <i64>(a < b);
  if (fn == 14) return <i64>(a <= b);
  if (fn == 15) return <i64>(a > b);
  return <i64>(a >= b);
}

@inline
function compareRows<T>(fn: i32, a: usize, b: usize, end: usize): void {
  for (; b < end; a += 8, b += 8) store<i64>(a, compare<T>(fn, load<T>(a), load<T>(b)));
}

/** `a[i] = a[i] ⋛ b[i]`, 1 or 0 as i64. */
function compareRow<T>(fn: i32, a: usize, b: usize, end: usize): void {
  switch (fn) {
    case 11: return compareRows<T>(11, a, b, end);
    case 12: return compareRows<T>(12, a, b, end);
    case 13: return compareRows<T>(13, a, b, end);
    case 14: return compareRows<T>(14, a, b, end);
    case 15: return compareRows<T>(15, a, b, end);
    default: compareRows<T>(16, a, b, end);
  }
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

@inline
function binaryFloatOf(fn: i32, a: f64, b: f64): f64 {
  if (fn == 0) return a + b;
  if (fn == 1) return a - b;
  if (fn == 2) return a * b;
  if (fn == 3) return a / b;
  if (fn == 4) return pow(a, b);
  if (fn == 5) return max(a, b);
  if (fn == 6) return min(a, b);
  if (fn == 7) return signedRest(a % b, b);
  if (fn == 8) return b <= 0 ? 0 : a;
  if (fn == 9) return a * (b * (1 - b));
  return a * ((1 - b) * (1 + b));
}

@inline
function zipFloat(fn: i32, a: usize, aStep: usize, b: usize, end: usize): void {
  for (; b < end; a += aStep, b += 8) store<f64>(a, binaryFloatOf(fn, load<f64>(a), load<f64>(b)));
}

/** `a[i · aStep] = fn(a[i · aStep], b[i])`. With step 0, b is folded into one element. */
export function binaryFloat(fn: i32, a: usize, aStep: usize, b: usize, count: i32): void {
  const end = b + ((<usize>count) << 3);
  switch (fn) {
    case 0: return zipFloat(0, a, aStep, b, end);
    case 1: return zipFloat(1, a, aStep, b, end);
    case 2: return zipFloat(2, a, aStep, b, end);
    case 3: return zipFloat(3, a, aStep, b, end);
    case 4: return zipFloat(4, a, aStep, b, end);
    case 5: return zipFloat(5, a, aStep, b, end);
    case 6: return zipFloat(6, a, aStep, b, end);
    case 7: return zipFloat(7, a, aStep, b, end);
    case 8: return zipFloat(8, a, aStep, b, end);
    case 9: return zipFloat(9, a, aStep, b, end);
    case 10: return zipFloat(10, a, aStep, b, end);
    default: compareRow<f64>(fn, a, b, end);
  }
}

@inline
function binaryIntegerOf(fn: i32, a: i64, b: i64): i64 {
  if (fn == 0) return a + b;
  if (fn == 1) return a - b;
  if (fn == 2) return a * b;
  if (fn == 4) return powInteger(a, b);
  if (fn == 5) return a > b ? a : b;
  if (fn == 6) return a < b ? a : b;
  return b == 0 ? 0 : signedRest(a % b, b);
}

@inline
function zipInteger(fn: i32, a: usize, aStep: usize, b: usize, end: usize): void {
  for (; b < end; a += aStep, b += 8) store<i64>(a, binaryIntegerOf(fn, load<i64>(a), load<i64>(b)));
}

/** As {@link binaryFloat}, for i64. Of bool, `and` is the minimum and `or` the maximum. */
export function binaryInteger(fn: i32, a: usize, aStep: usize, b: usize, count: i32): void {
  const end = b + ((<usize>count) << 3);
  switch (fn) {
    case 0: return zipInteger(0, a, aStep, b, end);
    case 1: return zipInteger(1, a, aStep, b, end);
    case 2: return zipInteger(2, a, aStep, b, end);
    case 4: return zipInteger(4, a, aStep, b, end);
    case 5: return zipInteger(5, a, aStep, b, end);
    case 6: return zipInteger(6, a, aStep, b, end);
    case 7: return zipInteger(7, a, aStep, b, end);
    default: compareRow<i64>(fn, a, b, end);
  }
}

/** {@link binaryFloat} or {@link binaryInteger}. */
export function binaryRow(isFloat: bool, fn: i32, a: usize, aStep: usize, b: usize, count: i32): void {
  if (isFloat) binaryFloat(fn, a, aStep, b, count);
  else binaryInteger(fn, a, aStep, b, count);
}

/** `acc[i · accStep] += weight · x[i · xStep]`, steps in bytes. */
export function addScaled<T>(acc: usize, accStep: usize, x: usize, xStep: usize, weight: T, count: i32): void {
  for (; count > 0; count--, acc += accStep, x += xStep) store<T>(acc, load<T>(acc) + weight * load<T>(x));
}
