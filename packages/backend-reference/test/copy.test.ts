import { type DType, dtypes } from '@cenote/backend';
import { describe, expect, it } from 'vitest';
import {
  broadcast,
  evaluateOne,
  moved,
  operand,
  randomNumbers,
  randomPlace,
  randomValues,
  type Values,
} from './harness.js';

const inf = Number.POSITIVE_INFINITY;
const nan = Number.NaN;

function convert(from: DType, to: DType, values: Values): Values {
  return evaluateOne({ kind: 'copy' }, [operand(from, values)], { dtype: to, shape: [values.length] });
}

describe('copy between dtypes', () => {
  it('to bool is x ≠ 0', () => {
    expect(convert('f32', 'bool', [0, -0, 0.1, nan, -inf])).toEqual([0, 0, 1, 1, 1]);
    expect(convert('i32', 'bool', [0, 256, -1])).toEqual([0, 1, 1]);
    expect(convert('i64', 'bool', [0n, 2n ** 40n])).toEqual([0, 1]);
  });

  it('from bool is 0 or 1', () => {
    for (const to of ['f32', 'f64', 'i32', 'u8', 'i8', 'bool'] as const) {
      expect(convert('bool', to, [0, 1])).toEqual([0, 1]);
    }
    expect(convert('bool', 'i64', [0, 1])).toEqual([0n, 1n]);
  });

  it('from float to integer truncates, then wraps; NaN becomes 0', () => {
    expect(convert('f64', 'i32', [2.9, -2.9, 2 ** 31, 2 ** 32 + 5, nan])).toEqual([2, -2, -(2 ** 31), 5, 0]);
    expect(convert('f32', 'u8', [255.9, 256, -1, nan])).toEqual([255, 0, 255, 0]);
    expect(convert('f32', 'i8', [127.5, 128, -129])).toEqual([127, -128, 127]);
    expect(convert('f64', 'i64', [2.9, -2.9, 2 ** 53, 2 ** 63, 2 ** 64 + 2 ** 20, nan])).toEqual([
      2n,
      -2n,
      2n ** 53n,
      -(2n ** 63n),
      2n ** 20n,
      0n,
    ]);
  });

  it('between integers wraps', () => {
    expect(convert('i32', 'u8', [-1, 257, 511])).toEqual([255, 1, 255]);
    expect(convert('u8', 'i8', [127, 128, 255])).toEqual([127, -128, -1]);
    expect(convert('i64', 'i32', [2n ** 31n, 2n ** 32n + 7n, -1n])).toEqual([-(2 ** 31), 7, -1]);
    expect(convert('i64', 'u8', [2n ** 40n + 300n])).toEqual([44]);
    expect(convert('i64', 'i8', [2n ** 40n + 200n])).toEqual([-56]);
    expect(convert('i32', 'i64', [-(2 ** 31)])).toEqual([-(2n ** 31n)]);
  });

  it('keeps all bits of an i64', () => {
    expect(convert('i64', 'i64', [2n ** 63n - 1n, -(2n ** 63n)])).toEqual([2n ** 63n - 1n, -(2n ** 63n)]);
  });

  it('rounds an i64 to a float once', () => {
    expect(convert('i64', 'f64', [2n ** 53n + 1n, 2n ** 53n + 3n])).toEqual([2 ** 53, 2 ** 53 + 4]);
    // Just above the middle of two neighbouring f32; rounded to f64 first, it would be the middle, and go down to even.
    const above = 2n ** 60n + 2n ** 36n + 1n;
    expect(convert('i64', 'f32', [above, -above, above - 1n])).toEqual([
      2 ** 60 + 2 ** 37,
      -(2 ** 60 + 2 ** 37),
      2 ** 60,
    ]);
    const below = 2n ** 60n + 3n * 2n ** 36n - 1n;
    expect(convert('i64', 'f32', [below, -below])).toEqual([2 ** 60 + 2 ** 37, -(2 ** 60 + 2 ** 37)]);
    expect(convert('i64', 'f32', [2n ** 63n - 1n, 16777217n])).toEqual([2 ** 63, 16777216]);
  });

  it('rounds f64 to f32, and keeps what is not finite', () => {
    expect(convert('f64', 'f32', [0.1, 1e300, nan, -inf, -0])).toEqual([Math.fround(0.1), inf, nan, -inf, -0]);
  });

  it('gives each value back from every dtype that can hold it', () => {
    for (const from of dtypes) {
      for (const to of dtypes) {
        const values = from === 'i64' ? [0n, 1n] : [0, 1];
        expect(Array.from(convert(from, to, values), Number)).toEqual([0, 1]);
      }
    }
  });
});

describe('copy of a view', () => {
  it('makes any strides contiguous', () => {
    const random = randomNumbers(4);
    for (const dtype of dtypes) {
      for (const shape of [[2, 3, 4, 5], [7], [5000, 2], [2, 1, 3], [3, 0], []]) {
        const count = shape.reduce((a, b) => a * b, 1);
        const x = moved(operand(dtype, randomValues(dtype, count, random), shape), random);
        expect(evaluateOne({ kind: 'copy' }, [x], { dtype, shape })).toEqual(x.values);
      }
    }
  });

  it('writes into a view of any strides, and nothing beside it', () => {
    const random = randomNumbers(15);
    for (const dtype of dtypes) {
      const shape = [3, 1, 4];
      const x = moved(operand(dtype, randomValues(dtype, 12, random), shape), random);
      const result = { dtype, shape, place: randomPlace(shape, random) };
      expect(evaluateOne({ kind: 'copy' }, [x], result)).toEqual(x.values);
      const value = dtype === 'i64' ? 1n : 1;
      expect(evaluateOne({ kind: 'fill', value }, [], result)).toEqual(new Array(12).fill(value));
    }
  });

  it('repeats what is broadcast', () => {
    const x = broadcast(operand('i32', [1, 2, 3], [1, 3, 1]), [2, 3, 2]);
    expect(evaluateOne({ kind: 'copy' }, [x], { dtype: 'i32', shape: [2, 3, 2] })).toEqual([
      1, 1, 2, 2, 3, 3, 1, 1, 2, 2, 3, 3,
    ]);
  });
});

describe('fill', () => {
  const fill = (dtype: DType, value: number | bigint, shape = [3]) =>
    evaluateOne({ kind: 'fill', value }, [], { dtype, shape });

  it('converts the value as copy does', () => {
    expect(fill('f32', 0.1)).toEqual([Math.fround(0.1), Math.fround(0.1), Math.fround(0.1)]);
    expect(fill('f64', -0)).toEqual([-0, -0, -0]);
    expect(fill('i32', 2 ** 31)).toEqual([-(2 ** 31), -(2 ** 31), -(2 ** 31)]);
    expect(fill('u8', -1)).toEqual([255, 255, 255]);
    expect(fill('bool', nan)).toEqual([1, 1, 1]);
    expect(fill('i64', 2.5)).toEqual([2n, 2n, 2n]);
    expect(fill('i64', 2n ** 63n - 1n)).toEqual([2n ** 63n - 1n, 2n ** 63n - 1n, 2n ** 63n - 1n]);
    expect(fill('i64', 2n ** 63n)).toEqual([-(2n ** 63n), -(2n ** 63n), -(2n ** 63n)]);
    expect(fill('i8', 300n)).toEqual([44, 44, 44]);
    expect(fill('f32', 2n ** 60n + 2n ** 36n + 1n)[0]).toBe(2 ** 60 + 2 ** 37);
  });

  it('fills every element of a long output, and of an empty one none', () => {
    expect(fill('f32', 7, [3, 5000])).toEqual(new Array(15000).fill(7));
    expect(fill('f32', 7, [0])).toEqual([]);
    expect(fill('f32', 7, [])).toEqual([7]);
  });
});
