import { checkGradients } from '@cenote/autograd';
import { isCenoteError } from '@cenote/shape';
import { fromData, type Tensor, tensor, zeros } from '@cenote/tensor';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import * as nn from '../src/index.js';
import { expectNumbersClose, messageOf, noise, parameterGradientError, useReferenceDevice } from './support.js';

beforeEach(() => {
  useReferenceDevice();
});

const double = { dtype: 'f64' } as const;
const last = { dataFormat: 'channelsLast' } as const;

/** Each kind of layer, with the shape of an input that fits. */
const specimens: readonly (readonly [name: string, make: () => nn.Module, inputShape: readonly number[]])[] = [
  ['conv1d', () => nn.conv1d(2, 3, { kernelSize: 3, padding: 1, ...double }), [2, 2, 5]],
  ['conv2d', () => nn.conv2d(2, 4, { kernelSize: [2, 3], stride: 2, groups: 2, ...double }), [1, 2, 4, 5]],
  ['conv2d same', () => nn.conv2d(1, 2, { kernelSize: 2, padding: 'same', bias: false, ...double }), [1, 3, 3]],
  ['conv2d channels last', () => nn.conv2d(2, 2, { kernelSize: 2, dilation: 2, ...last, ...double }), [1, 4, 4, 2]],
  ['conv3d', () => nn.conv3d(1, 2, { kernelSize: 2, padding: [[0, 1], 0, 1], ...double }), [1, 1, 2, 3, 2]],
  ['linear', () => nn.linear(3, 2, double), [2, 3]],
  ['linear without bias', () => nn.linear(3, 2, { bias: false, ...double }), [2, 2, 3]],
  ['maxPool1d', () => nn.maxPool1d(2), [1, 2, 6]],
  ['maxPool2d', () => nn.maxPool2d(3, { stride: 2, padding: 1, ceilMode: true }), [1, 2, 4, 5]],
  ['maxPool3d', () => nn.maxPool3d({ kernelSize: [1, 2, 2], stride: 1 }), [1, 2, 3, 3]],
  ['minPool1d', () => nn.minPool1d(2), [1, 6]],
  ['minPool2d', () => nn.minPool2d(2, last), [1, 4, 4, 2]],
  ['minPool3d', () => nn.minPool3d(2), [2, 2, 4]],
  ['avgPool1d', () => nn.avgPool1d(3, { stride: 2, padding: 1 }), [1, 2, 6]],
  ['avgPool2d', () => nn.avgPool2d(2, { padding: 1, countIncludePad: false }), [1, 2, 4, 5]],
  ['avgPool2d with a divisor', () => nn.avgPool2d({ kernelSize: 2, divisorOverride: 3 }), [4, 4]],
  ['avgPool3d', () => nn.avgPool3d(2), [1, 1, 2, 4, 2]],
  ['lpPool1d', () => nn.lpPool1d(2, 3), [1, 2, 6]],
  ['lpPool2d', () => nn.lpPool2d(3, 2, { stride: 1 }), [1, 3, 3]],
  ['lpPool3d', () => nn.lpPool3d(2, { kernelSize: 2 }), [2, 2, 4]],
  ['adaptiveAvgPool1d', () => nn.adaptiveAvgPool1d(3), [1, 2, 7]],
  ['adaptiveAvgPool2d', () => nn.adaptiveAvgPool2d([2, null]), [1, 2, 5, 3]],
  ['adaptiveAvgPool3d', () => nn.adaptiveAvgPool3d([1, 2, 2]), [1, 2, 3, 4]],
  ['adaptiveMaxPool1d', () => nn.adaptiveMaxPool1d(3), [1, 2, 7]],
  ['adaptiveMaxPool2d', () => nn.adaptiveMaxPool2d(2, last), [1, 5, 3, 2]],
  ['adaptiveMaxPool3d', () => nn.adaptiveMaxPool3d(2), [1, 2, 3, 4]],
  ['globalAvgPool', () => nn.globalAvgPool(), [2, 3, 4, 2]],
  ['globalMaxPool', () => nn.globalMaxPool(), [2, 3, 4]],
  ['globalLpPool', () => nn.globalLpPool(3, last), [2, 3, 4, 2]],
  ['fractionalMaxPool2d', () => nn.fractionalMaxPool2d(2, { outputRatio: [0.5, 0.7] }).eval(), [2, 3, 6, 7]],
  ['fractionalMaxPool3d', () => nn.fractionalMaxPool3d(2, { outputSize: [2, 3, 1], ...last }).eval(), [1, 4, 5, 6, 2]],
  ['sigmoid', () => nn.sigmoid(), [2, 3]],
  ['relu', () => nn.relu(), [2, 3]],
  ['tanh', () => nn.tanh(), [2, 3]],
  ['identity', () => nn.identity(), [2, 3]],
  ['softmax', () => nn.softmax(1), [2, 3, 2]],
  ['logSoftmax', () => nn.logSoftmax(), [2, 3]],
  ['flatten', () => nn.flatten(), [2, 3, 2]],
  ['flatten some', () => nn.flatten(0, 1), [2, 3, 2]],
  ['dropout when evaluated', () => nn.dropout(0.5).eval(), [2, 3]],
  [
    'sequential',
    () =>
      nn.sequential(nn.conv2d(1, 2, { kernelSize: 3, ...double }), nn.tanh(), nn.flatten(), nn.linear(8, 3, double)),
    [1, 1, 4, 4],
  ],
];

describe.each(specimens)('%s', (_, make, inputShape) => {
  test('has the output shape that it says', () => {
    const layer = make();
    const y = layer.forward(noise(inputShape, 1));
    expect(y.shape).toEqual(layer.outputShape(inputShape));
  });

  test('has right gradients', () => {
    const layer = make();
    // Steps of 0.01 and more between elements, so that no maximum changes places.
    const x = spread(inputShape);
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
});

/** Distinct values in random order, none near 0. */
function spread(shape: readonly number[]): Tensor {
  const x = noise(shape, 2);
  const order = [...x.dataSync()].map((value, index) => [Number(value), index] as const).sort(([a], [b]) => a - b);
  const values = new Float64Array(x.size);
  for (const [rank, [, index]] of order.entries()) values[index] = 0.03 * (rank - x.size / 2) + 0.011;
  return fromData(values, shape);
}

/** The factories, as those see them who know the number of axes at run time only. */
type LooseConv = (inChannels: number, outChannels: number, options: object) => nn.Module;
type LoosePool = (options: object) => nn.Module;

describe('specs at random', () => {
  const rank = fc.constantFrom(1, 2, 3);
  const perAxis = <T>(size: number, value: fc.Arbitrary<T>) =>
    fc.oneof(value, fc.array(value, { minLength: size, maxLength: size }));
  const spec = rank.chain((axes) =>
    fc.record({
      axes: fc.constant(axes),
      kernelSize: perAxis(axes, fc.integer({ min: 1, max: 4 })),
      stride: perAxis(axes, fc.integer({ min: 1, max: 3 })),
      padding: fc.oneof(
        perAxis(axes, fc.integer({ min: 0, max: 2 })),
        fc.constantFrom('same' as const, 'sameLower' as const, 'valid' as const),
      ),
      dilation: perAxis(axes, fc.integer({ min: 1, max: 2 })),
      ceilMode: fc.boolean(),
      dataFormat: fc.constantFrom('channelsFirst' as const, 'channelsLast' as const),
      batched: fc.boolean(),
      channels: fc.integer({ min: 1, max: 3 }),
      spatial: fc.array(fc.integer({ min: 1, max: 7 }), { minLength: axes, maxLength: axes }),
    }),
  );
  const convs = [nn.conv1d, nn.conv2d, nn.conv3d];
  const pools = [
    [nn.maxPool1d, nn.maxPool2d, nn.maxPool3d],
    [nn.minPool1d, nn.minPool2d, nn.minPool3d],
    [nn.avgPool1d, nn.avgPool2d, nn.avgPool3d],
  ];

  test('the shape said is the shape made, and what is refused by shape is refused by data', () => {
    let [fitting, refused] = [0, 0];
    fc.assert(
      fc.property(spec, fc.integer({ min: 0, max: 3 }), ({ axes, batched, channels, spatial, ...options }, kind) => {
        const layer =
          kind === 3
            ? (convs[axes - 1] as LooseConv)(channels, 2, { ...options, bias: false })
            : (pools[kind][axes - 1] as LoosePool)(options);
        const image = options.dataFormat === 'channelsFirst' ? [channels, ...spatial] : [...spatial, channels];
        const shape = batched ? [2, ...image] : image;
        const x = zeros(shape);
        try {
          const said = layer.outputShape(shape);
          fitting++;
          expect(layer.forward(x).shape).toEqual(said);
        } catch (error) {
          if (!isCenoteError(error)) throw error;
          refused++;
          expect(messageOf(() => layer.forward(x))).toBe(error.message);
        }
      }),
      { numRuns: 500, seed: 5 },
    );
    expect(fitting).toBeGreaterThan(100);
    expect(refused).toBeGreaterThan(50);
  });
});

describe('what is computed', () => {
  test('linear is x · wᵀ + b', () => {
    const layer = nn.linear(2, 1, double);
    layer.loadStateDict({ weight: noise([1, 2], 1), bias: noise([1], 2) });
    const [w0, w1] = layer.weight.dataSync();
    const [b] = layer.bias?.dataSync() ?? [];
    const x = noise([1, 2], 3);
    const [x0, x1] = x.dataSync();
    expect(layer.forward(x).itemSync()).toBeCloseTo(Number(x0) * Number(w0) + Number(x1) * Number(w1) + Number(b), 12);
  });

  test('options reach the operation', () => {
    const plane = noise([4, 4], 1);
    const values = [...plane.dataSync()].map(Number);
    expect(nn.maxPool2d(4).forward(plane).itemSync()).toBe(Math.max(...values));
    expect(nn.minPool2d(4).forward(plane).itemSync()).toBe(Math.min(...values));
    const sum = values.reduce((total, value) => total + value, 0);
    expect(nn.avgPool2d(4).forward(plane).itemSync()).toBeCloseTo(sum / 16, 12);
    expect(nn.avgPool2d(4, { divisorOverride: 2 }).forward(plane).itemSync()).toBeCloseTo(sum / 2, 12);
    const padded = { padding: [[0, 1], 0] as const };
    expect(nn.avgPool2d([5, 4], padded).forward(plane).itemSync()).toBeCloseTo(sum / 20, 12);
    expect(
      nn
        .avgPool2d([5, 4], { ...padded, countIncludePad: false })
        .forward(plane)
        .itemSync(),
    ).toBeCloseTo(sum / 16, 12);
    const squares = values.reduce((total, value) => total + value * value, 0);
    expect(nn.lpPool2d(2, 4).forward(plane).itemSync()).toBeCloseTo(Math.sqrt(squares), 12);
  });

  test('adaptive and global pooling are what their names say', () => {
    const x = tensor([[[1, 2, 9, 4]]], double);
    expect(nn.adaptiveAvgPool1d(2).forward(x).toArraySync()).toEqual([[[1.5, 6.5]]]);
    expect(nn.adaptiveMaxPool1d(2).forward(x).toArraySync()).toEqual([[[2, 9]]]);
    expect(nn.globalAvgPool().forward(x).toArraySync()).toEqual([[[4]]]);
    expect(nn.globalMaxPool().forward(x).toArraySync()).toEqual([[[9]]]);
  });

  test('activations and distributions are what their names say', () => {
    const x = tensor([[-1, 2]], double);
    const values = (layer: nn.Module) => [...layer.forward(x).dataSync('f64')];
    const share = 1 / (1 + Math.exp(3));
    const expected: [nn.Module, number[]][] = [
      [nn.relu(), [0, 2]],
      [nn.tanh(), [Math.tanh(-1), Math.tanh(2)]],
      [nn.sigmoid(), [1 / (1 + Math.exp(1)), 1 / (1 + Math.exp(-2))]],
      [nn.softmax(), [share, 1 - share]],
      [nn.softmax(0), [1, 1]],
      [nn.logSoftmax(), [Math.log(share), Math.log(1 - share)]],
    ];
    for (const [layer, numbers] of expected) expectNumbersClose(values(layer), numbers, 1e-14);
  });

  test('identity and an evaluated dropout copy nothing', () => {
    const device = useReferenceDevice();
    const x = noise([3], 1);
    const before = device.liveBuffers;
    expect(nn.identity().forward(x).toArraySync()).toEqual(x.toArraySync());
    expect(nn.dropout().eval().forward(x).toArraySync()).toEqual(x.toArraySync());
    expect(device.liveBuffers).toBe(before);
  });
});

/** Options of which the compiler does not know the values, for calls that it would refuse. */
const loose = (options: nn.ConvLayerOptions): nn.ConvLayerOptions => options;

describe('bad arguments', () => {
  test.each<[string, () => unknown, string]>([
    ['no kernelSize', () => nn.conv2d(1, 6, {} as nn.ConvLayerOptions), 'conv2d: kernelSize is missing'],
    [
      'kernelSize of two for 3d',
      () => nn.conv3d(1, 6, loose({ kernelSize: [1, 2] })),
      'conv3d: kernelSize is missing or has the wrong number of entries. Got kernelSize [1,2]',
    ],
    ['kernelSize 0', () => nn.conv2d(1, 6, { kernelSize: 0 }), 'kernelSize 0'],
    ['channels with a fraction', () => nn.conv2d(1.5, 6, { kernelSize: 1 }), 'inChannels 1.5'],
    ['no output channels', () => nn.conv2d(1, 0, { kernelSize: 1 }), 'outChannels 0'],
    [
      'groups that do not divide',
      () => nn.conv2d(3, 6, loose({ kernelSize: 1, groups: 2 })),
      'groups does not divide the channels',
    ],
    ['pooling without a window', () => nn.maxPool2d({} as { kernelSize: number }), 'maxPool2d: kernelSize is missing'],
    ['a norm of 0', () => nn.lpPool2d(0, 2), 'lpPool2d: p is out of range'],
    [
      'probability above 1',
      () => nn.dropout(1.1),
      'dropout: p is out of range. Got p 1.1; expected a finite number, from 0 to 1',
    ],
    ['probability NaN', () => nn.dropout(Number.NaN), 'dropout: p is out of range'],
    [
      'stride 0',
      () => nn.maxPool2d(2, { stride: 0 }).outputShape([4, 4]),
      'maxPool2d: stride is not a positive integer',
    ],
    ['a scalar for linear', () => nn.linear(2, 3).outputShape([]), 'linear: expects 2 input features, got a scalar'],
    ['no batch for globalAvgPool', () => nn.globalAvgPool().outputShape([3, 4]), 'globalAvgPool: wrong number of axes'],
    ['an axis that softmax does not have', () => nn.softmax(2).outputShape([3, 4]), 'softmax'],
  ])('%s', (_, body, message) => {
    expect(messageOf(body)).toContain(message);
  });
});
