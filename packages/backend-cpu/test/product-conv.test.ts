import type { Op } from '@cenote/backend';
import { isCenoteError, resolveConv, type WindowGeometry } from '@cenote/shape';
import { afterAll, expect, test } from 'vitest';
import { cpuBackend } from '../src/index.js';
import {
  expectClose,
  type Operand,
  operand,
  orderedStrides,
  productVariants,
  Random,
  reference,
  run,
} from './product-support.js';

const backend = cpuBackend();
const threaded = cpuBackend({ shareAbove: -1 });
afterAll(() => threaded[Symbol.asyncDispose]());

interface Case {
  readonly label: string;
  readonly op: Op;
  readonly operands: readonly Operand[];
  readonly shape: readonly number[];
  readonly terms: number;
}

/** A geometry that fits, with one to three axes, groups, strides, dilation and padding. */
function drawGeometry(random: Random): { geometry: WindowGeometry; groups: number; weightShape: number[] } {
  for (;;) {
    const rank = random.pick([1, 2, 2, 2, 3] as const);
    const groups = random.pick([1, 1, 1, 2, 3]);
    const channels = groups * random.integer(1, 5);
    const most = { 1: 40, 2: 15, 3: 7 }[rank];
    const sizes = Array.from({ length: rank }, () => random.integer(1, most));
    const dataFormat = random.pick(['channelsFirst', 'channelsLast'] as const);
    const inputShape =
      dataFormat === 'channelsFirst'
        ? [random.integer(1, 3), channels, ...sizes]
        : [random.integer(1, 3), ...sizes, channels];
    const weightShape = [groups * random.integer(1, random.pick([4, 20])), channels / groups];
    weightShape.push(...sizes.map(() => random.integer(1, rank === 3 ? 3 : 5)));
    const stride = sizes.map(() => random.pick([1, 1, 1, 2, 3]));
    const dilation = sizes.map(() => random.pick([1, 1, 1, 2, 3]));
    const padding = sizes.map(() => [random.integer(0, 4), random.integer(0, 4)] as const);
    try {
      const spec = { op: 'conv', rank, stride, dilation, padding, groups, dataFormat };
      return { geometry: resolveConv(spec, inputShape, weightShape), groups, weightShape };
    } catch (error) {
      if (!isCenoteError(error)) throw error;
    }
  }
}

function* cases(seed: number, count: number, kinds: readonly Op['kind'][]): Generator<Case> {
  const random = new Random(seed);
  for (let i = 0; i < count; i++) {
    const { geometry, groups, weightShape } = drawGeometry(random);
    const { inputShape, outputShape, outputChannels, inputChannels, axes } = geometry;
    const draw = (shape: readonly number[]) => {
      const order = [...shape.keys()];
      // Contiguous, mostly; or with the axes in another order, as of a transposed view.
      if (random.integer(0, 3) === 0) order.sort(() => random.next() - 0.5);
      const strides = orderedStrides(shape, order);
      const isBroadcast = random.integer(0, 9) === 0;
      return operand(random, shape, isBroadcast ? [0, ...strides.slice(1)] : strides, random.integer(0, 3));
    };
    const kind = random.pick(kinds);
    const taps = axes.reduce((product, axis) => product * axis.kernel, 1);
    const positions = axes.reduce((product, axis) => product * axis.output, geometry.batch);
    const label = `${kind} ${geometry.key} g${groups} w${weightShape}`;
    if (kind === 'convGradInput') {
      const operands = [draw(outputShape), draw(weightShape)];
      const terms = (outputChannels / groups) * taps + 1;
      yield { label, op: { kind, geometry, groups }, operands, shape: inputShape, terms };
    } else if (kind === 'convGradWeight') {
      const operands = [draw(inputShape), draw(outputShape)];
      yield { label, op: { kind, geometry, groups }, operands, shape: weightShape, terms: positions + 1 };
    } else {
      const bias = random.integer(0, 1) === 1 ? [operand(random, [outputChannels], [random.integer(0, 2)], 1)] : [];
      const activation = random.pick([undefined, undefined, 'relu', 'sigmoid', 'tanh'] as const);
      const epilogue = { bias: bias.length > 0, ...(activation === undefined ? {} : { activation }) };
      const operands = [draw(inputShape), draw(weightShape), ...bias];
      const terms = (inputChannels / groups) * taps + 5;
      yield { label, op: { kind: 'conv', geometry, groups, epilogue }, operands, shape: outputShape, terms };
    }
  }
}

const withoutActivation = (op: Op): Op =>
  op.kind === 'conv' ? { ...op, epilogue: { bias: op.epilogue?.bias ?? false } } : op;

test.each(['conv', 'convGradInput', 'convGradWeight'] as const)('random %s agree with the reference', (kind) => {
  for (const { label, op, operands, shape, terms } of cases(11, 150, [kind])) {
    const variants = productVariants(backend, op, operands, shape);
    expect(variants.length, label).toBeGreaterThan(0);
    const want = reference(op, operands, shape);
    const magnitudes = reference(withoutActivation(op), operands, shape, true);
    for (const variant of variants) {
      expectClose(`${variant} ${label}`, run(backend, op, operands, shape, variant), want, magnitudes, terms);
    }
  }
});

test('threads change no bit', async () => {
  await threaded.startThreads(2);
  for (const { label, op, operands, shape } of cases(5, 80, ['conv', 'convGradInput', 'convGradWeight'])) {
    for (const variant of productVariants(backend, op, operands, shape)) {
      const alone = run(backend, op, operands, shape, variant);
      expect(run(threaded, op, operands, shape, variant), `${variant} ${label}`).toEqual(alone);
    }
  }
});

test.each([
  ['LeNet conv1', [9, 1, 28, 28], [6, 1, 5, 5], { padding: 2 }],
  ['LeNet conv2', [9, 6, 14, 14], [16, 6, 5, 5], {}],
  ['a region in bands', [1, 64, 40, 40], [9, 64, 3, 3], { padding: 1 }],
  ['a stride in bands', [1, 32, 61, 61], [9, 32, 3, 3], { padding: 1, stride: 2 }],
  ['one by one', [2, 128, 16, 16], [9, 128, 1, 1], {}],
] as const)('%s agrees with the reference', (label, inputShape, weightShape, spec) => {
  const random = new Random(1);
  const geometry = resolveConv({ op: 'conv', rank: 2, ...spec }, inputShape, weightShape);
  const plain = (shape: readonly number[]) => operand(random, shape, orderedStrides(shape, [...shape.keys()]));
  const [x, weight, dy] = [plain(geometry.inputShape), plain(weightShape), plain(geometry.outputShape)];
  const ops: (readonly [Op, readonly Operand[], readonly number[]])[] = [
    [{ kind: 'conv', geometry, groups: 1 }, [x, weight], geometry.outputShape],
    [{ kind: 'convGradInput', geometry, groups: 1 }, [dy, weight], geometry.inputShape],
    [{ kind: 'convGradWeight', geometry, groups: 1 }, [x, dy], weightShape],
  ];
  for (const [op, operands, shape] of ops) {
    const want = reference(op, operands, shape);
    const magnitudes = reference(op, operands, shape, true);
    for (const variant of productVariants(backend, op, operands, shape)) {
      expectClose(`${variant} ${label} ${op.kind}`, run(backend, op, operands, shape, variant), want, magnitudes, 64);
    }
  }
});
