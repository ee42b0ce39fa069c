import { generator, manualSeed, ones, zeros } from '@cenote/tensor';
import { beforeEach, describe, expect, test } from 'vitest';
import { dropout } from '../src/index.js';
import { useReferenceDevice } from './support.js';

beforeEach(() => {
  useReferenceDevice();
});

describe('dropout', () => {
  const values = (p: number, seed: number) =>
    dropout(p, { generator: generator(seed) })
      .forward(ones([10_000]))
      .dataSync('f32');

  test.each([0.1, 0.5, 0.8])('drops a fraction of %d and keeps the mean', (p) => {
    const result = [...values(p, 1)];
    const kept = Math.fround(1 / (1 - p));
    for (const value of new Set(result)) expect([0, kept]).toContain(value);
    const dropped = result.filter((value) => value === 0).length;
    // Five standard deviations of a binomial distribution.
    expect(Math.abs(dropped - 10_000 * p)).toBeLessThan(5 * Math.sqrt(10_000 * p * (1 - p)));
  });

  test('is decided by the seed, and goes on', () => {
    expect(values(0.5, 1)).toEqual(values(0.5, 1));
    expect(values(0.5, 1)).not.toEqual(values(0.5, 2));
    const layer = dropout(0.5, { generator: generator(1) });
    expect(layer.forward(ones([50])).dataSync()).not.toEqual(layer.forward(ones([50])).dataSync());
  });

  test('uses the default generator where none is given', () => {
    const drawn = () => {
      manualSeed(9);
      return dropout()
        .forward(ones([50]))
        .dataSync();
    };
    expect(drawn()).toEqual(drawn());
  });

  test('with 0 keeps everything, with 1 nothing', () => {
    expect(values(0, 1)).toEqual(new Float32Array(10_000).fill(1));
    expect(values(1, 1)).toEqual(new Float32Array(10_000));
  });

  test('lets the gradient through where it keeps, with the same factor', () => {
    const x = ones([100], { requiresGrad: true, dtype: 'f64' });
    const y = dropout(0.75, { generator: generator(1) }).forward(x);
    y.sum().backward();
    expect(x.grad?.dataSync()).toEqual(y.dataSync());
    expect(y.dtype).toBe('f64');
  });

  test('when evaluated, keeps everything and draws nothing', () => {
    const random = generator(1);
    const layer = dropout(0.5, { generator: random }).eval();
    expect(layer.forward(ones([5])).toArraySync()).toEqual([1, 1, 1, 1, 1]);
    expect(random.state().drawn).toBe(0);
  });

  test('takes nothing at all', () => {
    expect(dropout().forward(zeros([0, 3])).shape).toEqual([0, 3]);
  });
});
