import {
  type BinaryFn,
  type DType,
  dtypes,
  type IndexKind,
  isFloat,
  type Op,
  type PoolFn,
  type ReduceFn,
  type UnaryFn,
} from '@cenote/backend';
import {
  elementCount,
  isCenoteError,
  resolveAdaptivePool,
  resolveConv,
  resolvePool,
  type WindowGeometry,
} from '@cenote/shape';
import { afterAll, describe, expect, test } from 'vitest';
import {
  compare,
  openBackends,
  output,
  type Placed,
  place,
  type Random,
  randomElement,
  randomInput,
  randomShape,
  randomStrides,
} from './generic-harness.js';
import { seededRandom } from './seeded-random.js';

const backends = await openBackends();
afterAll(async () => {
  for (const backend of backends) await backend[Symbol.asyncDispose]();
});

/** An op with its tensors, and how far floats may be off. */
interface Case {
  readonly op: Op;
  readonly inputs: readonly Placed[];
  readonly outputs: readonly Placed[];
  readonly ulps?: number;
  readonly magnitude?: number;
}

const unaryFns: readonly UnaryFn[] = [
  ...(['neg', 'abs', 'sign', 'exp', 'expm1', 'log', 'log1p', 'sqrt', 'reciprocal', 'sin', 'cos'] as const),
  ...(['tanh', 'sigmoid', 'relu', 'floor', 'ceil', 'round', 'isNan', 'logicalNot'] as const),
];

const binaryFns: readonly BinaryFn[] = [
  ...(['add', 'sub', 'mul', 'div', 'pow', 'maximum', 'minimum', 'remainder', 'logicalAnd', 'logicalOr'] as const),
  ...(['reluGrad', 'sigmoidGrad', 'tanhGrad', 'eq', 'ne', 'lt', 'le', 'gt', 'ge'] as const),
];

const compares: ReadonlySet<BinaryFn> = new Set(['eq', 'ne', 'lt', 'le', 'gt', 'ge']);

const reductions: readonly ReduceFn[] = ['sum', 'prod', 'max', 'min', 'any', 'all'];

/** Numbers whose sums are exact in f64, so that their order does not matter. */
function small(random: Random, dtype: DType): () => number | bigint {
  if (dtype === 'i64' || dtype === 'i32' || dtype === 'bool') return () => randomElement(random, dtype);
  return () => random.integer(dtype === 'u8' ? 0 : -9, 9);
}

const makers: { readonly [name: string]: (random: Random, dtype: DType, round: number) => Case } = {
  unary(random, dtype, round) {
    const fn = unaryFns[round % unaryFns.length];
    const shape = randomShape(random);
    const y = output(random, fn === 'isNan' ? 'bool' : dtype, shape);
    return { op: { kind: 'unary', fn }, inputs: [randomInput(random, dtype, shape)], outputs: [y], ulps: 4 };
  },

  binary(random, dtype, round) {
    const fn = binaryFns[round % binaryFns.length];
    const shape = randomShape(random);
    const inputs = [randomInput(random, dtype, shape), randomInput(random, dtype, shape)];
    const y = output(random, compares.has(fn) ? 'bool' : dtype, shape);
    return { op: { kind: 'binary', fn }, inputs, outputs: [y], ulps: fn === 'pow' ? 4 : 0 };
  },

  copy(random, dtype) {
    const shape = randomShape(random);
    const to = random.pick(dtypes);
    const y = place(random, to, shape, randomStrides(random, shape, false));
    return { op: { kind: 'copy' }, inputs: [randomInput(random, dtype, shape)], outputs: [y] };
  },

  fill(random, dtype) {
    const shape = randomShape(random);
    const y = place(random, dtype, shape, randomStrides(random, shape, false));
    const value = randomElement(random, random.pick(['f64', 'i32', 'i64']));
    return { op: { kind: 'fill', value: random.oneIn(3) ? 0 : value }, inputs: [], outputs: [y] };
  },

  where(random, dtype) {
    const shape = randomShape(random);
    const inputs = (['bool', dtype, dtype] as const).map((kind) => randomInput(random, kind, shape));
    return { op: { kind: 'where' }, inputs, outputs: [output(random, dtype, shape)] };
  },

  reduce(random, dtype) {
    const fn = random.pick(reductions);
    const shape = randomShape(random);
    const axes = shape.map((_, axis) => axis).filter(() => random.oneIn(2));
    const x = randomInput(random, dtype, shape, fn === 'sum' ? small(random, dtype) : undefined);
    const y = output(
      random,
      dtype,
      shape.map((size, axis) => (axes.includes(axis) ? 1 : size)),
    );
    // A product of many numbers passes through infinity or 0 in one order and not in another.
    const op: Op = { kind: 'reduce', fn: fn === 'prod' && isFloat(dtype) ? 'max' : fn, axes };
    return { op, inputs: [x], outputs: [y] };
  },

  argReduce(random, dtype) {
    const shape = randomShape(random, random.integer(1, 4));
    const axis = random.integer(0, shape.length - 1);
    const fn = random.pick(['argmax', 'argmin'] as const);
    const y = output(random, 'i32', shape.with(axis, 1));
    return { op: { kind: 'argReduce', fn, axis }, inputs: [randomInput(random, dtype, shape)], outputs: [y] };
  },

  softmax(random, dtype) {
    const shape = randomShape(random, random.integer(1, 4));
    const axis = random.integer(0, shape.length - 1);
    const op: Op = { kind: 'softmax', axis, log: random.oneIn(2) };
    const x = randomInput(random, dtype, shape, small(random, dtype));
    return { op, inputs: [x], outputs: [output(random, dtype, shape)], ulps: 8, magnitude: op.log ? 8 : 0 };
  },

  gather(random, dtype) {
    const shape = randomShape(random, random.integer(1, 4));
    const axis = random.integer(0, shape.length - 1);
    const indexShape = shape.with(axis, random.pick([1, 5, 400]));
    const index = randomInput(random, 'i32', indexShape, () => random.integer(0, shape[axis] - 1));
    const inputs = [randomInput(random, dtype, shape), index];
    return { op: { kind: 'gather', axis }, inputs, outputs: [output(random, dtype, indexShape)] };
  },

  scatter(random, dtype) {
    const shape = randomShape(random, random.integer(1, 4));
    const axis = random.integer(0, shape.length - 1);
    const indexShape = shape.with(axis, random.pick([1, 5, 400]));
    const index = randomInput(random, 'i32', indexShape, () => random.integer(0, shape[axis] - 1));
    const kind = random.pick(['scatter', 'scatterAdd'] as const);
    const inputs = [index, randomInput(random, dtype, indexShape, small(random, dtype))];
    return { op: { kind, axis }, inputs, outputs: [output(random, dtype, shape)] };
  },

  matmul(random, dtype) {
    const [batch, m, k, n] = [
      random.integer(1, 3),
      random.integer(1, 20),
      random.integer(1, 40),
      random.integer(1, 70),
    ];
    const epilogue = {
      bias: random.oneIn(2),
      activation: random.pick([undefined, 'relu', 'sigmoid', 'tanh'] as const),
    };
    const shapes = [[batch, m, k], [batch, k, n], ...(epilogue.bias ? [[n]] : [])];
    const inputs = shapes.map((shape) => randomInput(random, dtype, shape, small(random, dtype)));
    const { activation, ...bias } = epilogue;
    const op: Op = { kind: 'matmul', epilogue: activation === undefined ? bias : { ...bias, activation } };
    return { op, inputs, outputs: [output(random, dtype, [batch, m, n])], ulps: 4 };
  },

  pool(random, dtype) {
    const geometry = randomWindow(random);
    const pool = randomPool(random);
    const indices = randomIndices(random, pool, geometry);
    const x = randomInput(random, dtype, geometry.inputShape, pool.fn === 'avg' ? small(random, dtype) : undefined);
    const y = output(random, dtype, geometry.outputShape);
    const index = output(random, indices === 'plane' ? 'i32' : 'u8', geometry.outputShape);
    const outputs = indices === 'none' ? [y] : [y, index];
    return { op: { kind: 'pool', pool, geometry, indices }, inputs: [x], outputs, ulps: pool.fn === 'lp' ? 8 : 0 };
  },

  poolGrad(random, dtype) {
    const geometry = randomWindow(random);
    const { axes, inputShape, outputShape } = geometry;
    const pool = randomPool(random);
    const indices = randomIndices(random, pool, geometry);
    const dy = randomInput(random, dtype, outputShape);
    // Any index will do: what counts is whether it is that of an input.
    const limit = axes.reduce((product, axis) => product * (indices === 'plane' ? axis.input : axis.kernel), 1);
    const draw = () => random.integer(0, limit - 1);
    const index = () => randomInput(random, indices === 'plane' ? 'i32' : 'u8', outputShape, draw);
    const both = () => [inputShape, outputShape].map((shape) => randomInput(random, dtype, shape));
    const others = indices === 'none' ? (pool.fn === 'lp' ? both() : []) : [index()];
    const op: Op = { kind: 'poolGrad', pool, geometry, indices };
    const ulps = pool.fn === 'lp' ? 64 : 0;
    return { op, inputs: [dy, ...others], outputs: [output(random, dtype, inputShape)], ulps, magnitude: 9 };
  },

  conv(random, dtype) {
    const rank = random.pick([1, 2, 2, 3] as const);
    const groups = random.pick([1, 1, 2, 3]);
    const sizes = Array.from({ length: rank }, () => random.integer(3, [0, 60, 16, 7][rank]));
    const kernel = sizes.map((size) => random.integer(1, Math.min(size, 3)));
    const channels = groups * random.integer(1, 3);
    const weightShape = [groups * random.integer(1, 11), channels / groups, ...kernel];
    const isFirst = random.oneIn(2);
    const inputShape = isFirst ? [2, channels, ...sizes] : [2, ...sizes, channels];
    const spec = {
      op: 'conv',
      rank,
      stride: sizes.map(() => random.integer(1, 3)),
      padding: sizes.map(() => random.integer(0, 2)),
      dataFormat: isFirst ? ('channelsFirst' as const) : ('channelsLast' as const),
      groups,
    };
    const geometry = resolveConv(spec, inputShape, weightShape);
    const { outputShape } = geometry;
    const kind = random.pick(['conv', 'convGradInput', 'convGradWeight'] as const);
    const of = (shape: readonly number[]) => randomInput(random, dtype, shape, small(random, dtype));
    switch (kind) {
      case 'convGradInput':
        return {
          op: { kind, geometry, groups },
          inputs: [of(outputShape), of(weightShape)],
          outputs: [output(random, dtype, inputShape)],
        };
      case 'convGradWeight':
        return {
          op: { kind, geometry, groups },
          inputs: [of(inputShape), of(outputShape)],
          outputs: [output(random, dtype, weightShape)],
        };
      case 'conv': {
        const activation = random.pick([undefined, 'relu', 'tanh'] as const);
        const epilogue = { bias: true, ...(activation === undefined ? {} : { activation }) };
        return {
          op: { kind, geometry, groups, epilogue },
          inputs: [of(inputShape), of(weightShape), of([weightShape[0]])],
          outputs: [output(random, dtype, outputShape)],
          ulps: 4,
        };
      }
    }
  },
};

function randomWindow(random: Random): WindowGeometry {
  for (;;) {
    const rank = random.pick([1, 2, 2, 3] as const);
    const sizes = Array.from({ length: rank }, () => random.integer(1, [0, 90, 20, 7][rank]));
    const isFirst = random.oneIn(2);
    const channels = random.integer(1, 3);
    const inputShape = isFirst ? [2, channels, ...sizes] : [2, ...sizes, channels];
    const dataFormat = isFirst ? ('channelsFirst' as const) : ('channelsLast' as const);
    const op = 'pool';
    if (random.oneIn(4)) {
      const outputSize = sizes.map((size) => random.integer(1, size + 2));
      return resolveAdaptivePool({ op, rank, outputSize, dataFormat }, inputShape);
    }
    const kernelSize = sizes.map((size) => random.integer(1, Math.min(size, random.pick([3, 3, 20]))));
    const padding = kernelSize.map((kernel) => random.integer(0, kernel >> 1));
    const stride = sizes.map(() => random.integer(1, 3));
    const dilation = random.pick([1, 1, 2, 3]);
    try {
      const spec = { op, rank, kernelSize, padding, stride, dilation, ceilMode: random.oneIn(2), dataFormat };
      return resolvePool(spec, inputShape);
    } catch (error) {
      if (!isCenoteError(error)) throw error;
    }
  }
}

function randomPool(random: Random): PoolFn {
  return random.pick<PoolFn>([
    { fn: 'max' },
    { fn: 'min' },
    { fn: 'avg', divisor: random.pick(['taps', 'window', 3, 0.7] as const) },
    { fn: 'lp', p: random.pick([1, 2, 3, 0.5]) },
  ]);
}

function randomIndices(random: Random, pool: PoolFn, { axes }: WindowGeometry): IndexKind {
  if (pool.fn !== 'max' && pool.fn !== 'min') return 'none';
  return axes.every(({ kernel }) => kernel < 6) ? random.pick(['none', 'plane', 'window']) : 'plane';
}

describe('without vectors, everything is computed as the reference does', () => {
  test.each(Object.entries(makers))('%s', (name, make) => {
    for (const [seed, dtype] of dtypes.entries()) {
      const random = seededRandom(name.length * 10 + seed);
      for (let round = 0, elements = 0; round < 60 && (round < 19 || elements < 8_000); round++) {
        const { op, inputs, outputs, ulps, magnitude } = make(random, dtype, round);
        elements += [...inputs, ...outputs].reduce((sum, { shape }) => sum + elementCount(shape), 0);
        expect(compare(backends, op, inputs, outputs, ulps, magnitude)).toBeNull();
      }
    }
  });

  test.each(reductions.filter((fn) => fn !== 'max' && fn !== 'min'))('%s of nothing', (fn) => {
    const random = seededRandom(1);
    for (const dtype of dtypes) {
      for (const axes of [[1], [0, 1]]) {
        const x: Placed = { ...output(random, dtype, [3, 1]), shape: [3, 0], strides: [0, 1] };
        const y = output(random, dtype, axes.length === 1 ? [3, 1] : [1, 1]);
        expect(compare(backends, { kind: 'reduce', fn, axes }, [x], [y])).toBeNull();
      }
    }
  });
});
