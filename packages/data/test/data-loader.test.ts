import { referenceBackend } from '@cenote/backend-reference';
import { createDevice, generator, manualSeed, scope, setDefaultDevice } from '@cenote/tensor';
import { describe, expect, test } from 'vitest';
import { createDataset, type DataLoader, dataLoader, pixelStatistics } from '../src/index.js';
import { expectError } from './expect-error.js';

const device = createDevice(referenceBackend());
setDefaultDevice(device);

const dataset = createDataset({
  images: Uint8Array.from({ length: 10 * 6 }, (_, index) => index * 4),
  labels: Array.from({ length: 10 }, (_, index) => index % 4),
  height: 2,
  width: 3,
});

/** One epoch as plain numbers; every tensor is disposed of. */
function epoch(loader: DataLoader): { labels: number[]; indices: number[]; pixels: number[]; shape: number[] }[] {
  return [...loader].map(({ images, labels, indices, count }) => {
    expect(images.dtype).toBe('f32');
    expect(labels.dtype).toBe('i32');
    expect(labels.shape).toEqual([count]);
    const batch = {
      labels: [...labels.dataSync('i32')],
      indices: [...indices],
      pixels: [...images.dataSync('f32')],
      shape: [...images.shape],
    };
    images.dispose();
    labels.dispose();
    return batch;
  });
}

describe('dataLoader', () => {
  test('goes through the examples in order, pixels scaled to 0…1', () => {
    const loader = dataLoader(dataset, { batchSize: 4 });
    expect(loader).toMatchObject({ batches: 3, examples: 10 });
    const batches = epoch(loader);
    expect(batches.map(({ shape }) => shape)).toEqual([
      [4, 1, 2, 3],
      [4, 1, 2, 3],
      [2, 1, 2, 3],
    ]);
    expect(batches.flatMap(({ labels }) => labels)).toEqual([...dataset.labels]);
    expect(batches.flatMap(({ pixels }) => pixels)).toEqual(
      [...dataset.images].map((pixel) => Math.fround(pixel / 255)),
    );
    expect(epoch(loader)).toEqual(batches);
  });

  test('drops the last batch only when it is smaller', () => {
    const four = dataLoader(dataset, { batchSize: 4, dropLast: true });
    expect(four).toMatchObject({ batches: 2, examples: 8 });
    expect(epoch(four).map(({ labels }) => labels.length)).toEqual([4, 4]);
    expect(epoch(dataLoader(dataset, { batchSize: 5, dropLast: true }))).toHaveLength(2);
    expect(epoch(dataLoader(dataset))).toHaveLength(10);
    expect(epoch(dataLoader(dataset, { batchSize: 99 }))).toHaveLength(1);
  });

  test('shuffles anew each epoch, by the seed', () => {
    const order = (loader: DataLoader) => epoch(loader).flatMap(({ indices }) => indices);
    const loader = dataLoader(dataset, { batchSize: 3, shuffle: true, generator: generator(5) });
    const first = order(loader);
    const second = order(loader);
    expect(first.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(first).not.toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(second).not.toEqual(first);

    const again = dataLoader(dataset, { batchSize: 4, shuffle: true, generator: generator(5) });
    expect(order(again)).toEqual(first);
    expect(order(again)).toEqual(second);
  });

  test('keeps pictures and labels together when it shuffles', () => {
    const loader = dataLoader(dataset, { batchSize: 3, shuffle: true, generator: generator(5) });
    for (const { indices, labels, pixels } of epoch(loader)) {
      for (const [position, index] of indices.entries()) {
        expect(labels[position]).toBe(dataset.labels[index]);
        expect(pixels[position * 6 + 5]).toBe(Math.fround(dataset.images[index * 6 + 5] / 255));
      }
    }
  });

  test('shuffles by the default generator unless given one', () => {
    const loader = dataLoader(dataset, { batchSize: 10, shuffle: true });
    manualSeed(11);
    const [first] = epoch(loader);
    manualSeed(11);
    expect(epoch(loader)).toEqual([first]);
  });

  test('standardises pixels', () => {
    const normalize = pixelStatistics(dataset);
    const [{ pixels }] = epoch(dataLoader(dataset, { batchSize: 10, normalize }));
    const mean = pixels.reduce((sum, pixel) => sum + pixel, 0) / 60;
    const variance = pixels.reduce((sum, pixel) => sum + (pixel - mean) ** 2, 0) / 60;
    expect(mean).toBeCloseTo(0, 6);
    expect(variance).toBeCloseTo(1, 6);
    const [batch] = epoch(dataLoader(dataset, { normalize: { mean: 0.1307, std: 0.3081 } }));
    expect(batch.pixels[1]).toBe(Math.fround((4 / 255 - 0.1307) / 0.3081));
  });

  test('standardises each channel by its own numbers', () => {
    const colour = createDataset({
      images: new Uint8Array([51, 51, 102, 102, 153, 153]),
      labels: [0],
      channels: 3,
      height: 1,
      width: 2,
    });
    const [{ pixels }] = epoch(dataLoader(colour, { normalize: { mean: [0.2, 0, 0.6], std: [1, 0.4, 2] } }));
    expect(pixels.map((pixel) => Math.round(pixel * 1e6) / 1e6)).toEqual([0, 0, 1, 1, 0, 0]);
  });

  test('gives its tensors away: the consumer or a scope frees them', () => {
    const before = device.liveBuffers;
    const loader = dataLoader(dataset, { batchSize: 4, device });
    scope(() => {
      for (const { images } of loader) expect(images.isDisposed).toBe(false);
      expect(device.liveBuffers).toBe(before + 6);
    });
    expect(device.liveBuffers).toBe(before);

    for (const { images, labels } of loader) {
      images.dispose();
      labels.dispose();
      break;
    }
    expect(device.liveBuffers).toBe(before);
  });

  test.each([
    ['a batch size of 0', { batchSize: 0 }, 'batchSize 0'],
    ['a fraction of an example', { batchSize: 2.5 }, 'batchSize 2.5'],
    [
      'to drop everything',
      { batchSize: 11, dropLast: true },
      'dropLast leaves no batch. Got batchSize 11, 10 examples',
    ],
    ['a mean that is not finite', { normalize: { mean: Number.NaN, std: 1 } }, 'mean NaN'],
    ['a deviation of 0', { normalize: { mean: 0, std: 0 } }, 'std 0'],
    ['a mean for another channel', { normalize: { mean: [0, 0], std: 1 } }, '2 numbers for 1 channels'],
  ])('refuses %s', async (_, options, message) => {
    await expectError(() => dataLoader(dataset, options), 'INVALID_ARGUMENT', 'dataLoader: ', message);
  });

  test('refuses an empty data set', async () => {
    const empty = { ...dataset, images: new Uint8Array(0), labels: new Int32Array(0), count: 0 };
    await expectError(() => dataLoader(empty), 'INVALID_ARGUMENT', 'dataLoader: empty data set');
  });
});
