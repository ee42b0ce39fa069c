import type { DType } from '@cenote/backend';
import { type CaseOp, type ConformanceCase, makeCase } from '../case.js';
import type { JsonNumber, TensorData } from '../tensor-data.js';

/** Cases that PyTorch cannot be asked for: what the contract says and PyTorch leaves open, or does otherwise. */
export function handwrittenCases(): readonly ConformanceCase[] {
  return [
    ...conversions(),
    ...fills(),
    ...signs(),
    ...integerDivisions(),
    ...broadcasts(),
    ...powers(),
    ...activationGradients(),
    ...collisions(),
    ...integerAverages(),
  ];
}

function vector(dtype: DType, data: readonly JsonNumber[]): TensorData {
  return { dtype, shape: [data.length], data };
}

/** Out of range: truncate, then wrap; NaN becomes 0, and `true` in `bool`. PyTorch leaves it to the processor. */
function conversions(): readonly ConformanceCase[] {
  const convert = (from: DType, to: DType, x: readonly JsonNumber[], y: readonly JsonNumber[]) =>
    makeCase({
      id: `copy/${from}-to-${to}/out-of-range`,
      op: { kind: 'copy' },
      inputs: [vector(from, x)],
      expect: [vector(to, y)],
      tolerance: 'identical',
    });
  return (['f32', 'f64'] as const).flatMap((from) => [
    convert(
      from,
      'i32',
      [3e9, -3e9, 2147483648, -2147483648, 4294967296, 'NaN'],
      [-1294967296, 1294967296, -2147483648, -2147483648, 0, 0],
    ),
    convert(from, 'u8', [256, 300.75, -1.5, -0.5, 255.9, 'NaN'], [0, 44, 255, 0, 255, 0]),
    convert(from, 'i8', [128, -129.5, 200, 1000, -0.9, 'NaN'], [-128, 127, -56, -24, 0, 0]),
    convert(from, 'i64', [9223372036854775808, 3e9, -1.5, 'NaN'], ['-9223372036854775808', 3000000000, -1, 0]),
    convert(from, 'bool', [0.5, -0.25, 0, '-0', 'NaN', 'Infinity'], [1, 1, 0, 0, 1, 1]),
  ]);
}

function fills(): readonly ConformanceCase[] {
  const fill = (name: string, dtype: DType, value: number | bigint, element: JsonNumber, placement?: 'strided') => {
    const count = 6;
    const strides = { strides: [4, 1], offset: 2 };
    const y: TensorData = {
      dtype,
      shape: [2, 3],
      data: new Array<JsonNumber>(count).fill(element),
      ...(placement === undefined ? {} : { placement: strides }),
    };
    const op: CaseOp = { kind: 'fill', value };
    return makeCase({ id: `fill/${dtype}/${name}`, op, inputs: [], expect: [y], tolerance: 'identical' });
  };
  return [
    fill('zero', 'f32', 0, 0),
    fill('fraction', 'f32', 0.1, 0.1),
    fill('nan', 'f32', Number.NaN, 'NaN'),
    fill('infinity', 'f32', Number.NEGATIVE_INFINITY, '-Infinity'),
    fill('strided', 'f32', 2.5, 2.5, 'strided'),
    fill('fraction', 'f64', 0.1, 0.1),
    fill('strided', 'f64', -1e300, -1e300, 'strided'),
    fill('limit', 'i32', -(2 ** 31), -2147483648),
    fill('strided', 'i32', 7, 7, 'strided'),
    fill('limit', 'i64', 9223372036854775807n, '9223372036854775807'),
    fill('strided', 'i64', -1n, -1, 'strided'),
    fill('limit', 'u8', 255, 255),
    fill('strided', 'u8', 3, 3, 'strided'),
    fill('limit', 'i8', -128, -128),
    fill('true', 'bool', 1, 1),
    fill('false', 'bool', 0, 0),
    fill('strided', 'bool', 1, 1, 'strided'),
  ];
}

/** `sign` keeps NaN; PyTorch 1.13 makes it 0. */
function signs(): readonly ConformanceCase[] {
  return (['f32', 'f64'] as const).map((dtype) =>
    makeCase({
      id: `unary/sign/nan/${dtype}`,
      op: { kind: 'unary', fn: 'sign' },
      inputs: [vector(dtype, ['NaN', -3, 0, 2])],
      expect: [vector(dtype, ['NaN', -1, 0, 1])],
      tolerance: 'equal',
    }),
  );
}

/** An integer remainder by 0 is 0, and a negative power of 0 too; PyTorch throws, or leaves it to the processor. */
function integerDivisions(): readonly ConformanceCase[] {
  return (['i32', 'i64', 'i8'] as const).flatMap((dtype) => {
    const binary = (fn: 'remainder' | 'pow', a: readonly number[], b: readonly number[], y: readonly number[]) =>
      makeCase({
        id: `binary/${fn}/${dtype}/by-zero`,
        op: { kind: 'binary', fn },
        inputs: [vector(dtype, a), vector(dtype, b)],
        expect: [vector(dtype, y)],
        tolerance: 'equal',
      });
    return [
      binary('remainder', [5, -5, 0, 7], [0, 0, 0, 4], [0, 0, 0, 3]),
      binary('pow', [0, 0, 0, 2], [-1, -2, 0, 3], [0, 0, 1, 8]),
    ];
  });
}

/** Outputs of `tanh` next to ±1, where PyTorch's `1 − y · y` of f32 has lost its digits. */
function activationGradients(): readonly ConformanceCase[] {
  const outputs = [-24, -20, -13].flatMap((power) => [1 - 2 ** power, 2 ** power - 1]);
  return (['f32', 'f64'] as const).map((dtype) =>
    makeCase({
      id: `binary/tanhGrad/${dtype}/saturated`,
      op: { kind: 'binary', fn: 'tanhGrad' },
      inputs: [
        vector(
          dtype,
          outputs.map(() => 0.75),
        ),
        vector(dtype, outputs),
      ],
      expect: [
        vector(
          dtype,
          outputs.map((y) => 0.75 * (1 - Math.abs(y)) * (1 + Math.abs(y))),
        ),
      ],
      tolerance: { ulps: 4 },
    }),
  );
}

/** Inputs with stride 0: a row, a column and a single number, as the core broadcasts them. */
function broadcasts(): readonly ConformanceCase[] {
  const row = { data: [1, 2, 3, 1, 2, 3], strides: [0, 1] };
  const column = { data: [10, 10, 10, 20, 20, 20], strides: [1, 0] };
  const single = { data: [5, 5, 5, 5, 5, 5], strides: [0, 0] };
  const tensor = ({ data, strides }: typeof row, offset: number): TensorData => ({
    dtype: 'f32',
    shape: [2, 3],
    data,
    placement: { strides, offset },
  });
  const add = (name: string, a: typeof row, b: typeof row) =>
    makeCase({
      id: `binary/add/broadcast-${name}`,
      op: { kind: 'binary', fn: 'add' },
      inputs: [tensor(a, 0), tensor(b, 2)],
      expect: [{ dtype: 'f32', shape: [2, 3], data: a.data.map((value, i) => value + b.data[i]) }],
      tolerance: 'equal',
    });
  const matmul = makeCase({
    id: 'matmul/broadcast-batch',
    op: { kind: 'matmul' },
    inputs: [
      { dtype: 'f32', shape: [2, 1, 2], data: [1, 2, 3, 4] },
      { dtype: 'f32', shape: [2, 2, 1], data: [5, 6, 5, 6], placement: { strides: [0, 1, 1], offset: 1 } },
    ],
    expect: [{ dtype: 'f32', shape: [2, 1, 1], data: [17, 39] }],
    tolerance: 'equal',
  });
  return [add('row', row, column), add('column', column, single), add('single', single, row), matmul];
}

/** C's rules for `pow`, which PyTorch follows and other languages do not. */
function powers(): readonly ConformanceCase[] {
  return (['f32', 'f64'] as const).map((dtype) =>
    makeCase({
      id: `binary/pow/ones/${dtype}`,
      op: { kind: 'binary', fn: 'pow' },
      inputs: [
        vector(dtype, [1, 1, 1, -1, -1, -1, 'NaN', 'NaN']),
        vector(dtype, ['NaN', 'Infinity', '-Infinity', 'Infinity', '-Infinity', 'NaN', 0, '-0']),
      ],
      expect: [vector(dtype, [1, 1, 1, 1, 1, 'NaN', 1, 1])],
      tolerance: 'equal',
    }),
  );
}

/** Several elements for one place: the last stays. PyTorch leaves it open. */
function collisions(): readonly ConformanceCase[] {
  const index: TensorData = { dtype: 'i32', shape: [2, 4], data: [1, 0, 1, 1, 2, 2, 0, 2] };
  return (['f32', 'f64', 'i32', 'i64', 'u8', 'i8'] as const).map((dtype) =>
    makeCase({
      id: `scatter/collisions/${dtype}`,
      op: { kind: 'scatter', axis: 1 },
      inputs: [index, { dtype, shape: [2, 4], data: [1, 2, 3, 4, 5, 6, 7, 8] }],
      expect: [{ dtype, shape: [2, 3], data: [2, 4, 0, 7, 0, 8] }],
      tolerance: 'identical',
    }),
  );
}

/** Averages of 8-bit integers: halves to even, for negative numbers too, and clamped where a divisor leads out of range. */
function integerAverages(): readonly ConformanceCase[] {
  const average = (
    name: string,
    dtype: DType,
    divisor: 'taps' | number,
    kernelSize: number,
    x: readonly JsonNumber[],
    y: readonly JsonNumber[],
  ) =>
    makeCase({
      id: `avg1d/${name}/${dtype}`,
      op: {
        kind: 'pool',
        pool: { fn: 'avg', divisor },
        window: { kind: 'pool', spec: { op: 'avgPool1d', rank: 1, kernelSize }, inputShape: [1, 1, x.length] },
        indices: 'none',
      },
      inputs: [{ dtype, shape: [1, 1, x.length], data: x }],
      expect: [{ dtype, shape: [1, 1, y.length], data: y }],
      tolerance: 'equal',
    });
  return [
    average('halves', 'u8', 'taps', 2, [0, 1, 1, 2, 2, 3, 254, 255, 255, 255], [0, 2, 2, 254, 255]),
    average('halves', 'i8', 'taps', 2, [-1, 0, -1, -2, -2, -3, -128, -127, 127, 126], [0, -2, -2, -128, 126]),
    average('thirds', 'i8', 'taps', 3, [-1, -2, -2, 100, 127, 127, 0, 0, 1], [-2, 118, 0]),
    average('clamped', 'u8', 1, 2, [200, 100, 3, 4], [255, 7]),
    average('clamped', 'i8', -1, 2, [-100, -100, 100, 100, 3, 4], [127, -128, -7]),
  ];
}
