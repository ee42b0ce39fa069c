import * as cenote from '@cenote/tensor';
import { generator, type Shape, type Tensor, uniform } from '@cenote/tensor';
import { activationGradient, type PrimitiveName } from '@cenote/tensor/engine';

/** A differentiable function with inputs at which it is smooth. */
export interface Example {
  readonly name: string;
  /** The primitives that it is here for. */
  readonly primitives: readonly PrimitiveName[];
  readonly fn: (...inputs: Tensor[]) => Tensor;
  readonly inputs: () => Tensor[];
  /** Why it has no second derivative. */
  readonly firstOrderOnly?: string;
}

const random = generator(11);

/** Random numbers from `low` to `high`. */
function between(low: number, high: number, ...shape: number[]): Tensor {
  return uniform(shape, { low, high, dtype: 'f64', generator: random });
}

/** Distinct numbers at least 0.03 apart, in random order: nothing is near a tie. */
function distinct(...shape: number[]): Tensor {
  const count = shape.reduce((a, b) => a * b, 1);
  const order = random.permutation(count);
  const values = Float64Array.from(order, (position) => (position - count / 2) * 0.05 + 0.012);
  return cenote.fromData(values, shape);
}

function example(
  name: string,
  primitives: PrimitiveName | readonly PrimitiveName[],
  fn: (...inputs: Tensor[]) => Tensor,
  inputs: () => Tensor[],
  firstOrderOnly?: string,
): Example {
  return { name, primitives: typeof primitives === 'string' ? [primitives] : primitives, fn, inputs, firstOrderOnly };
}

const matrix = () => [between(-2, 2, 3, 4)];
const positive = () => [between(0.5, 2, 3, 4)];
const pair = () => [between(-2, 2, 3, 4), between(-2, 2, 4)];
const image = (shape: Shape = [2, 2, 6, 5]) => [distinct(...shape)];

const unary = Object.entries({
  neg: cenote.neg,
  abs: cenote.abs,
  exp: cenote.exp,
  expm1: cenote.expm1,
  sin: cenote.sin,
  cos: cenote.cos,
  tanh: cenote.tanh,
  sigmoid: cenote.sigmoid,
  relu: cenote.relu,
  square: cenote.square,
}).map(([name, fn]) => example(name, 'unary', fn, matrix));
const unaryOfPositive = Object.entries({
  log: cenote.log,
  log1p: cenote.log1p,
  sqrt: cenote.sqrt,
  reciprocal: cenote.reciprocal,
}).map(([name, fn]) => example(name, 'unary', fn, positive));
const flat = Object.entries({ floor: cenote.floor, ceil: cenote.ceil, round: cenote.round, sign: cenote.sign }).map(
  ([name, fn]) =>
    example(
      name,
      'unary',
      (x) => cenote.mul(fn(x), x),
      () => [between(0.6, 0.9, 3)],
    ),
);

const index = () =>
  cenote.tensor(
    [
      [2, 0, 2],
      [1, 1, 0],
    ],
    { dtype: 'i32' },
  );

/** At least one example for each primitive: the tests check that none is forgotten. */
export const examples: readonly Example[] = [
  ...unary,
  ...unaryOfPositive,
  ...flat,
  example('add, broadcast', ['binary', 'expand'], cenote.add, pair),
  example('sub', 'binary', cenote.sub, pair),
  example('mul', 'binary', cenote.mul, pair),
  example('div', 'binary', cenote.div, () => [...matrix(), between(0.5, 2, 4)]),
  example('pow', 'binary', cenote.pow, () => [between(0.5, 2, 3, 4), between(-2, 2, 4)]),
  example('pow of a number', 'binary', (x) => cenote.pow(x, 3), matrix),
  example('maximum', 'binary', cenote.maximum, () => [distinct(3, 4), cenote.full([4], 0.001, { dtype: 'f64' })]),
  example('minimum', 'binary', cenote.minimum, () => [distinct(3, 4), cenote.full([4], 0.001, { dtype: 'f64' })]),
  ...(
    [
      ['relu', cenote.relu],
      ['sigmoid', cenote.sigmoid],
      ['tanh', cenote.tanh],
    ] as const
  ).map(([name, fn]) =>
    // Of outputs that the activation can have.
    example(
      `gradient of ${name}`,
      'binary',
      (dy, x) => activationGradient(name, dy, fn(x)),
      () => [between(-2, 2, 3, 4), distinct(3, 4)],
    ),
  ),
  example('remainder', 'binary', cenote.remainder, () => [between(2.2, 2.9, 3), between(0.95, 1.05, 3)]),
  example(
    'where',
    'where',
    (a, b) => cenote.where(cenote.gt(a, 0), a.mul(b), b),
    () => [distinct(3, 4), ...matrix()],
  ),
  example('a number less a tensor', 'binary', (x) => cenote.sub(1, x).mul(x), matrix),
  example('reshape', 'reshape', (x) => x.reshape([2, 6]).square(), matrix),
  example('flatten of a view', ['reshape', 'permute'], (x) => x.transpose().flatten().square(), matrix),
  example(
    'permute',
    'permute',
    (x) => x.permute([2, 0, 1]).square(),
    () => [between(-1, 1, 2, 3, 4)],
  ),
  example(
    'expand',
    'expand',
    (x) => x.expand([2, 3, 4]).square(),
    () => [between(-1, 1, 3, 1)],
  ),
  example('slice', 'slice', (x) => x.slice([[0, 3, 2], -1]).square(), matrix),
  example(
    'slice of nothing',
    'slice',
    (x) =>
      x
        .slice([[1, 1]])
        .sum()
        .add(x.square().sum()),
    matrix,
  ),
  example(
    'pad',
    'pad',
    (x) =>
      cenote
        .pad(
          x,
          [
            [1, 0],
            [0, 2],
          ],
          3,
        )
        .square(),
    matrix,
  ),
  example(
    'concat',
    'concat',
    (a, b) => cenote.concat([a, b, a], 1).square(),
    () => [...matrix(), between(-1, 1, 3, 2)],
  ),
  example(
    'stack',
    'concat',
    (a, b) => cenote.stack([a, b], 1).square(),
    () => [...matrix(), ...matrix()],
  ),
  example('split', 'slice', (x) => cenote.split(x, [1, 3], 1)[1].square(), matrix),
  example('clone', 'copy', (x) => x.clone().square(), matrix),
  example('sum over an axis', 'reduce', (x) => x.sum(1).square(), matrix),
  example('mean', 'reduce', (x) => x.mean(0, { keepDim: true }).square(), matrix),
  example('prod', 'reduce', (x) => x.prod(1), positive, 'zeros hide it'),
  example(
    'prod with zeros',
    'reduce',
    (x) => x.prod(1),
    () => [
      cenote.tensor(
        [
          [1, 0, 3],
          [0, 0, 2],
          [1, 2, 3],
        ],
        { dtype: 'f64' },
      ),
    ],
    'zeros hide it',
  ),
  example(
    'max',
    'reduce',
    (x) => x.max(1).square(),
    () => [distinct(3, 4)],
  ),
  example(
    'min',
    'reduce',
    (x) => x.min().square(),
    () => [distinct(3, 4)],
  ),
  example('variance', 'reduce', (x) => cenote.variance(x, 1), matrix),
  example('norm', 'reduce', (x) => cenote.norm(x, 1), matrix),
  example('softmax', 'softmax', (x) => x.softmax(0), matrix),
  example('logSoftmax', 'softmax', (x) => x.logSoftmax(-1), matrix),
  example('matmul', 'matmul', cenote.matmul, () => [between(-1, 1, 3, 4), between(-1, 1, 4, 2)]),
  example('matmul, batched and broadcast', 'matmul', cenote.matmul, () => [
    between(-1, 1, 2, 1, 3, 4),
    between(-1, 1, 3, 4, 2),
  ]),
  example('matmul of vectors', 'matmul', cenote.matmul, () => [between(-1, 1, 4), between(-1, 1, 4)]),
  ...([undefined, 'relu', 'sigmoid', 'tanh'] as const).map((activation) =>
    example(
      `linear${activation ? ` with ${activation}` : ''}`,
      'linear',
      (x, weight, bias) => cenote.linear(x, weight, bias, { activation }),
      () => [between(-1, 1, 2, 3), between(-1, 1, 4, 3), between(-1, 1, 4)],
    ),
  ),
  example(
    'linear over the last of three axes, without a bias',
    'linear',
    (x, weight) => cenote.linear(x, weight),
    () => [between(-1, 1, 2, 2, 3), between(-1, 1, 4, 3)],
  ),
  example(
    'gather',
    'gather',
    (x) => cenote.gather(x, 1, index()).square(),
    () => [between(-1, 1, 2, 3)],
  ),
  example(
    'scatterAdd',
    'scatterAdd',
    (x) => cenote.scatterAdd(x, 1, index(), 3).square(),
    () => [between(-1, 1, 2, 3)],
  ),
  example(
    'scatter, where some are replaced',
    'scatter',
    (x) => cenote.scatter(x, 1, index(), 3).square(),
    () => [between(-1, 1, 2, 3)],
  ),
  example(
    'conv1d',
    'conv',
    (x, w, b) => cenote.conv1d(x, w, b, { padding: 1 }),
    () => [between(-1, 1, 2, 2, 5), between(-1, 1, 3, 2, 3), between(-1, 1, 3)],
  ),
  example(
    'conv2d, strided, dilated, grouped',
    ['conv', 'convGradInput', 'convGradWeight'],
    (x, w, b) => cenote.conv2d(x, w, b, { stride: [2, 1], padding: [[0, 1], 2], dilation: [1, 2], groups: 2 }),
    () => [between(-1, 1, 2, 4, 5, 5), between(-1, 1, 2, 2, 3, 2), between(-1, 1, 2)],
  ),
  example(
    'conv2d, channels last, fused sigmoid',
    'conv',
    (x, w, b) => cenote.conv2d(x, w, b, { dataFormat: 'channelsLast', activation: 'sigmoid' }),
    () => [between(-1, 1, 1, 4, 4, 2), between(-1, 1, 3, 2, 3, 3), between(-1, 1, 3)],
  ),
  example(
    'conv3d',
    'conv',
    (x, w) => cenote.conv3d(x, w),
    () => [between(-1, 1, 1, 1, 3, 3, 3), between(-1, 1, 2, 1, 2, 2, 2)],
  ),
  example('maxPool2d', ['pool', 'poolGrad'], (x) => cenote.maxPool2d(x, 3, { stride: 2, padding: 1 }).square(), image),
  example(
    'maxPool2d, dilated, ceil mode',
    'pool',
    (x) => cenote.maxPool2d(x, 2, { stride: 2, dilation: 2, ceilMode: true }).square(),
    image,
  ),
  example(
    'maxPool2d, channels last',
    'pool',
    (x) => cenote.maxPool2d(x, 2, { dataFormat: 'channelsLast' }).square(),
    () => image([2, 6, 5, 2]),
  ),
  example(
    'maxPool2d with positions',
    'pool',
    (x) => cenote.maxPool2d(x, 2, { returnIndices: true }).output.square(),
    image,
  ),
  example(
    'maxPool2d, channels last, with positions',
    'pool',
    (x) => cenote.maxPool2d(x, 2, { dataFormat: 'channelsLast', returnIndices: true }).output.square(),
    () => image([6, 5, 2]),
  ),
  example(
    'maxPool2d of a plane',
    'pool',
    (x) => cenote.maxPool2d(x, 2).square(),
    () => image([6, 5]),
  ),
  example(
    'maxPool1d of a large window',
    'pool',
    (x) => cenote.maxPool1d(x, 300, { stride: 7 }).square(),
    () => image([1, 330]),
  ),
  example(
    'maxPool3d',
    'pool',
    (x) => cenote.maxPool3d(x, [2, 1, 2]).square(),
    () => image([1, 1, 4, 3, 4]),
  ),
  example('minPool2d', 'pool', (x) => cenote.minPool2d(x, 2, { stride: 1 }).square(), image),
  example(
    'avgPool2d',
    ['pool', 'poolGrad'],
    (x) => cenote.avgPool2d(x, 3, { stride: 2, padding: 1, ceilMode: true }).square(),
    image,
  ),
  example(
    'avgPool2d over valid taps',
    'pool',
    (x) => cenote.avgPool2d(x, 3, { padding: 1, countIncludePad: false }).square(),
    image,
  ),
  example(
    'avgPool3d with a divisor',
    'pool',
    (x) => cenote.avgPool3d(x, 2, { divisorOverride: 3 }).square(),
    () => image([2, 4, 4, 4]),
  ),
  example(
    'lpPool2d',
    'pool',
    (x) => cenote.lpPool2d(x, 3, 2),
    () => [distinct(1, 4, 4)],
  ),
  example(
    'lpPool2d, overlapping, fractional p',
    'pool',
    (x) => cenote.lpPool2d(x, 2.5, 3, { stride: 2, padding: 1 }),
    () => [cenote.add(distinct(1, 5, 4), 2)],
  ),
  example('globalLpPool', 'pool', (x) => cenote.globalLpPool(x, 2), image),
  example(
    'maxUnpool2d',
    'scatter',
    (x) => {
      const { output, indices } = cenote.maxPool2d(x, 2, { returnIndices: true });
      return cenote.maxUnpool2d(output, indices, 2, { outputSize: [6, 5] }).square();
    },
    image,
  ),
  example(
    'fractionalMaxPool2d',
    ['gather', 'pool'],
    (x) =>
      cenote
        .fractionalMaxPool2d(x, 2, {
          outputSize: [4, 3],
          randomSamples: cenote.full([2, 2, 2], 0.4, { dtype: 'f64' }),
        })
        .square(),
    image,
  ),
  example('adaptiveAvgPool2d', 'pool', (x) => cenote.adaptiveAvgPool2d(x, [4, 2]).square(), image),
  example('adaptiveMaxPool2d', 'pool', (x) => cenote.adaptiveMaxPool2d(x, [4, 2]).square(), image),
  example('globalAvgPool', 'pool', (x) => cenote.globalAvgPool(x).square(), image),
  example('globalMaxPool', 'pool', (x) => cenote.globalMaxPool(x).square(), image),
];
