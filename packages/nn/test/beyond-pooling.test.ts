import { checkGradients } from '@cenote/autograd';
import { elementCount, isCenoteError } from '@cenote/shape';
import {
  avgPool2d,
  fromData,
  type Generator,
  generator,
  maxPool2d,
  ones,
  type Tensor,
  tensor,
  zeros,
} from '@cenote/tensor';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import * as nn from '../src/index.js';
import { messageOf, noise, parameterGradientError, useReferenceDevice } from './support.js';

beforeEach(() => {
  useReferenceDevice();
});

const double = { dtype: 'f64' } as const;
const last = { dataFormat: 'channelsLast' } as const;
const seeded = () => ({ generator: generator(7), ...double });
const logit = (channels: number) => nn.conv2d(channels, channels, { kernelSize: 3, padding: 1, ...seeded() });

/** Distinct values in random order, none near 0. */
function ladder(shape: readonly number[]): Tensor {
  const order = generator(2).permutation(shape.reduce((a, b) => a * b, 1));
  const values = Float64Array.from(order, (step) => 0.03 * (step - order.length / 2) + 0.011);
  return fromData(values, shape);
}

/** Each kind of layer, with the shape of an input that fits. */
const specimens: readonly (readonly [name: string, make: () => nn.Module, inputShape: readonly number[]])[] = [
  ['pad1d', () => nn.pad1d(2, { mode: 'circular' }), [2, 3]],
  ['pad2d', () => nn.pad2d([[1, 0], 2], { value: 0.5 }), [1, 2, 3, 3]],
  ['pad2d reflecting', () => nn.pad2d(2, { mode: 'reflect' }), [3, 4]],
  ['pad2d channels last', () => nn.pad2d([0, 3], { mode: 'replicate', ...last }), [1, 2, 3, 2]],
  ['pad3d', () => nn.pad3d([0, [1, 2], 1], { mode: 'circular' }), [1, 1, 2, 2, 3]],
  ['blurPool1d', () => nn.blurPool1d(), [1, 2, 7]],
  ['blurPool2d', () => nn.blurPool2d(), [1, 2, 5, 6]],
  ['blurPool2d with options', () => nn.blurPool2d({ filterSize: 5, stride: [1, 3], paddingMode: 'zeros' }), [2, 4, 5]],
  ['blurPool2d channels last', () => nn.blurPool2d({ filterSize: 2, paddingMode: 'circular', ...last }), [1, 4, 4, 2]],
  ['blurPool3d', () => nn.blurPool3d({ filterSize: 3, paddingMode: 'replicate' }), [2, 3, 4]],
  ['maxBlurPool1d', () => nn.maxBlurPool1d(), [1, 2, 7]],
  ['maxBlurPool2d', () => nn.maxBlurPool2d({ kernelSize: 3, filterSize: 3 }), [1, 2, 6, 5]],
  ['maxBlurPool3d', () => nn.maxBlurPool3d({ filterSize: 3, stride: 1 }), [1, 3, 3, 4]],
  ['adaptivePolyphaseSample1d', () => nn.adaptivePolyphaseSample1d({ stride: 3 }), [2, 2, 6]],
  ['adaptivePolyphaseSample2d', () => nn.adaptivePolyphaseSample2d(), [2, 2, 4, 6]],
  ['adaptivePolyphaseSample2d, largest', () => nn.adaptivePolyphaseSample2d({ p: Number.POSITIVE_INFINITY }), [4, 4]],
  ['adaptivePolyphaseSample3d', () => nn.adaptivePolyphaseSample3d({ stride: [2, 1, 2], ...last }), [1, 2, 3, 4, 2]],
  ['softPool1d', () => nn.softPool1d(3, { stride: 2, padding: 1 }), [1, 2, 6]],
  ['softPool2d', () => nn.softPool2d(2, { ceilMode: true }), [1, 2, 5, 4]],
  ['softPool3d', () => nn.softPool3d({ kernelSize: 2, stride: 1 }), [2, 3, 2]],
  ['lipPool1d', () => nn.lipPool1d(nn.tanh(), 2), [1, 2, 6]],
  ['lipPool2d', () => nn.lipPool2d(logit(2), 3, { stride: 2, padding: 1 }), [1, 2, 4, 5]],
  ['lipPool3d', () => nn.lipPool3d(nn.identity(), 2), [2, 2, 4]],
  ['gemPool1d', () => nn.gemPool1d({ learned: false, p: 2.5 }), [1, 2, 6]],
  ['gemPool2d', () => nn.gemPool2d({ ...double, eps: 0.02 }), [2, 2, 3, 4]],
  ['gemPool2d per channel', () => nn.gemPool2d({ ...double, ...last, channels: 3, p: 2 }), [2, 2, 3]],
  ['gemPool3d', () => nn.gemPool3d(double), [1, 2, 2, 3, 2]],
  ['mixedPool1d', () => nn.mixedPool1d(2, { mixing: 0.25 }), [2, 6]],
  ['mixedPool2d when evaluated', () => nn.mixedPool2d(2).eval(), [1, 2, 4, 4]],
  ['mixedPool2d learned', () => nn.mixedPool2d(3, { mixing: 'learned', padding: 1, stride: 2, ...double }), [2, 4, 5]],
  [
    'mixedPool2d learned per channel',
    () => nn.mixedPool2d({ kernelSize: 2, mixing: 'learned', channels: 3, countIncludePad: false, ...double }),
    [2, 3, 2, 4],
  ],
  ['mixedPool3d', () => nn.mixedPool3d(2, { mixing: 1 }), [2, 2, 4]],
  ['gatedPool1d', () => nn.gatedPool1d(2, seeded()), [1, 2, 6]],
  ['gatedPool2d', () => nn.gatedPool2d([2, 3], { stride: 2, padding: [0, 1], ...seeded() }), [2, 4, 5]],
  [
    'gatedPool2d per channel',
    () => nn.gatedPool2d(2, { channels: 2, ceilMode: true, ...seeded(), ...last }),
    [5, 4, 2],
  ],
  ['gatedPool3d', () => nn.gatedPool3d({ kernelSize: 2, ...seeded() }), [2, 2, 4]],
  ['stochasticPool1d when evaluated', () => nn.stochasticPool1d(2).eval(), [1, 2, 6]],
  ['stochasticPool2d when evaluated', () => nn.stochasticPool2d(3, { stride: 2, padding: 1 }).eval(), [1, 2, 5, 4]],
  ['stochasticPool3d when evaluated', () => nn.stochasticPool3d(2).eval(), [2, 4, 2]],
  ['spatialPyramidPool1d', () => nn.spatialPyramidPool1d([3, 1]), [2, 2, 7]],
  ['spatialPyramidPool2d', () => nn.spatialPyramidPool2d([2, 1]), [2, 2, 3, 5]],
  ['spatialPyramidPool2d of means', () => nn.spatialPyramidPool2d([3, 2], { mode: 'avg', ...last }), [4, 3, 2]],
  ['spatialPyramidPool3d', () => nn.spatialPyramidPool3d([2]), [2, 3, 2]],
];

test('there is a specimen of every factory', () => {
  const pattern = /^(pad|blur|maxBlur|adaptivePolyphase|soft|lip|gem|mixed|gated|stochastic|spatialPyramid).*[123]d$/;
  const factories = Object.keys(nn).filter((name) => pattern.test(name));
  expect(factories.length).toBe(33);
  for (const name of factories) expect(specimens.some(([specimen]) => specimen.startsWith(name))).toBe(true);
});

describe.each(specimens)('%s', (_, make, inputShape) => {
  test('has the output shape that it says', () => {
    const layer = make();
    const y = layer.forward(noise(inputShape, 1));
    expect(y.shape).toEqual(layer.outputShape(inputShape));
    const reach = layer.reach(inputShape);
    if (reach !== null && reach !== 'elementwise') {
      expect(elementCount(reach.outputShape)).toBe(y.size);
    }
  });

  test('has right gradients', () => {
    const layer = make();
    // Steps of 0.03 between elements, so that no maximum and no choice changes.
    const x = ladder(inputShape);
    expect(checkGradients((input) => layer.forward(input), [x]).largestError).toBeLessThan(1e-7);
    expect(parameterGradientError(layer, x)).toBeLessThan(1e-7);
  });

  test('describes itself as plain data', () => {
    const description = make().describe();
    expect(structuredClone(description)).toEqual(description);
    expect(JSON.parse(JSON.stringify(description))).toEqual(description);
  });

  test('leaves its input alone, and nothing behind', () => {
    const device = useReferenceDevice();
    const layer = make();
    const x = noise(inputShape, 1);
    const before = device.liveBuffers;
    const y = layer.forward(x);
    expect(y).not.toBe(x);
    y.dispose();
    expect(device.liveBuffers).toBe(before);
    expect(x.isDisposed).toBe(false);
    layer.dispose();
    x.dispose();
    expect(device.liveBuffers).toBe(0);
  });

  test('can be a layer of a network', () => {
    const model = nn.sequential({ pool: make() });
    expect(model.outputShape(inputShape)).toEqual(make().outputShape(inputShape));
    expect(nn.summary(model, inputShape)).toContain(make().describe().kind);
    expect(nn.summarize(model, inputShape).multiplyAdds).toBeGreaterThanOrEqual(0);
  });
});

describe('what layers say of themselves', () => {
  test.each<readonly [() => nn.Module, readonly (readonly [name: string, shape: readonly number[]])[]]>([
    [
      () => nn.lipPool2d(nn.sequential(nn.conv2d(2, 2, { kernelSize: 1 }), nn.sigmoid()), 2),
      [
        ['logit.0.weight', [2, 2, 1, 1]],
        ['logit.0.bias', [2]],
      ],
    ],
    [() => nn.gemPool2d(), [['p', [1]]]],
    [() => nn.gemPool2d({ channels: 4 }), [['p', [4]]]],
    [() => nn.gemPool2d({ learned: false }), []],
    [() => nn.mixedPool2d(2), []],
    [() => nn.mixedPool2d(2, { mixing: 'learned' }), [['mixingLogit', [1]]]],
    [() => nn.mixedPool2d(2, { mixing: 'learned', channels: 3 }), [['mixingLogit', [3]]]],
    [() => nn.gatedPool2d([2, 3]), [['weight', [1, 1, 2, 3]]]],
    [() => nn.gatedPool3d(2, { channels: 5 }), [['weight', [5, 1, 2, 2, 2]]]],
    [() => nn.stochasticPool2d(2), []],
    [() => nn.blurPool2d(), []],
  ])('parameters %#', (make, expected) => {
    const layer = make();
    expect(layer.namedParameters().map(([name, { shape }]) => [name, shape])).toEqual(expected);
    expect(Object.keys(layer.stateDict())).toEqual(expected.map(([name]) => name));
    for (const parameter of layer.parameters()) expect(parameter.requiresGrad).toBe(true);
  });

  test('defaults are in the description', () => {
    expect(nn.blurPool2d().describe()).toEqual({
      kind: 'blurPool2d',
      filterSize: 4,
      stride: 2,
      paddingMode: 'reflect',
      dataFormat: 'channelsFirst',
    });
    expect(nn.maxBlurPool1d({ stride: 1 }).describe()).toMatchObject({
      kind: 'maxBlurPool1d',
      kernelSize: 2,
      stride: 1,
    });
    expect(nn.adaptivePolyphaseSample2d({ p: Number.POSITIVE_INFINITY }).describe()).toMatchObject({ p: 'infinity' });
    expect(nn.lipPool2d(nn.tanh(), 3).describe()).toMatchObject({ kernelSize: 3, stride: 3, logit: { kind: 'tanh' } });
    expect(nn.gemPool2d().describe()).toMatchObject({ p: 3, eps: 1e-6, learned: true, channels: null });
    expect(nn.mixedPool2d(2).describe()).toMatchObject({ mixing: 'random', countIncludePad: true, channels: null });
    expect(nn.pad2d([1, [2, 3]]).describe()).toMatchObject({
      padding: [
        [1, 1],
        [2, 3],
      ],
      mode: 'constant',
      value: 0,
    });
  });

  test('what an output sees', () => {
    const reach = (model: nn.Module, size: readonly number[]) => {
      const { receptiveField, jump } = nn.summarize(nn.sequential(model), size).rows[0];
      return [receptiveField?.map((field) => [field.size, field.start]), jump];
    };
    expect(reach(nn.blurPool2d({ filterSize: 3 }), [1, 1, 8, 8])).toEqual([
      [
        [3, -1],
        [3, -1],
      ],
      [2, 2],
    ]);
    expect(reach(nn.maxBlurPool1d({ filterSize: 4 }), [1, 1, 9])).toEqual([[[5, -1]], [2]]);
    expect(reach(nn.pad1d([[2, 0]], { mode: 'reflect' }), [1, 1, 9])).toEqual([[[1, -2]], [1]]);
    expect(reach(nn.softPool2d(3, { stride: 2 }), [7, 7])).toEqual([
      [
        [3, 0],
        [3, 0],
      ],
      [2, 2],
    ]);
    expect(reach(nn.adaptivePolyphaseSample2d(), [8, 8])).toEqual([undefined, null]);
  });

  test('multiply–adds', () => {
    expect(nn.blurPool2d({ filterSize: 3 }).multiplyAdds([2, 3, 8, 8])).toBe(2 * 3 * 16 * 9);
    expect(nn.softPool2d(2).multiplyAdds([2, 3, 8, 8])).toBe(2 * 3 * 16 * 4);
    expect(nn.lipPool2d(logit(3), 2).multiplyAdds([2, 3, 8, 8])).toBe(2 * 3 * 64 * 27 + 2 * 3 * 16 * 4);
    expect(nn.gatedPool2d(2).multiplyAdds([2, 3, 8, 8])).toBe(2 * 3 * 16 * 4);
  });
});

describe('the shape said is the shape made', () => {
  const options = fc.record({
    filterSize: fc.integer({ min: 1, max: 7 }),
    stride: fc.integer({ min: 1, max: 3 }),
    paddingMode: fc.constantFrom('zeros' as const, 'reflect' as const, 'replicate' as const, 'circular' as const),
    kernelSize: fc.integer({ min: 1, max: 3 }),
    dataFormat: fc.constantFrom('channelsFirst' as const, 'channelsLast' as const),
    amount: fc.integer({ min: 0, max: 4 }),
    shape: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 5 }),
    kind: fc.nat(5),
  });

  test('and what is refused by shape is refused by data, with the same words', () => {
    let [fitting, refused] = [0, 0];
    fc.assert(
      fc.property(options, ({ kind, shape, amount, ...rest }) => {
        const { paddingMode: mode, dataFormat, filterSize } = rest;
        const layer = [
          () => nn.blurPool2d(rest),
          () => nn.maxBlurPool1d(rest),
          () => nn.pad2d(amount, mode === 'zeros' ? { dataFormat } : { mode, dataFormat }),
          () => nn.adaptivePolyphaseSample2d(rest),
          () => nn.spatialPyramidPool2d([filterSize, 1], rest),
          () => nn.gemPool2d({ dataFormat, channels: amount + 1 }),
        ][kind]();
        try {
          const said = layer.outputShape(shape);
          fitting++;
          expect(layer.forward(ones(shape)).shape).toEqual(said);
        } catch (error) {
          if (!isCenoteError(error)) throw error;
          refused++;
          expect(messageOf(() => layer.forward(ones(shape)))).toBe(error.message);
        }
      }),
      { numRuns: 800, seed: 11 },
    );
    expect(fitting).toBeGreaterThan(150);
    expect(refused).toBeGreaterThan(150);
  });
});

describe('training and inference', () => {
  test('random mixing draws max or average pooling, about as often', () => {
    const x = noise([1, 1, 4, 4], 1);
    const layer = nn.mixedPool2d(2, { generator: generator(3) });
    const [largest, average] = [maxPool2d(x, 2), avgPool2d(x, 2)].map((y) => String(y.dataSync()));
    const drawn = Array.from({ length: 400 }, () => String(layer.forward(x).dataSync()));
    const maxima = drawn.filter((values) => values === largest).length;
    expect(maxima + drawn.filter((values) => values === average).length).toBe(400);
    // Five standard deviations.
    expect(Math.abs(maxima - 200)).toBeLessThan(50);
    layer.eval();
    const mean = maxPool2d(x, 2).add(avgPool2d(x, 2)).mul(0.5);
    expect(layer.forward(x).toArraySync()).toEqual(mean.toArraySync());
  });

  test('random mixing and stochastic pooling are decided by their generators, and draw nothing when evaluated', () => {
    const makers: ((random: Generator) => nn.Module)[] = [
      (random) => nn.mixedPool2d(2, { generator: random }),
      (random) => nn.stochasticPool2d(2, { generator: random }),
    ];
    for (const make of makers) {
      const run = () => {
        const layer = make(generator(4));
        return Array.from({ length: 8 }, () => layer.forward(noise([1, 2, 4, 4], 1)).toArraySync());
      };
      expect(run()).toEqual(run());
      expect(new Set(run().map(String)).size).toBeGreaterThan(1);
      const random = generator(4);
      make(random)
        .eval()
        .forward(noise([1, 2, 4, 4], 1));
      expect(random.state().drawn).toBe(0);
      expect(messageOf(() => make(random).forward(zeros([1])))).toContain('wrong number of axes');
      expect(random.state().drawn).toBe(0);
    }
  });

  test('the gradient of stochastic pooling goes to what was drawn', () => {
    const x = tensor(
      [
        [1, 2],
        [3, 4],
      ],
      { dtype: 'f64', requiresGrad: true },
    );
    const layer = nn.stochasticPool2d(2, { generator: generator(1) });
    const y = layer.forward(x);
    y.sum().backward();
    const drawn = y.itemSync();
    expect(x.grad?.toArraySync()).toEqual(
      [
        [1, 2],
        [3, 4],
      ].map((row) => row.map((value) => (value === drawn ? 1 : 0))),
    );
  });

  test.each<readonly [string, () => nn.Module, (target: Tensor) => Tensor]>([
    ['p', () => nn.gemPool2d(double), (x) => nn.gemPool2d({ p: 6, learned: false }).forward(x)],
    [
      'mixing',
      () => nn.mixedPool2d(2, { mixing: 'learned', ...double }),
      (x) => nn.mixedPool2d(2, { mixing: 0.9 }).forward(x),
    ],
    ['gate', () => nn.gatedPool2d(2, seeded()), (x) => nn.mixedPool2d(2, { mixing: 0.9 }).forward(x)],
  ])('what is learned is learned: %s', (_, make, target) => {
    const layer = make();
    const optimizer = nn.adam(layer, { lr: 0.1 });
    const x = noise([4, 2, 6, 6], 1).add(1.5);
    const wanted = target(x);
    const loss = () => nn.mseLoss(layer.forward(x), wanted);
    const before = loss().itemSync();
    for (let step = 0; step < 150; step++) {
      optimizer.zeroGrad();
      loss().backward();
      optimizer.step();
    }
    expect(loss().itemSync()).toBeLessThan(before / 20);
  });
});

describe('bad arguments', () => {
  const wrong = (value: unknown) => value as never;
  test.each<readonly [string, () => unknown]>([
    ['pad2d: not an amount of padding. Got padding -1', () => nn.pad2d(-1)],
    [
      'pad2d: not an amount of padding. Got padding [1]; expected a whole number from 0 on, or 2 in an array',
      () => nn.pad2d([1]),
    ],
    ['pad1d: not an amount of padding', () => nn.pad1d([[1, 2, 3]] as never)],
    ['pad1d: not an amount of padding', () => nn.pad1d(wrong('2'))],
    ["pad2d: no such padding. Got mode 'same'", () => nn.pad2d(1, { mode: wrong('same') })],
    [
      "pad2d: the value does not fit the mode. Got value 1; expected none with a mode other than 'constant'",
      () => nn.pad2d(1, { mode: 'reflect', value: 1 }),
    ],
    ['pad2d: the value does not fit the mode', () => nn.pad2d(1, { value: wrong('1') })],
    [
      'pad2d: not enough elements to pad with on axis W',
      () => nn.pad2d(2, { mode: 'reflect' }).outputShape([1, 1, 3, 2]),
    ],
    ['pad2d: wrong number of axes', () => nn.pad2d(2).outputShape([1])],
    ['blurPool2d: filterSize is out of range', () => nn.blurPool2d({ filterSize: 9 }).outputShape([4, 4])],
    ['maxBlurPool2d: window larger than', () => nn.maxBlurPool2d({ kernelSize: 5 }).outputShape([4, 4])],
    [
      'adaptivePolyphaseSample2d: the stride does not divide axis H',
      () => nn.adaptivePolyphaseSample2d().outputShape([3, 4]),
    ],
    ['softPool2d: kernelSize is missing', () => nn.softPool2d(wrong({}))],
    ['lipPool2d: no network for the logits. Got a function;', () => nn.lipPool2d(wrong(nn.tanh), 2)],
    ['lipPool2d: kernelSize is missing', () => nn.lipPool2d(nn.tanh(), wrong(undefined))],
    [
      'lipPool2d: the logits do not have the shape of the input. Got logits [1, 3, 2, 2], input [1, 2, 4, 4]',
      () => nn.lipPool2d(nn.conv2d(2, 3, { kernelSize: 3 }), 2).outputShape([1, 2, 4, 4]),
    ],
    ['gemPool2d: p is out of range', () => nn.gemPool2d({ p: 0 })],
    ['gemPool2d: eps is out of range', () => nn.gemPool2d({ eps: -1 })],
    ['gemPool2d: channels is not a whole number', () => nn.gemPool2d({ channels: 0 })],
    [
      'gemPool2d: expects 3 channels, got 2. Got input [1, 2, 4, 4]',
      () => nn.gemPool2d({ channels: 3 }).forward(zeros([1, 2, 4, 4])),
    ],
    [
      "mixedPool2d: mixing is out of range. Got mixing 'both'; expected a number from 0 to 1, 'random' or 'learned'",
      () => nn.mixedPool2d(2, { mixing: wrong('both') }),
    ],
    ['mixedPool2d: mixing is out of range. Got mixing 2', () => nn.mixedPool2d(2, { mixing: 2 })],
    ['mixedPool2d: channels are for parameters', () => nn.mixedPool2d(2, { channels: 3 })],
    [
      'mixedPool2d: expects 3 channels, got 2',
      () => nn.mixedPool2d(2, { channels: 3, mixing: 'learned' }).outputShape([2, 4, 4]),
    ],
    [
      'gatedPool2d: kernelSize has the wrong number of entries. Got kernelSize [1, 2, 3]',
      () => nn.gatedPool2d([1, 2, 3]),
    ],
    ['gatedPool2d: kernelSize is not a whole number', () => nn.gatedPool2d(0)],
    ['gatedPool1d: expects 3 channels, got 1', () => nn.gatedPool1d(2, { channels: 3 }).outputShape([4])],
    ['stochasticPool2d: stride is not', () => nn.stochasticPool2d(2, { stride: 0 }).outputShape([4, 4])],
    ['spatialPyramidPool2d: levels is out of range', () => nn.spatialPyramidPool2d([]).outputShape([4, 4])],
  ])('%s', (message, body) => {
    expect(messageOf(body)).toContain(message);
  });
});
