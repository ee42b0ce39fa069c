import { referenceBackend } from '@cenote/backend-reference';
import { createDevice, type Device, noGrad, scope, setDefaultDevice, type Tensor, tensor } from '@cenote/tensor';
import { beforeEach, describe, expect, test } from 'vitest';
import * as nn from '../src/index.js';
import { Conv } from '../src/layers/conv.js';
import { expectNumbersClose, messageOf, noise, useReferenceDevice } from './support.js';

type Backend = Device['backend'];
type Request = Parameters<Backend['kernel']>;

interface Run {
  readonly op: Request[0];
  readonly inputs: Request[1];
}

/** The default device from now on, which writes down what it is told to run. */
function recordingDevice(): { readonly runs: Run[] } {
  const inner: Backend = referenceBackend();
  const requests = new WeakMap<object, Run>();
  const runs: Run[] = [];
  const kernel: Backend['kernel'] = (op, inputs, outputs) => {
    const made = inner.kernel(op, inputs, outputs);
    if (made) requests.set(made, { op, inputs });
    return made;
  };
  const run: Backend['run'] = (made, inputs, outputs) => {
    const request = requests.get(made);
    if (request) runs.push(request);
    inner.run(made, inputs, outputs);
  };
  const backend = new Proxy(inner, {
    get(target, name) {
      if (name === 'kernel') return kernel;
      if (name === 'run') return run;
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
  setDefaultDevice(createDevice(backend));
  return { runs };
}

/** What an op is, with what is fused into it. */
function nameOf({ op }: Run): string {
  const epilogue = 'epilogue' in op ? op.epilogue : undefined;
  const fn = 'fn' in op ? ` ${op.fn}` : '';
  return `${op.kind}${fn}${epilogue?.bias ? ' + bias' : ''}${epilogue?.activation ? ` + ${epilogue.activation}` : ''}`;
}

/** Each layer by itself, as a program without `sequential` would do it. */
function oneByOne(layers: readonly nn.Module[], x: Tensor): Tensor {
  return layers.reduce((current, layer) => layer.forward(current), x);
}

const layers = {
  conv1d: () => ({ layer: nn.conv1d(2, 3, { kernelSize: 3, padding: 1, dtype: 'f64' }), input: [2, 2, 7] }),
  conv2d: () => ({ layer: nn.conv2d(2, 3, { kernelSize: 3, stride: 2, dtype: 'f64' }), input: [2, 2, 7, 6] }),
  'conv2d, channels last, no bias': () => ({
    layer: nn.conv2d(2, 4, { kernelSize: 2, groups: 2, bias: false, dataFormat: 'channelsLast', dtype: 'f64' }),
    input: [2, 5, 4, 2],
  }),
  conv3d: () => ({ layer: nn.conv3d(1, 2, { kernelSize: 2, dtype: 'f64' }), input: [1, 3, 4, 3] }),
  linear: () => ({ layer: nn.linear(4, 3, { dtype: 'f64' }), input: [5, 4] }),
  'linear, no bias, three axes': () => ({ layer: nn.linear(4, 3, { bias: false, dtype: 'f64' }), input: [2, 3, 4] }),
};
const activations = { relu: nn.relu, sigmoid: nn.sigmoid, tanh: nn.tanh };

beforeEach(() => {
  useReferenceDevice();
});

describe.each(Object.entries(layers))('%s', (_, make) => {
  test.each(Object.entries(activations))('with %s gives the values and gradients of the two', (_name, activation) => {
    const { layer, input } = make();
    const after = activation();
    const model = nn.sequential({ layer, after });
    const x = noise(input, 3);
    x.requiresGrad = true;
    const results = [(y: Tensor) => model.forward(y), (y: Tensor) => oneByOne([layer, after], y)].map((forward) => {
      const y = forward(x);
      scope(() => y.mul(noise(y.shape, 4)).sum()).backward();
      const numbers = [y, x.grad, ...model.parameters().map(({ grad }) => grad)].map((tensor) => [
        ...(tensor?.dataSync('f64') ?? []),
      ]);
      x.grad = null;
      model.zeroGrad();
      return numbers;
    });
    expect(results[0].every((numbers) => numbers.length > 0)).toBe(true);
    // In f64, where the two differ in the rounding of what lies between.
    for (const [index, numbers] of results[0].entries()) expectNumbersClose(numbers, results[1][index], 1e-13);
  });
});

describe('sequential computes as one', () => {
  const names = (model: nn.Module, x: Tensor, runs: Run[]) => {
    runs.length = 0;
    model.forward(x);
    return runs.map(nameOf);
  };

  test('a layer and the activation after it, in training and in inference', () => {
    const { runs } = recordingDevice();
    const model = nn.sequential(
      nn.conv2d(1, 2, { kernelSize: 3 }),
      nn.relu(),
      nn.flatten(),
      nn.linear(8, 4),
      nn.tanh(),
      nn.linear(4, 2, { bias: false }),
      nn.sigmoid(),
    );
    const x = noise([1, 1, 4, 4], 1).to('f32');
    const expected = ['conv + bias + relu', 'matmul + bias + tanh', 'matmul + sigmoid'];
    expect(names(model, x, runs)).toEqual(expected);
    expect(names(model.eval(), x, runs)).toEqual(expected);
    expect(noGrad(() => names(model, x, runs))).toEqual(expected);
  });

  test('nothing else', () => {
    const { runs } = recordingDevice();
    const x = noise([3, 4], 1).to('f32');
    const square = () => nn.linear(4, 4);
    expect(names(nn.sequential(square(), nn.identity(), nn.relu()), x, runs)).toEqual(['matmul + bias', 'unary relu']);
    expect(names(nn.sequential(nn.relu(), square()), x, runs)).toEqual(['unary relu', 'matmul + bias']);
    expect(names(nn.sequential(nn.sequential(square()), nn.relu()), x, runs)).toEqual(['matmul + bias', 'unary relu']);
    expect(names(nn.sequential(square(), nn.relu(), nn.relu()), x, runs)).toEqual([
      'matmul + bias + relu',
      'unary relu',
    ]);
  });

  test('not where a layer or an activation has a forward of its own', () => {
    const { runs } = recordingDevice();
    class Doubled extends Conv {
      override forward(x: Tensor): Tensor {
        return super.forward(x).mul(2);
      }
    }
    const x = tensor([[[[3]]]]);
    const doubled = new Doubled(2, 1, 1, { kernelSize: 1, bias: false });
    doubled.weight.assign(tensor([[[[-1]]]]));
    expect(
      new nn.Sequential([
        ['0', doubled],
        ['1', nn.relu()],
      ])
        .forward(x)
        .itemSync(),
    ).toBe(0);
    expect(runs.map(nameOf)).toContain('unary relu');

    const spied = nn.relu();
    const seen: number[] = [];
    const forward = spied.forward.bind(spied);
    spied.forward = (y) => {
      const result = forward(y);
      seen.push(result.size);
      return result;
    };
    nn.sequential(nn.linear(1, 5), spied).forward(tensor([[1]]));
    expect(seen).toEqual([5]);
  });

  test('and is described, summed up and named as before', () => {
    const model = nn.sequential({ a: nn.linear(4, 3), b: nn.relu(), c: nn.linear(3, 2) });
    expect(nn.summarize(model, [1, 4]).rows.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      'a linear',
      'b relu',
      'c linear',
    ]);
    expect(model.namedParameters().map(([name]) => name)).toEqual(['a.weight', 'a.bias', 'c.weight', 'c.bias']);
    const integers = tensor([[1, 2, 3, 4]], { dtype: 'i32' });
    const images = nn.sequential({ first: nn.conv1d(1, 1, { kernelSize: 1 }), second: nn.relu() });
    expect(messageOf(() => images.forward(integers))).toMatch(
      /^conv1d: the dtype is not one that the operation takes \(layer first of sequential\)\./,
    );
  });
});

test('a training step of LeNet copies nothing, and takes few passes over memory', () => {
  const { runs } = recordingDevice();
  const model = nn.lenet5({ variant: 'd2l' });
  const optimizer = nn.sgd(model, { lr: 0.1 });
  const [images, labels] = [noise([4, 1, 28, 28], 1).to('f32'), tensor([3, 1, 4, 1], { dtype: 'i32' })];
  const phases: string[][] = [];
  const phase = <T>(body: () => T): T => {
    runs.length = 0;
    const result = body();
    phases.push(runs.map(nameOf));
    return result;
  };
  scope(() => {
    const scores = phase(() => model.forward(images));
    const loss = phase(() => nn.crossEntropy(scores, labels));
    phase(() => loss.backward());
    phase(() => optimizer.step());
  });
  expect(phases[0]).toEqual([
    'conv + bias + sigmoid',
    'pool',
    'conv + bias + sigmoid',
    'pool',
    'matmul + bias + sigmoid',
    'matmul + bias + sigmoid',
    'matmul + bias',
  ]);
  expect(phases.map(({ length }) => length)).toEqual([7, 6, 28, 30]);
  expect(phases.flat()).not.toContain('copy');
  expect(phases[2].filter((name) => name === 'binary sigmoidGrad').length).toBe(4);
});

test('the gradients of a linear layer are products of views, and the weight of the layer has one in rows', () => {
  const { runs } = recordingDevice();
  const layer = nn.linear(3, 2);
  const x = noise([5, 3], 1).to('f32');
  x.requiresGrad = true;
  const loss = scope(() => layer.forward(x).square().sum());
  runs.length = 0;
  loss.backward();
  const products = runs
    .filter(({ op }) => op.kind === 'matmul')
    .map(({ inputs }) => inputs.map(({ shape, strides }) => [shape, strides.slice(1)]));
  expect(products).toEqual([
    [
      [
        [1, 5, 2],
        [2, 1],
      ],
      [
        [1, 2, 3],
        [3, 1],
      ],
    ],
    [
      [
        [1, 2, 5],
        [1, 2],
      ],
      [
        [1, 5, 3],
        [3, 1],
      ],
    ],
  ]);
  expect(layer.weight.grad?.shape).toEqual([2, 3]);
});
