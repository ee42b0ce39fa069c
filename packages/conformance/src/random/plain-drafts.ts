import {
  type ActivationGradFn,
  type BinaryFn,
  type CompareFn,
  type DType,
  isFloat,
  type ReduceFn,
  type UnaryFn,
} from '@cenote/backend';
import type { Shape } from '@cenote/shape';
import type { TensorData } from '../tensor-data.js';
import type { Draft } from './draft.js';
import type { Random } from './random.js';
import { type Contents, randomBroadcast, randomIndices, randomTensor } from './tensors.js';
import { randomEpilogue } from './window-drafts.js';

const floats = ['f32', 'f32', 'f64'] as const;
const numbers: readonly DType[] = ['f32', 'f32', 'f64', 'i32', 'i64', 'u8', 'i8'];
const everyDType: readonly DType[] = [...numbers, 'bool'];

interface UnaryPlan {
  readonly contents: Contents;
  readonly tolerance: Draft['tolerance'];
}

const exact: UnaryPlan = { contents: 'special', tolerance: 'equal' };
const close: UnaryPlan = { contents: 'uniform', tolerance: { ulps: 8 } };
/** Where a result near 0 is the difference of larger numbers. */
const closeToOne: UnaryPlan = { contents: 'uniform', tolerance: { ulps: 8, magnitude: 1 } };

const unaryPlans: { readonly [F in UnaryFn]?: UnaryPlan } = {
  neg: { contents: 'special', tolerance: 'identical' },
  abs: exact,
  sign: exact,
  relu: exact,
  floor: { contents: 'uniform', tolerance: 'equal' },
  ceil: { contents: 'uniform', tolerance: 'equal' },
  round: { contents: 'uniform', tolerance: 'equal' },
  exp: close,
  expm1: close,
  tanh: close,
  sigmoid: close,
  sin: closeToOne,
  cos: closeToOne,
  log: { ...closeToOne, contents: 'positive' },
  log1p: { ...close, contents: 'positive' },
  sqrt: { ...close, contents: 'positive' },
  reciprocal: { ...close, contents: 'positive' },
};

/** An elementwise function of one input. */
export function unaryDraft(random: Random): Draft {
  const fn = random.pick(Object.keys(unaryPlans) as UnaryFn[]);
  const { contents, tolerance } = unaryPlans[fn] ?? exact;
  const dtype = random.pick(floats);
  const shape = randomShape(random);
  const x = random.oneIn(4)
    ? randomBroadcast(random, dtype, shape, contents)
    : randomTensor(random, dtype, shape, contents);
  return { name: fn, op: { kind: 'unary', fn }, inputs: [x], outputs: [{ dtype, shape }], tolerance };
}

const compares: readonly CompareFn[] = ['eq', 'ne', 'lt', 'le', 'gt', 'ge'];
const arithmetic: readonly BinaryFn[] = ['add', 'sub', 'mul', 'maximum', 'minimum', 'div', 'pow', 'remainder'];
const activationGrads: readonly ActivationGradFn[] = ['reluGrad', 'sigmoidGrad', 'tanhGrad'];

/** An elementwise function of two inputs, which may be broadcast. */
export function binaryDraft(random: Random): Draft {
  const shape = randomShape(random);
  const isCompare = random.oneIn(3);
  const fn: BinaryFn = isCompare ? random.pick(compares) : random.pick(arithmetic);
  const isArithmetic = !isCompare && fn !== 'maximum' && fn !== 'minimum';
  const dtype = random.pick(fn === 'div' || fn === 'pow' ? floats : isArithmetic ? numbers : everyDType);
  const contents: Contents = isCompare || fn === 'maximum' || fn === 'minimum' ? 'special' : 'uniform';
  const draw = (kind: Contents) =>
    random.oneIn(2) ? randomBroadcast(random, dtype, shape, kind) : randomTensor(random, dtype, shape, kind);
  const a = draw(fn === 'pow' ? 'positive' : contents);
  const positive = fn === 'div' || fn === 'remainder';
  const divisor = draw(positive ? 'positive' : contents);
  const b = positive && random.oneIn(2) ? negative(divisor) : divisor;
  const tolerance = { pow: { ulps: 32 }, div: { ulps: 2 }, remainder: { ulps: 2, magnitude: 4 } } as const;
  return {
    name: `${fn}-${dtype}`,
    op: { kind: 'binary', fn },
    inputs: [a, b],
    outputs: [{ dtype: isCompare ? 'bool' : dtype, shape }],
    tolerance: fn === 'pow' || fn === 'div' || fn === 'remainder' ? tolerance[fn] : { ulps: 1 },
  };
}

/** The gradient of a fused activation, of outputs that it can have; either input may be broadcast. */
export function activationGradDraft(random: Random): Draft {
  const shape = randomShape(random);
  const fn = random.pick(activationGrads);
  const dtype = random.pick(floats);
  const draw = (contents: Contents) =>
    random.oneIn(3) ? randomBroadcast(random, dtype, shape, contents) : randomTensor(random, dtype, shape, contents);
  return {
    name: `${fn}-${dtype}`,
    op: { kind: 'binary', fn },
    inputs: [draw(fn === 'reluGrad' ? 'special' : 'uniform'), draw(fn === 'reluGrad' ? 'special' : 'uniform')],
    outputs: [{ dtype, shape }],
    // Four roundings: of 1 − y, of 1 + y or none, and of the two products.
    tolerance: fn === 'reluGrad' ? 'equal' : { ulps: 4 },
  };
}

/** A choice between two inputs, which may be broadcast. */
export function whereDraft(random: Random): Draft {
  const shape = randomShape(random);
  const dtype = random.pick(everyDType);
  const draw = (kind: DType) =>
    random.oneIn(2) ? randomBroadcast(random, kind, shape, 'special') : randomTensor(random, kind, shape, 'special');
  return {
    name: `where-${dtype}`,
    op: { kind: 'where' },
    inputs: [draw('bool'), draw(dtype), draw(dtype)],
    outputs: [{ dtype, shape }],
    tolerance: 'identical',
  };
}

/** A copy, with or without conversion. */
export function copyDraft(random: Random): Draft {
  const shape = randomShape(random);
  const from = random.pick(everyDType);
  const to = random.oneIn(2) ? from : random.pick(everyDType);
  const x = random.oneIn(3)
    ? randomBroadcast(random, from, shape, 'uniform')
    : randomTensor(random, from, shape, 'uniform');
  return {
    name: `copy-${from}-${to}`,
    op: { kind: 'copy' },
    inputs: [x],
    outputs: [{ dtype: to, shape }],
    tolerance: 'identical',
  };
}

/** A reduction over some axes. */
export function reduceDraft(random: Random): Draft {
  const shape = randomShape(random);
  const axes = shape.map((_, axis) => axis).filter(() => random.oneIn(2));
  const fn = random.pick<ReduceFn>(['sum', 'sum', 'prod', 'max', 'min', 'any', 'all']);
  const isLogical = fn === 'any' || fn === 'all';
  const isExtremum = fn === 'max' || fn === 'min';
  const dtype: DType = isLogical ? 'bool' : random.pick(isExtremum ? everyDType : numbers);
  const contents: Contents = isExtremum ? 'special' : fn === 'prod' ? 'positive' : 'uniform';
  const count = axes.reduce((product, axis) => product * shape[axis], 1);
  return {
    name: `${fn}-${dtype}`,
    op: { kind: 'reduce', fn, axes },
    inputs: [randomTensor(random, dtype, shape, contents)],
    outputs: [{ dtype, shape: shape.map((size, axis) => (axes.includes(axis) ? 1 : size)) }],
    tolerance: fn === 'sum' && isFloat(dtype) ? { terms: count } : fn === 'prod' ? { ulps: count } : 'equal',
  };
}

/** The position of an extremum. */
export function argReduceDraft(random: Random): Draft {
  const shape = randomShape(random, 1);
  const axis = random.integer(0, shape.length - 1);
  const dtype = random.pick(everyDType);
  const fn = random.pick(['argmax', 'argmin'] as const);
  return {
    name: `${fn}-${dtype}`,
    op: { kind: 'argReduce', fn, axis },
    inputs: [randomTensor(random, dtype, shape, random.pick<Contents>(['uniform', 'ties', 'special']))],
    outputs: [{ dtype: 'i32', shape: shape.map((size, at) => (at === axis ? 1 : size)) }],
    tolerance: 'equal',
  };
}

/** A matrix product, with or without bias and activation; a batch may be broadcast. */
export function matmulDraft(random: Random): Draft {
  const dtype = random.oneIn(4) ? random.pick(numbers) : random.pick(floats);
  const [batch, m, k, n] = [random.integer(1, 3), random.integer(1, 20), random.integer(1, 24), random.integer(1, 20)];
  const epilogue = randomEpilogue(random, dtype);
  const factor = (shape: Shape) => {
    if (!random.oneIn(4)) return randomTensor(random, dtype, shape, 'uniform');
    const one = randomTensor(random, dtype, shape.slice(1), 'uniform');
    const data = Array.from({ length: batch }, () => one.data).flat();
    return { dtype, shape, data, placement: { strides: [0, shape[2], 1], offset: 0 } };
  };
  const bias = epilogue?.bias ? [randomTensor(random, dtype, [n], 'uniform')] : [];
  return {
    name: 'matmul',
    op: { kind: 'matmul', ...(epilogue === undefined ? {} : { epilogue }) },
    inputs: [factor([batch, m, k]), factor([batch, k, n]), ...bias],
    outputs: [{ dtype, shape: [batch, m, n] }],
    tolerance: { terms: k + 1 },
  };
}

/** Softmax or its logarithm. */
export function softmaxDraft(random: Random): Draft {
  const dtype = random.pick(floats);
  const shape = randomShape(random, 1);
  const axis = random.integer(0, shape.length - 1);
  const log = random.oneIn(2);
  return {
    name: log ? 'log-softmax' : 'softmax',
    op: { kind: 'softmax', axis, log },
    inputs: [randomTensor(random, dtype, shape, 'uniform')],
    outputs: [{ dtype, shape }],
    tolerance: log ? { ulps: 16, magnitude: 8 } : { ulps: 16 + shape[axis] },
  };
}

/** Gather or the scatter that adds, along an axis. */
export function gatherDraft(random: Random): Draft {
  const shape = randomShape(random, 1);
  const axis = random.integer(0, shape.length - 1);
  const indexShape = shape.map((size, at) => (at === axis ? random.integer(1, 9) : size));
  const index = randomIndices(random, indexShape, shape[axis]);
  const kind = random.pick(['gather', 'scatterAdd'] as const);
  const dtype = random.pick(kind === 'scatterAdd' ? numbers : everyDType);
  const isGather = kind === 'gather';
  const contents: Contents = kind === 'scatterAdd' ? 'uniform' : 'special';
  const source = randomTensor(random, dtype, isGather ? shape : indexShape, contents);
  return {
    name: `${kind}-${dtype}`,
    op: { kind, axis },
    inputs: isGather ? [source, index] : [index, source],
    outputs: [{ dtype, shape: isGather ? indexShape : shape }],
    tolerance: kind === 'scatterAdd' ? { terms: indexShape[axis] } : 'identical',
  };
}

function negative(tensor: TensorData): TensorData {
  return { ...tensor, data: tensor.data.map((value) => -Number(value)) };
}

function randomShape(random: Random, least = 0): Shape {
  return Array.from({ length: random.integer(least, 4) }, () => random.integer(1, random.oneIn(4) ? 17 : 5));
}
