import { type Device, generator, rand, randn, type Tensor, tensor, zeros } from '@cenote/tensor';
import { beforeEach, describe, expect, test } from 'vitest';
import * as nn from '../src/index.js';
import { noise, rejection, useReferenceDevice, waitingDevice } from './support.js';

let device: Device;

beforeEach(() => {
  device = useReferenceDevice();
});

/** Pictures, and a network for them whose subsampling is the question. */
const pictures = (count = 24, seed = 1) => randn([count, 1, 16, 16], { generator: generator(seed) });

function network(subsample: () => nn.Module, seed = 1): nn.Sequential {
  const random = generator(seed);
  const block = (from: number, to: number) => [
    nn.pad2d(1, { mode: 'circular' }),
    nn.conv2d(from, to, { kernelSize: 3, generator: random }),
    nn.relu(),
    subsample(),
  ];
  return nn.sequential(
    ...block(1, 6),
    ...block(6, 8),
    nn.globalAvgPool(),
    nn.flatten(),
    nn.linear(8, 10, { generator: random }),
  );
}

describe('shiftConsistency', () => {
  test('is exactly 1 with adaptive polyphase sampling, around a ring', async () => {
    for (const seed of [1, 2, 3]) {
      const model = network(() => nn.adaptivePolyphaseSample2d(), seed);
      const options = { maxShift: 15, trials: 3, generator: generator(seed), batchSize: 10 };
      expect(await nn.shiftConsistency(model, pictures(24, seed), options)).toBe(1);
    }
  });

  test('is not with max pooling, and better with blur', async () => {
    const options = () => ({ maxShift: 15, trials: 6, generator: generator(5) });
    const measure = (subsample: () => nn.Module) => nn.shiftConsistency(network(subsample), pictures(40, 4), options());
    const max = await measure(() => nn.maxPool2d(2));
    const blurred = await measure(() =>
      nn.sequential(
        nn.pad2d(
          [
            [0, 1],
            [0, 1],
          ],
          { mode: 'circular' },
        ),
        nn.maxBlurPool2d({ filterSize: 5, paddingMode: 'circular' }),
      ),
    );
    expect(max).toBeGreaterThan(0);
    expect(max).toBeLessThan(0.95);
    expect(blurred).toBeGreaterThan(max);
  });

  /** Decides by where the only light is: one class for each column. */
  class Column extends nn.Module {
    readonly seen: (readonly number[])[] = [];
    override forward(x: Tensor): Tensor {
      this.seen.push(x.shape);
      return x.sum([1, 2]);
    }
    override outputShape([batch, , , width]: readonly number[]): readonly number[] {
      return [batch, width];
    }
  }
  const light = (size: number, at: number) => {
    const row = Array.from({ length: size }, (_, index) => (index === at ? 1 : 0));
    return tensor([[Array.from({ length: size }, () => row)]]);
  };

  test('counts the pairs that agree, circularly', async () => {
    const model = new Column();
    const result = await nn.shiftConsistency(model, light(8, 3), { maxShift: 7, trials: 800, generator: generator(1) });
    // Two of eight equally likely columns are the same one time in eight. Five standard deviations.
    expect(Math.abs(result - 1 / 8)).toBeLessThan(5 * Math.sqrt(((1 / 8) * (7 / 8)) / 800));
    expect(Number.isInteger(result * 800)).toBe(true);
    expect(new Set(model.seen.map(String))).toEqual(new Set(['1,1,8,8']));
    expect(model.seen.length).toBe(1600);
  });

  test('and cropped', async () => {
    const model = new Column();
    const options = { mode: 'crop', maxShift: 2, trials: 900, generator: generator(2) } as const;
    const result = await nn.shiftConsistency(model, light(8, 4), options);
    expect(Math.abs(result - 1 / 3)).toBeLessThan(5 * Math.sqrt(((1 / 3) * (2 / 3)) / 900));
    expect(new Set(model.seen.map(String))).toEqual(new Set(['1,1,6,6']));
  });

  test('shifts each image on its own', async () => {
    const model = new Column();
    const images = light(8, 3).expand([300, 1, 8, 8]);
    const result = await nn.shiftConsistency(model, images, { maxShift: 7, batchSize: 128, generator: generator(3) });
    expect(result).toBeGreaterThan(0.02);
    expect(result).toBeLessThan(0.35);
    expect(model.seen.map(([count]) => count)).toEqual([128, 128, 128, 128, 44, 44]);
  });

  test('without shifts is 1, and by default shifts by an eighth', async () => {
    expect(await nn.shiftConsistency(new Column(), light(8, 3), { maxShift: 0, trials: 5 })).toBe(1);
    const model = new Column();
    await nn.shiftConsistency(model, light(16, 3), { mode: 'crop' });
    expect(model.seen[0]).toEqual([1, 1, 14, 14]);
  });

  test('takes channels last, one axis and three', async () => {
    const mean = (axes: number[]) =>
      new (class extends nn.Module {
        override forward(x: Tensor): Tensor {
          return x.mean(axes);
        }
        override outputShape(shape: readonly number[]): readonly number[] {
          return shape;
        }
      })();
    const options = { maxShift: 2, generator: generator(1) };
    const rows = noise([4, 6, 3], 1);
    expect(await nn.shiftConsistency(mean([1]), rows, { ...options, dataFormat: 'channelsLast' })).toBe(1);
    expect(await nn.shiftConsistency(mean([2]), rows, options)).toBe(1);
    expect(await nn.shiftConsistency(mean([2, 3, 4]), noise([3, 2, 4, 3, 5], 2), options)).toBe(1);
  });

  test('is decided by the seed', async () => {
    const measure = (seed: number) =>
      nn.shiftConsistency(new Column(), light(8, 3), { maxShift: 7, trials: 40, generator: generator(seed) });
    expect(await measure(1)).toBe(await measure(1));
    expect(new Set([await measure(1), await measure(2), await measure(3)]).size).toBeGreaterThan(1);
  });

  test('is inference, leaves modes as they were and nothing behind', async () => {
    const model = network(() => nn.mixedPool2d(2));
    model.layers[3].eval();
    const modes = model.namedModules().map(([, { training }]) => training);
    const images = pictures(5);
    const before = device.liveBuffers;
    const first = await nn.shiftConsistency(model, images, { generator: generator(1) });
    expect(device.liveBuffers).toBe(before);
    expect(model.namedModules().map(([, { training }]) => training)).toEqual(modes);
    expect(await nn.shiftConsistency(model, images, { generator: generator(1) })).toBe(first);
    expect(images.isDisposed).toBe(false);
    for (const parameter of model.parameters()) expect(parameter.grad).toBeNull();
  });

  test('works on devices that have to be waited for', async () => {
    const measure = (on: Device) => {
      const images = rand([20, 1, 8, 8], { device: on, generator: generator(6) });
      return nn.shiftConsistency(new Column(), images, { maxShift: 3, generator: generator(1) });
    };
    expect(await measure(waitingDevice())).toBe(await measure(device));
  });

  test.each<readonly [string, () => Promise<number>]>([
    ["no such mode. Got mode 'wrap'", () => nn.shiftConsistency(new Column(), light(4, 1), { mode: 'wrap' as never })],
    [
      "no such dataFormat. Got dataFormat 'NHWC'",
      () => nn.shiftConsistency(new Column(), light(4, 1), { dataFormat: 'NHWC' as never }),
    ],
    ['trials is not a whole number', () => nn.shiftConsistency(new Column(), light(4, 1), { trials: 0 })],
    ['batchSize is not a whole number', () => nn.shiftConsistency(new Column(), light(4, 1), { batchSize: 1.5 })],
    ['maxShift is not a whole number', () => nn.shiftConsistency(new Column(), light(4, 1), { maxShift: -1 })],
    [
      'maxShift is as large as the images. Got maxShift 4, images [1, 1, 4, 4]; expected at most 3',
      () => nn.shiftConsistency(new Column(), light(4, 1), { maxShift: 4 }),
    ],
    ['maxShift is as large as the images', () => nn.shiftConsistency(new Column(), light(1, 0))],
    ['these are not images. Got shape [4, 4]', () => nn.shiftConsistency(new Column(), zeros([4, 4]))],
    ['these are not images. Got shape [0, 1, 4, 4]', () => nn.shiftConsistency(new Column(), zeros([0, 1, 4, 4]))],
    [
      'the model does not decide between classes. Got output [2, 1, 4, 4] for images [2, 1, 4, 4]; expected [2, classes]',
      () => nn.shiftConsistency(nn.identity(), zeros([2, 1, 4, 4])),
    ],
    [
      'linear: expects 7 input features',
      () => nn.shiftConsistency(nn.sequential(nn.flatten(), nn.linear(7, 2)), zeros([2, 1, 4, 4])),
    ],
  ])('refuses: %s', async (message, measure) => {
    expect(await rejection(measure())).toContain(message);
  });
});
