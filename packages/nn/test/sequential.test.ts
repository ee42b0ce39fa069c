import { isCenoteError, type Shape } from '@cenote/shape';
import { noGrad, ones, type Tensor, tensor } from '@cenote/tensor';
import { beforeEach, describe, expect, test } from 'vitest';
import * as nn from '../src/index.js';
import { messageOf, noise, useReferenceDevice } from './support.js';

beforeEach(() => {
  useReferenceDevice();
});

/** What a program without types may pass. */
const unchecked = (...layers: unknown[]) => layers as nn.Module[];

describe('sequential', () => {
  test('applies its layers in order', () => {
    const first = nn.linear(3, 4);
    const second = nn.linear(4, 2);
    const x = ones([5, 3]);
    expect(nn.sequential(first, nn.tanh(), second).forward(x).toArraySync()).toEqual(
      second.forward(first.forward(x).tanh()).toArraySync(),
    );
  });

  test('gives its layers by position and by name', () => {
    const [a, b] = [nn.relu(), nn.flatten()];
    expect(nn.sequential(a, b).layers).toEqual([a, b]);
    expect(nn.sequential({ a, b }).children()).toEqual([
      ['a', a],
      ['b', b],
    ]);
  });

  test('describes itself', () => {
    expect(nn.sequential({ act: nn.relu(), drop: nn.dropout(0.25) }).describe()).toEqual({
      kind: 'sequential',
      layers: [
        { name: 'act', layer: { kind: 'relu' } },
        { name: 'drop', layer: { kind: 'dropout', p: 0.25 } },
      ],
    });
  });

  test('counts multiply–adds, unless a layer does not say', () => {
    class Silent extends nn.Module {
      override forward(x: Tensor): Tensor {
        return x.neg();
      }
      override outputShape(inputShape: Shape): Shape {
        return inputShape;
      }
    }
    expect(nn.sequential(nn.linear(3, 4), nn.relu(), nn.linear(4, 2)).multiplyAdds([5, 3])).toBe(5 * 12 + 5 * 8);
    expect(nn.sequential(nn.linear(3, 4), new Silent()).multiplyAdds([5, 3])).toBeNull();
  });

  test('without layers is its input, in a handle of its own', () => {
    const x = ones([2]);
    const y = nn.sequential().forward(x);
    expect(y).not.toBe(x);
    y.dispose();
    expect(x.isDisposed).toBe(false);
  });

  test('puts up with layers that give their input back', () => {
    class Same extends nn.Module {
      override forward(x: Tensor): Tensor {
        return x;
      }
      override outputShape(inputShape: Shape): Shape {
        return inputShape;
      }
    }
    const x = ones([2]);
    const y = nn.sequential(new Same(), nn.sigmoid(), new Same(), nn.relu(), new Same()).forward(x);
    expect(y.toArraySync()).toEqual(x.sigmoid().toArraySync());
    expect(x.isDisposed).toBe(false);
  });

  test('without gradients holds only two results at a time', () => {
    const device = useReferenceDevice();
    const model = nn.sequential(nn.sigmoid(), nn.tanh(), nn.sigmoid(), nn.tanh(), nn.relu());
    const x = ones([4]);
    const before = device.liveBuffers;
    const counts: number[] = [];
    const allocate = device.allocate.bind(device);
    device.allocate = (byteLength) => {
      const buffer = allocate(byteLength);
      counts.push(device.liveBuffers - before);
      return buffer;
    };
    noGrad(() => model.forward(x));
    expect(counts).toEqual([1, 2, 2, 2, 2]);
  });
});

describe('errors', () => {
  // As a plain module, so that the compiler does not refuse what is to be refused at run time.
  const model = (): nn.Module =>
    nn.sequential(nn.conv2d(1, 6, { kernelSize: 5, padding: 2 }), nn.maxPool2d(2), nn.flatten(), nn.linear(400, 10));

  test('say in which layer', () => {
    expect(messageOf(() => model().forward(ones([64, 1, 28, 28])))).toMatchInlineSnapshot(
      `"linear: expects 400 input features, got 1176 (layer 3 of sequential). Got input [64, 1176]; expected 400 on the last axis. Correct inFeatures, or flatten the input first."`,
    );
    expect(messageOf(() => model().forward(ones([64, 3, 28, 28])))).toMatchInlineSnapshot(
      `"conv2d: the channels of the input do not match the weight (layer 0 of sequential). Got input with 3 channels, weight [6, 1, 5, 5] for 1 (1 × groups 1); expected 1 input channels. Change the weight or groups, or check where the channel axis of the input is (dataFormat)."`,
    );
    expect(messageOf(() => model().outputShape([64, 1, 1, 1]))).toMatchInlineSnapshot(
      `"maxPool2d: window larger than the padded input on axis H (layer 1 of sequential). Got kernelSize 2, padded input 1 (1 + 0 + 0); expected at most 1. Reduce kernelSize or increase padding."`,
    );
  });

  test('say it with the whole path', () => {
    const nested = nn.sequential({ features: nn.sequential(nn.relu(), nn.sequential({ out: nn.linear(3, 2) })) });
    expect(messageOf(() => nested.forward(ones([1, 4])))).toContain(
      'linear: expects 3 input features, got 4 (layer features.1.out of sequential). Got',
    );
  });

  test('keep their code, and the error as it was', () => {
    try {
      model().outputShape([64, 1, 28, 28]);
      expect.fail('nothing was thrown');
    } catch (error) {
      if (!isCenoteError(error)) throw error;
      expect(error).toMatchObject({ code: 'INVALID_SHAPE', op: 'linear', got: 'input [64, 1176]' });
      expect(isCenoteError(error.cause) && error.cause.message).toContain('got 1176. Got');
    }
  });

  test('about shapes come before anything is computed', () => {
    const device = useReferenceDevice();
    const network = model();
    const x = ones([64, 1, 28, 28]);
    let kernels = 0;
    const kernel = device.backend.kernel.bind(device.backend);
    device.backend.kernel = (...call) => {
      kernels++;
      return kernel(...call);
    };
    expect(() => network.forward(x)).toThrow();
    expect(kernels).toBe(0);
  });

  test('about values are located too, and leave nothing behind', () => {
    const device = useReferenceDevice();
    const network = nn.sequential(nn.relu(), nn.sigmoid());
    const x = tensor([1, 2], { dtype: 'i32' });
    const before = device.liveBuffers;
    expect(messageOf(() => network.forward(x))).toContain('(layer 1 of sequential). Got i32');
    expect(device.liveBuffers).toBe(before);
  });

  test('that are not ours pass as they are', () => {
    class Broken extends nn.Module {
      override forward(): Tensor {
        throw new RangeError('no');
      }
      override outputShape(inputShape: Shape): Shape {
        return inputShape;
      }
    }
    expect(() => nn.sequential(new Broken()).forward(noise([1], 1))).toThrow(RangeError);
  });

  test.each<[string, () => unknown, string]>([
    [
      'a factory that was not called',
      () => nn.sequential(...unchecked(nn.relu)),
      'sequential: layer 0 is not a layer. Got a function; expected a Module. Call it',
    ],
    [
      'nothing',
      () => nn.sequential(...unchecked(nn.relu(), undefined)),
      'sequential: layer 1 is not a layer. Got undefined',
    ],
    [
      'a name with a dot',
      () => nn.sequential({ 'a.b': nn.relu() }),
      "sequential: a layer cannot have this name. Got 'a.b'",
    ],
    ['an empty name', () => nn.sequential({ '': nn.relu() }), "sequential: a layer cannot have this name. Got ''"],
  ])('refuses %s', (_, body, message) => {
    expect(messageOf(body)).toContain(message);
  });
});
