import { lpPool1d, type Tensor, tensor } from '@cenote/tensor';
import { describe, expect, it } from 'vitest';
import { grad } from '../src/index.js';
import './device.js';

const numbers = (x: Tensor) => [...x.dataSync()].map(Number);

/** The first derivative of Σ y², and the second along (1, 1, …), of LP pooling with windows of two. */
function derivatives(values: readonly number[], p: number): readonly [number[], number[]] {
  const x = tensor(values, { dtype: 'f64', requiresGrad: true });
  const [first] = grad(lpPool1d(x, p, 2).square().sum(), [x], { createGraph: true });
  const [second] = grad(first.sum(), [x]);
  return [numbers(first), numbers(second)];
}

describe('derivatives of LP pooling at its corners', () => {
  it('are numbers where elements, or whole windows, are 0', () => {
    for (const p of [1, 1.5, 2, 3]) {
      for (const derivative of derivatives([0, 0, 0, 3, -2, 0], p)) {
        expect(derivative.every(Number.isFinite), `p = ${p}: ${derivative.join(', ')}`).toBe(true);
        expect(derivative.slice(0, 2)).toEqual([0, 0]);
      }
    }
  });

  it('of the square of the Euclidean norm are those of Σ x²', () => {
    const [first, second] = derivatives([3, 4, -1, 2], 2);
    for (const [i, value] of [6, 8, -2, 4].entries()) expect(first[i]).toBeCloseTo(value, 12);
    for (const value of second) expect(value).toBeCloseTo(2, 12);
  });
});
