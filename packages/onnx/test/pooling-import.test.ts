import { isCenoteError } from '@cenote/shape';
import { type Tensor, tensor } from '@cenote/tensor';
import { expect, test } from 'vitest';
import { importOnnx } from '../src/index.js';
import { type Attribute, info, modelOf, node } from './node-model.js';
import { inOnnxRuntime, largestDifference, noise, seededIntegers, useCpuDevice } from './support.js';

useCpuDevice();

type Random = (below: number) => number;

/** Attributes of a window over an input, with everything that ONNX has for it. */
function randomWindow(random: Random): { shape: number[]; opset: number; attributes: Record<string, Attribute> } {
  const rank = [1, 2, 2, 3][random(4)];
  const perAxis = (value: () => number) => Array.from({ length: rank }, value);
  const kernel = perAxis(() => 1 + random(rank === 3 ? 3 : 4));
  const attributes: Record<string, Attribute> = { kernel_shape: kernel };
  if (random(4) > 0) attributes.strides = perAxis(() => 1 + random(3));
  if (random(3) === 0) attributes.dilations = perAxis(() => 1 + random(3));
  const mode = random(8);
  if (mode < 4) attributes.pads = [...kernel, ...kernel].map((size) => random(size));
  else if (mode < 7) attributes.auto_pad = ['SAME_UPPER', 'SAME_LOWER', 'VALID'][mode - 4];
  if (random(2) === 0) attributes.ceil_mode = 1;
  return {
    shape: [1 + random(2), 1 + random(2), ...perAxis(() => 1 + random(rank === 1 ? 20 : 8))],
    opset: 22,
    attributes,
  };
}

const operators: Readonly<Record<string, (random: Random) => Record<string, Attribute>>> = {
  MaxPool: (random) => ({ storage_order: random(2) }),
  AveragePool: (random) => ({ count_include_pad: random(2) }),
  LpPool: (random) => ({ p: 1 + random(3) }),
};

const numbersOf = (value: Attribute | undefined): readonly number[] => (Array.isArray(value) ? value.map(Number) : []);

/**
 * ONNX Runtime 1.30 leaves dilation out of SAME, so that its outputs are not as many as ONNX says; and where windows are further
 * apart than they are wide it takes away elements at the start, instead of padding by nothing.
 */
function isSpecialInOnnxRuntime(shape: readonly number[], attributes: Readonly<Record<string, Attribute>>): boolean {
  const [strides, kernel] = [numbersOf(attributes.strides), numbersOf(attributes.kernel_shape)];
  const isCut = shape.slice(2).some((size, axis) => {
    const stride = strides[axis] ?? 1;
    return (Math.ceil(size / stride) - 1) * stride + kernel[axis] < size;
  });
  return isCut || numbersOf(attributes.dilations).some((dilation) => dilation > 1);
}

test.each(Object.entries(operators))(
  '%s, read from 300 files, agrees with ONNX Runtime',
  { timeout: 240_000 },
  async (op, more) => {
    let checked = 0;
    for (let seed = 1; checked < 300; seed++) {
      const random = seededIntegers(seed * 104729 + op.length);
      const window = randomWindow(random);
      const attributes = { ...window.attributes, ...more(random) };
      const where = `seed ${seed}: ${op} ${JSON.stringify(attributes)} of [${window.shape}]`;
      const outputs = op === 'MaxPool' ? (['y', 'indices'] as const) : (['y'] as const);
      const x = noise(window.shape, seed);
      const bytes = modelOf({
        nodes: [node(op, ['x'], outputs, attributes)],
        inputs: [info('x', 'f32', window.shape)],
        outputs: outputs.map((name) => info(name, name === 'y' ? 'f32' : 'i64')),
        opset: window.opset,
      });
      let actual: Readonly<Record<string, Tensor>>;
      try {
        actual = (await importOnnx(bytes)).run({ x });
      } catch (error) {
        // Windows that do not fit, or have no element to look at: ONNX Runtime refuses them, or makes −∞ and NaN of them.
        if (isCenoteError(error) && (error.code === 'INVALID_SHAPE' || error.code === 'INVALID_ARGUMENT')) continue;
        throw new Error(where, { cause: error });
      }
      // Where ONNX Runtime does not do what ONNX says, the number of outputs is what ONNX says.
      if (String(attributes.auto_pad).startsWith('SAME') && isSpecialInOnnxRuntime(window.shape, attributes)) {
        const strides = numbersOf(attributes.strides);
        const counts = window.shape.slice(2).map((size, axis) => Math.ceil(size / (strides[axis] ?? 1)));
        expect(actual.y.shape.slice(2), where).toEqual(counts);
        continue;
      }
      const expected = await inOnnxRuntime(bytes, { x }).catch((error: unknown) => String(error));
      // It wants padding below the kernel, whatever the dilation.
      if (typeof expected === 'string') {
        expect(expected, where).toMatch(/Pad should be smaller than kernel/);
        continue;
      }
      for (const name of outputs) {
        expect(actual[name].shape, where).toEqual(expected[name].shape);
        const most = largestDifference(actual[name].dataSync(), expected[name].data);
        expect(most, where).toBeLessThan(op === 'MaxPool' ? 1e-30 : 1e-5);
      }
      checked++;
    }
  },
);

test.each(['GlobalMaxPool', 'GlobalAveragePool', 'GlobalLpPool'])('%s agrees with ONNX Runtime', async (op) => {
  for (const shape of [
    [2, 3, 5],
    [1, 2, 4, 6],
    [2, 2, 3, 4, 2],
  ]) {
    const x = noise(shape, shape.length);
    const bytes = modelOf({
      nodes: [node(op, ['x'], ['y'])],
      inputs: [info('x', 'f32', shape)],
      outputs: [info('y', 'f32')],
    });
    const { y } = await inOnnxRuntime(bytes, { x });
    const actual = (await importOnnx(bytes)).forward(x);
    expect(actual.shape).toEqual(y.shape);
    expect(largestDifference(actual.dataSync(), y.data)).toBeLessThan(1e-5);
  }
});

test('MaxUnpool puts maxima back as ONNX Runtime does', async () => {
  for (const shape of [
    [1, 2, 6, 8],
    [2, 1, 4, 4],
  ]) {
    const x = noise(shape, shape[0]);
    const bytes = modelOf({
      nodes: [
        node('MaxPool', ['x'], ['y', 'indices'], { kernel_shape: [2, 2], strides: [2, 2] }),
        node('MaxUnpool', ['y', 'indices'], ['z'], { kernel_shape: [2, 2], strides: [2, 2] }),
      ],
      inputs: [info('x', 'f32', shape)],
      outputs: [info('z', 'f32')],
    });
    const { z } = await inOnnxRuntime(bytes, { x });
    const actual = (await importOnnx(bytes)).forward(x);
    expect(actual.shape).toEqual(z.shape);
    expect(largestDifference(actual.dataSync(), z.data)).toBe(0);
  }
});

test('storage_order counts along columns', async () => {
  const x = tensor([
    [
      [
        [1, 2],
        [4, 3],
      ],
    ],
  ]);
  const bytes = modelOf({
    nodes: [node('MaxPool', ['x'], ['y', 'i'], { kernel_shape: [2, 2], storage_order: 1 })],
    inputs: [info('x', 'f32', [1, 1, 2, 2])],
    outputs: [info('y', 'f32'), info('i', 'i64')],
  });
  expect((await importOnnx(bytes)).run({ x }).i.toArraySync()).toEqual([[[[1]]]]);
});

test('MaxRoiPool agrees with ONNX Runtime, for regions that reach beyond the image too', async () => {
  for (let seed = 1; seed <= 100; seed++) {
    const random = seededIntegers(seed);
    const shape = [2, 2, 4 + random(12), 4 + random(12)];
    const x = noise(shape, seed);
    const regions = Array.from({ length: 4 }, () => {
      const [left, top] = [random(12) - 2, random(12) - 2];
      return [random(2), left, top, left + random(12), top + random(12)];
    });
    const rois = tensor(regions);
    const attributes = {
      pooled_shape: [1 + random(4), 1 + random(4)],
      spatial_scale: { float: [1, 0.5, 0.75][random(3)] },
    };
    const bytes = modelOf({
      nodes: [node('MaxRoiPool', ['x', 'rois'], ['y'], attributes)],
      inputs: [info('x', 'f32', shape), info('rois', 'f32', [4, 5])],
      outputs: [info('y', 'f32')],
    });
    const { y } = await inOnnxRuntime(bytes, { x, rois });
    const actual = (await importOnnx(bytes)).run({ x, rois }).y;
    const where = `seed ${seed}: ${JSON.stringify({ shape, regions, attributes })}`;
    expect(actual.shape, where).toEqual(y.shape);
    expect(largestDifference(actual.dataSync(), y.data), where).toBe(0);
  }
});
