import { generator, randn, scope, type Tensor, tensor } from '@cenote/tensor';
import { beforeEach, describe, expect, test } from 'vitest';
import * as nn from '../src/index.js';
import {
  expectClose,
  expectNumbersClose,
  fromGolden,
  type GoldenTensor,
  messageOf,
  readGolden,
  useReferenceDevice,
} from './support.js';

type Kind = 'sgd' | 'adam' | 'adamW';

interface OptimizerRecord {
  readonly kind: Kind;
  readonly options: nn.SgdOptions;
  readonly start: readonly GoldenTensor[];
  readonly steps: readonly {
    readonly lr: number;
    readonly gradients: readonly (GoldenTensor | null)[];
    readonly parameters: readonly GoldenTensor[];
  }[];
}

interface ScheduleRecord {
  readonly name: 'step' | 'cosine';
  readonly lr: number;
  readonly options: { readonly stepSize: number; readonly gamma?: number; readonly epochs: number };
  readonly rates: readonly number[];
}

const goldens = readGolden<{
  readonly optimizers: readonly OptimizerRecord[];
  readonly schedules: readonly ScheduleRecord[];
}>('training');

const make: Readonly<Record<Kind, (parameters: readonly Tensor[], options: nn.SgdOptions) => nn.Optimizer>> = {
  sgd: nn.sgd,
  adam: nn.adam,
  adamW: nn.adamW,
};

beforeEach(() => {
  useReferenceDevice();
});

describe('as PyTorch', () => {
  function run(optimizer: nn.Optimizer, { steps }: OptimizerRecord, from: number, to: number): void {
    for (const { lr, gradients, parameters } of steps.slice(from, to)) {
      optimizer.lr = lr;
      for (const [index, gradient] of gradients.entries()) {
        optimizer.parameters[index].grad = gradient && fromGolden(gradient);
      }
      optimizer.step();
      for (const [index, expected] of parameters.entries()) expectClose(optimizer.parameters[index], expected, 1e-13);
    }
  }

  test.each(goldens.optimizers)('$kind $options', (record) => {
    const parameters = record.start.map((start) => fromGolden(start, true));
    run(make[record.kind](parameters, record.options), record, 0, record.steps.length);
  });

  test.each(goldens.optimizers)('$kind $options, with a checkpoint in between', (record) => {
    const parameters = record.start.map((start) => fromGolden(start, true));
    const first = make[record.kind](parameters, record.options);
    run(first, record, 0, 3);
    const state = first.stateDict();
    first.dispose();
    const second = make[record.kind](parameters, { lr: 1 });
    second.loadStateDict(state);
    expect(second.options).toEqual(first.options);
    for (const held of Object.values(state.tensors)) held.dispose();
    run(second, record, 3, record.steps.length);
  });

  test.each(goldens.schedules)('$name $options', ({ name, lr, options, rates }) => {
    const schedule = name === 'step' ? nn.stepSchedule(lr, options) : nn.cosineSchedule(lr, options);
    expectNumbersClose(
      rates.map((_, epoch) => schedule(epoch)),
      rates,
      1e-15,
    );
  });
});

test('a schedule stays at its minimum after its end', () => {
  expect(nn.cosineSchedule(1, { epochs: 4, minimum: 0.25 })(9)).toBe(0.25);
});

describe('parameters', () => {
  test('without a gradient stay', () => {
    const [a, b] = [tensor([1, 2], { requiresGrad: true }), tensor([3], { requiresGrad: true })];
    a.grad = tensor([1, 1]);
    nn.sgd([a, b], { lr: 0.5, momentum: 0.9, weightDecay: 0.1 }).step();
    expect(a.toArraySync()).not.toEqual([1, 2]);
    expect(b.toArraySync()).toEqual([3]);
  });

  test('that appear twice are updated once', () => {
    const x = tensor([1], { requiresGrad: true });
    x.grad = tensor([1]);
    nn.sgd([x, x], { lr: 0.5 }).step();
    expect(x.toArraySync()).toEqual([0.5]);
  });

  test('of a model are taken from it', () => {
    const model = nn.linear(2, 3);
    expect(nn.sgd(model, { lr: 0.1 }).parameters).toEqual(model.parameters());
  });

  test('keep requiring gradients, and zeroGrad drops those', () => {
    const model = nn.linear(2, 3);
    const optimizer = nn.adam(model);
    scope(() =>
      model
        .forward(tensor([[1, 2]]))
        .sum()
        .backward(),
    );
    optimizer.step();
    expect(model.weight.requiresGrad).toBe(true);
    expect(model.weight.grad).not.toBeNull();
    optimizer.zeroGrad();
    expect(model.weight.grad).toBeNull();
  });

  test('change although a recorded operation saved them', () => {
    const x = tensor([2], { requiresGrad: true });
    const y = x.square();
    x.grad = tensor([1]);
    const optimizer = nn.sgd([x], { lr: 1 });
    optimizer.step();
    optimizer.zeroGrad();
    y.backward();
    expect(x.toArraySync()).toEqual([1]);
    expect(x.grad?.toArraySync()).toEqual([4]);
  });
});

describe('state', () => {
  test('is a picture of a moment', () => {
    const x = tensor([1, 2], { requiresGrad: true });
    const optimizer = nn.sgd([x], { lr: 0.1, momentum: 0.5 });
    x.grad = tensor([1, 1]);
    optimizer.step();
    const state = optimizer.stateDict();
    x.grad = tensor([5, 5]);
    optimizer.step();
    expect(state.steps).toEqual([1]);
    expect(state.tensors['0.momentumBuffer'].toArraySync()).toEqual([1, 1]);
    expect(JSON.parse(JSON.stringify(state.options))).toEqual(optimizer.options);
  });

  test('of another optimiser, or of other parameters, is refused and changes nothing', () => {
    const x = tensor([1, 2], { requiresGrad: true });
    const y = tensor([[1, 2, 3]], { requiresGrad: true });
    const adam = nn.adam([x], { lr: 0.5 });
    x.grad = tensor([1, 1]);
    adam.step();
    const state = adam.stateDict();
    expect(messageOf(() => nn.sgd([x], { lr: 1 }).loadStateDict(state))).toMatchInlineSnapshot(
      `"sgd.loadStateDict: the state is from another optimiser. Got adam of 1 parameters; expected sgd of 1. Load the state of the same optimiser over the same model."`,
    );
    expect(messageOf(() => nn.adam([x, y]).loadStateDict(state))).toContain(
      'Got adam of 1 parameters; expected adam of 2',
    );
    const other = nn.adam([y], { lr: 0.25 });
    expect(messageOf(() => other.loadStateDict(state))).toContain("'0.expAvg' does not fit. Got [2]; expected [1, 3]");
    expect(other.lr).toBe(0.25);
    const negative = { ...state, options: { ...state.options, lr: -1 } };
    expect(messageOf(() => adam.loadStateDict(negative))).toContain('lr -1');
    const misnamed = { ...state, tensors: { '7.expAvg': state.tensors['0.expAvg'] } };
    expect(messageOf(() => adam.loadStateDict(misnamed))).toContain(
      "'7.expAvg' does not fit. Got [2]; expected a position",
    );
    expect(adam.stateDict().steps).toEqual([1]);
  });
});

describe('bad options are refused before anything changes', () => {
  const x = () => [tensor([1], { requiresGrad: true })];

  test.each<[string, () => unknown, string]>([
    [
      'learning rate NaN',
      () => nn.sgd(x(), { lr: Number.NaN }),
      'sgd: lr is out of range. Got lr NaN; expected a finite number, at least 0. Correct lr.',
    ],
    [
      'learning rate infinite',
      () => nn.adam(x(), { lr: Number.POSITIVE_INFINITY }),
      'adam: lr is out of range. Got lr Infinity',
    ],
    ['learning rate negative', () => nn.adamW(x(), { lr: -0.1 }), 'adamW: lr is out of range. Got lr -0.1'],
    [
      'learning rate set to NaN',
      () => {
        nn.adam(x()).lr = Number.NaN;
      },
      'adam: lr is out of range. Got lr NaN',
    ],
    ['momentum negative', () => nn.sgd(x(), { lr: 1, momentum: -1 }), 'momentum -1'],
    ['dampening above 1', () => nn.sgd(x(), { lr: 1, momentum: 0.5, dampening: 2 }), 'dampening 2'],
    ['weight decay negative', () => nn.sgd(x(), { lr: 1, weightDecay: -1 }), 'weightDecay -1'],
    ['nesterov without momentum', () => nn.sgd(x(), { lr: 1, nesterov: true }), 'nesterov needs momentum'],
    [
      'nesterov with dampening',
      () => nn.sgd(x(), { lr: 1, momentum: 0.5, dampening: 0.5, nesterov: true }),
      'and no dampening',
    ],
    ['beta of 1', () => nn.adam(x(), { betas: [0.9, 1] }), 'betas 1; expected a finite number, from 0, below 1'],
    ['eps negative', () => nn.adam(x(), { eps: -1 }), 'eps -1'],
    ['nothing to optimise', () => nn.sgd(nn.relu(), { lr: 1 }), 'sgd: there is nothing to optimise'],
    ['a result', () => nn.sgd([tensor([1], { requiresGrad: true }).mul(2)], { lr: 1 }), 'only leaves can be optimised'],
    ['step size 0', () => nn.stepSchedule(0.1, { stepSize: 0 }), 'stepSize 0'],
    ['no epochs', () => nn.cosineSchedule(0.1, { epochs: 0 }), 'epochs 0'],
  ])('%s', (_, body, message) => {
    expect(messageOf(body)).toContain(message);
  });

  test('and the learning rate stays', () => {
    const optimizer = nn.sgd(x(), { lr: 0.5 });
    expect(() => {
      optimizer.lr = Number.NaN;
    }).toThrow();
    expect(optimizer.lr).toBe(0.5);
  });
});

test.each<[string, (model: nn.Module) => nn.Optimizer]>([
  ['sgd', (model) => nn.sgd(model, { lr: 0.01 })],
  ['sgd with everything', (model) => nn.sgd(model, { lr: 0.01, momentum: 0.9, nesterov: true, weightDecay: 0.1 })],
  ['adam', (model) => nn.adam(model, { weightDecay: 0.1 })],
  ['adamW', (model) => nn.adamW(model)],
])('%s does not leak over 20 steps', (_, optimizerOf) => {
  const device = useReferenceDevice();
  const model = nn.sequential(nn.linear(4, 3), nn.sigmoid(), nn.linear(3, 1));
  const x = randn([8, 4], { generator: generator(1) });
  const empty = device.liveBuffers;
  const optimizer = optimizerOf(model);
  const counts: number[] = [];
  for (let step = 0; step < 20; step++) {
    optimizer.zeroGrad();
    scope(() => model.forward(x).square().mean().backward());
    // Also within a scope, what is remembered stays.
    scope(() => optimizer.step());
    counts.push(device.liveBuffers);
  }
  expect(new Set(counts).size).toBe(1);
  optimizer.zeroGrad();
  optimizer.dispose();
  expect(device.liveBuffers).toBe(empty);
});
