import type { Shape } from '@cenote/shape';
import { ones, scope, type Tensor, tensor, zeros } from '@cenote/tensor';
import { beforeEach, describe, expect, test } from 'vitest';
import * as nn from '../src/index.js';
import { messageOf, noise, useReferenceDevice, waitingDevice } from './support.js';

beforeEach(() => {
  useReferenceDevice();
});

class Residual extends nn.Module {
  readonly inner = nn.linear(3, 3);
  readonly scale = tensor([2], { requiresGrad: true });
  readonly #unseen = tensor([5]);

  override forward(x: Tensor): Tensor {
    return scope(() => this.inner.forward(x).mul(this.scale).add(x));
  }

  override outputShape(inputShape: Shape): Shape {
    return this.inner.outputShape(inputShape);
  }

  override dispose(): void {
    this.#unseen.dispose();
    super.dispose();
  }
}

class Tower extends nn.Module {
  readonly blocks = [new Residual(), new Residual()];
  readonly head = nn.sequential({ norm: nn.softmax(), out: nn.linear(3, 2) });
  readonly label = 'tower';

  override forward(x: Tensor): Tensor {
    return scope(() => this.head.forward(this.blocks.reduce((value, block) => block.forward(value), x)));
  }

  override outputShape(inputShape: Shape): Shape {
    return this.head.outputShape(inputShape);
  }
}

describe('names', () => {
  test('are those of PyTorch', () => {
    const features = nn.sequential(nn.conv2d(1, 2, { kernelSize: 3 }), nn.relu(), nn.maxPool2d(2));
    const model = nn.sequential({ features, flat: nn.flatten(), classifier: nn.linear(8, 2) });
    expect(Object.keys(model.stateDict())).toEqual([
      'features.0.weight',
      'features.0.bias',
      'classifier.weight',
      'classifier.bias',
    ]);
    expect(model.namedParameters().map(([name]) => name)).toEqual(Object.keys(model.stateDict()));
    expect(Object.keys(nn.linear(2, 1).stateDict())).toEqual(['weight', 'bias']);
    expect(Object.keys(nn.linear(2, 1, { bias: false }).stateDict())).toEqual(['weight']);
  });

  test('of a class of your own follow its properties', () => {
    const model = new Tower();
    expect(model.namedParameters().map(([name]) => name)).toEqual([
      'blocks.0.scale',
      'blocks.0.inner.weight',
      'blocks.0.inner.bias',
      'blocks.1.scale',
      'blocks.1.inner.weight',
      'blocks.1.inner.bias',
      'head.out.weight',
      'head.out.bias',
    ]);
    expect(model.namedModules().map(([name]) => name)).toEqual([
      '',
      'blocks.0',
      'blocks.0.inner',
      'blocks.1',
      'blocks.1.inner',
      'head',
      'head.norm',
      'head.out',
    ]);
    expect(model.describe()).toEqual({ kind: 'custom', name: 'Tower' });
    expect(model.forward(ones([4, 3])).shape).toEqual([4, 2]);
  });

  test('of what is shared: one parameter, several entries of the state', () => {
    const shared = nn.linear(2, 2);
    const model = nn.sequential(shared, nn.relu(), shared);
    expect(model.parameters()).toEqual([shared.weight, shared.bias]);
    expect(model.parameterCount).toBe(6);
    expect(Object.keys(model.stateDict())).toEqual(['0.weight', '0.bias', '2.weight', '2.bias']);
  });
});

describe('state', () => {
  test('goes around', () => {
    const [a, b] = [nn.lenet5(), nn.lenet5()];
    const x = noise([2, 1, 28, 28], 1).to('f32');
    expect(a.forward(x).toArraySync()).not.toEqual(b.forward(x).toArraySync());
    expect(b.loadStateDict(a.stateDict())).toEqual({ missing: [], unexpected: [] });
    expect(a.forward(x).toArraySync()).toEqual(b.forward(x).toArraySync());
  });

  test('is a picture of a moment, and copies nothing', () => {
    const device = useReferenceDevice();
    const layer = nn.linear(2, 1);
    const before = layer.weight.toArraySync();
    const buffers = device.liveBuffers;
    const state = layer.stateDict();
    expect(device.liveBuffers).toBe(buffers);
    layer.weight.assign(zeros([1, 2]));
    expect(state.weight.toArraySync()).toEqual(before);
    expect(state.weight.requiresGrad).toBe(false);
    layer.loadStateDict(state);
    expect(layer.weight.toArraySync()).toEqual(before);
    expect(layer.weight.requiresGrad).toBe(true);
  });

  test('of doubles is converted', () => {
    const layer = nn.linear(2, 1);
    layer.loadStateDict({ weight: tensor([[1, 2]], { dtype: 'f64' }), bias: tensor([0.1], { dtype: 'f64' }) });
    expect(layer.weight.dtype).toBe('f32');
    expect(layer.bias?.dataSync()).toEqual(Float32Array.of(0.1));
  });

  test('may be partial when it is not strict', () => {
    const layer = nn.linear(2, 1);
    const bias = layer.bias?.toArraySync();
    const found = layer.loadStateDict({ weight: zeros([1, 2]), extra: zeros([1]) }, { strict: false });
    expect(found).toEqual({ missing: ['bias'], unexpected: ['extra'] });
    expect(layer.weight.toArraySync()).toEqual([[0, 0]]);
    expect(layer.bias?.toArraySync()).toEqual(bias);
  });

  test('that does not fit changes nothing', () => {
    const layer = nn.linear(2, 1);
    const before = layer.weight.toArraySync();
    const weight = zeros([1, 2]);
    const gone = zeros([1]);
    gone.dispose();
    const refused: [nn.StateDict, string][] = [
      [
        { weight, extra: zeros([1]) },
        "loadStateDict: the keys are not those of the model. Got missing: 'bias'; not expected: 'extra'; expected exactly the keys of stateDict(). Pass strict: false to load what fits and keep the rest.",
      ],
      [
        { weight, bias: zeros([2]) },
        "loadStateDict: 'bias' has another shape. Got f32 [2] on reference; expected f32 [1] on reference. Load the weights of a model of the same architecture.",
      ],
      [{ weight, bias: zeros([1], { dtype: 'i32' }) }, "'bias' has another dtype. Got i32 [1]"],
      [{ weight, bias: zeros([1], { device: waitingDevice() }) }, "'bias' is on another device"],
      [{ weight, bias: gone }, "'bias' was disposed of"],
    ];
    for (const [state, message] of refused) expect(messageOf(() => layer.loadStateDict(state))).toContain(message);
    expect(messageOf(() => layer.loadStateDict({ weight: zeros([3, 3]) }, { strict: false }))).toContain(
      "'weight' has another shape",
    );
    expect(layer.weight.toArraySync()).toEqual(before);
  });

  test('has no keys of prototypes', () => {
    class Odd extends Residual {
      override readonly valueOf = tensor([1]);
    }
    const { valueOf: _, ...rest } = new Odd().stateDict();
    expect(messageOf(() => new Odd().loadStateDict(rest))).toContain("missing: 'valueOf'");
  });
});

describe('modes', () => {
  test('reach every module', () => {
    const model = new Tower();
    expect(model.training).toBe(true);
    expect(model.eval()).toBe(model);
    for (const [, module] of model.namedModules()) expect(module.training).toBe(false);
    model.train();
    for (const [, module] of model.namedModules()) expect(module.training).toBe(true);
  });
});

describe('memory', () => {
  test('zeroGrad drops gradients, dispose everything', () => {
    const device = useReferenceDevice();
    const model = new Tower();
    const parameters = device.liveBuffers;
    scope(() =>
      model
        .forward(ones([4, 3]))
        .sum()
        .backward(),
    );
    expect(device.liveBuffers).toBe(parameters + model.parameters().length);
    model.zeroGrad();
    expect(device.liveBuffers).toBe(parameters);
    model.dispose();
    model.dispose();
    for (const block of model.blocks) block.dispose();
    expect(device.liveBuffers).toBe(0);
    expect(messageOf(() => model.forward(ones([4, 3])))).toContain('disposed');
  });

  test('using disposes at the end of the block', () => {
    const device = useReferenceDevice();
    {
      using model = nn.linear(2, 2);
      expect(model.weight.isDisposed).toBe(false);
    }
    expect(device.liveBuffers).toBe(0);
  });
});
