import { fromData, generator, scope, type Tensor, tensor, zeros } from '@cenote/tensor';
import { beforeEach, describe, expect, test } from 'vitest';
import * as nn from '../src/index.js';
import { expectNumbersClose, messageOf, readGolden, useReferenceDevice } from './support.js';

interface GradientSummary {
  readonly sum: number;
  readonly norm: number;
  readonly maxAbs: number;
  readonly dot: number;
  readonly values: readonly number[];
}

interface LenetGolden {
  readonly batch: number;
  readonly learningRate: number;
  readonly parameters: readonly { name: string; tensor: number; shape: readonly number[]; scale: number }[];
  readonly formulaCheck: Readonly<Record<string, number>>;
  readonly logits: { readonly shape: readonly number[]; readonly data: readonly number[] };
  readonly loss: number;
  readonly gradients: readonly (GradientSummary & { readonly name: string; readonly at: readonly number[] })[];
  readonly sgdLosses: { readonly float64: readonly number[] };
}

const golden = readGolden<LenetGolden>('lenet');

/** The integer hash from which both sides make their values; see tooling/goldens/README.md. */
function hash(tensorNumber: number, index: number): number {
  let h = Math.imul(index + 1, 2654435761) ^ Math.imul(tensorNumber + 1, 2246822507);
  h ^= h >>> 15;
  h = Math.imul(h, 739982445);
  h ^= h >>> 12;
  h = Math.imul(h, 695872825);
  h ^= h >>> 15;
  return h >>> 0;
}

function images(dtype: 'f32' | 'f64'): Tensor {
  const shape = [golden.batch, 1, 28, 28];
  const elements = Float64Array.from({ length: golden.batch * 784 }, (_, index) => {
    const [n, row, column] = [Math.floor(index / 784), Math.floor((index % 784) / 28), index % 28];
    return (row * (n + 1) + column) % 7 < 3 + (n % 3) ? (hash(100, index) >>> 24) / 256 : 0;
  });
  return fromData(elements, shape, { dtype });
}

const labels = () =>
  tensor(
    Array.from({ length: golden.batch }, (_, n) => (7 * n + 3) % 10),
    { dtype: 'i32' },
  );

function weights(): nn.StateDict {
  return Object.fromEntries(
    golden.parameters.map(({ name, tensor: number, shape, scale }) => {
      const count = shape.reduce((product, size) => product * size, 1);
      const elements = Float64Array.from(
        { length: count },
        (_, index) => (((2 * (hash(number, index) >>> 20) - 4095) / 4096) * scale) / 1024,
      );
      return [name, fromData(elements, shape)];
    }),
  );
}

beforeEach(() => {
  useReferenceDevice();
});

describe.each([
  ['f32', 1e-5],
  ['f64', 1e-12],
] as const)('with the weights of PyTorch, in %s', (dtype, tolerance) => {
  const relative = (actual: number, expected: number, scale = Math.abs(expected)) =>
    expect(Math.abs(actual - expected)).toBeLessThanOrEqual(tolerance * scale);

  function model(): nn.Sequential {
    const made = nn.lenet5({ variant: 'd2l', dtype });
    made.loadStateDict(weights());
    return made;
  }

  test('values are made as there', () => {
    expect(hash(0, 0)).toBe(golden.formulaCheck['hash(0, 0)']);
    expect(hash(100, 6271)).toBe(golden.formulaCheck['hash(100, 6271)']);
    expect(images('f64').sum().itemSync()).toBeCloseTo(golden.formulaCheck['sum of images'], 9);
  });

  test('the logits are the same', () => {
    const logits = model().forward(images(dtype));
    expect(logits.shape).toEqual(golden.logits.shape);
    const scale = Math.max(...golden.logits.data.map(Math.abs));
    for (const [index, value] of logits.dataSync().entries()) {
      relative(Number(value), golden.logits.data[index], scale);
    }
  });

  test('the loss and all ten gradients are the same', () => {
    const network = model();
    const loss = nn.crossEntropy(network.forward(images(dtype)), labels());
    relative(loss.itemSync(), golden.loss);
    loss.backward();
    const parameters = network.namedParameters();
    expect(parameters.map(([name]) => name)).toEqual(golden.gradients.map(({ name }) => name));
    for (const [position, [, parameter]] of parameters.entries()) {
      const expected = golden.gradients[position];
      const values = [...(parameter.grad?.dataSync() ?? [])].map(Number);
      expect(values.length).toBe(parameter.size);
      for (const [sample, index] of expected.at.entries())
        relative(values[index], expected.values[sample], expected.maxAbs);
      relative(Math.hypot(...values), expected.norm);
      relative(Math.max(...values.map(Math.abs)), expected.maxAbs);
      relative(
        values.reduce((sum, value) => sum + value, 0),
        expected.sum,
        expected.norm,
      );
      const direction = values.map((_, index) => ((hash(200 + position, index) >>> 24) - 128) / 128);
      relative(
        values.reduce((sum, value, index) => sum + value * direction[index], 0),
        expected.dot,
        expected.norm,
      );
    }
  });

  test('the losses of five steps of SGD are the same', () => {
    const network = model();
    const optimizer = nn.sgd(network, { lr: golden.learningRate });
    const [x, y] = [images(dtype), labels()];
    for (const expected of golden.sgdLosses.float64) {
      optimizer.zeroGrad();
      const loss = scope(() => {
        const value = nn.crossEntropy(network.forward(x), y);
        value.backward();
        return value.itemSync();
      });
      relative(loss, expected);
      optimizer.step();
    }
    expect(golden.sgdLosses.float64.length).toBe(6);
  });
});

describe('lenet5', () => {
  test('is the network of the book', () => {
    const model = nn.lenet5({ variant: 'd2l' });
    expect(model.parameterCount).toBe(61_706);
    expect(Object.keys(model.stateDict())).toEqual(golden.parameters.map(({ name }) => name));
    const kinds = model.layers.map((layer) => layer.describe().kind);
    expect(kinds).toEqual([
      ...['conv2d', 'sigmoid', 'avgPool2d', 'conv2d', 'sigmoid', 'avgPool2d', 'flatten'],
      ...['linear', 'sigmoid', 'linear', 'sigmoid', 'linear'],
    ]);
  });

  test('has a modern variant of the same size', () => {
    const model = nn.lenet5();
    expect(model.parameterCount).toBe(61_706);
    const kinds = model.layers.map((layer) => layer.describe().kind);
    expect(kinds).toEqual([
      ...['conv2d', 'relu', 'maxPool2d', 'conv2d', 'relu', 'maxPool2d', 'flatten'],
      ...['linear', 'relu', 'linear', 'relu', 'linear'],
    ]);
  });

  test('starts from Xavier in the book, and as PyTorch otherwise', () => {
    const largest = (variant: 'd2l' | 'modern', layer: string) => {
      const values = nn
        .lenet5({ variant, generator: generator(1) })
        .stateDict()
        [layer].dataSync('f32');
      return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    };
    for (const [variant, layer, bound] of [
      ['d2l', '7.weight', Math.sqrt(6 / (400 + 120))],
      ['d2l', '3.weight', Math.sqrt(6 / (150 + 400))],
      ['d2l', '7.bias', 1 / Math.sqrt(400)],
      ['modern', '7.weight', 1 / Math.sqrt(400)],
      ['modern', '3.weight', 1 / Math.sqrt(150)],
    ] as const) {
      expect(largest(variant, layer)).toBeLessThanOrEqual(bound);
      expect(largest(variant, layer)).toBeGreaterThan(0.95 * bound);
    }
  });

  test('is decided by the seed', () => {
    const first = (seed: number) => [
      ...nn
        .lenet5({ variant: 'd2l', generator: generator(seed) })
        .stateDict()
        ['11.weight'].dataSync(),
    ];
    expect(first(1)).toEqual(first(1));
    expect(first(1)).not.toEqual(first(2));
  });

  test('takes other pictures and classes', () => {
    const model = nn.lenet5({ inputSize: [32, 40], classes: 26 });
    expect(model.outputShape([2, 1, 32, 40])).toEqual([2, 26]);
    expect(model.forward(zeros([2, 1, 32, 40])).shape).toEqual([2, 26]);
    expectNumbersClose(model.stateDict()['7.weight'].shape, [120, 16 * 6 * 8], 0);
  });

  test('refuses pictures that are too small, and other names', () => {
    expect(messageOf(() => nn.lenet5({ inputSize: 8 }))).toContain('conv2d: window larger than the padded input');
    // @ts-expect-error: no such variant
    expect(messageOf(() => nn.lenet5({ variant: 'lenet' }))).toContain(
      "lenet5: no such variant. Got lenet; expected 'd2l' or 'modern'",
    );
  });
});
