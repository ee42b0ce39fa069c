import { elementCount } from '@cenote/shape';
import { describe, expect, it } from 'vitest';
import {
  broadcast,
  evaluateOne,
  forEachIndex,
  hasKernel,
  moved,
  numbersOf,
  operand,
  randomNumbers,
  randomValues,
} from './harness.js';

const x = operand('f32', [10, 11, 12, 20, 21, 22], [2, 3]);

describe('gather', () => {
  it('takes from an axis what the index names', () => {
    const rows = operand('i32', [1, 0, 1, 0, 0, 0], [2, 3]);
    expect(evaluateOne({ kind: 'gather', axis: 0 }, [x, rows], { dtype: 'f32', shape: [2, 3] })).toEqual([
      20, 11, 22, 10, 11, 12,
    ]);
    const columns = operand('i32', [2, 0], [2, 1]);
    expect(evaluateOne({ kind: 'gather', axis: 1 }, [x, columns], { dtype: 'f32', shape: [2, 1] })).toEqual([12, 20]);
  });

  it('takes an index that is longer than the axis, or empty', () => {
    const index = operand('i32', [2, 2, 0, 1, 0, 0, 1, 2], [2, 4]);
    expect(evaluateOne({ kind: 'gather', axis: 1 }, [x, index], { dtype: 'f32', shape: [2, 4] })).toEqual([
      12, 12, 10, 11, 20, 20, 21, 22,
    ]);
    const none = operand('i32', [], [2, 0]);
    expect(evaluateOne({ kind: 'gather', axis: 1 }, [x, none], { dtype: 'f32', shape: [2, 0] })).toEqual([]);
  });

  it('takes every dtype', () => {
    const index = operand('i32', [1, 1, 0]);
    for (const dtype of ['f64', 'i32', 'u8', 'i8', 'bool'] as const) {
      const result = { dtype, shape: [3] };
      expect(evaluateOne({ kind: 'gather', axis: 0 }, [operand(dtype, [1, 0]), index], result)).toEqual([0, 0, 1]);
    }
    const big = operand('i64', [2n ** 60n + 1n, 2n]);
    expect(evaluateOne({ kind: 'gather', axis: 0 }, [big, index], { dtype: 'i64', shape: [3] })).toEqual([
      2n,
      2n,
      2n ** 60n + 1n,
    ]);
  });

  it('agrees with a walk over indices, on views of any strides', () => {
    const random = randomNumbers(8);
    for (let round = 0; round < 30; round++) {
      const shape = [3, 4, 2];
      const axis = round % 3;
      const indexShape = shape.with(axis, 1 + Math.floor(random() * 6));
      const source = operand('i32', randomValues('i32', 24, random), shape);
      const index = operand(
        'i32',
        Array.from({ length: elementCount(indexShape) }, () => Math.floor(random() * shape[axis])),
        indexShape,
      );
      const expected: (number | bigint)[] = [];
      forEachIndex(indexShape, (at, position) => {
        const from = at.with(axis, Number(index.values[position]));
        expected.push(source.values[(from[0] * 4 + from[1]) * 2 + from[2]]);
      });
      const result = { dtype: 'i32', shape: indexShape } as const;
      expect(evaluateOne({ kind: 'gather', axis }, [moved(source, random), moved(index, random)], result)).toEqual(
        expected,
      );
    }
  });
});

describe('scatterAdd', () => {
  it('adds each element to where the index says', () => {
    const index = operand('i32', [2, 0, 2]);
    const source = operand('f32', [1, 2, 4]);
    expect(numbersOf({ kind: 'scatterAdd', axis: 0 }, [index, source], { dtype: 'f32', shape: [4] })).toEqual([
      2, 0, 5, 0,
    ]);
  });

  it('accumulates in f64 and rounds once', () => {
    const index = operand('i32', [0, 0, 0]);
    const source = operand('f32', [2 ** 30, 1, -(2 ** 30)]);
    expect(numbersOf({ kind: 'scatterAdd', axis: 0 }, [index, source], { dtype: 'f32', shape: [1] })).toEqual([1]);
  });

  it('wraps integers around', () => {
    const index = operand('i32', [0, 0]);
    const scatter = (dtype: 'i32' | 'u8', values: number[]) =>
      numbersOf({ kind: 'scatterAdd', axis: 0 }, [index, operand(dtype, values)], { dtype, shape: [1] });
    expect(scatter('i32', [2 ** 31 - 1, 2])).toEqual([-(2 ** 31) + 1]);
    expect(scatter('u8', [255, 3])).toEqual([2]);
    const big = operand('i64', [2n ** 63n - 1n, 1n]);
    expect(evaluateOne({ kind: 'scatterAdd', axis: 0 }, [index, big], { dtype: 'i64', shape: [1] })).toEqual([
      -(2n ** 63n),
    ]);
  });

  it('is not of bool', () => {
    const bool = { dtype: 'bool', shape: [2] } as const;
    expect(hasKernel({ kind: 'scatterAdd', axis: 0 }, [{ dtype: 'i32', shape: [2] }, bool], [bool])).toBe(false);
  });

  it('of nothing is 0', () => {
    const inputs = [operand('i32', [], [0, 2]), operand('f32', [], [0, 2])];
    expect(numbersOf({ kind: 'scatterAdd', axis: 0 }, inputs, { dtype: 'f32', shape: [2, 2] })).toEqual([0, 0, 0, 0]);
  });

  it('is the transpose of gather, on views of any strides', () => {
    const random = randomNumbers(9);
    for (let round = 0; round < 30; round++) {
      const shape = [3, 4, 2];
      const axis = round % 3;
      const indexShape = shape.with(axis, 1 + Math.floor(random() * 6));
      const count = elementCount(indexShape);
      const values = Array.from({ length: count }, () => Math.floor(random() * shape[axis]));
      const index = moved(operand('i32', values, indexShape), random);
      const a = moved(operand('i32', randomValues('i32', 24, random), shape), random);
      const b = moved(operand('i32', randomValues('i32', count, random), indexShape), random);
      const gathered = numbersOf({ kind: 'gather', axis }, [a, index], { dtype: 'i32', shape: indexShape });
      const scattered = numbersOf({ kind: 'scatterAdd', axis }, [index, b], { dtype: 'i32', shape });
      expect(dot(gathered, b.values)).toBe(dot(scattered, a.values));
    }
  });

  it('repeats a source that is broadcast', () => {
    const index = operand('i32', [0, 1, 1, 1], [2, 2]);
    const source = broadcast(operand('i32', [5], [1, 1]), [2, 2]);
    expect(numbersOf({ kind: 'scatterAdd', axis: 0 }, [index, source], { dtype: 'i32', shape: [2, 2] })).toEqual([
      5, 0, 5, 10,
    ]);
  });
});

describe('scatter', () => {
  it('puts each element where the index says, over zeros; the last stays', () => {
    const index = operand('i32', [2, 0, 2]);
    const source = operand('f32', [1, 2, 4]);
    expect(numbersOf({ kind: 'scatter', axis: 0 }, [index, source], { dtype: 'f32', shape: [4] })).toEqual([
      2, 0, 4, 0,
    ]);
  });

  it('keeps NaN and infinities where they were put', () => {
    const index = operand('i32', [1, 1, 0]);
    const source = operand('f32', [Number.NaN, Number.NEGATIVE_INFINITY, Number.NaN]);
    expect(numbersOf({ kind: 'scatter', axis: 0 }, [index, source], { dtype: 'f32', shape: [3] })).toEqual([
      Number.NaN,
      Number.NEGATIVE_INFINITY,
      0,
    ]);
  });

  it('takes every dtype', () => {
    const index = operand('i32', [2, 0]);
    for (const dtype of ['f64', 'i32', 'u8', 'i8', 'bool'] as const) {
      const result = { dtype, shape: [3] };
      expect(evaluateOne({ kind: 'scatter', axis: 0 }, [index, operand(dtype, [1, 0])], result)).toEqual([0, 0, 1]);
    }
    const big = operand('i64', [2n ** 60n + 1n, 2n]);
    expect(evaluateOne({ kind: 'scatter', axis: 0 }, [index, big], { dtype: 'i64', shape: [3] })).toEqual([
      2n,
      0n,
      2n ** 60n + 1n,
    ]);
  });

  it('of nothing is 0', () => {
    const inputs = [operand('i32', [], [0, 2]), operand('f32', [], [0, 2])];
    expect(numbersOf({ kind: 'scatter', axis: 0 }, inputs, { dtype: 'f32', shape: [2, 2] })).toEqual([0, 0, 0, 0]);
  });

  it('agrees with a walk over indices, on views of any strides', () => {
    const random = randomNumbers(10);
    for (let round = 0; round < 30; round++) {
      const shape = [3, 4, 2];
      const axis = round % 3;
      const indexShape = shape.with(axis, 1 + Math.floor(random() * 6));
      const count = elementCount(indexShape);
      const values = Array.from({ length: count }, () => Math.floor(random() * shape[axis]));
      const index = operand('i32', values, indexShape);
      const source = operand('i32', randomValues('i32', count, random), indexShape);
      const expected = new Array<number>(24).fill(0);
      forEachIndex(indexShape, (at, position) => {
        const to = at.with(axis, values[position]);
        expected[(to[0] * 4 + to[1]) * 2 + to[2]] = Number(source.values[position]);
      });
      const inputs = [moved(index, random), moved(source, random)];
      expect(evaluateOne({ kind: 'scatter', axis }, inputs, { dtype: 'i32', shape })).toEqual(expected);
    }
  });
});

function dot(a: readonly number[], b: readonly (number | bigint)[]): number {
  return a.reduce((sum, value, i) => sum + value * Number(b[i]), 0);
}
