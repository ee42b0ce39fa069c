import { readFileSync } from 'node:fs';
import { saveSafetensors } from '@cenote/safetensors';
import { data, fromData, generator, getDefaultDevice, nn, noGrad, softmax } from 'cenote';
import { describe, expect, it } from 'vitest';
import { halfBits } from '../scripts/safetensors-f16.mjs';
import { digitPicture, emptyPicture, type Picture, shifted } from '../src/figures/lenet/digit-picture.js';
import { LenetNetwork } from '../src/figures/lenet/network.js';
import { samplePicture } from '../src/figures/lenet/samples.js';
import { boxOf, fitted, type Stroke, side } from '../src/figures/lenet/strokes.js';
import { onTrainedWeights, publishWeights } from '../src/figures/lenet/trained-weights.js';
import { variantOf, variants } from '../src/figures/lenet/variants.js';
import { readWeights } from '../src/figures/lenet/weights-file.js';

const shipped = (variant: string) =>
  readFileSync(new URL(`../src/figures/lenet/weights/${variant}.safetensors`, import.meta.url));

/** A network with the weights that the page comes with. */
async function trained(variant: (typeof variants)[number]): Promise<LenetNetwork> {
  const network = new LenetNetwork(variant);
  using weights = await readWeights(shipped(variant));
  network.load(weights.state);
  return network;
}

/** A seven, small and in a corner. */
const seven: readonly Stroke[] = [
  [
    { x: 2, y: 3 },
    { x: 8, y: 3 },
    { x: 5, y: 12 },
  ],
];

describe('strokes', () => {
  it('have a box, and none when nothing was drawn', () => {
    expect(boxOf(seven)).toEqual({ left: 2, top: 3, width: 6, height: 9 });
    expect(boxOf([])).toBeNull();
    expect(fitted([])).toEqual([]);
  });

  it('are brought to the size and the middle of the training digits', () => {
    const box = boxOf(fitted(seven));
    expect(box?.height).toBeCloseTo(18.5, 10);
    expect((box?.left ?? 0) + (box?.width ?? 0) / 2).toBeCloseTo(14, 10);
    expect((box?.top ?? 0) + (box?.height ?? 0) / 2).toBeCloseTo(14, 10);
  });

  it('stay within the width that training digits have, and a dot stays a dot', () => {
    const dash = boxOf(
      fitted([
        [
          { x: 1, y: 9 },
          { x: 20, y: 10 },
        ],
      ]),
    );
    expect(dash?.width).toBeCloseTo(20, 10);
    expect(boxOf(fitted([[{ x: 3, y: 3 }]]))).toEqual({ left: 14, top: 14, width: 0, height: 0 });
  });
});

describe('digitPicture', () => {
  it('has ink as wide and as bright as training digits on average', () => {
    const strokes = [
      [
        { x: 14, y: 4 },
        { x: 14, y: 24 },
      ],
    ];
    const picture = digitPicture(strokes, false);
    const row = [...picture.slice(14 * side, 15 * side)];
    expect(row.slice(11, 17)).toEqual([0, 36, 230, 230, 36, 0]);
    expect(Math.max(...picture)).toBe(230);
  });

  it('draws what training digits look like: as much ink, at the same place', () => {
    const { images, count } = data.digits({ count: 200, seed: 3 });
    const ink = images.reduce((sum, pixel) => sum + pixel, 0) / count;
    const own = digitPicture(seven, true).reduce((sum, pixel) => sum + pixel, 0);
    expect(own / ink).toBeGreaterThan(0.5);
    expect(own / ink).toBeLessThan(1.5);
  });

  it('shows a single point, clips what is beyond the paper, and is empty without strokes', () => {
    expect(digitPicture([[{ x: 14.5, y: 14.5 }]], false)[14 * side + 14]).toBe(230);
    expect(digitPicture([[{ x: -1, y: -1 }]], false)).toHaveLength(side * side);
    expect(digitPicture([], true)).toEqual(emptyPicture());
  });

  it('moves by whole pixels, and loses what leaves', () => {
    const picture = digitPicture(seven, true);
    const moved = shifted(picture, 3, -2);
    expect(moved[10 * side + 14]).toBe(picture[12 * side + 11]);
    expect(shifted(moved, -3, 2)).toEqual(picture);
    expect(shifted(picture, 28, 0)).toEqual(emptyPicture());
    expect(shifted(picture, 0, 0)).toEqual(picture);
  });
});

describe('LenetNetwork', () => {
  it.each(variants)('computes what the %s network of the library computes, stage by stage', async (variant) => {
    using network = await trained(variant);
    const picture = digitPicture(seven, true);
    const { stages, probabilities, best } = network.inspect(picture);
    expect(stages.map(({ name, channels, height, width }) => [name, channels, height, width])).toEqual([
      ['conv1', 6, 28, 28],
      ['pool1', 6, 14, 14],
      ['conv2', 16, 10, 10],
      ['pool2', 16, 5, 5],
      ['dense1', 1, 1, 120],
      ['dense2', 1, 1, 84],
      ['scores', 1, 1, 10],
    ]);
    for (const { name, channels, height, width, values } of stages) {
      expect(network.shapeOf(name)).toEqual([channels, height, width]);
      expect(values).toHaveLength(channels * height * width);
    }

    using model = nn.lenet5({ variant });
    using weights = await readWeights(shipped(variant));
    model.loadStateDict(weights.state);
    const input = fromData(
      Float32Array.from(picture, (pixel) => pixel / 255),
      [1, 1, 28, 28],
    );
    const logits = noGrad(() => model.forward(input));
    expect(stages.at(-1)?.values).toEqual(logits.dataSync());
    expect(probabilities).toEqual(softmax(logits, 1).dataSync());
    const layer = model.layers[2];
    const pooled = layer.forward(fromData(stages[0].values, [1, 6, 28, 28]));
    expect(stages[1].values).toEqual(pooled.dataSync());
    expect(best).toBe(7);
  });

  it('says what part of the picture an output sees', () => {
    using network = new LenetNetwork('modern');
    expect(network.seenBy('conv1', 0, 27)).toEqual({ rows: { start: 0, end: 3 }, columns: { start: 25, end: 28 } });
    expect(network.seenBy('pool1', 1, 2)).toEqual({ rows: { start: 0, end: 6 }, columns: { start: 2, end: 8 } });
    expect(network.seenBy('conv2', 5, 5)).toEqual({ rows: { start: 8, end: 22 }, columns: { start: 8, end: 22 } });
    expect(network.seenBy('pool2', 4, 0)).toEqual({ rows: { start: 14, end: 28 }, columns: { start: 0, end: 14 } });
    expect(network.seenBy('dense1', 0, 60)).toEqual({ rows: { start: 0, end: 28 }, columns: { start: 0, end: 28 } });
  });

  it('frees what it makes', () => {
    const before = getDefaultDevice().liveBuffers;
    const network = new LenetNetwork('d2l');
    network.inspect(emptyPicture());
    network[Symbol.dispose]();
    expect(getDefaultDevice().liveBuffers).toBe(before);
  });
});

describe('the shipped weights', () => {
  it.each(variants)('%s reads digits that it was not trained on', async (variant) => {
    using network = await trained(variant);
    const { images, labels, count } = data.digits({ count: 300, seed: 20_260_101 });
    let right = 0;
    for (let index = 0; index < count; index++) {
      const picture: Picture = images.subarray(index * 784, (index + 1) * 784);
      if (network.inspect(picture).best === labels[index]) right++;
    }
    expect(right / count).toBeGreaterThan(0.98);
    expect(shipped(variant).byteLength).toBeLessThan(130_000);
  });

  it.each(variants)('%s reads every sample digit', async (variant) => {
    using network = await trained(variant);
    for (let digit = 0; digit < 10; digit++) expect(network.inspect(samplePicture(digit, 0)).best).toBe(digit);
    expect(samplePicture(4, 1)).not.toEqual(samplePicture(4, 0));
  });

  it('say which network they are of', async () => {
    for (const variant of variants) {
      using weights = await readWeights(shipped(variant));
      expect(weights.variant).toBe(variant);
    }
    expect(variantOf('resnet')).toBeNull();
  });
});

describe('a weights file', () => {
  it('of any network can be read; what does not fit is refused, and changes nothing', async () => {
    using network = await trained('modern');
    const picture = digitPicture(seven, true);
    const before = network.inspect(picture);
    const state = nn.sequential(nn.linear(4, 3, { generator: generator(1) })).stateDict();
    using weights = await readWeights(new Blob([await saveSafetensors(state)]));
    expect(weights.variant).toBeNull();
    expect(() => network.load(weights.state)).toThrow(
      /^loadStateDict: the keys are not those of the model\. Got missing/,
    );
    expect(network.inspect(picture)).toEqual(before);
  });

  it('that is damaged, something else or too large is an error that says so, and leaves no tensors', async () => {
    const device = getDefaultDevice();
    const before = device.liveBuffers;
    await expect(readWeights(shipped('modern').subarray(0, 1000))).rejects.toThrow(/^openSafetensors: .* Got /);
    await expect(readWeights(new Blob(['{"format":"cenote-lenet-checkpoint"}']))).rejects.toThrow(/^openSafetensors: /);
    const large = { size: 2 ** 30, slice: () => new Blob() };
    await expect(readWeights(large)).rejects.toThrow(/too large .* Got 1073741824 bytes; expected at most/);
    expect(device.liveBuffers).toBe(before);
  });

  it('that was trained in the page reaches figures that listen, and those that come later', () => {
    const heard: string[] = [];
    const end = onTrainedWeights(({ variant }) => heard.push(`early ${variant}`));
    publishWeights({ variant: 'd2l', bytes: new Uint8Array(8), accuracy: 0.9 });
    onTrainedWeights(({ variant }) => heard.push(`late ${variant}`))();
    end();
    publishWeights({ variant: 'modern', bytes: new Uint8Array(8), accuracy: 0.9 });
    expect(heard).toEqual(['early d2l', 'late d2l']);
  });
});

describe('halfBits', () => {
  it('rounds to the nearest half, ties to even', () => {
    // 1 + 2^-11 lies between 1 and 1 + 2^-10, 1 + 3·2^-11 between 1 + 2^-10 and 1 + 2^-9.
    const cases: readonly (readonly [number, number])[] = [
      [0, 0],
      [-0, 0x8000],
      [1, 0x3c00],
      [-2, 0xc000],
      [1 + 2 ** -11, 0x3c00],
      [1 + 3 * 2 ** -11, 0x3c02],
      [1 + 2 ** -11 + 2 ** -20, 0x3c01],
      [65504, 0x7bff],
      [65519, 0x7bff],
      [65520, 0x7c00],
      [Number.NEGATIVE_INFINITY, 0xfc00],
      [Number.NaN, 0x7e00],
      [2 ** -14, 0x0400],
      [2 ** -24, 1],
      [2 ** -25, 0],
      [3 * 2 ** -25, 2],
      [2 ** -14 - 2 ** -26, 0x0400],
    ];
    for (const [value, bits] of cases) expect([value, halfBits(value)]).toEqual([value, bits]);
  });
});
