import type { DType, UnaryFn } from '@cenote/backend';
import { describe, expect, it } from 'vitest';
import {
  evaluateOne,
  hasKernel,
  moved,
  numbersOf,
  operand,
  randomNumbers,
  randomValues,
  toNumbers,
  type Values,
} from './harness.js';

const inf = Number.POSITIVE_INFINITY;
const nan = Number.NaN;

function unary(fn: UnaryFn, dtype: DType, values: Values): Values {
  const result = { dtype: fn === 'isNan' ? 'bool' : dtype, shape: [values.length] } as const;
  return evaluateOne({ kind: 'unary', fn }, [operand(dtype, values)], result);
}

describe('functions of floats', () => {
  // Hand-worked, in f64: what the functions mean at the places where definitions differ.
  const cases: [UnaryFn, number[], number[]][] = [
    ['neg', [1, -2, 0, inf, nan], [-1, 2, -0, -inf, nan]],
    ['abs', [1, -2, -0, -inf, nan], [1, 2, 0, inf, nan]],
    ['sign', [3, -0.5, 0, -inf, nan], [1, -1, 0, -1, nan]],
    ['exp', [0, 1, -inf, inf, nan], [1, Math.E, 0, inf, nan]],
    ['expm1', [0, 1e-20, -inf], [0, 1e-20, -1]],
    ['log', [1, 0, -1, inf], [0, -inf, nan, inf]],
    ['log1p', [0, 1e-20, -1], [0, 1e-20, -inf]],
    ['sqrt', [4, 0, -1, inf], [2, 0, nan, inf]],
    ['reciprocal', [4, 0, -0, inf], [0.25, inf, -inf, 0]],
    ['sin', [0, Math.PI / 6], [0, 0.49999999999999994]],
    ['cos', [0, Math.PI], [1, -1]],
    ['tanh', [0, inf, -inf], [0, 1, -1]],
    ['sigmoid', [0, 800, -800, inf, -inf, nan], [0.5, 1, 0, 1, 0, nan]],
    ['relu', [2, -2, 0, inf, -inf, nan], [2, 0, 0, inf, 0, nan]],
    ['floor', [1.5, -1.5, 2, -inf], [1, -2, 2, -inf]],
    ['ceil', [1.5, -1.5, 2, inf], [2, -1, 2, inf]],
    ['round', [0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 2.4, 2.6, nan], [0, 2, 2, -0, -2, -2, 2, 3, nan]],
    ['round', [0.49999999999999994, 4503599627370497, -inf], [0, 4503599627370497, -inf]],
  ];
  it.each(cases)('%s of %j is %j', (fn, x, y) => {
    expect(unary(fn, 'f64', x)).toEqual(y);
  });

  it('computes f32 in f64 and rounds once', () => {
    const x = Math.fround(0.1);
    expect(unary('exp', 'f32', [x])).toEqual([Math.fround(Math.exp(x))]);
    expect(unary('sin', 'f32', [1e6])).toEqual([Math.fround(Math.sin(1e6))]);
  });

  it('keeps the digits of a small sigmoid', () => {
    const [y] = numbersOf({ kind: 'unary', fn: 'sigmoid' }, [operand('f64', [-50])], { dtype: 'f64', shape: [1] });
    // 1 / (1 + e^50), to 20 digits: 1.9287498479639177830e-22.
    expect(Math.abs(y / 1.928749847963917783e-22 - 1)).toBeLessThan(1e-15);
  });
});

describe('functions of integers', () => {
  it('wrap around at the smallest value', () => {
    expect(unary('neg', 'i32', [-(2 ** 31), 5])).toEqual([-(2 ** 31), -5]);
    expect(unary('abs', 'i32', [-(2 ** 31), -5])).toEqual([-(2 ** 31), 5]);
    expect(unary('neg', 'i8', [-128, 1])).toEqual([-128, -1]);
    expect(unary('neg', 'u8', [1, 0])).toEqual([255, 0]);
    expect(unary('neg', 'i64', [-(2n ** 63n), 5n])).toEqual([-(2n ** 63n), -5n]);
    expect(unary('abs', 'i64', [-(2n ** 63n), -5n])).toEqual([-(2n ** 63n), 5n]);
  });

  it('are exact beyond 53 bits', () => {
    expect(unary('relu', 'i64', [2n ** 62n + 1n, -1n, 0n])).toEqual([2n ** 62n + 1n, 0n, 0n]);
    expect(unary('sign', 'i64', [2n ** 62n, -1n, 0n])).toEqual([1n, -1n, 0n]);
  });

  it.each(['floor', 'ceil', 'round'] as const)('%s gives the integer itself', (fn) => {
    expect(unary(fn, 'i32', [7, -7])).toEqual([7, -7]);
    expect(unary(fn, 'u8', [200])).toEqual([200]);
    expect(unary(fn, 'i64', [2n ** 60n + 1n])).toEqual([2n ** 60n + 1n]);
  });

  it('sign and relu are those of any number', () => {
    expect(unary('sign', 'i8', [-5, 0, 5])).toEqual([-1, 0, 1]);
    expect(unary('relu', 'u8', [0, 200])).toEqual([0, 200]);
  });
});

describe('isNan and logicalNot', () => {
  it('isNan takes any dtype', () => {
    expect(unary('isNan', 'f32', [nan, 1, inf])).toEqual([1, 0, 0]);
    expect(unary('isNan', 'i64', [1n])).toEqual([0]);
    expect(unary('isNan', 'bool', [1, 0])).toEqual([0, 0]);
  });

  it('logicalNot is of bool', () => {
    expect(unary('logicalNot', 'bool', [1, 0])).toEqual([0, 1]);
  });
});

describe('which dtypes have which functions', () => {
  const anyNumber = ['neg', 'abs', 'sign', 'relu', 'floor', 'ceil', 'round'];
  const fns: UnaryFn[] = [
    'neg',
    'abs',
    'sign',
    'exp',
    'expm1',
    'log',
    'log1p',
    'sqrt',
    'reciprocal',
    'sin',
    'cos',
    'tanh',
    'sigmoid',
    'relu',
    'floor',
    'ceil',
    'round',
    'logicalNot',
  ];
  it.each(fns)('%s', (fn) => {
    const has = (dtype: DType) => hasKernel({ kind: 'unary', fn }, [{ dtype, shape: [2] }], [{ dtype, shape: [2] }]);
    expect([has('f32'), has('f64')]).toEqual(fn === 'logicalNot' ? [false, false] : [true, true]);
    for (const dtype of ['i32', 'i64', 'u8', 'i8'] as const) expect(has(dtype)).toBe(anyNumber.includes(fn));
    expect(has('bool')).toBe(fn === 'logicalNot');
  });
});

it('takes views of any strides, also longer than one piece of a row', () => {
  const random = randomNumbers(1);
  for (const shape of [[3, 4, 5], [9000], [2, 5000], [1], [0], []]) {
    const x = operand(
      'f32',
      randomValues(
        'f32',
        shape.reduce((a, b) => a * b, 1),
        random,
      ),
      shape,
    );
    const y = evaluateOne({ kind: 'unary', fn: 'neg' }, [moved(x, random)], { dtype: 'f32', shape });
    expect(y).toEqual(toNumbers(x.values).map((value) => -value));
  }
});
