import { referenceBackend } from '@cenote/backend-reference';
import { describe, expect, it } from 'vitest';
import {
  arange,
  avgPool1d,
  avgPool2d,
  createDevice,
  fractionalMaxPool2d,
  fractionalMaxPool3d,
  full,
  generator,
  globalAvgPool,
  globalLpPool,
  lpPool2d,
  manualSeed,
  maxPool2d,
  maxUnpool1d,
  maxUnpool2d,
  onnxToPlaneIndices,
  planeToOnnxIndices,
  reshape,
  scatter,
  tensor,
  zeros,
} from '../src/index.js';
import { device } from './device.js';

describe('scatter', () => {
  it('puts elements where the index says, over zeros', () => {
    const rows = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const index = tensor([[3, 0, 1]], { dtype: 'i32' }).expand([2, 3]);
    expect(scatter(rows, 1, index, 4).toArraySync()).toEqual([
      [2, 3, 0, 1],
      [5, 6, 0, 4],
    ]);
  });

  it('keeps the last of several, along a negative axis too, of any dtype', () => {
    const index = tensor([0, 1, 0], { dtype: 'u8' });
    expect(scatter(tensor([1, 2, 3], { dtype: 'i64' }), -1, index, 3).toArraySync()).toEqual([3, 2, 0]);
    expect(scatter(tensor([true, true, false]), 0, index, 2).toArraySync()).toEqual([0, 1]);
  });

  it('refuses positions outside, and another shape', () => {
    expect(() => scatter(tensor([1, 2]), 0, tensor([0, 2], { dtype: 'i32' }), 2)).toThrow(
      'scatter: a position is outside the axis. Got 2; expected from 0 to 1. Check the indices against the size of the axis.',
    );
    expect(() => scatter(tensor([1, 2]), 0, tensor([0], { dtype: 'i32' }), 2)).toThrow(
      'scatter: the shape of the index does not fit',
    );
  });
});

describe('max unpooling', () => {
  it('puts maxima back, with the usual size or another', () => {
    const { output, indices } = maxPool2d(reshape(arange(25), [1, 1, 5, 5]), 2, { returnIndices: true });
    // The usual size is 4 × 4, in which there is no position 16.
    expect(() => maxUnpool2d(output, indices, 2)).toThrow(
      'maxUnpool2d: a position is outside the output plane. Got 16; expected from 0 to 15.',
    );
    const whole = maxUnpool2d(output, indices, 2, { outputSize: [5, 5] });
    expect(whole.toArraySync()).toEqual([
      [
        [
          [0, 0, 0, 0, 0],
          [0, 6, 0, 8, 0],
          [0, 0, 0, 0, 0],
          [0, 16, 0, 18, 0],
          [0, 0, 0, 0, 0],
        ],
      ],
    ]);
  });

  it('takes a plane, one axis, integers, and channels last', () => {
    const positions = tensor([1, 2], { dtype: 'i64' });
    expect(maxUnpool1d(tensor([5, 7], { dtype: 'i32' }), positions, 2).toArraySync()).toEqual([0, 5, 7, 0]);
    const last = maxUnpool2d(tensor([[[5, 7]]]), tensor([[[3, 0]]], { dtype: 'i32' }), {
      kernelSize: 2,
      dataFormat: 'channelsLast',
    });
    expect(last.toArraySync()).toEqual([
      [
        [0, 7],
        [0, 0],
      ],
      [
        [0, 0],
        [5, 0],
      ],
    ]);
  });

  it('of an empty batch is empty', () => {
    const none = maxUnpool2d(zeros([0, 2, 2, 3]), zeros([0, 2, 2, 3], { dtype: 'i32' }), 2);
    expect(none.shape).toEqual([0, 2, 4, 6]);
  });
});

describe('fractional max pooling', () => {
  it('follows its random numbers: width, then height', () => {
    const x = reshape(arange(42), [1, 1, 6, 7]);
    const pool = (w: number, h: number) =>
      fractionalMaxPool2d(x, 2, {
        outputSize: 3,
        randomSamples: tensor([[[w, h]]]),
        returnIndices: true,
      }).indices.toArraySync();
    // Rows start at 0, 2 and 4 for α = 2; columns at ⌊(o + u) · 2.5⌋ − ⌊u · 2.5⌋.
    expect(pool(0, 0)).toEqual([
      [
        [
          [8, 10, 13],
          [22, 24, 27],
          [36, 38, 41],
        ],
      ],
    ]);
    expect(pool(0.5, 0)).toEqual([
      [
        [
          [8, 10, 13],
          [22, 24, 27],
          [36, 38, 41],
        ],
      ],
    ]);
    expect(pool(0.7, 0)).toEqual([
      [
        [
          [8, 11, 13],
          [22, 25, 27],
          [36, 39, 41],
        ],
      ],
    ]);
  });

  it('draws from the seed, or from a generator', () => {
    const x = reshape(arange(2 * 81), [2, 81]).reshape([1, 2, 9, 9]);
    const pool = (options: object = {}) => fractionalMaxPool2d(x, 2, { outputSize: 4, ...options }).toArraySync();
    manualSeed(3);
    const first = pool();
    manualSeed(3);
    expect(pool()).toEqual(first);
    expect(pool({ generator: generator(3) })).toEqual(pool({ generator: generator(3) }));
    const seeds = [1, 2, 3, 4].map((seed) => JSON.stringify(pool({ generator: generator(seed) })));
    expect(new Set(seeds).size).toBeGreaterThan(1);
  });

  it('keeps NaN, and takes planes and volumes without channels', () => {
    const x = tensor([
      [1, Number.NaN, 0],
      [2, 3, 4],
      [5, 6, 7],
    ]);
    const randomSamples = full([1, 1, 2], 0.25);
    expect(fractionalMaxPool2d(x, 2, { outputSize: 2, randomSamples }).toArraySync()).toEqual([
      [Number.NaN, Number.NaN],
      [6, 7],
    ]);
    expect(fractionalMaxPool3d(reshape(arange(64), [4, 4, 4]), 2, { outputRatio: 0.5 }).shape).toEqual([2, 2, 2]);
  });

  it('stays inside its input where random numbers cannot be read, and are wrong', () => {
    const backend = referenceBackend();
    const waiting = createDevice(
      new Proxy(backend, {
        get(target, key) {
          if (key === 'caps') return { ...target.caps, sync: false };
          const value: unknown = Reflect.get(target, key);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      }),
    );
    const x = arange(16, { device: waiting }).reshape([1, 1, 4, 4]);
    const wrong = full([1, 1, 2], 1e9, { device: waiting });
    const nan = full([1, 1, 2], Number.NaN, { device: waiting });
    for (const randomSamples of [wrong, nan]) {
      expect(fractionalMaxPool2d(x, 2, { outputSize: 3, randomSamples }).shape).toEqual([1, 1, 3, 3]);
    }
  });
});

describe('norms and averages', () => {
  it('a global norm is a norm over a window of everything', () => {
    const x = reshape(arange(24), [1, 2, 3, 4]).sub(11);
    expect(globalLpPool(x, 3).toArraySync()).toEqual(lpPool2d(x, 3, [3, 4]).toArraySync());
    expect(globalLpPool(tensor([[[3, 4]]]), 2).toArraySync()).toEqual([[[5]]]);
  });

  it('of 8-bit integers are rounded, halves to even', () => {
    expect(avgPool1d(tensor([0, 1, 1, 2, 2, 3, 255, 254], { dtype: 'u8' }), 2).toArraySync()).toEqual([0, 2, 2, 254]);
    expect(avgPool1d(tensor([-1, 0, -1, -2, -2, -3], { dtype: 'i8' }), 2).toArraySync()).toEqual([0, -2, -2]);
    const mean = globalAvgPool(full([1, 1, 3, 3], 200, { dtype: 'u8' }));
    expect([mean.dtype, mean.itemSync()]).toEqual(['u8', 200]);
    expect(avgPool2d(full([2, 2], 100, { dtype: 'u8' }), 2, { divisorOverride: 1 }).itemSync()).toBe(255);
  });
});

it('leaves nothing behind', () => {
  const before = device.liveBuffers;
  const source = arange(2 * 3 * 36);
  const x = reshape(source, [2, 3, 6, 6]);
  const pooled = maxPool2d(x, 2, { returnIndices: true });
  const unpooled = maxUnpool2d(pooled.output, pooled.indices, 2);
  const fractional = fractionalMaxPool2d(x, 2, { outputSize: 4, returnIndices: true });
  const there = planeToOnnxIndices(pooled.indices, x.shape, { storageOrder: 1 });
  const back = onnxToPlaneIndices(there, x.shape, { storageOrder: 1 });
  const made = [x, pooled.output, pooled.indices, unpooled, fractional.output, fractional.indices, there, back];
  expect(device.liveBuffers - before).toBe(made.length);
  for (const one of [source, ...made]) one.dispose();
  expect(device.liveBuffers).toBe(before);
});
