import { type ActivationFn, type DType, type Epilogue, isFloat, type PoolFn } from '@cenote/backend';
import type { WindowGeometry } from '@cenote/shape';
import { resolveOp } from '../case.js';
import type { OutputSpec } from '../execute.js';
import type { TensorData } from '../tensor-data.js';
import type { Draft } from './draft.js';
import type { Random } from './random.js';
import { referenceOutputs } from './reference.js';
import { type Contents, randomTensor } from './tensors.js';
import { indexDType, randomConvWindow, randomIndexKind, randomPoolWindow } from './windows.js';

const floats = ['f32', 'f32', 'f64'] as const;
const mostlyFloats = ['f32', 'f32', 'f32', 'f32', 'f64', 'f64', 'i32', 'i64', 'u8', 'i8'] as const;
const everyDType = ['f32', 'f32', 'f32', 'f64', 'i32', 'i64', 'u8', 'i8', 'bool'] as const;

/** Maximum or minimum pooling of any dtype, with or without indices. */
export function extremumDraft(random: Random): Draft {
  const { window, geometry } = randomPoolWindow(random);
  const dtype = random.pick<DType>(everyDType);
  const fn = random.pick(['max', 'max', 'min'] as const);
  const indices = random.oneIn(3) ? 'none' : randomIndexKind(random, geometry);
  const y: OutputSpec = { dtype, shape: geometry.outputShape };
  return {
    name: `${fn}-${indices}`,
    op: { kind: 'pool', pool: { fn }, window, indices },
    inputs: [randomTensor(random, dtype, geometry.inputShape, random.pick<Contents>(['uniform', 'ties', 'special']))],
    outputs: indices === 'none' ? [y] : [y, { dtype: indexDType(indices), shape: y.shape }],
    tolerance: 'equal',
  };
}

/** The gradient of maximum or minimum pooling, for the indices that its forward gives. */
export function extremumGradDraft(random: Random): Draft {
  const { window, geometry } = randomPoolWindow(random);
  const dtype = random.pick(mostlyFloats);
  const pool = random.pick<PoolFn>([{ fn: 'max' }, { fn: 'min' }]);
  const indices = randomIndexKind(random, geometry);
  const x = randomTensor(random, dtype, geometry.inputShape, random.pick<Contents>(['uniform', 'ties']));
  const y: OutputSpec = { dtype, shape: geometry.outputShape };
  const forward = referenceOutputs(
    resolveOp({ kind: 'pool', pool, window, indices }),
    [x],
    [y, { dtype: indexDType(indices), shape: y.shape }],
  );
  return {
    name: `${pool.fn}-grad-${indices}`,
    op: { kind: 'poolGrad', pool, window, indices },
    inputs: [randomTensor(random, dtype, y.shape, 'uniform'), forward[1]],
    outputs: [{ dtype, shape: x.shape }],
    tolerance: { terms: mostCovers(geometry) },
  };
}

/** Average pooling, also of 8-bit integers, or its gradient. */
export function averageDraft(random: Random): Draft {
  const { window, geometry } = randomPoolWindow(random);
  const dtype = random.pick<DType>(['f32', 'f32', 'f32', 'f32', 'f64', 'f64', 'u8', 'i8']);
  const divisor = random.pick(['taps', 'window', random.integer(1, 9)] as const);
  const pool: PoolFn = { fn: 'avg', divisor };
  const isGradient = isFloat(dtype) && random.oneIn(2);
  const [from, to] = isGradient
    ? [geometry.outputShape, geometry.inputShape]
    : [geometry.inputShape, geometry.outputShape];
  return {
    name: `avg-${divisor}${isGradient ? '-grad' : ''}`,
    op: { kind: isGradient ? 'poolGrad' : 'pool', pool, window, indices: 'none' },
    inputs: [randomTensor(random, dtype, from, 'uniform')],
    outputs: [{ dtype, shape: to }],
    tolerance: { terms: (isGradient ? mostCovers(geometry) : taps(geometry)) + 2 },
  };
}

/** Average pooling of 8-bit integers, which rounds. */
export function integerAverageDraft(random: Random): Draft {
  const { window, geometry } = randomPoolWindow(random);
  const dtype = random.pick(['u8', 'i8'] as const);
  const divisor = random.pick(['taps', 'window', random.integer(1, 9)] as const);
  return {
    name: `avg-${divisor}-${dtype}`,
    op: { kind: 'pool', pool: { fn: 'avg', divisor }, window, indices: 'none' },
    inputs: [randomTensor(random, dtype, geometry.inputShape, 'uniform')],
    outputs: [{ dtype, shape: geometry.outputShape }],
    tolerance: 'equal',
  };
}

/** LP pooling, or its gradient. */
export function lpDraft(random: Random): Draft {
  const { window, geometry } = randomPoolWindow(random);
  const dtype = random.pick(floats);
  const pool: PoolFn = { fn: 'lp', p: random.pick([1, 2, 3, 2.5]) };
  const x = randomTensor(random, dtype, geometry.inputShape, 'uniform');
  const op = { kind: 'pool', pool, window, indices: 'none' } as const;
  const outputs = [{ dtype, shape: geometry.outputShape }];
  if (random.oneIn(2)) {
    return { name: `lp${pool.p}`, op, inputs: [x], outputs, tolerance: { ulps: taps(geometry) + 8 } };
  }
  const [y] = referenceOutputs(resolveOp(op), [x], outputs);
  return {
    name: `lp${pool.p}-grad`,
    op: { ...op, kind: 'poolGrad' },
    inputs: [randomTensor(random, dtype, y.shape, 'uniform'), x, y],
    outputs: [{ dtype, shape: x.shape }],
    tolerance: { terms: mostCovers(geometry) + 24 },
  };
}

/** A convolution with or without bias and activation, or one of its gradients. */
export function convDraft(random: Random): Draft {
  const { window, geometry, groups, weightShape } = randomConvWindow(random);
  const dtype = random.pick(mostlyFloats);
  const x: OutputSpec = { dtype, shape: geometry.inputShape };
  const w: OutputSpec = { dtype, shape: weightShape };
  const y: OutputSpec = { dtype, shape: geometry.outputShape };
  const draw = (tensor: OutputSpec): TensorData => randomTensor(random, dtype, tensor.shape, 'uniform');
  switch (random.integer(0, 3)) {
    case 0: {
      const terms = geometry.outputChannels * taps(geometry);
      const op = { kind: 'convGradInput', window, groups } as const;
      return { name: 'conv-grad-input', op, inputs: [draw(y), draw(w)], outputs: [x], tolerance: { terms } };
    }
    case 1: {
      const terms = (y.shape.reduce((a, b) => a * b, 1) / geometry.outputChannels) | 0;
      const op = { kind: 'convGradWeight', window, groups } as const;
      return { name: 'conv-grad-weight', op, inputs: [draw(x), draw(y)], outputs: [w], tolerance: { terms } };
    }
    default: {
      const epilogue = randomEpilogue(random, dtype);
      const bias = epilogue?.bias ? [draw({ dtype, shape: [geometry.outputChannels] })] : [];
      return {
        name: 'conv',
        op: { kind: 'conv', window, groups, ...(epilogue === undefined ? {} : { epilogue }) },
        inputs: [draw(x), draw(w), ...bias],
        outputs: [y],
        tolerance: { terms: geometry.inputChannels * taps(geometry) + 1 },
      };
    }
  }
}

/** A bias, an activation, both or none; integers have one activation. */
export function randomEpilogue(random: Random, dtype: DType): Epilogue | undefined {
  if (random.oneIn(3)) return undefined;
  const bias = random.oneIn(2);
  const activations: readonly ActivationFn[] = isFloat(dtype) ? ['relu', 'sigmoid', 'tanh'] : ['relu'];
  return random.oneIn(2) ? { bias } : { bias, activation: random.pick(activations) };
}

function taps({ axes }: WindowGeometry): number {
  return axes.reduce((product, axis) => product * axis.kernel, 1);
}

/** At most so many windows cover one input. */
function mostCovers({ axes }: WindowGeometry): number {
  return axes.reduce((product, axis) => product * Math.max(...axis.coverCount), 1);
}
