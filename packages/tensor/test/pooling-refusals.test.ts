import { describe, expect, it } from 'vitest';
import * as cenote from '../src/index.js';
import { type DType, type ErrorCode, isCenoteError, type Shape, type Tensor } from '../src/index.js';
import './device.js';
import { axesOf, calls, type Refusal, windowRefusals, zeros } from './pooling-refusals.js';

function refusal(op: string, code: ErrorCode, message: string, ...inputs: readonly unknown[]): Refusal {
  return { what: `${op}: ${message}`, call: () => calls(op)(...inputs), code, message: `${op}: ${message}` };
}

const [argument, shape, dtype] = ['INVALID_ARGUMENT', 'INVALID_SHAPE', 'INVALID_DTYPE'] as const;
const plane = (size = 4, ...more: readonly number[]): Tensor => zeros([1, 2, size, size, ...more]);
const ranks = [1, 2, 3] as const;
const spatial = <T>(rank: number, value: T): readonly T[] => new Array<T>(rank).fill(value);
const sized = (rank: number, size: number, of: DType = 'f32') => zeros([1, 2, ...spatial(rank, size)], of);

const windows: readonly Refusal[] = ['maxPool', 'minPool', 'avgPool', 'lpPool'].flatMap((family) =>
  ranks.flatMap((rank) => {
    const op = `${family}${rank}d`;
    const pool = calls(op);
    return windowRefusals(op, rank, (x, options) => (family === 'lpPool' ? pool(x, 2, options) : pool(x, options)));
  }),
);

const averages: readonly Refusal[] = ranks.flatMap((rank) => {
  const op = `avgPool${rank}d`;
  const divisor = (value: number) =>
    refusal(
      op,
      argument,
      `the divisor cannot be used. Got divisorOverride ${value}; expected a finite number other than 0. ` +
        'Leave divisorOverride out to divide by the size of the window.',
      sized(rank, 4),
      { kernelSize: 2, divisorOverride: value },
    );
  const whole = (of: DType) =>
    refusal(
      op,
      dtype,
      `the dtype is not one that the operation takes. Got ${of}; expected f32, f64, u8 or i8. …`,
      sized(rank, 4, of),
      2,
    );
  return [divisor(0), divisor(Number.NaN), divisor(Number.POSITIVE_INFINITY), whole('i32'), whole('i64')];
});

const norms: readonly Refusal[] = ranks.flatMap((rank) => {
  const op = `lpPool${rank}d`;
  const norm = (p: number) =>
    refusal(
      op,
      argument,
      `not a norm. Got p ${p}; expected a finite number above 0. Use max pooling of |x| for p = Infinity.`,
      sized(rank, 4),
      p,
      2,
    );
  return [
    norm(0),
    norm(-1),
    norm(Number.NaN),
    norm(Number.POSITIVE_INFINITY),
    refusal(
      op,
      dtype,
      'the dtype is not one that the operation takes. Got i32; expected f32 or f64. …',
      sized(rank, 4, 'i32'),
      2,
      2,
    ),
  ];
});

const adaptive: readonly Refusal[] = ['adaptiveAvgPool', 'adaptiveMaxPool'].flatMap((family) =>
  ranks.flatMap((rank) => {
    const op = `${family}${rank}d`;
    const [first] = axesOf(rank);
    const size = (value: unknown, text = String(value)) =>
      refusal(
        op,
        argument,
        `outputSize is not a positive integer on axis ${first}. Got outputSize ${text}; expected an integer from 1, or ` +
          'null to keep the size of the input. Give outputSize as one positive integer, or as one for each axis.',
        sized(rank, 4),
        value,
      );
    return [
      size(0),
      size(-2),
      size(2.5),
      size('3', "'3'"),
      refusal(
        op,
        argument,
        'outputSize has the wrong number of entries. Got outputSize …',
        sized(rank, 4),
        spatial(rank + 1, 2),
      ),
      refusal(op, shape, 'wrong number of axes. Got input …', zeros([1, 1, ...spatial(rank + 1, 3)]), 2),
      refusal(op, shape, `input is empty along axis ${first}. Got input …`, sized(rank, 0), 2),
      refusal(
        op,
        dtype,
        'the dtype is not one that the operation takes. Got bool; expected …',
        sized(rank, 4, 'bool'),
        2,
      ),
      refusal(op, argument, "unknown dataFormat. Got dataFormat 'NCHW'; …", sized(rank, 4), 2, { dataFormat: 'NCHW' }),
    ];
  }),
);

const global: readonly Refusal[] = [
  ['globalAvgPool', []] as const,
  ['globalMaxPool', []] as const,
  ['globalLpPool', [2]] as const,
].flatMap(([op, more]) => [
  refusal(
    op,
    shape,
    'wrong number of axes. Got 2 (shape [4, 4]); expected 3 to 5: batch, channels, and 1 to 3 spatial axes. ' +
      'Add a batch axis with unsqueeze, or use adaptive pooling to the size 1.',
    zeros([4, 4]),
    ...more,
  ),
  refusal(op, shape, 'wrong number of axes. Got 6 (shape [1, 1, 2, 2, 2, 2]); …', zeros([1, 1, 2, 2, 2, 2]), ...more),
  refusal(op, shape, 'input is empty along axis H. Got input [1, 2, 0, 0]; …', plane(0), ...more),
  refusal(op, dtype, 'the dtype is not one that the operation takes. Got bool; …', sized(2, 4, 'bool'), ...more),
]);

const globalNorms: readonly Refusal[] = [0, -1, Number.NaN].map((p) =>
  refusal('globalLpPool', argument, `not a norm. Got p ${p}; expected a finite number above 0. …`, plane(), p),
);

const unpooling: readonly Refusal[] = ranks.flatMap((rank) => {
  const op = `maxUnpool${rank}d`;
  const [first] = axesOf(rank);
  const indices = (fill = 0) => cenote.full([1, 2, ...spatial(rank, 2)], fill, { dtype: 'i32' });
  const pooled = (of: DType = 'f32') => sized(rank, 2, of);
  const sizes = (size: number) => spatial(rank, size);
  const volume = 4 ** rank;
  const option = (message: string, options: object) => refusal(op, argument, message, pooled(), indices(), options);
  const positive = (name: string, value: number) =>
    option(`${name} is not a positive integer on axis ${first}. Got ${name} ${value}; …`, {
      kernelSize: 2,
      [name]: value,
    });
  const outOfRange = (position: number) =>
    refusal(
      op,
      argument,
      `a position is outside the output plane. Got ${position}; expected from 0 to ${volume - 1}. ` +
        'Check the indices against the size of the output plane.',
      pooled(),
      indices(position),
      2,
    );
  const notOfThis = (size: number) =>
    option(
      `outputSize does not belong to this pooling on axis ${first}. Got outputSize [${sizes(size).join(', ')}]; expected ` +
        'between 2 and 6, without these two. Give the size of the tensor that was pooled, with the kernelSize, stride ' +
        'and padding of the pooling.',
      { kernelSize: 2, outputSize: sizes(size) },
    );
  const padding = (value: unknown, text: string) =>
    option(
      `padding is not a non-negative integer on axis ${first}. Got padding ${text}; expected an integer from 0: an ` +
        'unpooling pads both sides alike. Give padding as a number, or as one number for each axis.',
      { kernelSize: 2, padding: value },
    );
  return [
    positive('kernelSize', 0),
    positive('stride', 0),
    positive('stride', -2),
    option(`kernelSize is missing. Got [object Object]; …`, {}),
    padding(-1, '-1'),
    padding('same', "'same'"),
    padding(spatial(rank, [0, 1]), `[${spatial(rank, '[0, 1]').join(', ')}]`),
    notOfThis(2),
    notOfThis(6),
    option(`outputSize has the wrong number of entries. Got outputSize 4; expected a list of ${rank} …`, {
      kernelSize: 2,
      outputSize: 4,
    }),
    option(
      `outputSize has another batch size or other channels than the input. Got outputSize [1, 3, ${sizes(4).join(', ')}] for …`,
      { kernelSize: 2, outputSize: [1, 3, ...sizes(4)] },
    ),
    refusal(
      op,
      shape,
      `the output has no elements on axis ${first}. Got size 0, from input 1, kernelSize 2, stride 2, padding 1; expected ` +
        'at least 1. Use the kernelSize, stride and padding of the pooling.',
      sized(rank, 1),
      sized(rank, 1, 'i32'),
      2,
      { padding: 1 },
    ),
    outOfRange(-1),
    outOfRange(volume),
    refusal(
      op,
      shape,
      `the shape of the indices does not fit. Got indices [1, 2, ${sizes(1).join(', ')}] for [1, 2, ${sizes(2).join(', ')}]; ` +
        'expected one position for each element. Pass the indices that max pooling returned with this output.',
      pooled(),
      sized(rank, 1, 'i32'),
      2,
    ),
    refusal(
      op,
      dtype,
      'the dtype is not one that the operation takes. Got f32; expected a whole-number dtype …',
      pooled(),
      pooled(),
      2,
    ),
    refusal(
      op,
      dtype,
      'the dtype is not one that the operation takes. Got bool; expected any number. …',
      pooled('bool'),
      indices(),
      2,
    ),
    refusal(op, shape, 'wrong number of axes. Got input …', zeros([1, 1, 1, ...sizes(2)]), indices(), 2),
    option("unknown dataFormat. Got dataFormat 'NCHW'; …", { kernelSize: 2, dataFormat: 'NCHW' }),
  ];
});

const fractional: readonly Refusal[] = ([2, 3] as const).flatMap((rank) => {
  const op = `fractionalMaxPool${rank}d`;
  const [first] = axesOf(rank);
  const call = (code: ErrorCode, message: string, options: object, kernelSize: unknown = 2, x = sized(rank, 5)) =>
    refusal(op, code, message, x, kernelSize, options);
  const ratio = (value: number) =>
    call(
      argument,
      `outputRatio is not between 0 and 1 on axis ${first}. Got outputRatio ${value}; expected above 0 and below 1. ` +
        'Give the part of the input that is to remain, such as 0.7.',
      { outputRatio: value },
    );
  const samples = (of: Shape, kind: DType = 'f32', fill = 0) => ({
    outputSize: 2,
    randomSamples: cenote.full(of, fill, { dtype: kind }),
  });
  const misfit = (of: Shape) =>
    call(
      shape,
      `the shape of randomSamples does not fit. Got f32 [${of.join(', ')}]; expected f32 [1, 2, ${rank}], or more in front. …`,
      samples(of),
    );
  const outOfRange = (value: number) =>
    call(
      argument,
      `a random sample is out of range. Got ${value}; expected at least 0 and below 1. …`,
      samples([1, 2, rank], 'f32', value),
    );
  return [
    call(
      argument,
      'neither outputSize nor outputRatio. Got outputSize undefined, outputRatio undefined; expected one of them. …',
      {},
    ),
    call(argument, 'outputSize and outputRatio together. Got outputSize 2, outputRatio 0.5; …', {
      outputSize: 2,
      outputRatio: 0.5,
    }),
    call(argument, `outputSize is not a positive integer on axis ${first}. Got outputSize 0; …`, { outputSize: 0 }),
    call(argument, `kernelSize is not a positive integer on axis ${first}. Got kernelSize 0; …`, { outputSize: 2 }, 0),
    call(
      shape,
      `window too large for the input on axis ${first}. Got kernelSize 3 and outputSize 4, input 5; expected outputSize + ` +
        'kernelSize − 1 to be at most the input. Reduce kernelSize or outputSize.',
      { outputSize: 4 },
      3,
    ),
    ratio(0),
    ratio(1),
    ratio(-0.5),
    ratio(Number.NaN),
    call(
      shape,
      `outputRatio leaves nothing of the input on axis ${first}. Got outputRatio 0.1, input 5; expected a product of at ` +
        'least 1. Increase outputRatio.',
      { outputRatio: 0.1 },
    ),
    call(dtype, `randomSamples has another dtype than x. Got f64 [1, 2, ${rank}]; …`, samples([1, 2, rank], 'f64')),
    misfit([1, 2]),
    misfit([1, 3, rank]),
    misfit([1, 2, rank + 1]),
    misfit([0, 2, rank]),
    outOfRange(1),
    outOfRange(-0.25),
    outOfRange(Number.NaN),
    call(
      dtype,
      'the dtype is not one that the operation takes. Got i32; expected f32 or f64. …',
      { outputSize: 2 },
      2,
      sized(rank, 5, 'i32'),
    ),
    call(shape, 'wrong number of axes. Got input …', { outputSize: 2 }, 2, zeros([1, 1, 1, ...spatial(rank, 4)])),
    call(argument, "unknown dataFormat. Got dataFormat 'NHWC'; …", { outputSize: 2, dataFormat: 'NHWC' }),
  ];
});

const numbering: readonly Refusal[] = [
  'planeToOnnxIndices',
  'onnxToPlaneIndices',
  'planeToTensorflowIndices',
  'tensorflowToPlaneIndices',
].flatMap((op) => {
  const indices = (...of: Shape) => zeros(of, 'i32');
  const misfit = (of: Shape, input: Shape) =>
    refusal(
      op,
      shape,
      `the indices do not belong to such an input. Got indices [${of.join(', ')}], input [${input.join(', ')}]; expected …`,
      indices(...of),
      input,
    );
  return [
    misfit([2, 2], [4, 4]),
    misfit([1, 2, 2], [1, 1, 4, 4]),
    misfit([1, 2, 2, 2], [2, 2, 4, 4]),
    misfit([1, 2, 2, 2], [1, 3, 4, 4]),
    refusal(
      op,
      dtype,
      'the dtype is not one that the operation takes. Got f32; expected i32 or i64. …',
      plane(2),
      [1, 2, 4, 4],
    ),
    refusal(
      op,
      shape,
      'too many elements for 32-bit positions. Got input …',
      indices(1, 1, 2, 2),
      [1, 1, 65536, 32768],
    ),
    refusal(
      op,
      argument,
      'a position is outside the plane. Got …',
      cenote.full([1, 1, 2, 2], 99, { dtype: 'i32' }),
      [1, 1, 4, 4],
    ),
  ];
});

const storageOrders: readonly Refusal[] = ['planeToOnnxIndices', 'onnxToPlaneIndices'].map((op) =>
  refusal(
    op,
    argument,
    'unknown storageOrder. Got 2; expected 0 (rows) or 1 (columns). Leave it out for rows.',
    zeros([1, 1, 2, 2], 'i32'),
    [1, 1, 4, 4],
    { storageOrder: 2 },
  ),
);

const families: { readonly [name: string]: readonly Refusal[] } = {
  windows,
  averages,
  norms,
  'adaptive pooling': adaptive,
  'global pooling': [...global, ...globalNorms],
  unpooling,
  'fractional pooling': fractional,
  'index numbering': [...numbering, ...storageOrders],
};

it('there are hundreds', () => {
  expect(Object.values(families).flat().length).toBeGreaterThanOrEqual(450);
});

describe.each(Object.entries(families))('bad input of %s is refused', (_, refusals) => {
  it.each(refusals.map((one) => [one.what, one] as const))('%s', (_what, { call, code, message }) => {
    let thrown: unknown;
    try {
      call();
    } catch (error) {
      thrown = error;
    }
    if (!isCenoteError(thrown)) throw new Error(`was not refused, but gave ${String(thrown)}`);
    const [beginning, ...open] = message.split('…');
    const text = open.length > 0 ? thrown.message.slice(0, beginning.length) : thrown.message;
    expect(text).toBe(beginning);
    expect(thrown.code).toBe(code);
    // Facts, a rule and a next step: the template of all of our messages.
    expect(thrown.message).toMatch(/^\w+: .+\. Got .+; expected .+\. .+\.$/);
  });
});
