import type { DType, ReduceFn } from '@cenote/backend';
import { elementCount } from '@cenote/shape';
import { describe, expect, it } from 'vitest';
import {
  broadcast,
  evaluateOne,
  forEachIndex,
  hasKernel,
  moved,
  type Operand,
  operand,
  randomNumbers,
  randomValues,
  type Values,
} from './harness.js';

const inf = Number.POSITIVE_INFINITY;
const nan = Number.NaN;

function reduceAll(fn: ReduceFn, dtype: DType, values: Values): number | bigint {
  const x = operand(dtype, values);
  return evaluateOne({ kind: 'reduce', fn, axes: [0] }, [x], { dtype, shape: [1] })[0];
}

describe('reduce', () => {
  it('of a matrix, along each axis and both', () => {
    const x = operand('f32', [1, 2, 3, 4, 5, 6], [2, 3]);
    const reduce = (fn: ReduceFn, axes: number[], shape: number[]) =>
      evaluateOne({ kind: 'reduce', fn, axes }, [x], { dtype: 'f32', shape });
    expect(reduce('sum', [0], [1, 3])).toEqual([5, 7, 9]);
    expect(reduce('sum', [1], [2, 1])).toEqual([6, 15]);
    expect(reduce('sum', [0, 1], [1, 1])).toEqual([21]);
    expect(reduce('sum', [], [2, 3])).toEqual([1, 2, 3, 4, 5, 6]);
    expect(reduce('prod', [0], [1, 3])).toEqual([4, 10, 18]);
    expect(reduce('max', [1], [2, 1])).toEqual([3, 6]);
    expect(reduce('min', [0, 1], [1, 1])).toEqual([1]);
  });

  it('of nothing is the neutral element', () => {
    expect(reduceAll('sum', 'f32', [])).toBe(0);
    expect(reduceAll('prod', 'i32', [])).toBe(1);
    expect(reduceAll('sum', 'i64', [])).toBe(0n);
    expect(reduceAll('prod', 'i64', [])).toBe(1n);
    expect(reduceAll('any', 'bool', [])).toBe(0);
    expect(reduceAll('all', 'bool', [])).toBe(1);
  });

  it('to nothing is nothing', () => {
    const x = operand('f32', [], [0, 3]);
    expect(evaluateOne({ kind: 'reduce', fn: 'max', axes: [1] }, [x], { dtype: 'f32', shape: [0, 1] })).toEqual([]);
  });

  it('propagates NaN', () => {
    expect(reduceAll('max', 'f32', [1, nan, 3])).toBe(nan);
    expect(reduceAll('min', 'f32', [nan, 1, 3])).toBe(nan);
    expect(reduceAll('sum', 'f32', [inf, -inf])).toBe(nan);
    expect(reduceAll('max', 'f32', [-inf, -inf])).toBe(-inf);
    expect(reduceAll('min', 'f64', [inf])).toBe(inf);
  });

  it('accumulates in f64 and rounds once', () => {
    expect(reduceAll('sum', 'f32', [2 ** 30, 1, 1, 1, -(2 ** 30)])).toBe(3);
    expect(reduceAll('prod', 'f32', [1e30, 1e30, 1e-30, 1e-30])).toBeCloseTo(1, 6);
    expect(reduceAll('sum', 'f32', new Array(100_000).fill(Math.fround(0.1)))).toBe(
      Math.fround(Math.fround(0.1) * 100_000),
    );
  });

  it('wraps integers around', () => {
    expect(reduceAll('sum', 'i32', [2 ** 31 - 1, 1])).toBe(-(2 ** 31));
    expect(reduceAll('prod', 'i32', [123456789, 987654321])).toBe(-67153019);
    expect(reduceAll('sum', 'u8', [200, 100])).toBe(44);
    expect(reduceAll('prod', 'i8', [16, 16, 3])).toBe(0);
    expect(reduceAll('sum', 'i8', [100, 100])).toBe(-56);
    expect(reduceAll('sum', 'i64', [2n ** 63n - 1n, 1n])).toBe(-(2n ** 63n));
    expect(reduceAll('prod', 'i64', [2n ** 40n + 1n, 2n ** 40n + 1n])).toBe(2n ** 41n + 1n);
    // More terms than an f64 could hold the exact sum of.
    expect(reduceAll('sum', 'i32', new Array(5_000_000).fill(2 ** 31 - 1))).toBe(-5_000_000);
  });

  it('finds the extremes of integers', () => {
    expect(reduceAll('max', 'i64', [2n ** 60n, 2n ** 60n + 1n, -5n])).toBe(2n ** 60n + 1n);
    expect(reduceAll('min', 'i64', [-(2n ** 63n), 1n])).toBe(-(2n ** 63n));
    expect(reduceAll('max', 'i64', [-(2n ** 63n)])).toBe(-(2n ** 63n));
    expect(reduceAll('min', 'i64', [2n ** 63n - 1n])).toBe(2n ** 63n - 1n);
    expect(reduceAll('max', 'i8', [-128, -127])).toBe(-127);
    expect(reduceAll('min', 'u8', [255, 254])).toBe(254);
  });

  it('any and all are of bool', () => {
    expect(reduceAll('any', 'bool', [0, 0, 1])).toBe(1);
    expect(reduceAll('any', 'bool', [0, 0])).toBe(0);
    expect(reduceAll('all', 'bool', [1, 1])).toBe(1);
    expect(reduceAll('all', 'bool', [1, 0])).toBe(0);
    expect(reduceAll('max', 'bool', [0, 1])).toBe(1);
    expect(reduceAll('min', 'bool', [0, 1])).toBe(0);
    // The answer may lie in any piece of a long row.
    const long = new Array<number>(10_000).fill(0);
    expect(reduceAll('any', 'bool', long)).toBe(0);
    for (const at of [0, 4095, 4096, 9999]) expect(reduceAll('any', 'bool', long.with(at, 1))).toBe(1);
  });

  it('has the functions that each dtype takes, and no others', () => {
    const missing = (dtype: DType) =>
      (['sum', 'prod', 'max', 'min', 'any', 'all'] as const).filter(
        (fn) => !hasKernel({ kind: 'reduce', fn, axes: [0] }, [{ dtype, shape: [2] }], [{ dtype, shape: [1] }]),
      );
    for (const dtype of ['f32', 'f64', 'i32', 'i64', 'u8', 'i8'] as const)
      expect(missing(dtype)).toEqual(['any', 'all']);
    expect(missing('bool')).toEqual(['sum', 'prod']);
  });

  it('agrees with a sum over indices, for all axes of views of any strides', () => {
    const random = randomNumbers(5);
    const shape = [2, 3, 4, 3];
    for (let mask = 0; mask < 16; mask++) {
      const axes = [0, 1, 2, 3].filter((axis) => (mask >> axis) & 1);
      const resultShape = shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
      for (const dtype of ['f64', 'i32', 'i64'] as const) {
        const x = moved(operand(dtype, randomValues(dtype, elementCount(shape), random), shape), random);
        const y = evaluateOne({ kind: 'reduce', fn: 'sum', axes }, [x], { dtype, shape: resultShape });
        expect(Array.from(y, Number)).toEqual(naiveSum(x, resultShape));
      }
    }
  });

  it('counts what is broadcast as often as it appears', () => {
    const x = broadcast(operand('f32', [1, 2], [1, 2]), [3, 2]);
    expect(evaluateOne({ kind: 'reduce', fn: 'sum', axes: [0] }, [x], { dtype: 'f32', shape: [1, 2] })).toEqual([3, 6]);
  });
});

/** Goes through x, not through the result. */
function naiveSum(x: Operand, resultShape: readonly number[]): number[] {
  const sums = new Array<number>(elementCount(resultShape)).fill(0);
  forEachIndex(x.shape, (index, position) => {
    const at = index.reduce((flat, i, axis) => flat * resultShape[axis] + (resultShape[axis] === 1 ? 0 : i), 0);
    sums[at] += Number(x.values[position]);
  });
  return sums;
}

describe('argReduce', () => {
  const argReduce = (fn: 'argmax' | 'argmin', x: Operand, axis: number) =>
    evaluateOne({ kind: 'argReduce', fn, axis }, [x], { dtype: 'i32', shape: x.shape.with(axis, 1) });

  it('of a matrix, along each axis', () => {
    const x = operand('f32', [3, 9, 2, 7, 1, 8], [2, 3]);
    expect(argReduce('argmax', x, 0)).toEqual([1, 0, 1]);
    expect(argReduce('argmax', x, 1)).toEqual([1, 2]);
    expect(argReduce('argmin', x, 0)).toEqual([0, 1, 0]);
    expect(argReduce('argmin', x, 1)).toEqual([2, 1]);
  });

  it('the first wins a tie, the first NaN wins over all', () => {
    expect(argReduce('argmax', operand('f32', [1, 5, 5]), 0)).toEqual([1]);
    expect(argReduce('argmin', operand('f32', [5, 1, 1]), 0)).toEqual([1]);
    expect(argReduce('argmax', operand('f32', [1, nan, 9, nan]), 0)).toEqual([1]);
    expect(argReduce('argmin', operand('f32', [1, nan, -9, nan]), 0)).toEqual([1]);
    expect(argReduce('argmax', operand('f32', [nan, 9]), 0)).toEqual([0]);
    expect(argReduce('argmax', operand('f32', [-inf, -inf]), 0)).toEqual([0]);
  });

  it('takes every dtype', () => {
    for (const dtype of ['f64', 'i32', 'u8', 'i8', 'bool'] as const) {
      expect(argReduce('argmax', operand(dtype, [0, 1, 1]), 0)).toEqual([1]);
      expect(argReduce('argmin', operand(dtype, [1, 1, 0]), 0)).toEqual([2]);
    }
    expect(argReduce('argmax', operand('i64', [2n ** 60n, 2n ** 60n + 1n]), 0)).toEqual([1]);
    expect(argReduce('argmin', operand('i64', [2n ** 60n + 1n, 2n ** 60n]), 0)).toEqual([1]);
  });

  it('takes views of any strides', () => {
    const random = randomNumbers(6);
    const shape = [3, 5, 4];
    const x = operand('i32', randomValues('i32', 60, random), shape);
    for (const axis of [0, 1, 2])
      expect(argReduce('argmax', moved(x, random), axis)).toEqual(argReduce('argmax', x, axis));
  });
});
