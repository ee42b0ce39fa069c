import { type DType, dtypes, type Epilogue } from '@cenote/backend';
import { describe, expect, it } from 'vitest';
import {
  broadcast,
  evaluateOne,
  hasKernel,
  moved,
  numbersOf,
  type Operand,
  operand,
  randomNumbers,
  randomValues,
} from './harness.js';

function matmul(a: Operand, b: Operand, epilogue?: Epilogue, bias?: Operand): number[] {
  const result = { dtype: a.dtype, shape: [a.shape[0], a.shape[1], b.shape[2]] };
  return numbersOf({ kind: 'matmul', epilogue }, bias === undefined ? [a, b] : [a, b, bias], result);
}

describe('matmul', () => {
  const a = operand('f32', [1, 2, 3, 4, 5, 6], [1, 2, 3]);
  const b = operand('f32', [1, 0, -1, 2, 3, 1], [1, 3, 2]);

  it('of two matrices', () => {
    expect(matmul(a, b)).toEqual([8, 7, 17, 16]);
  });

  it('adds a bias, then activates, then rounds', () => {
    const bias = operand('f32', [-10, 1]);
    expect(matmul(a, b, { bias: true }, bias)).toEqual([-2, 8, 7, 17]);
    expect(matmul(a, b, { bias: true, activation: 'relu' }, bias)).toEqual([0, 8, 7, 17]);
    expect(matmul(a, b, { bias: false, activation: 'tanh' })).toEqual([8, 7, 17, 16].map((v) => f(Math.tanh(v))));
    expect(matmul(a, b, { bias: true, activation: 'sigmoid' }, bias)).toEqual(
      [-2, 8, 7, 17].map((v) => f(1 / (1 + Math.exp(-v)))),
    );
    // Rounded before the bias is added, the product would be 1.
    const nearlyOne = matmul(
      operand('f32', [1, 2 ** -30], [1, 1, 2]),
      operand('f32', [1, 1], [1, 2, 1]),
      { bias: true },
      operand('f32', [-1]),
    );
    expect(nearlyOne).toEqual([2 ** -30]);
  });

  it('accumulates in f64', () => {
    const row = operand('f32', [2 ** 30, 1, 1, 1, -(2 ** 30)], [1, 1, 5]);
    const ones = operand('f32', [1, 1, 1, 1, 1], [1, 5, 1]);
    expect(matmul(row, ones)).toEqual([3]);
  });

  it('wraps integers around', () => {
    for (const [dtype, values] of [
      ['i32', [123456789, 987654321]],
      ['u8', [200, 3]],
      ['i8', [100, 2]],
    ] as [DType, [number, number]][]) {
      const exact = BigInt(values[0]) * BigInt(values[1]) * 2n;
      const bits = dtype === 'i32' ? 32 : 8;
      const wrapped = dtype === 'u8' ? BigInt.asUintN(bits, exact) : BigInt.asIntN(bits, exact);
      const x = operand(dtype, [values[0], values[0]], [1, 1, 2]);
      const y = operand(dtype, [values[1], values[1]], [1, 2, 1]);
      expect(matmul(x, y)).toEqual([Number(wrapped)]);
    }
    const x = operand('i64', [2n ** 40n + 1n, 7n], [1, 1, 2]);
    const y = operand('i64', [2n ** 40n + 1n, 1n], [1, 2, 1]);
    expect(evaluateOne({ kind: 'matmul' }, [x, y], { dtype: 'i64', shape: [1, 1, 1] })).toEqual([2n ** 41n + 8n]);
  });

  it('integers have a bias and relu, but no other activation; bool has no products', () => {
    const x = operand('i32', [1, -2], [1, 1, 2]);
    const y = operand('i32', [3, 4], [1, 2, 1]);
    expect(matmul(x, y, { bias: true, activation: 'relu' }, operand('i32', [2]))).toEqual([0]);
    expect(matmul(x, y, { bias: true }, operand('i32', [2]))).toEqual([-3]);
    for (const dtype of dtypes) {
      const tensor = { dtype, shape: [1, 1, 1] };
      const has = (epilogue?: Epilogue) => hasKernel({ kind: 'matmul', epilogue }, [tensor, tensor], [tensor]);
      expect(has()).toBe(dtype !== 'bool');
      expect(has({ bias: false, activation: 'relu' })).toBe(dtype !== 'bool');
      expect(has({ bias: false, activation: 'tanh' })).toBe(dtype === 'f32' || dtype === 'f64');
    }
  });

  it('agrees with sums of products, on views of any strides, for sizes around multiples of four', () => {
    const random = randomNumbers(10);
    for (const [batch, m, k, n] of [
      [1, 1, 1, 1],
      [2, 3, 4, 5],
      [3, 2, 7, 3],
      [1, 5, 8, 1],
      [2, 1, 3, 6],
      [2, 0, 3, 2],
      [2, 2, 0, 2],
      [0, 2, 2, 2],
    ]) {
      for (const dtype of ['f64', 'i32', 'i64'] as const) {
        const x = moved(operand(dtype, randomValues(dtype, batch * m * k, random), [batch, m, k]), random);
        const y = moved(operand(dtype, randomValues(dtype, batch * k * n, random), [batch, k, n]), random);
        const expected = naive(x, y);
        matmul(x, y).forEach((value, i) => {
          expect(value).toBeCloseTo(expected[i], 12);
        });
      }
    }
  });

  it('repeats a batch that is broadcast', () => {
    const random = randomNumbers(11);
    const x = operand('i32', randomValues('i32', 24, random), [4, 2, 3]);
    const y = broadcast(operand('i32', randomValues('i32', 6, random), [1, 3, 2]), [4, 3, 2]);
    expect(matmul(x, y)).toEqual(naive(x, y));
    const xs = broadcast(operand('i32', randomValues('i32', 6, random), [1, 2, 3]), [4, 2, 3]);
    const ys = operand('i32', randomValues('i32', 24, random), [4, 3, 2]);
    expect(matmul(xs, ys)).toEqual(naive(xs, ys));
  });

  it('without terms is the bias', () => {
    const x = operand('f32', [], [1, 2, 0]);
    const y = operand('f32', [], [1, 0, 2]);
    expect(matmul(x, y, { bias: true }, operand('f32', [3, 4]))).toEqual([3, 4, 3, 4]);
  });
});

const f = Math.fround;

function naive(a: Operand, b: Operand): number[] {
  const [batch, m, k] = a.shape;
  const n = b.shape[2];
  const y: number[] = [];
  for (let item = 0; item < batch; item++) {
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let t = 0; t < k; t++) {
          sum += Number(a.values[(item * m + i) * k + t]) * Number(b.values[(item * k + t) * n + j]);
        }
        y.push(sum);
      }
    }
  }
  return y;
}
