import { arange, fractionalMaxPool2d, generator, maxPool2d, ones } from '@cenote/tensor';
import { beforeEach, describe, expect, test } from 'vitest';
import * as nn from '../src/index.js';
import { useReferenceDevice } from './support.js';

beforeEach(() => {
  useReferenceDevice();
});

describe('max unpooling', () => {
  test('undoes a pooling, with the size that the pooled tensor had', () => {
    const x = arange(30).reshape([1, 1, 5, 6]);
    const { output, indices } = maxPool2d(x, 2, { returnIndices: true });
    const layer = nn.maxUnpool2d(2);
    expect(layer.forward(output, indices).shape).toEqual([1, 1, 4, 6]);
    const y = layer.forward(output, indices, x.shape);
    expect(y.shape).toEqual(x.shape);
    expect(maxPool2d(y, 2).toArraySync()).toEqual(output.toArraySync());
    expect(y.sum().itemSync()).toBe(output.sum().itemSync());
    expect(layer.outputShape(output.shape)).toEqual([1, 1, 4, 6]);
  });

  test('is there in 1d and 3d, with stride, padding and channels last', () => {
    expect(nn.maxUnpool1d(3, { stride: 2, padding: 1 }).outputShape([2, 4, 5])).toEqual([2, 4, 9]);
    expect(nn.maxUnpool3d(2, { dataFormat: 'channelsLast' }).outputShape([1, 2, 3, 4, 7])).toEqual([1, 4, 6, 8, 7]);
  });

  test('describes itself as plain data, defaults filled in', () => {
    expect(nn.maxUnpool2d([2, 3], { padding: 1 }).describe()).toEqual({
      kind: 'maxUnpool2d',
      kernelSize: [2, 3],
      stride: [2, 3],
      padding: 1,
      dataFormat: 'channelsFirst',
    });
    expect(nn.maxUnpool2d(2).multiplyAdds([1, 1, 2, 2])).toBe(0);
  });

  test('asks for indices', () => {
    expect(() => nn.maxUnpool2d(2).forward(ones([1, 1, 2, 2]))).toThrow(
      'maxUnpool2d: no indices. Got x alone; expected x and the indices of the pooling that is to be undone. ' +
        'Call forward(x, indices) with what maxPool2d(x, …, { returnIndices: true }) of the tensor package gives.',
    );
    expect(() => nn.sequential(nn.maxUnpool2d(2)).forward(ones([1, 1, 2, 2]))).toThrow('maxUnpool2d: no indices');
  });
});

describe('fractional max pooling', () => {
  const x = () => arange(2 * 3 * 81).reshape([2, 3, 9, 9]);
  const values = (layer: nn.FractionalMaxPool) => layer.forward(x()).toArraySync();

  test('draws from its generator while training', () => {
    const layer = nn.fractionalMaxPool2d(2, { outputSize: 5, generator: generator(7) });
    const random = generator(7);
    const expected = [1, 2].map(() => fractionalMaxPool2d(x(), 2, { outputSize: 5, generator: random }).toArraySync());
    expect([values(layer), values(layer)]).toEqual(expected);
    expect(expected[0]).not.toEqual(expected[1]);
  });

  test('draws nothing when it is evaluated', () => {
    const random = generator(7);
    const before = random.state();
    const layer = nn.fractionalMaxPool2d(2, { outputSize: 5, generator: random }).eval();
    expect(values(layer)).toEqual(values(layer));
    expect(random.state()).toEqual(before);
  });

  test('says what does not fit', () => {
    const layer = nn.fractionalMaxPool2d(3, { outputSize: 8 });
    expect(() => layer.outputShape([1, 1, 9, 9])).toThrow(
      'fractionalMaxPool2d: window too large for the input on axis H',
    );
    expect(() => nn.fractionalMaxPool3d(2, {}).outputShape([4, 4, 4])).toThrow('neither outputSize nor outputRatio');
  });
});

test('globalLpPool is a norm', () => {
  const layer = nn.globalLpPool(2);
  expect(layer.describe()).toEqual({ kind: 'globalLpPool', p: 2, dataFormat: 'channelsFirst' });
  expect(layer.forward(ones([1, 2, 3, 3])).toArraySync()).toEqual([[[[3]], [[3]]]]);
  expect(() => nn.globalLpPool(0)).toThrow('globalLpPool: p is out of range');
});
