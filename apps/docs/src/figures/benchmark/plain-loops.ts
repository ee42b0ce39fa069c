import { type BenchRow, outputSize } from './rows.js';

/**
 * Pooling as one would write it down: loops over the output, and inside of them loops over the window.
 *
 * @param x `[N, C, H, W]`, row-major
 * @param y filled with the result
 */
export function plainPool(bench: BenchRow, x: Float32Array, y: Float32Array): void {
  const { fn, shape, kernel, stride, padding } = bench;
  const [batch, channels, height, width] = shape;
  const size = outputSize(bench);
  for (let plane = 0, at = 0; plane < batch * channels; plane++) {
    const base = plane * height * width;
    for (let row = 0; row < size; row++) {
      const top = row * stride - padding;
      for (let column = 0; column < size; column++, at++) {
        const left = column * stride - padding;
        let best = -Infinity;
        let sum = 0;
        for (let i = Math.max(top, 0); i < Math.min(top + kernel, height); i++) {
          for (let j = Math.max(left, 0); j < Math.min(left + kernel, width); j++) {
            const value = x[base + i * width + j];
            sum += value;
            if (value > best) best = value;
          }
        }
        y[at] = fn === 'max' ? best : sum / (kernel * kernel);
      }
    }
  }
}

/** The largest difference between two results, relative to the larger element where that is above 1. */
export function largestDifference(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i] - b[i]) / Math.max(1, Math.abs(a[i]), Math.abs(b[i]));
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
  }
  return largest;
}
