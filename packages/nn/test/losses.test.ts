import { checkGradients } from '@cenote/autograd';
import { fromData, tensor, zeros } from '@cenote/tensor';
import { beforeEach, describe, expect, test } from 'vitest';
import { accuracy, crossEntropy, l1Loss, mseLoss, nllLoss } from '../src/index.js';
import {
  expectClose,
  fromGolden,
  type GoldenTensor,
  labelsOf,
  messageOf,
  noise,
  readGolden,
  useReferenceDevice,
  waitingDevice,
} from './support.js';

const losses = { crossEntropy, nllLoss, mseLoss, l1Loss };

interface LossRecord {
  readonly id: string;
  readonly fn: keyof typeof losses;
  readonly x: GoldenTensor;
  readonly target: GoldenTensor;
  readonly options: {
    readonly reduction: 'mean' | 'sum' | 'none';
    readonly weight?: GoldenTensor;
    readonly ignoreIndex?: number;
    readonly labelSmoothing?: number;
  };
  readonly value: GoldenTensor;
  readonly gradient: GoldenTensor;
}

beforeEach(() => {
  useReferenceDevice();
});

describe('as PyTorch', () => {
  const records = readGolden<LossRecord[]>('losses');

  test.each(records)('$id', ({ fn, x: given, target, options, value, gradient }) => {
    const x = fromGolden(given, true);
    const { weight, ...rest } = options;
    const loss = losses[fn](x, fromGolden(target), weight ? { ...rest, weight: fromGolden(weight) } : rest);
    expectClose(loss, value, 1e-13);
    const ramp = fromData(
      Float64Array.from({ length: loss.size }, (_, index) => index + 1),
      loss.shape,
    );
    loss.mul(ramp).sum().backward();
    if (!x.grad) return expect.fail('no gradient');
    expectClose(x.grad, gradient, 1e-13);
  });

  test('covers every function and reduction', () => {
    const covered = new Set(records.map(({ fn, options }) => `${fn} ${options.reduction}`));
    expect(covered.size).toBe(4 * 3);
  });
});

describe('labels', () => {
  test.each(['i32', 'i64', 'u8', 'i8'] as const)('may be %s', (dtype) => {
    const logits = noise([3, 4], 1);
    const expected = crossEntropy(logits, labelsOf(3, 0, 1)).itemSync();
    expect(crossEntropy(logits, tensor([3, 0, 1], { dtype })).itemSync()).toBe(expected);
  });

  test('out of range are refused', () => {
    const logits = noise([3, 4], 1);
    expect(messageOf(() => crossEntropy(logits, labelsOf(0, 4, 1)))).toMatchInlineSnapshot(
      `"crossEntropy: a label is out of range. Got label 4 at position 1; expected from 0 to 3, or ignoreIndex -100. Check the labels against the number of classes."`,
    );
    expect(messageOf(() => nllLoss(logits, labelsOf(0, -1, 1)))).toContain(
      'nllLoss: a label is out of range. Got label -1',
    );
    expect(messageOf(() => crossEntropy(logits, labelsOf(0, -100, 1), { ignoreIndex: -1 }))).toContain(
      'Got label -100',
    );
  });

  test('out of range make the loss NaN where they cannot be read without waiting', async () => {
    const device = waitingDevice();
    const logits = tensor(
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      { device, requiresGrad: true },
    );
    const right = crossEntropy(logits, tensor([1, -100], { dtype: 'i32', device }));
    expect(await right.item()).toBeCloseTo(Math.log(Math.exp(1) + Math.exp(2) + Math.exp(3)) - 2, 6);
    expect(await crossEntropy(logits, tensor([1, 3], { dtype: 'i32', device })).item()).toBeNaN();
  });

  test('with fractions are refused', () => {
    expect(messageOf(() => crossEntropy(noise([3, 4], 1), tensor([0, 1, 2])))).toMatchInlineSnapshot(
      `"crossEntropy: class labels are not whole numbers. Got f32 [3]; expected i32, i64, u8 or i8. Make them with tensor(labels, { dtype: 'i32' })."`,
    );
    expect(messageOf(() => nllLoss(noise([3, 4], 1), tensor([0, 1, 2])))).toContain('nllLoss: class labels');
  });
});

describe('bad input', () => {
  const logits = () => noise([3, 4], 1);

  test.each<[string, () => unknown, string]>([
    [
      'labels of another shape',
      () => crossEntropy(logits(), labelsOf(1, 2)),
      'labels [2], scores [3, 4]; expected labels [3]',
    ],
    [
      'a weight of another size',
      () => crossEntropy(logits(), labelsOf(1, 2, 3), { weight: tensor([1, 2]) }),
      'expected weight [4]',
    ],
    [
      'smoothing above 1',
      () => crossEntropy(logits(), labelsOf(1, 2, 3), { labelSmoothing: 1.5 }),
      'labelSmoothing 1.5; expected a finite number, from 0 to 1',
    ],
    [
      'smoothing that is NaN',
      () => crossEntropy(logits(), labelsOf(1, 2, 3), { labelSmoothing: Number.NaN }),
      'labelSmoothing NaN',
    ],
    [
      'integer scores',
      () => crossEntropy(zeros([3, 4], { dtype: 'i32' }), labelsOf(1, 2, 3)),
      'the scores are not floats',
    ],
    ['scores without classes', () => crossEntropy(zeros([3, 0]), labelsOf(1, 2, 3)), 'the scores have no classes'],
    ['a scalar', () => crossEntropy(zeros([]), labelsOf(1)), 'the scores have no classes'],
    [
      'probabilities of another shape',
      () => crossEntropy(logits(), zeros([4, 3])),
      'the probabilities do not have the shape',
    ],
    ['boolean labels', () => crossEntropy(logits(), tensor([true, false, true])), 'class labels are not whole numbers'],
    [
      'targets that would be broadcast',
      () => mseLoss(logits(), zeros([4])),
      'mseLoss: the targets do not have the shape',
    ],
    ['the same for l1Loss', () => l1Loss(logits(), zeros([3, 1])), 'l1Loss: the targets do not have the shape'],
  ])('%s', (_, body, message) => {
    expect(messageOf(body)).toContain(message);
  });
});

test('no such reduction', () => {
  // @ts-expect-error: not one of the names
  const body = () => mseLoss(noise([2], 1), noise([2], 2), { reduction: 'average' });
  expect(messageOf(body)).toContain('mseLoss: not a reduction. Got average');
});

test('gradients agree with finite differences', () => {
  const weight = tensor([1, 0.5, 2, 4], { dtype: 'f64' });
  const target = labelsOf(3, -100, 1);
  const smoothed = checkGradients((x) => crossEntropy(x, target, { weight, labelSmoothing: 0.1 }), [noise([3, 4], 1)]);
  expect(smoothed.largestError).toBeLessThan(1e-8);
  const probabilities = checkGradients((x, p) => crossEntropy(x, p), [noise([3, 4], 1), noise([3, 4], 2)]);
  expect(probabilities.largestError).toBeLessThan(1e-8);
});

test('losses leave nothing behind', () => {
  const device = useReferenceDevice();
  const logits = noise([3, 4], 1);
  const weight = tensor([1, 0.5, 2, 4], { dtype: 'f64' });
  const target = labelsOf(3, -100, 1);
  const before = device.liveBuffers;
  crossEntropy(logits, target, { weight, labelSmoothing: 0.1 }).dispose();
  nllLoss(logits, target).dispose();
  mseLoss(logits, logits).dispose();
  accuracy(logits, target).dispose();
  expect(() => crossEntropy(logits, labelsOf(9, 9, 9))).toThrow();
  expect(device.liveBuffers).toBe(before + 1); // the labels of the line above
});

describe('accuracy', () => {
  test('counts the largest score', () => {
    expect(
      accuracy(
        tensor([
          [1, 3],
          [2, 0],
          [0, 1],
        ]),
        labelsOf(1, 1, 1),
      ).itemSync(),
    ).toBeCloseTo(2 / 3, 6);
    expect(
      accuracy(
        tensor([
          [1, 3],
          [2, 0],
        ]),
        tensor([1, 0], { dtype: 'u8' }),
      ).itemSync(),
    ).toBe(1);
  });

  test('takes part in no differentiation', () => {
    expect(accuracy(tensor([[1, 3]], { requiresGrad: true }), labelsOf(1)).requiresGrad).toBe(false);
  });

  test('refuses labels of another shape', () => {
    expect(messageOf(() => accuracy(tensor([[1, 3]]), labelsOf(1, 2)))).toContain(
      'accuracy: labels and scores do not fit',
    );
  });
});
