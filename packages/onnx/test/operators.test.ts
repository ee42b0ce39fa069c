import { noGrad, type Tensor, tensor } from '@cenote/tensor';
import { describe, expect, test } from 'vitest';
import { importOnnx, supportedOperators } from '../src/index.js';
import { type Attribute, info, initializer, modelOf, node } from './node-model.js';
import { inOnnxRuntime, largestDifference, noise, useCpuDevice } from './support.js';

useCpuDevice();

interface Case {
  readonly op: string;
  /** `null` leaves an optional input out. */
  readonly inputs: readonly (Tensor | null)[];
  /** How many of the inputs, from the first on, are fed; the others are in the file. Default: 1. */
  readonly fed?: number;
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly opset?: number;
  readonly outputs?: readonly Tensor['dtype'][];
  readonly tolerance?: number;
}

const ints = (...values: number[]) => tensor(values, { dtype: 'i64' });
const x = noise([2, 3, 4], 1);
const image = noise([2, 3, 7, 8], 2);
const positive = (shape: readonly number[], seed: number) => noise(shape, seed).abs().add(0.25);
const unary = (op: string, attributes: Case['attributes'] = {}, input = x): Case => ({
  op,
  inputs: [input],
  attributes,
});
const bools = (seed: number, shape: readonly number[] = [2, 3, 4]) => noise(shape, seed, 'bool');
const reduced = (op: string, more: Partial<Case> = {}): Case[] => [
  { op, inputs: [positive([2, 3, 4], 5)], attributes: { axes: [0, 2] }, opset: 12, ...more },
  { op, inputs: [positive([2, 3, 4], 5)], attributes: { axes: [-1], keepdims: 0 }, opset: 12, ...more },
  { op, inputs: [positive([2, 3, 4], 5)], attributes: { keepdims: 0 }, opset: 18, ...more },
  { op, inputs: [positive([2, 3, 4], 5), ints(1)], opset: 18, ...more },
  { op, inputs: [x, ints()], opset: 18, attributes: { noop_with_empty_axes: 1 }, ...more },
];

const cases: readonly Case[] = [
  // Activations
  ...[
    'Relu',
    'Sigmoid',
    'Tanh',
    'Softplus',
    'Softsign',
    'Elu',
    'Selu',
    'Celu',
    'LeakyRelu',
    'HardSigmoid',
    'HardSwish',
  ].map((op) => unary(op)),
  ...['Softmax', 'LogSoftmax'].flatMap((op) => [
    unary(op),
    unary(op, { axis: 1 }),
    { ...unary(op, { axis: 1 }), opset: 11 },
    { ...unary(op, { axis: -1 }), opset: 11 },
    { ...unary(op), opset: 9 },
  ]),
  { ...unary('Mish'), opset: 18 },
  unary('ThresholdedRelu', { alpha: { float: 0.3 } }),
  unary('Shrink', { lambd: { float: 0.4 }, bias: { float: 0.1 } }),
  unary('Elu', { alpha: { float: 0.3 } }),
  unary('Selu', { alpha: { float: 1.2 }, gamma: { float: 0.7 } }),
  unary('Celu', { alpha: { float: 2.5 } }),
  unary('LeakyRelu', { alpha: { float: 0.2 } }),
  unary('HardSigmoid', { alpha: { float: 0.4 }, beta: { float: 0.1 } }),
  { op: 'PRelu', inputs: [image, noise([3, 1, 1], 3)] },
  // Elementwise
  ...['Identity', 'Abs', 'Ceil', 'Cos', 'Exp', 'Floor', 'Neg', 'Reciprocal', 'Round', 'Sign', 'Sin'].map((op) =>
    unary(op, {}, noise([2, 3, 4], 4).add(2 ** -12)),
  ),
  unary('Log', {}, positive([5], 1)),
  unary('Sqrt', {}, positive([5], 2)),
  { ...unary('IsNaN', {}, tensor([1, Number.NaN])), outputs: ['bool'] },
  { ...unary('Not', {}, bools(1)), outputs: ['bool'] },
  ...['Add', 'Sub', 'Mul', 'Div'].flatMap((op): Case[] => [
    { op, inputs: [x, positive([3, 1], 7)], fed: 2 },
    { op, inputs: [noise([6], 8, 'i32'), tensor([7, -3, 5, 9, -11, 1], { dtype: 'i32' })], outputs: ['i32'] },
    { op, inputs: [noise([6], 9, 'i64'), ints(7, -3, 5, 9, -11, 1)], outputs: ['i64'] },
  ]),
  { op: 'Pow', inputs: [positive([4], 3), noise([4], 4)] },
  { op: 'Pow', inputs: [x, ints(2)] },
  { op: 'Mod', inputs: [noise([6], 8, 'i32'), tensor([7, -3, 5, 9, -11, 1], { dtype: 'i32' })], outputs: ['i32'] },
  { op: 'Mod', inputs: [x, noise([4], 4).add(0.25)], attributes: { fmod: 1 } },
  ...['And', 'Or', 'Xor'].map((op): Case => ({ op, inputs: [bools(2), bools(3, [4])], outputs: ['bool'] })),
  ...['Equal', 'Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual'].map(
    (op): Case => ({
      op,
      inputs: [noise([20], 1, 'i32').to('f32'), noise([20], 2, 'i32').to('f32')],
      outputs: ['bool'],
    }),
  ),
  ...['Max', 'Min', 'Sum', 'Mean'].flatMap((op): Case[] => [
    { op, inputs: [x, noise([3, 1], 2), noise([4], 3)], fed: 3 },
    { op, inputs: [x] },
  ]),
  { op: 'Clip', inputs: [x, tensor(-0.5), tensor(0.75)] },
  { op: 'Clip', inputs: [x, null, tensor(0.75)] },
  { op: 'Clip', inputs: [x] },
  { op: 'Clip', inputs: [x], attributes: { min: { float: -0.5 } }, opset: 10 },
  { op: 'Cast', inputs: [x], attributes: { to: 6 }, outputs: ['i32'] },
  { op: 'Cast', inputs: [x], attributes: { to: 9 }, outputs: ['bool'] },
  { op: 'Cast', inputs: [ints(1, -2)], attributes: { to: 1 } },
  { op: 'Where', inputs: [bools(4), x, noise([4], 3)], fed: 3 },
  { op: 'Dropout', inputs: [x] },
  // Reductions
  ...[
    'ReduceMean',
    'ReduceMax',
    'ReduceMin',
    'ReduceProd',
    'ReduceL1',
    'ReduceL2',
    'ReduceSumSquare',
    'ReduceLogSum',
    'ReduceLogSumExp',
  ].flatMap((op) => reduced(op).slice(0, op.includes('Log') || op.includes('L') || op.includes('Square') ? 4 : 5)),
  ...reduced('ReduceSum').filter(({ inputs, attributes }) => inputs.length > 1 || !attributes?.axes),
  { op: 'ReduceSum', inputs: [x], attributes: { axes: [1] }, opset: 12 },
  { op: 'ArgMax', inputs: [noise([5, 6], 1, 'i32').to('f32')], attributes: { axis: 1 }, outputs: ['i64'] },
  { op: 'ArgMin', inputs: [x], attributes: { axis: -2, keepdims: 0 }, outputs: ['i64'] },
  // Shapes
  { op: 'Reshape', inputs: [x, ints(0, -1)] },
  { op: 'Reshape', inputs: [x, ints(4, 0, 2)] },
  { op: 'Reshape', inputs: [noise([0, 3], 1), ints(3, 0)], attributes: { allowzero: 1 } },
  ...[0, 1, 2, 3, -1].map((axis): Case => ({ op: 'Flatten', inputs: [x], attributes: { axis } })),
  { op: 'Transpose', inputs: [x] },
  { op: 'Transpose', inputs: [x], attributes: { perm: [1, 2, 0] } },
  { op: 'Squeeze', inputs: [noise([1, 3, 1], 1)] },
  { op: 'Squeeze', inputs: [noise([1, 3, 1], 1), ints(-1)] },
  { op: 'Squeeze', inputs: [noise([1, 3, 1], 1)], attributes: { axes: [0] }, opset: 11 },
  { op: 'Unsqueeze', inputs: [x, ints(0, -1)] },
  { op: 'Unsqueeze', inputs: [x], attributes: { axes: [1, 4] }, opset: 11 },
  { op: 'Concat', inputs: [x, noise([2, 1, 4], 3), x], attributes: { axis: 1 }, fed: 2 },
  { op: 'Concat', inputs: [x], attributes: { axis: -1 } },
  { op: 'Split', inputs: [x], attributes: { axis: -1 }, outputs: ['f32', 'f32'] },
  { op: 'Split', inputs: [x, ints(1, 3)], attributes: { axis: 2 }, outputs: ['f32', 'f32'] },
  { op: 'Split', inputs: [x], attributes: { axis: 1, num_outputs: 2 }, outputs: ['f32', 'f32'], opset: 18 },
  { op: 'Split', inputs: [x], attributes: { axis: 1, split: [2, 1] }, outputs: ['f32', 'f32'], opset: 11 },
  { op: 'Slice', inputs: [x, ints(1), ints(2 ** 53)] },
  { op: 'Slice', inputs: [x, ints(0, -3), ints(2, -1), ints(2, 1), ints(2, 1)] },
  { op: 'Slice', inputs: [x, ints(-1, 3), ints(-100, 0), ints(0, 2), ints(-1, -2)] },
  { op: 'Slice', inputs: [x], attributes: { starts: [1], ends: [3], axes: [1] }, opset: 9 },
  {
    op: 'Gather',
    inputs: [
      x,
      tensor(
        [
          [0, -1],
          [2, 1],
        ],
        { dtype: 'i64' },
      ),
    ],
    attributes: { axis: 1 },
  },
  { op: 'Gather', inputs: [x, tensor(1, { dtype: 'i64' })] },
  { op: 'Expand', inputs: [noise([3, 1], 1), ints(2, 1, 4)] },
  { op: 'Tile', inputs: [x, ints(2, 1, 3)] },
  { op: 'Pad', inputs: [x, ints(0, 1, 2, 1, 0, 3)] },
  { op: 'Pad', inputs: [x, ints(0, -1, 2, 1, 0, -1), tensor(1.5)] },
  { op: 'Pad', inputs: [x, ints(0, 1, 2, 1, 0, 3)], attributes: { mode: 'reflect' } },
  { op: 'Pad', inputs: [x, ints(0, 1, 2, 1, 0, 3)], attributes: { mode: 'edge' } },
  { op: 'Pad', inputs: [x, ints(1, 1, 0, 2), null, ints(-1, 1)], attributes: { mode: 'wrap' }, opset: 19 },
  { op: 'Pad', inputs: [x], attributes: { pads: [0, 0, 1, 0, 0, 2], value: { float: 2 } }, opset: 10 },
  { op: 'Shape', inputs: [x], outputs: ['i64'] },
  { op: 'Shape', inputs: [x], outputs: ['i64'], attributes: { start: 1, end: -1 } },
  { op: 'Size', inputs: [x], outputs: ['i64'] },
  { op: 'ConstantOfShape', inputs: [ints(2, 3)] },
  { op: 'ConstantOfShape', inputs: [ints(2)], attributes: { value: { tensor: ints(7) } }, outputs: ['i64'] },
  { op: 'Range', inputs: [tensor(1), tensor(4), tensor(0.5)], fed: 3 },
  // Products
  { op: 'MatMul', inputs: [noise([2, 3, 4], 1), noise([4, 5], 2)], tolerance: 1e-5 },
  { op: 'MatMul', inputs: [noise([2, 3, 4], 1), noise([2, 4, 5], 2)], fed: 2, tolerance: 1e-5 },
  {
    op: 'Gemm',
    inputs: [noise([3, 4], 1), noise([5, 4], 2), noise([5], 3)],
    attributes: { transB: 1 },
    tolerance: 1e-5,
  },
  {
    op: 'Gemm',
    inputs: [noise([4, 3], 1), noise([4, 5], 2), noise([3, 1], 3)],
    attributes: { transA: 1, alpha: { float: 0.5 }, beta: { float: 2 } },
    tolerance: 1e-5,
  },
  { op: 'Gemm', inputs: [noise([3, 4], 1), noise([4, 1], 2), noise([3, 5], 3).slice([null, [0, 1]])], tolerance: 1e-5 },
  { op: 'Gemm', inputs: [noise([3, 4], 1), noise([4, 5], 2), tensor(1.5)], tolerance: 1e-5 },
  {
    op: 'Conv',
    inputs: [image, noise([4, 3, 3, 2], 3)],
    attributes: { pads: [1, 0, 2, 1], strides: [2, 1] },
    tolerance: 1e-5,
  },
  {
    op: 'Conv',
    inputs: [image, noise([6, 1, 3, 3], 3), noise([6], 4)],
    attributes: { group: 3, auto_pad: 'SAME_UPPER', strides: [2, 2] },
    tolerance: 1e-5,
  },
  { op: 'Conv', inputs: [image, noise([2, 3, 2, 2], 3)], attributes: { auto_pad: 'SAME_LOWER' }, tolerance: 1e-5 },
  {
    op: 'Conv',
    inputs: [image, noise([2, 3, 2, 2], 3)],
    attributes: { auto_pad: 'VALID', dilations: [2, 3], kernel_shape: [2, 2] },
    tolerance: 1e-5,
  },
  { op: 'Conv', inputs: [x, noise([2, 3, 2], 3)], attributes: {}, tolerance: 1e-5 },
  {
    op: 'Conv',
    inputs: [noise([1, 2, 4, 5, 6], 3), noise([2, 2, 2, 3, 2], 3)],
    attributes: { pads: [1, 1, 1, 1, 1, 1] },
    tolerance: 1e-5,
  },
  {
    op: 'BatchNormalization',
    inputs: [image, noise([3], 1), noise([3], 2), noise([3], 3), positive([3], 4)],
    attributes: { epsilon: { float: 0.01 } },
  },
  { op: 'InstanceNormalization', inputs: [image, noise([3], 1), noise([3], 2)], tolerance: 1e-5 },
  {
    op: 'LRN',
    inputs: [noise([2, 6, 3, 4], 2)],
    attributes: { size: 3, alpha: { float: 0.1 }, beta: { float: 0.6 }, bias: { float: 2 } },
  },
];

async function compare(one: Case): Promise<void> {
  const { op, inputs, fed = 1, attributes, opset, outputs = ['f32'], tolerance = 2e-6 } = one;
  const names = inputs.map((tensor, index) => (tensor ? `x${index}` : ''));
  const tensors = inputs.flatMap((tensor, index) => (tensor ? [[names[index], tensor] as const] : []));
  const feeds = Object.fromEntries(tensors.slice(0, fed));
  const results = outputs.map((_, index) => `y${index}`);
  const bytes = modelOf({
    nodes: [node(op, names, results, attributes)],
    inputs: Object.entries(feeds).map(([name, { dtype, shape }]) => info(name, dtype, shape)),
    outputs: outputs.map((dtype, index) => info(`y${index}`, dtype)),
    initializers: tensors.slice(fed).map(([name, tensor]) => initializer(name, tensor)),
    opset,
  });
  const expected = await inOnnxRuntime(bytes, feeds);
  const model = await importOnnx(bytes);
  const actual = noGrad(() => model.run(feeds));
  for (const [index, name] of results.entries()) {
    expect(actual[name].dtype).toBe(outputs[index]);
    expect(actual[name].shape).toEqual(expected[name].shape);
    const largest = expected[name].data.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
    expect(largestDifference(actual[name].dataSync(), expected[name].data)).toBeLessThanOrEqual(tolerance * largest);
  }
}

describe('single operators compute what ONNX Runtime computes', () => {
  const named = cases.map(
    (one) =>
      [
        `${one.op}${one.opset ? `-${one.opset}` : ''} ${JSON.stringify(one.attributes ?? {})} of ${one.inputs.map((input) => (input ? `${input.dtype} [${input.shape}]` : 'nothing')).join(', ')}`,
        one,
      ] as const,
  );
  test.each(named)('%s', async (_, one) => compare(one));

  test('there is a case for every operator', () => {
    // Windows have random cases elsewhere.
    const elsewhere = [
      'Constant',
      'MaxPool',
      'AveragePool',
      'LpPool',
      'MaxUnpool',
      'MaxRoiPool',
      'GlobalMaxPool',
      'GlobalAveragePool',
      'GlobalLpPool',
    ];
    const tested = new Set([...cases.map(({ op }) => op), ...elsewhere]);
    expect(supportedOperators.filter((op) => !tested.has(op))).toEqual([]);
  });
});
