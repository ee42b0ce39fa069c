import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type Dataset, digits, take } from '../src/index.js';
import { expectError } from './expect-error.js';

function hash({ images, labels }: Dataset): string {
  return createHash('sha256').update(images).update(Uint8Array.from(labels)).digest('hex');
}

describe('digits', () => {
  const thousand = digits({ count: 1000, seed: 1 });

  test('are 28 × 28 grey pixels in ten classes', () => {
    expect(thousand).toMatchObject({ count: 1000, channels: 1, height: 28, width: 28 });
    expect(thousand.classes).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    expect(thousand.images.length).toBe(784_000);
  });

  test('are the same pixels on every platform, forever', () => {
    // Another hash means other digits for the same seed: a breaking change.
    expect(hash(take(thousand, 100))).toBe('b648bcc72fa4e534559174ff12f8af88e872bb6bfafc30ef33d26ea6d3f8f6e2');
  });

  test('depend on the seed and the index, not on the count', () => {
    expect(hash(take(thousand, 257))).toBe(hash(digits({ count: 257, seed: 1 })));
    expect(hash(digits({ count: 100, seed: 2 }))).not.toBe(hash(digits({ count: 100, seed: 1 })));
    expect(digits({ count: 20 })).toEqual(digits({ count: 20, seed: 0 }));
  });

  test('can be drawn piece by piece', () => {
    const piece = digits({ count: 30, seed: 1, start: 215 });
    expect(piece.images).toEqual(thousand.images.subarray(215 * 784, 245 * 784));
    expect(piece.labels).toEqual(thousand.labels.subarray(215, 245));
  });

  test('are balanced, every ten of them, in random order', () => {
    const orders = new Set<string>();
    for (let start = 0; start < 1000; start += 10) {
      const ten = [...thousand.labels.subarray(start, start + 10)];
      expect(ten.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      orders.add(ten.join());
    }
    expect(orders.size).toBeGreaterThan(95);
    expect(digits({ count: 13 }).labels.length).toBe(13);
  });

  test('no two are alike, and each lies within its picture', () => {
    const seen = new Set<string>();
    for (let index = 0; index < 1000; index++) {
      const image = thousand.images.subarray(index * 784, (index + 1) * 784);
      seen.add(image.join());
      const ink = image.reduce((sum, pixel) => sum + pixel, 0) / 255;
      expect(ink, `ink of digit ${index}`).toBeGreaterThan(20);
      expect(ink, `ink of digit ${index}`).toBeLessThan(250);
      // The outermost pixels are paper: nothing but dust.
      for (let pixel = 0; pixel < 784; pixel++) {
        const row = Math.floor(pixel / 28);
        const column = pixel % 28;
        if (row > 0 && row < 27 && column > 0 && column < 27) continue;
        expect(image[pixel], `border of digit ${index}`).toBeLessThan(30);
      }
    }
    expect(seen.size).toBe(1000);
  });

  test('can be told apart, but not by their average alone', () => {
    const train = take(thousand, 800);
    const means = Array.from({ length: 10 }, () => new Float64Array(784));
    for (let index = 0; index < train.count; index++) {
      const mean = means[train.labels[index]];
      for (let pixel = 0; pixel < 784; pixel++) mean[pixel] += train.images[index * 784 + pixel] / 80;
    }
    let right = 0;
    for (let index = 800; index < 1000; index++) {
      const distances = means.map((mean) => {
        let sum = 0;
        for (let pixel = 0; pixel < 784; pixel++) sum += (thousand.images[index * 784 + pixel] - mean[pixel]) ** 2;
        return sum;
      });
      if (distances.indexOf(Math.min(...distances)) === thousand.labels[index]) right++;
    }
    // A nearest-mean classifier gets about 82 % of MNIST.
    expect(right / 200).toBeGreaterThan(0.5);
    expect(right / 200).toBeLessThan(0.9);
  });

  test.each([0, -1, 1.5, Number.NaN, 1e12])('reject a count of %d', async (count) => {
    await expectError(() => digits({ count }), 'INVALID_ARGUMENT', 'digits: count', `Got count ${count}`);
  });

  test.each([-1, 0.5, Number.NaN, 2 ** 33])('reject a start of %d', async (start) => {
    await expectError(() => digits({ count: 1, start }), 'INVALID_ARGUMENT', 'digits: start', `Got start ${start}`);
  });

  test('reject a seed that is none', async () => {
    await expectError(() => digits({ count: 1, seed: -1 }), 'INVALID_ARGUMENT', 'seed is not a whole number');
  });
});
