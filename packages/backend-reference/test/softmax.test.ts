import { describe, expect, it } from 'vitest';
import { hasKernel, moved, numbersOf, type Operand, operand, randomNumbers, randomValues } from './harness.js';

const inf = Number.POSITIVE_INFINITY;
const nan = Number.NaN;

function softmax(x: Operand, axis: number, log = false): number[] {
  return numbersOf({ kind: 'softmax', axis, log }, [x], { dtype: x.dtype, shape: x.shape });
}

describe('softmax', () => {
  it('of logarithms gives their arguments as shares', () => {
    const x = operand('f64', [1, 2, 5].map(Math.log));
    expectClose(softmax(x, 0), [1 / 8, 2 / 8, 5 / 8], 1e-15);
    expectClose(softmax(x, 0, true), [1 / 8, 2 / 8, 5 / 8].map(Math.log), 1e-15);
  });

  it('does not overflow, nor lose what is far below', () => {
    const x = operand('f64', [1000, 1000, 0]);
    expect(softmax(x, 0)).toEqual([0.5, 0.5, 0]);
    expectClose(softmax(x, 0, true), [-Math.LN2, -Math.LN2, -1000 - Math.LN2], 1e-15);
    expect(softmax(operand('f32', [3e38, -3e38]), 0, true)).toEqual([0, Math.fround(-6e38)]);
    expect(softmax(operand('f64', [1e308, -1e308]), 0)).toEqual([1, 0]);
  });

  it('gives −∞ no share, and NaN where there is none to give', () => {
    expect(softmax(operand('f64', [-inf, 0]), 0)).toEqual([0, 1]);
    expect(softmax(operand('f64', [-inf, 0]), 0, true)).toEqual([-inf, 0]);
    expect(softmax(operand('f64', [-inf, -inf]), 0)).toEqual([nan, nan]);
    expect(softmax(operand('f64', [0, nan, 1]), 0)).toEqual([nan, nan, nan]);
  });

  it('goes along any axis of a view of any strides', () => {
    const random = randomNumbers(7);
    const shape = [2, 3, 4];
    const x = operand('f64', randomValues('f64', 24, random), shape);
    for (const [axis, step] of [
      [0, 12],
      [1, 4],
      [2, 1],
    ]) {
      for (const log of [false, true]) {
        const y = softmax(moved(x, random), axis, log);
        expect(y).toEqual(softmax(x, axis, log));
        const share = (position: number) => (log ? Math.exp(y[position]) : y[position]);
        for (let position = 0; position < 24; position++) {
          if (Math.floor(position / step) % shape[axis] !== 0) continue;
          let total = 0;
          for (let i = 0; i < shape[axis]; i++) total += share(position + i * step);
          expect(total).toBeCloseTo(1, 14);
        }
      }
    }
  });

  it('is of floats only', () => {
    for (const dtype of ['i32', 'i64', 'u8', 'i8', 'bool'] as const) {
      const tensor = { dtype, shape: [3] };
      expect(hasKernel({ kind: 'softmax', axis: 0, log: false }, [tensor], [tensor])).toBe(false);
    }
  });

  it('of nothing is nothing', () => {
    expect(softmax(operand('f32', [], [2, 0]), 1)).toEqual([]);
    expect(softmax(operand('f32', [], [0, 2]), 1)).toEqual([]);
  });
});

function expectClose(actual: readonly number[], expected: readonly number[], relative: number): void {
  expect(actual.length).toBe(expected.length);
  expected.forEach((value, i) => {
    expect(Math.abs(actual[i] - value)).toBeLessThanOrEqual(relative * Math.abs(value));
  });
}
