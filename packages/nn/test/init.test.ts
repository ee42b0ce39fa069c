import { Generator, generator, scope } from '@cenote/tensor';
import { beforeEach, describe, expect, test } from 'vitest';
import * as nn from '../src/index.js';
import { messageOf, readGolden, useReferenceDevice } from './support.js';

type Draw = readonly ['uniform' | 'normal', number, number];

interface TrainingGoldens {
  readonly initialisations: readonly {
    readonly scheme: 'xavierUniform' | 'xavierNormal' | 'kaimingUniform' | 'kaimingNormal';
    readonly options: Record<string, never>;
    readonly shape: readonly number[];
    readonly draws: readonly Draw[];
  }[];
  readonly layers: readonly { readonly layer: string; readonly draws: readonly Draw[] }[];
}

/** Always draws the same: 0.75 of the way through a uniform distribution, 1 deviation above the mean of a normal one. */
class Fixed extends Generator {
  override uniform(): number {
    return 0.75;
  }
  override uniform24(): number {
    return 0.75;
  }
  override normal(): number {
    return 1;
  }
}

const drawn = ([distribution, first, second]: Draw): number =>
  distribution === 'uniform' ? first + 0.75 * (second - first) : first + second;

const { initialisations, layers } = readGolden<TrainingGoldens>('training');

beforeEach(() => {
  useReferenceDevice();
});

describe('draws from the distributions that PyTorch draws from', () => {
  test.each(initialisations)('$scheme $options $shape', ({ scheme, options, shape, draws }) => {
    const values = nn.init[scheme](options)(shape, nn.init.fansOf(shape), { generator: new Fixed(0), dtype: 'f64' });
    expect(values.shape).toEqual(shape);
    for (const value of values.dataSync().slice(0, 3)) expect(value).toBeCloseTo(drawn(draws[0]), 14);
  });

  const options = { generator: new Fixed(0), dtype: 'f64' } as const;
  const made: Readonly<Record<string, () => Pick<nn.Conv, 'weight' | 'bias'>>> = {
    'conv2d(6, 16, 5)': () => nn.conv2d(6, 16, { kernelSize: 5, ...options }),
    'conv2d(6, 16, 3, groups 2)': () => nn.conv2d(6, 16, { kernelSize: 3, groups: 2, ...options }),
    'linear(400, 120)': () => nn.linear(400, 120, options),
  };

  test.each(layers)('$layer', ({ layer: name, draws }) => {
    const layer = made[name]();
    expect(layer.weight.dataSync()[0]).toBeCloseTo(drawn(draws[0]), 14);
    expect(layer.bias?.dataSync()[0]).toBeCloseTo(drawn(draws[1]), 14);
  });
});

describe('random values', () => {
  const shape = [40, 50];
  const fans = nn.init.fansOf(shape);

  test('fill the whole range of a uniform distribution', () => {
    const bound = Math.sqrt(6 / 90);
    const values = [
      ...nn.init
        .xavierUniform()(shape, fans, { generator: generator(1) })
        .dataSync('f32'),
    ];
    expect(Math.max(...values)).toBeLessThan(bound);
    expect(Math.max(...values)).toBeGreaterThan(0.98 * bound);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(-bound);
    expect(Math.min(...values)).toBeLessThan(-0.98 * bound);
  });

  test('have the deviation of a normal distribution', () => {
    const values = [
      ...nn.init
        .kaimingNormal({ nonlinearity: 'relu' })(shape, fans, { generator: generator(1) })
        .dataSync('f32'),
    ];
    const square = values.reduce((sum, value) => sum + value * value, 0) / values.length;
    expect(Math.sqrt(square)).toBeCloseTo(Math.sqrt(2 / 50), 2);
  });

  test('are decided by the seed', () => {
    const weights = (seed: number) => {
      const { weight, bias } = nn.linear(5, 3, { generator: generator(seed) });
      return [...weight.dataSync(), ...(bias?.dataSync() ?? [])];
    };
    expect(weights(7)).toEqual(weights(7));
    expect(weights(7)).not.toEqual(weights(8));
  });
});

describe('initialize', () => {
  const model = () =>
    nn.sequential(nn.conv2d(1, 2, { kernelSize: 3 }), nn.flatten(), nn.linear(8, 3, { bias: false }), nn.dropout());

  test('gives weights new values, and leaves biases', () => {
    const network = model();
    const before = network.stateDict();
    nn.initialize(network, nn.init.constant(0.5));
    const after = network.stateDict();
    expect(after['0.weight'].dataSync()).toEqual(new Float32Array(18).fill(0.5));
    expect(after['2.weight'].dataSync()).toEqual(new Float32Array(24).fill(0.5));
    expect(after['0.bias'].dataSync()).toEqual(before['0.bias'].dataSync());
  });

  test('gives biases the fans of their weight', () => {
    const network = model();
    nn.initialize(network, { bias: nn.init.xavierNormal() }, { generator: new Fixed(0) });
    expect(network.stateDict()['0.bias'].dataSync('f32')[0]).toBeCloseTo(Math.sqrt(2 / (9 + 18)), 6);
  });

  test('keeps the tensors, so that an optimiser goes on with them', () => {
    const network = model();
    const [weight] = network.parameters();
    nn.initialize(network, nn.init.kaimingUniform(), { generator: generator(1) });
    expect(network.parameters()[0]).toBe(weight);
    expect(weight.requiresGrad).toBe(true);
  });

  test('draws from the given generator only', () => {
    const values = () => {
      const network = model();
      nn.initialize(network, nn.init.xavierUniform(), { generator: generator(3) });
      return network.stateDict()['2.weight'].dataSync();
    };
    expect(values()).toEqual(values());
  });

  test('leaves nothing behind', () => {
    const device = useReferenceDevice();
    const network = model();
    const before = device.liveBuffers;
    nn.initialize(network, { weight: nn.init.kaimingNormal(), bias: nn.init.xavierNormal() });
    expect(device.liveBuffers).toBe(before);
  });
});

test('parameters outlive the scope in which their layer is made', () => {
  const layer = scope(() => ({ inner: nn.linear(2, 2) })).inner;
  expect(layer.weight.isDisposed).toBe(false);
});

test('gain of an activation', () => {
  expect(nn.init.gainOf('sigmoid')).toBe(1);
  expect(nn.init.gainOf('linear')).toBe(1);
  expect(nn.init.gainOf('tanh')).toBe(5 / 3);
  expect(nn.init.gainOf('relu')).toBe(Math.sqrt(2));
  expect(nn.init.gainOf('leakyRelu', 0.2)).toBe(Math.sqrt(2 / (1 + 0.2 ** 2)));
});

test('sizes have to be positive whole numbers', () => {
  expect(messageOf(() => nn.linear(0, 3))).toMatchInlineSnapshot(
    `"linear: inFeatures is not a whole number from 1 on. Got inFeatures 0; expected an integer, at least 1. Correct inFeatures."`,
  );
});
