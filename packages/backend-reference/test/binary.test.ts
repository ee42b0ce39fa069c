import type { BinaryFn, DType } from '@cenote/backend';
import { describe, expect, it } from 'vitest';
import {
  broadcast,
  evaluateOne,
  hasKernel,
  moved,
  operand,
  randomNumbers,
  randomValues,
  toNumbers,
  type Values,
} from './harness.js';

const inf = Number.POSITIVE_INFINITY;
const nan = Number.NaN;
const activationGrads: BinaryFn[] = ['reluGrad', 'sigmoidGrad', 'tanhGrad'];
const comparisons: BinaryFn[] = ['eq', 'ne', 'lt', 'le', 'gt', 'ge'];

function binary(fn: BinaryFn, dtype: DType, a: Values, b: Values): Values {
  const result = { dtype: comparisons.includes(fn) ? 'bool' : dtype, shape: [a.length] } as const;
  return evaluateOne({ kind: 'binary', fn }, [operand(dtype, a), operand(dtype, b)], result);
}

describe('functions of floats', () => {
  const cases: [BinaryFn, number[], number[], number[]][] = [
    ['add', [1, inf, inf], [2, 1, -inf], [3, inf, nan]],
    ['sub', [1, inf], [2, inf], [-1, nan]],
    ['mul', [3, 0], [2, inf], [6, nan]],
    ['div', [1, -1, 0, 7], [0, 0, 0, 2], [inf, -inf, nan, 3.5]],
    ['pow', [2, -2, 2, 0, nan, -8], [10, 3, -1, 0, 0, 1 / 3], [1024, -8, 0.5, 1, 1, nan]],
    ['pow', [1, 1, 1, -1, -1, -1, 2], [nan, inf, -inf, inf, -inf, nan, inf], [1, 1, 1, 1, 1, nan, inf]],
    ['maximum', [1, nan, 1, -0, -inf], [2, 1, nan, 0, inf], [2, nan, nan, 0, inf]],
    ['minimum', [1, nan, 1, -0, -inf], [2, 1, nan, 0, inf], [1, nan, nan, -0, -inf]],
    ['remainder', [7, -7, 7, -7, 5.5], [3, 3, -3, -3, 2], [1, 2, -2, -1, 1.5]],
    ['remainder', [6, 1, 5, -5, nan], [3, 0, inf, inf, 1], [0, nan, 5, inf, nan]],
    ['reluGrad', [2, 3, 4, 5, inf, nan], [1, 0, -0, nan, -1, -1], [2, 0, 0, 5, 0, 0]],
    ['sigmoidGrad', [2, 4, 8, nan, 1, 1], [0.5, 0.25, 1, 0.5, nan, 0], [0.5, 0.75, 0, nan, nan, 0]],
    ['tanhGrad', [2, 4, 8, nan, 1, 1], [0.5, -0.25, -1, 0.5, nan, 0], [1.5, 3.75, 0, nan, nan, 1]],
    ['eq', [1, nan, 0, inf], [1, nan, -0, inf], [1, 0, 1, 1]],
    ['ne', [1, nan, 2], [1, nan, 1], [0, 1, 1]],
    ['lt', [1, 2, nan, 1], [2, 1, 1, nan], [1, 0, 0, 0]],
    ['le', [1, 2, nan, 2], [1, 1, nan, 3], [1, 0, 0, 1]],
    ['gt', [1, 2, nan], [2, 1, 1], [0, 1, 0]],
    ['ge', [1, 2, nan], [1, 3, nan], [1, 0, 0]],
  ];
  it.each(cases)('%s of %j and %j is %j', (fn, a, b, y) => {
    expect(binary(fn, 'f64', a, b)).toEqual(y);
    if (fn !== 'pow' && fn !== 'remainder') expect(binary(fn, 'f32', a, b)).toEqual(y);
  });

  it('rounds f32 once', () => {
    expect(binary('div', 'f32', [1], [3])).toEqual([Math.fround(1 / 3)]);
    expect(binary('add', 'f32', [16777216], [1])).toEqual([16777216]);
  });

  it('tanhGrad keeps its precision where the output is next to 1', () => {
    const y = 1 - 2 ** -24;
    // 1 − y² is 2^-23 − 2^-48; rounded after the square it would be 2^-23.
    expect(binary('tanhGrad', 'f64', [1], [y])).toEqual([2 ** -23 - 2 ** -48]);
    expect(binary('tanhGrad', 'f64', [1], [1 - 2 ** -53])).toEqual([2 ** -52 - 2 ** -106]);
  });
});

describe('functions of integers', () => {
  it('wrap around', () => {
    expect(binary('add', 'i32', [2 ** 31 - 1], [1])).toEqual([-(2 ** 31)]);
    expect(binary('sub', 'i32', [-(2 ** 31)], [1])).toEqual([2 ** 31 - 1]);
    // 123456789 · 987654321 modulo 2^32, as a signed number.
    expect(binary('mul', 'i32', [123456789], [987654321])).toEqual([-67153019]);
    expect(binary('mul', 'i32', [2 ** 31 - 1], [2 ** 31 - 1])).toEqual([1]);
    expect(binary('add', 'u8', [255], [1])).toEqual([0]);
    expect(binary('sub', 'u8', [0], [1])).toEqual([255]);
    expect(binary('mul', 'i8', [100], [2])).toEqual([-56]);
    expect(binary('add', 'i64', [2n ** 63n - 1n], [1n])).toEqual([-(2n ** 63n)]);
    expect(binary('mul', 'i64', [2n ** 40n + 1n], [2n ** 40n + 1n])).toEqual([2n ** 41n + 1n]);
  });

  it('pow multiplies, and truncates a reciprocal', () => {
    expect(binary('pow', 'i32', [3, 2, -1, -1, 5, 0], [4, 31, -1, -2, -1, 0])).toEqual([81, -(2 ** 31), -1, 1, 0, 1]);
    expect(binary('pow', 'i32', [3], [40])).toEqual([Number(BigInt.asIntN(32, 3n ** 40n))]);
    expect(binary('pow', 'u8', [2, 3], [8, 5])).toEqual([0, 243]);
    expect(binary('pow', 'i64', [3n, 3n, -1n, -1n, 5n, 1n], [39n, 41n, -3n, -2n, -1n, -1n])).toEqual([
      4052555153018976267n,
      BigInt.asIntN(64, 3n ** 41n),
      -1n,
      1n,
      0n,
      1n,
    ]);
  });

  it('remainder has the sign of the divisor, and is 0 for a divisor of 0', () => {
    expect(binary('remainder', 'i32', [7, -7, 7, -7, 6, 5], [3, 3, -3, -3, 3, 0])).toEqual([1, 2, -2, -1, 0, 0]);
    expect(binary('remainder', 'i64', [7n, -7n, 7n, -7n, 5n], [3n, 3n, -3n, -3n, 0n])).toEqual([1n, 2n, -2n, -1n, 0n]);
  });

  it('are exact beyond 53 bits', () => {
    const big = 2n ** 60n;
    expect(binary('maximum', 'i64', [big, big + 1n], [big + 1n, big])).toEqual([big + 1n, big + 1n]);
    expect(binary('minimum', 'i64', [big, big + 1n], [big + 1n, big])).toEqual([big, big]);
    expect(binary('eq', 'i64', [big], [big + 1n])).toEqual([0]);
    expect(binary('lt', 'i64', [big], [big + 1n])).toEqual([1]);
  });

  it('maximum and minimum are those of any number', () => {
    expect(binary('maximum', 'i8', [-3, 4], [2, -5])).toEqual([2, 4]);
    expect(binary('minimum', 'u8', [3, 4], [2, 5])).toEqual([2, 4]);
  });
});

describe('functions of bool', () => {
  it('are logic and order', () => {
    const [a, b] = [
      [0, 0, 1, 1],
      [0, 1, 0, 1],
    ];
    expect(binary('logicalAnd', 'bool', a, b)).toEqual([0, 0, 0, 1]);
    expect(binary('logicalOr', 'bool', a, b)).toEqual([0, 1, 1, 1]);
    expect(binary('maximum', 'bool', a, b)).toEqual([0, 1, 1, 1]);
    expect(binary('minimum', 'bool', a, b)).toEqual([0, 0, 0, 1]);
    expect(binary('lt', 'bool', a, b)).toEqual([0, 1, 0, 0]);
    expect(binary('ne', 'bool', a, b)).toEqual([0, 1, 1, 0]);
  });
});

it('has the functions that each dtype takes, and no others', () => {
  const missing = (dtype: DType) =>
    (
      [
        'add',
        'sub',
        'mul',
        'div',
        'pow',
        'maximum',
        'minimum',
        'remainder',
        'logicalAnd',
        'logicalOr',
        ...activationGrads,
        ...comparisons,
      ] as const
    ).filter((fn) => {
      const tensor = { dtype, shape: [2] };
      return !hasKernel({ kind: 'binary', fn }, [tensor, tensor], [tensor]);
    });
  for (const dtype of ['f32', 'f64'] as const) expect(missing(dtype)).toEqual(['logicalAnd', 'logicalOr']);
  for (const dtype of ['i32', 'i64', 'u8', 'i8'] as const) {
    expect(missing(dtype)).toEqual(['div', 'logicalAnd', 'logicalOr', ...activationGrads]);
  }
  expect(missing('bool')).toEqual(['add', 'sub', 'mul', 'div', 'pow', 'remainder', ...activationGrads]);
});

it('takes views of any strides, and broadcast ones', () => {
  const random = randomNumbers(2);
  const shape = [3, 4, 5];
  const a = operand('f64', randomValues('f64', 60, random), shape);
  for (const small of [
    [3, 4, 5],
    [1, 4, 1],
    [3, 1, 5],
    [1, 1, 1],
  ]) {
    const count = small.reduce((x, y) => x * y, 1);
    const b = broadcast(operand('f64', randomValues('f64', count, random), small), shape);
    const y = evaluateOne({ kind: 'binary', fn: 'sub' }, [moved(a, random), b], { dtype: 'f64', shape });
    expect(y).toEqual(toNumbers(a.values).map((value, i) => value - Number(b.values[i])));
  }
});

describe('where', () => {
  const condition = operand('bool', [1, 0, 1]);

  it('chooses', () => {
    const y = evaluateOne({ kind: 'where' }, [condition, operand('f32', [1, 2, nan]), operand('f32', [4, 5, 6])], {
      dtype: 'f32',
      shape: [3],
    });
    expect(y).toEqual([1, 5, nan]);
  });

  it('takes every dtype', () => {
    for (const dtype of ['f64', 'i32', 'u8', 'i8', 'bool'] as const) {
      const inputs = [condition, operand(dtype, [1, 1, 0]), operand(dtype, [0, 0, 1])];
      expect(evaluateOne({ kind: 'where' }, inputs, { dtype, shape: [3] })).toEqual([1, 0, 0]);
    }
    const inputs = [condition, operand('i64', [2n ** 60n + 1n, 2n, 3n]), operand('i64', [4n, 5n, 6n])];
    expect(evaluateOne({ kind: 'where' }, inputs, { dtype: 'i64', shape: [3] })).toEqual([2n ** 60n + 1n, 5n, 3n]);
  });

  it('takes views of any strides, and broadcast ones', () => {
    const random = randomNumbers(3);
    const shape = [4, 6];
    const mask = broadcast(operand('bool', randomValues('bool', 6, random), [1, 6]), shape);
    const a = moved(operand('i32', randomValues('i32', 24, random), shape), random);
    const b = broadcast(operand('i32', [9], [1, 1]), shape);
    const y = evaluateOne({ kind: 'where' }, [mask, a, b], { dtype: 'i32', shape });
    expect(y).toEqual(toNumbers(a.values).map((value, i) => (mask.values[i] === 1 ? value : 9)));
  });
});
