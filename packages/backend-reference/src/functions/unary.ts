import type { UnaryFn } from '@cenote/backend';
import type { Element, Elements } from '../elements.js';

/** `y[i] = f(x[i])` for `start ≤ i < end`; `x` and `y` may be one array. */
export type UnaryRow<T extends Element> = (x: Elements<T>, y: Elements<T>, start: number, end: number) => void;

/** The functions that a dtype has. `isNan` is the same for all of them and is not here. */
export type UnaryTable<T extends Element> = { readonly [F in Exclude<UnaryFn, 'isNan'>]?: UnaryRow<T> };

/** Of f32 and f64, which have all but the logical one. */
export const floatUnary: Required<Omit<UnaryTable<number>, 'logicalNot'>> = {
  neg(x, y, start, end) {
    for (let i = start; i < end; i++) y[i] = -x[i];
  },
  abs(x, y, start, end) {
    for (let i = start; i < end; i++) y[i] = Math.abs(x[i]);
  },
  sign(x, y, start, end) {
    for (let i = start; i < end; i++) y[i] = Math.sign(x[i]);
  },
  exp(x, y, start, end) {
    for (let i = start; i < end; i++) y[i] = Math.exp(x[i]);
  },
  expm1(x, y, start, end) {
    for (let i = start; i < end; i++) y[i] = Math.expm1(x[i]);
  },
  log(x, y, start, end) {
    for (let i = start; i < end; i++) y[i] = Math.log(x[i]);
  },
  log1p(x, y, start, end) {
    for (let i = start; i < end; i++) y[i] = Math.log1p(x[i]);
  },
  sqrt(x, y, start, end) {
    for (let i = start; i < end; i++) y[i] = Math.sqrt(x[i]);
  },
  reciprocal(x, y, start, end) {
    for (let i = start; i < end; i++) y[i] = 1 / x[i];
  },
  sin(x, y, start, end) {
    for (let i = start; i < end; i++) y[i] = Math.sin(x[i]);
  },
  cos(x, y, start, end) {
    for (let i = start; i < end; i++) y[i] = Math.cos(x[i]);
  },
  tanh(x, y, start, end) {
    for (let i = start; i < end; i++) y[i] = Math.tanh(x[i]);
  },
  sigmoid(x, y, start, end) {
    for (let i = start; i < end; i++) y[i] = sigmoid(x[i]);
  },
  relu(x, y, start, end) {
    for (let i = start; i < end; i++) y[i] = Math.max(x[i], 0);
  },
  floor(x, y, start, end) {
    for (let i = start; i < end; i++) y[i] = Math.floor(x[i]);
  },
  ceil(x, y, start, end) {
    for (let i = start; i < end; i++) y[i] = Math.ceil(x[i]);
  },
  round(x, y, start, end) {
    for (let i = start; i < end; i++) y[i] = roundHalfToEven(x[i]);
  },
};

/** Of i32, u8 and i8, which wrap around when they are stored. */
export const integerUnary: UnaryTable<number> = {
  neg: floatUnary.neg,
  abs: floatUnary.abs,
  sign: floatUnary.sign,
  relu: floatUnary.relu,
  floor: identity,
  ceil: identity,
  round: identity,
};

/** Of i64, which wraps around when it is stored. */
export const bigintUnary: UnaryTable<bigint> = {
  neg(x, y, start, end) {
    for (let i = start; i < end; i++) y[i] = -x[i];
  },
  abs(x, y, start, end) {
    for (let i = start; i < end; i++) y[i] = x[i] < 0n ? -x[i] : x[i];
  },
  sign(x, y, start, end) {
    for (let i = start; i < end; i++) y[i] = x[i] > 0n ? 1n : x[i] < 0n ? -1n : 0n;
  },
  relu(x, y, start, end) {
    for (let i = start; i < end; i++) y[i] = x[i] > 0n ? x[i] : 0n;
  },
  floor: identity,
  ceil: identity,
  round: identity,
};

/** Of bool. */
export const boolUnary: UnaryTable<number> = {
  logicalNot(x, y, start, end) {
    for (let i = start; i < end; i++) y[i] = x[i] === 0 ? 1 : 0;
  },
};

/** `y[i] = x[i] is NaN`, 1 or 0. */
export function isNanRow<T extends Element>(x: Elements<T>, y: Elements<number>, start: number, end: number): void {
  for (let i = start; i < end; i++) y[i] = Number.isNaN(x[i]) ? 1 : 0;
}

function identity<T extends Element>(x: Elements<T>, y: Elements<T>, start: number, end: number): void {
  for (let i = start; i < end; i++) y[i] = x[i];
}

/** `1 / (1 + e^−x)`, written so that the exponential cannot overflow and a small result keeps its digits. */
function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const power = Math.exp(x);
  return power / (1 + power);
}

/** `Math.round` takes halves up; one that went up to an odd number has to come down again. */
export function roundHalfToEven(x: number): number {
  const rounded = Math.round(x);
  return rounded - x === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}
