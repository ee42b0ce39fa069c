import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { arange, div, type Tensor, tensor, zeros } from '../src/index.js';
import './device.js';

/** Printed by PyTorch: see tooling/goldens/print.py. */
const goldens: Record<string, string> = JSON.parse(
  readFileSync(new URL('./goldens/print.json', import.meta.url), 'utf8'),
);

const made: Record<string, () => Tensor> = {
  whole: () =>
    tensor([
      [4, 5],
      [7, 8],
    ]),
  fractions: () =>
    tensor([
      [0.5, -1.25],
      [10, 3],
    ]),
  scalar: () => tensor(3.5),
  'whole scalar': () => tensor(-3),
  'nan and infinity': () => tensor([1.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]),
  'small among large': () => tensor([1e-6, 1, 2]),
  large: () => tensor([1e9, 2e9]),
  'ratio of 1000': () => tensor([1000, 1]),
  'ratio above 1000': () => tensor([1001, 1]),
  zeros: () => zeros([2, 3]),
  'three axes': () => arange(12).reshape([2, 2, 3]),
  'four axes': () => div(arange(16), 3).reshape([1, 2, 2, 4]),
  wraps: () => div(arange(30), 7),
  'summary of one axis': () => arange(2000),
  'summary of two axes': () => arange(40000).reshape([200, 200]),
  'summary of rows': () => arange(3000).reshape([1000, 3]),
  'summary of three axes': () => arange(8 * 20 * 20).reshape([8, 20, 20]),
  i32: () =>
    tensor(
      [
        [1, -20],
        [300, 4],
      ],
      { dtype: 'i32' },
    ),
  bool: () => tensor([true, false]),
  empty: () => tensor([]),
  f64: () => tensor([1.5, 2.5], { dtype: 'f64' }),
};

describe('String(tensor)', () => {
  it('covers every golden', () => {
    expect(Object.keys(made).sort()).toEqual(Object.keys(goldens).sort());
  });

  it.each(Object.keys(goldens))('prints as PyTorch does: %s', (name) => {
    expect(String(made[name]())).toBe(goldens[name]);
  });

  it('tells what PyTorch has no word for', () => {
    expect(String(zeros([0, 3]))).toBe('tensor([], shape=[0, 3])');
    expect(String(tensor([-0, 0]))).toBe('tensor([-0.,  0.])');
    expect(String(tensor([9007199254740993n]))).toBe('tensor([9007199254740993], dtype=i64)');
  });

  it('is what console.log shows', () => {
    expect(inspect(tensor([1, 2]))).toBe('tensor([1., 2.])');
    expect(inspect({ x: tensor([1, 2]) })).toContain('x: tensor([1., 2.])');
  });

  it('still says what a disposed tensor was', () => {
    const x = zeros([2, 3]);
    x.dispose();
    expect(String(x)).toBe('tensor(disposed, shape=[2, 3], dtype=f32)');
  });
});
