import { generator } from '@cenote/tensor';
import { describe, expect, test } from 'vitest';
import { createDataset, type Dataset, datasetFromIdx, pixelStatistics, split, subset, take } from '../src/index.js';
import { expectError } from './expect-error.js';

/** `count` pictures of 1 × 2 pixels; picture i has the pixels i and 255 − i, and the label i mod 3. */
function pictures(count: number): Dataset {
  const images = Uint8Array.from({ length: 2 * count }, (_, pixel) => {
    const index = Math.floor(pixel / 2);
    return pixel % 2 === 0 ? index : 255 - index;
  });
  return createDataset({ images, labels: Array.from({ length: count }, (_, index) => index % 3), height: 1, width: 2 });
}

describe('createDataset', () => {
  test('is plain data', () => {
    const dataset = pictures(4);
    expect(dataset).toEqual({
      images: new Uint8Array([0, 255, 1, 254, 2, 253, 3, 252]),
      labels: new Int32Array([0, 1, 2, 0]),
      count: 4,
      channels: 1,
      height: 1,
      width: 2,
      classes: ['0', '1', '2'],
    });
    expect(structuredClone(dataset)).toEqual(dataset);
  });

  test('keeps class names and channels', () => {
    const images = new Uint8Array(12);
    const dataset = createDataset({ images, labels: [1], channels: 3, height: 2, width: 2, classes: ['cat', 'dog'] });
    expect(dataset.classes).toEqual(['cat', 'dog']);
    expect(dataset.channels).toBe(3);
    expect(dataset.images).toBe(images);
  });

  test.each([
    ['a label beyond the classes', [0, 1, 2], ['a', 'b'], 'out of range at index 2. Got label 2', '0 to 1'],
    ['a negative label', [0, -1], undefined, 'index 1. Got label -1', '0 to 65535'],
    ['a fraction', [0.5], undefined, 'index 0. Got label 0.5', '0 to 65535'],
    ['a label that would make a billion classes', [0, 1e9], undefined, 'index 1. Got label 1000000000', '0 to 65535'],
  ])('rejects %s', async (_, labels, classes, got, expected) => {
    const images = new Uint8Array(labels.length);
    await expectError(
      () => createDataset({ images, labels, height: 1, width: 1, classes }),
      'INVALID_ARGUMENT',
      got,
      expected,
    );
  });

  test('rejects no examples, no size, and pixels that do not fit', async () => {
    const images = new Uint8Array(8);
    const create = (input: { labels: number[]; height: number; width: number }) => () =>
      createDataset({ images, ...input });
    await expectError(create({ labels: [], height: 2, width: 2 }), 'INVALID_ARGUMENT', 'empty data set');
    await expectError(create({ labels: [0, 1], height: 0, width: 2 }), 'INVALID_ARGUMENT', 'height is not a size');
    await expectError(create({ labels: [0, 1], height: 2, width: 1.5 }), 'INVALID_ARGUMENT', 'width is not a size');
    await expectError(
      create({ labels: [0, 1, 2], height: 2, width: 2 }),
      'INVALID_ARGUMENT',
      'Got 8 pixels for 3 labels; expected 12 pixels (3 × 1 × 2 × 2)',
    );
  });
});

describe('datasetFromIdx', () => {
  const labels = { dtype: 'u8', shape: [2], data: new Uint8Array([1, 0]) } as const;

  test('takes grey and colour pictures', () => {
    const grey = datasetFromIdx({ dtype: 'u8', shape: [2, 3, 4], data: new Uint8Array(24) }, labels);
    expect(grey).toMatchObject({ count: 2, channels: 1, height: 3, width: 4, classes: ['0', '1'] });
    const colour = datasetFromIdx({ dtype: 'u8', shape: [2, 3, 4, 5], data: new Uint8Array(120) }, labels, ['a', 'b']);
    expect(colour).toMatchObject({ count: 2, channels: 3, height: 4, width: 5, classes: ['a', 'b'] });
  });

  test('rejects what is no pair', async () => {
    const images = { dtype: 'u8', shape: [3, 1, 1], data: new Uint8Array(3) } as const;
    await expectError(() => datasetFromIdx(images, labels), 'INVALID_FILE', '3 images, labels of shape [2]');
    await expectError(() => datasetFromIdx(labels, images), 'INVALID_FILE', 'u8 of shape [2]');
    const floats = { dtype: 'f32', shape: [2, 1, 1], data: new Float32Array(2) } as const;
    await expectError(() => datasetFromIdx(floats, labels), 'INVALID_FILE', 'f32 of shape [2,1,1]');
    const empty = { dtype: 'u8', shape: [0, 1, 1], data: new Uint8Array(0) } as const;
    const none = { dtype: 'u8', shape: [0], data: new Uint8Array(0) } as const;
    await expectError(() => datasetFromIdx(empty, none), 'INVALID_ARGUMENT', 'empty data set');
  });
});

describe('subset and take', () => {
  test('subset copies the chosen examples in order', () => {
    const dataset = pictures(5);
    const chosen = subset(dataset, [4, 0, 4]);
    expect(chosen.images).toEqual(new Uint8Array([4, 251, 0, 255, 4, 251]));
    expect(chosen.labels).toEqual(new Int32Array([1, 0, 1]));
    expect(chosen).toMatchObject({ count: 3, height: 1, width: 2, classes: dataset.classes });
    chosen.images[0] = 99;
    expect(dataset.images[8]).toBe(4);
  });

  test('take shares the first examples', () => {
    const dataset = pictures(5);
    const first = take(dataset, 2);
    expect(first.images).toEqual(new Uint8Array([0, 255, 1, 254]));
    expect(first.labels).toEqual(new Int32Array([0, 1]));
    expect(first.images.buffer).toBe(dataset.images.buffer);
    expect(take(dataset, 5)).toEqual(dataset);
  });

  test('reject what is not there', async () => {
    const dataset = pictures(5);
    await expectError(() => subset(dataset, [0, 5]), 'INVALID_ARGUMENT', 'position 1. Got 5 of 5 examples');
    await expectError(() => subset(dataset, [-1]), 'INVALID_ARGUMENT', 'position 0. Got -1');
    await expectError(() => subset(dataset, []), 'INVALID_ARGUMENT', 'subset: empty data set');
    for (const count of [0, 6, 1.5])
      await expectError(() => take(dataset, count), 'INVALID_ARGUMENT', `Got ${count} of 5`);
  });
});

describe('split', () => {
  test('deals each example out once', () => {
    const parts = split(pictures(100), [70, 25, 5], generator(7));
    expect(parts.map(({ count }) => count)).toEqual([70, 25, 5]);
    const firstPixels = parts.flatMap(({ images }) => [...images].filter((_, pixel) => pixel % 2 === 0));
    expect(firstPixels.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, index) => index));
    for (const { images, labels } of parts) {
      for (const [position, label] of labels.entries()) expect(images[2 * position] % 3).toBe(label);
    }
  });

  test('is a matter of the seed alone', () => {
    const [first] = split(pictures(100), [50, 50], generator(7));
    expect(split(pictures(100), [50, 50], generator(7))[0]).toEqual(first);
    expect(split(pictures(100), [50, 50], generator(8))[0]).not.toEqual(first);
    expect(first.images).not.toEqual(take(pictures(100), 50).images);
  });

  test.each([[[50, 49]], [[50, 51]], [[100, 0]], [[110, -10]], [[99.5, 0.5]], [[]]])(
    'rejects sizes %j',
    async (sizes) => {
      await expectError(
        () => split(pictures(100), sizes, generator(1)),
        'INVALID_ARGUMENT',
        `sizes [${sizes.join(', ')}]`,
      );
    },
  );
});

describe('pixelStatistics', () => {
  test('is the mean and deviation of each channel', () => {
    // Two pictures with two channels of 1 × 2 pixels.
    const images = new Uint8Array([0, 255, 10, 10, 0, 255, 10, 10]);
    const statistics = pixelStatistics(createDataset({ images, labels: [0, 0], channels: 2, height: 1, width: 2 }));
    expect(statistics.mean[0]).toBeCloseTo(0.5, 12);
    expect(statistics.std[0]).toBeCloseTo(0.5, 12);
    expect(statistics.mean[1]).toBeCloseTo(10 / 255, 12);
    expect(statistics.std[1]).toBe(0);
  });
});
