import type { BinaryFn, CompareFn } from '@cenote/backend';
import type { Element, Elements } from '../elements.js';

/** `y[i] = f(a[i], b[i])` for `0 ≤ i < count`. */
export type BinaryRow<T extends Element> = (a: Elements<T>, b: Elements<T>, y: Elements<T>, count: number) => void;

/** The functions that a dtype has, apart from comparisons, which are the same for all of them. */
export type BinaryTable<T extends Element> = { readonly [F in Exclude<BinaryFn, CompareFn>]?: BinaryRow<T> };

/** `y[i] = a[i] ⋛ b[i]`, 1 or 0, for `0 ≤ i < count`. */
export type CompareRow = <T extends Element>(
  a: Elements<T>,
  b: Elements<T>,
  y: Elements<number>,
  count: number,
) => void;

/** Of f32 and f64, which have all but the logical ones. */
export const floatBinary: Required<Omit<BinaryTable<number>, 'logicalAnd' | 'logicalOr'>> = {
  add(a, b, y, count) {
    for (let i = 0; i < count; i++) y[i] = a[i] + b[i];
  },
  sub(a, b, y, count) {
    for (let i = 0; i < count; i++) y[i] = a[i] - b[i];
  },
  mul(a, b, y, count) {
    for (let i = 0; i < count; i++) y[i] = a[i] * b[i];
  },
  div(a, b, y, count) {
    for (let i = 0; i < count; i++) y[i] = a[i] / b[i];
  },
  pow(a, b, y, count) {
    for (let i = 0; i < count; i++) y[i] = floatPower(a[i], b[i]);
  },
  maximum(a, b, y, count) {
    for (let i = 0; i < count; i++) y[i] = Math.max(a[i], b[i]);
  },
  minimum(a, b, y, count) {
    for (let i = 0; i < count; i++) y[i] = Math.min(a[i], b[i]);
  },
  remainder(a, b, y, count) {
    for (let i = 0; i < count; i++) {
      const rest = a[i] % b[i];
      y[i] = rest !== 0 && rest < 0 !== b[i] < 0 ? rest + b[i] : rest;
    }
  },
  reluGrad(dy, y, dx, count) {
    for (let i = 0; i < count; i++) dx[i] = y[i] <= 0 ? 0 : dy[i];
  },
  sigmoidGrad(dy, y, dx, count) {
    for (let i = 0; i < count; i++) dx[i] = dy[i] * (y[i] * (1 - y[i]));
  },
  tanhGrad(dy, y, dx, count) {
    for (let i = 0; i < count; i++) dx[i] = dy[i] * ((1 - y[i]) * (1 + y[i]));
  },
};

/**
 * Of i32, u8 and i8. A sum or difference is exact in f64 and wraps around when it is stored; a product may not be exact,
 * so it wraps around at once.
 */
export const integerBinary: BinaryTable<number> = {
  add: floatBinary.add,
  sub: floatBinary.sub,
  mul(a, b, y, count) {
    for (let i = 0; i < count; i++) y[i] = Math.imul(a[i], b[i]);
  },
  pow(a, b, y, count) {
    for (let i = 0; i < count; i++) y[i] = integerPower(a[i], b[i]);
  },
  maximum: floatBinary.maximum,
  minimum: floatBinary.minimum,
  remainder(a, b, y, count) {
    for (let i = 0; i < count; i++) {
      const rest = b[i] === 0 ? 0 : a[i] % b[i];
      y[i] = rest !== 0 && rest < 0 !== b[i] < 0 ? rest + b[i] : rest;
    }
  },
};

/** Of i64, which wraps around when it is stored. */
export const bigintBinary: BinaryTable<bigint> = {
  add(a, b, y, count) {
    for (let i = 0; i < count; i++) y[i] = a[i] + b[i];
  },
  sub(a, b, y, count) {
    for (let i = 0; i < count; i++) y[i] = a[i] - b[i];
  },
  mul(a, b, y, count) {
    for (let i = 0; i < count; i++) y[i] = a[i] * b[i];
  },
  pow(a, b, y, count) {
    for (let i = 0; i < count; i++) y[i] = bigintPower(a[i], b[i]);
  },
  maximum(a, b, y, count) {
    for (let i = 0; i < count; i++) y[i] = larger(a[i], b[i]);
  },
  minimum(a, b, y, count) {
    for (let i = 0; i < count; i++) y[i] = smaller(a[i], b[i]);
  },
  remainder(a, b, y, count) {
    for (let i = 0; i < count; i++) {
      const rest = b[i] === 0n ? 0n : a[i] % b[i];
      y[i] = rest !== 0n && rest < 0n !== b[i] < 0n ? rest + b[i] : rest;
    }
  },
};

/** Of bool, which has an order and logic, but no arithmetic. */
export const boolBinary: BinaryTable<number> = {
  maximum: floatBinary.maximum,
  minimum: floatBinary.minimum,
  logicalAnd(a, b, y, count) {
    for (let i = 0; i < count; i++) y[i] = a[i] !== 0 && b[i] !== 0 ? 1 : 0;
  },
  logicalOr(a, b, y, count) {
    for (let i = 0; i < count; i++) y[i] = a[i] !== 0 || b[i] !== 0 ? 1 : 0;
  },
};

/** Of every dtype. */
export const compareRows: { readonly [F in CompareFn]: CompareRow } = {
  eq(a, b, y, count) {
    for (let i = 0; i < count; i++) y[i] = a[i] === b[i] ? 1 : 0;
  },
  ne(a, b, y, count) {
    for (let i = 0; i < count; i++) y[i] = a[i] !== b[i] ? 1 : 0;
  },
  lt(a, b, y, count) {
    for (let i = 0; i < count; i++) y[i] = a[i] < b[i] ? 1 : 0;
  },
  le(a, b, y, count) {
    for (let i = 0; i < count; i++) y[i] = a[i] <= b[i] ? 1 : 0;
  },
  gt(a, b, y, count) {
    for (let i = 0; i < count; i++) y[i] = a[i] > b[i] ? 1 : 0;
  },
  ge(a, b, y, count) {
    for (let i = 0; i < count; i++) y[i] = a[i] >= b[i] ? 1 : 0;
  },
};

/** Whether a binary function is a comparison, whose result is bool. */
export function isCompare(fn: BinaryFn): fn is CompareFn {
  return fn in compareRows;
}

/** C's `pow`, which differs from JavaScript's in that 1, and −1 to an infinite power, give 1. */
function floatPower(base: number, exponent: number): number {
  if (base === 1 || (base === -1 && Math.abs(exponent) === Infinity)) return 1;
  return base ** exponent;
}

function larger(a: bigint, b: bigint): bigint {
  if (a > b) return a;
  return b;
}

function smaller(a: bigint, b: bigint): bigint {
  if (a < b) return a;
  return b;
}

/**
 * `base ^ exponent` in 32-bit integers that wrap around. A negative exponent gives the reciprocal truncated to an
 * integer, as in PyTorch: 1 or −1 when the base is one of them, otherwise 0.
 */
function integerPower(base: number, exponent: number): number {
  if (exponent < 0) return base === 1 ? 1 : base === -1 ? (exponent % 2 === 0 ? 1 : -1) : 0;
  let power = 1;
  let square = base;
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) power = Math.imul(power, square);
    square = Math.imul(square, square);
  }
  return power;
}

/** As {@link integerPower}, in 64 bits. */
function bigintPower(base: bigint, exponent: bigint): bigint {
  if (exponent < 0n) return base === 1n ? 1n : base === -1n ? (exponent % 2n === 0n ? 1n : -1n) : 0n;
  let power = 1n;
  let square = base;
  for (let rest = exponent; rest > 0n; rest /= 2n) {
    if (rest % 2n === 1n) power = BigInt.asIntN(64, power * square);
    square = BigInt.asIntN(64, square * square);
  }
  return power;
}
