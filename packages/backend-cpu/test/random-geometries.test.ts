import {
  type Backend,
  byteSize,
  type DType,
  type IndexKind,
  type Layout,
  type Op,
  type PoolFn,
  typedArrayView,
} from '@cenote/backend';
import { referenceBackend } from '@cenote/backend-reference';
import {
  contiguousStrides,
  type DataFormat,
  elementCount,
  isCenoteError,
  resolvePool,
  type SpatialRank,
  type WindowGeometry,
} from '@cenote/shape';
import { describe, expect, test } from 'vitest';
import { cpuBackend } from '../src/index.js';
import { seededRandom } from './seeded-random.js';

// Larger than the random cases of the conformance checks: wide enough for whole vectors with every kind of tail, and
// windows as large as the input.

type Random = ReturnType<typeof seededRandom>;

const largest: { readonly [R in SpatialRank]: number } = { 1: 300, 2: 70, 3: 20 };

function randomGeometry(random: Random): WindowGeometry {
  for (;;) {
    const rank = random.pick([1, 2, 2, 2, 3] as const);
    const spatial = Array.from({ length: rank }, () => random.integer(1, largest[rank]));
    const kernelSize = spatial.map((size) => random.integer(1, Math.min(size, random.pick([2, 3, 3, 5, 9, 70]))));
    const dataFormat: DataFormat = random.pick(['channelsFirst', 'channelsLast']);
    const channels = random.integer(1, 9);
    const batch = random.integer(1, 2);
    const inputShape = dataFormat === 'channelsFirst' ? [batch, channels, ...spatial] : [batch, ...spatial, channels];
    if (elementCount(inputShape) > 6000) continue;
    try {
      return resolvePool(
        {
          op: 'pool',
          rank,
          kernelSize,
          stride: random.pick([undefined, spatial.map(() => random.integer(1, 4))]),
          padding: random.pick([0, 'same', kernelSize.map((kernel) => random.integer(0, Math.floor(kernel / 2)))]),
          dilation: random.pick([1, 1, 1, spatial.map(() => random.integer(1, 2))]),
          ceilMode: random.pick([false, true]),
          dataFormat,
        },
        inputShape,
      );
    } catch (error) {
      if (!isCenoteError(error)) throw error;
    }
  }
}

/** Ordinary numbers, many ties, and now and then what is not a number or not finite. */
function randomValues(random: Random, dtype: DType, elements: number): ArrayBufferView {
  const view = typedArrayView(dtype, new ArrayBuffer(elements * byteSize[dtype]), 0, elements);
  const special = random.oneIn(3) ? 20 : 1_000_000;
  const isFloat = dtype === 'f32' || dtype === 'f64';
  for (let i = 0; i < elements; i++) {
    const value = isFloat && random.oneIn(3) ? random.uniform(-1, 1) : random.integer(-3, 3);
    const odd = random.oneIn(special) ? random.pick([Number.NaN, Infinity, -Infinity, -0]) : value;
    if (dtype === 'i64') (view as BigInt64Array)[i] = BigInt(Math.trunc(value));
    else view[i] = isFloat ? odd : value;
  }
  return view;
}

function run(
  backend: Backend,
  op: Op,
  inputs: readonly { readonly layout: Layout; readonly data: ArrayBufferView }[],
  outputs: readonly Layout[],
): Promise<ArrayBuffer[]> {
  const upload = inputs.map(({ data }) => {
    const buffer = backend.alloc(data.byteLength);
    backend.write(buffer, data);
    return { buffer, offset: 0 };
  });
  const results = outputs.map((layout) => ({ buffer: backend.alloc(bytesOf(layout)), offset: 0 }));
  const kernel = backend.kernel(
    op,
    inputs.map(({ layout }) => layout),
    outputs,
  );
  if (kernel === null) throw new Error(`no kernel for ${op.kind}`);
  backend.run(kernel, upload, results);
  const read = Promise.all(results.map(({ buffer }) => backend.read(buffer)));
  for (const { buffer } of [...upload, ...results]) backend.free(buffer);
  return read;
}

const bytesOf = ({ dtype, shape }: Layout) => elementCount(shape) * byteSize[dtype];

const contiguous = (dtype: DType, shape: readonly number[]): Layout => ({
  dtype,
  shape,
  strides: contiguousStrides(shape),
});

/** Whether two results are the same, but for the sign of zero and the bits of a NaN. */
function same(dtype: DType, a: ArrayBuffer, b: ArrayBuffer): boolean {
  const [left, right] = [a, b].map((bytes) => typedArrayView(dtype, bytes, 0, bytes.byteLength / byteSize[dtype]));
  return left.every((value, i) => value === right[i] || (Number.isNaN(value) && Number.isNaN(right[i])));
}

function close(dtype: DType, got: ArrayBuffer, expected: ArrayBuffer, terms: number): boolean {
  const elements = got.byteLength / byteSize[dtype];
  const left = typedArrayView(dtype, got, 0, elements);
  const right = typedArrayView(dtype, expected, 0, elements);
  const epsilon = dtype === 'f32' ? 2 ** -23 : 2 ** -52;
  return left.every((value, i) => {
    const want = Number(right[i]);
    // Sums of numbers of at most 3.
    return Object.is(Number(value), want) || Math.abs(Number(value) - want) <= terms * epsilon * 3;
  });
}

const reference = referenceBackend();

/** What is asked for: any pooling, of any dtype that has it. */
function randomPooling(random: Random, dtype: DType, geometry: WindowGeometry): Extract<Op, { kind: 'pool' }> {
  if ((dtype === 'f32' || dtype === 'f64') && random.oneIn(3)) {
    const pool: PoolFn = { fn: 'avg', divisor: random.pick(['taps', 'window', 5] as const) };
    return { kind: 'pool', pool, geometry, indices: 'none' };
  }
  const taps = tapsOf(geometry);
  const kinds: IndexKind[] = taps <= 255 ? ['none', 'plane', 'window'] : ['none', 'plane'];
  return { kind: 'pool', pool: { fn: random.pick(['max', 'min']) }, geometry, indices: random.pick(kinds) };
}

const tapsOf = ({ axes }: WindowGeometry) => axes.reduce((product, axis) => product * axis.kernel, 1);

/** Pools forward, and backward where there are indices, on both backends. */
async function check(backend: Backend, seed: number): Promise<void> {
  const random = seededRandom(seed);
  const geometry = randomGeometry(random);
  const dtype = random.pick<DType>(['f32', 'f32', 'f32', 'f32', 'f64', 'i32', 'u8', 'i8', 'i64']);
  const op = randomPooling(random, dtype, geometry);
  const x = contiguous(dtype, geometry.inputShape);
  const y = contiguous(dtype, geometry.outputShape);
  const index = contiguous(op.indices === 'window' ? 'u8' : 'i32', geometry.outputShape);
  const inputs = [{ layout: x, data: randomValues(random, dtype, elementCount(x.shape)) }];
  const outputs = op.indices === 'none' ? [y] : [y, index];
  const [got, expected] = await Promise.all([backend, reference].map((each) => run(each, op, inputs, outputs)));
  const what = `seed ${seed}: ${dtype} ${JSON.stringify(op.pool)} ${op.indices} ${geometry.key}`;
  const isSum = op.pool.fn === 'avg';
  const right = isSum ? close(dtype, got[0], expected[0], tapsOf(geometry)) : same(dtype, got[0], expected[0]);
  expect(right, what).toBe(true);
  if (op.indices === 'none') return;
  expect(same(index.dtype, got[1], expected[1]), `indices of ${what}`).toBe(true);
  const grad: Op = { kind: 'poolGrad', pool: op.pool, geometry, indices: op.indices };
  const gradInputs = [
    { layout: y, data: randomValues(seededRandom(seed), dtype, elementCount(y.shape)) },
    { layout: index, data: new Uint8Array(expected[1]) },
  ];
  const [[dx], [wanted]] = await Promise.all([backend, reference].map((each) => run(each, grad, gradInputs, [x])));
  const isFloat = dtype === 'f32' || dtype === 'f64';
  const agrees = isFloat ? close(dtype, dx, wanted, tapsOf(geometry)) : same(dtype, dx, wanted);
  expect(agrees, `gradient of ${what}`).toBe(true);
}

const rounds = 10;
const perRound = 1000;

describe('10,000 random geometries', () => {
  const backend = cpuBackend();
  test.each(Array.from({ length: rounds }, (_, round) => round))(
    'give the reference values (part %i)',
    async (round) => {
      for (let index = 0; index < perRound; index++) await check(backend, round * perRound + index);
    },
  );
});
