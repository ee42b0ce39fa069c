import {
  type Backend,
  type BufferHandle,
  byteSize,
  type DType,
  isFloat,
  type Kernel,
  type Layout,
  type Op,
  type TypedArray,
  typedArrayView,
} from '@cenote/backend';
import { referenceBackend } from '@cenote/backend-reference';
import { contiguousStrides, elementCount, type Shape } from '@cenote/shape';
import { type CpuBackend, cpuBackend } from '../src/index.js';
import type { seededRandom } from './seeded-random.js';

/** Random choices. */
export type Random = ReturnType<typeof seededRandom>;

/** A tensor somewhere in a buffer. */
export interface Placed extends Layout {
  readonly offset: number;
  /** The whole buffer. */
  readonly bytes: Uint8Array;
}

/** A shape of `rank` axes, one of which may be longer than what kernels compute at once. */
export function randomShape(random: Random, rank = random.integer(0, 5)): Shape {
  const shape = Array.from({ length: rank }, () => random.integer(1, 6));
  if (rank > 0) shape[random.integer(0, rank - 1)] = random.pick([1, 7, 33, 300, 700]);
  return elementCount(shape) > 2000 ? randomShape(random, rank) : shape;
}

/** Strides with the axes in any order and gaps between them, and perhaps axes that are broadcast. */
export function randomStrides(random: Random, shape: Shape, broadcast: boolean): readonly number[] {
  if (random.oneIn(3)) return contiguousStrides(shape);
  const order = shape.map((_, axis) => axis);
  if (random.oneIn(2)) order.sort(() => random.integer(0, 1) - 0.5);
  const strides = shape.map(() => 0);
  let next = random.pick([1, 1, 2]);
  for (const axis of order.reverse()) {
    if (broadcast && random.oneIn(5)) continue;
    strides[axis] = next;
    next = next * shape[axis] + random.pick([0, 0, 1]);
  }
  return strides;
}

/** Elements of a dtype: floats with ties, zeros of both signs, infinities and NaN among them, integers of all sizes. */
export function randomElement(random: Random, dtype: DType): number | bigint {
  switch (dtype) {
    case 'bool':
      return random.integer(0, 1);
    case 'u8':
      return random.pick([0, 255, random.integer(0, 9), random.integer(0, 255)]);
    case 'i8':
      return random.pick([-128, 127, random.integer(-4, 4), random.integer(-128, 127)]);
    case 'i32':
      return random.pick([-(2 ** 31), 2 ** 31 - 1, random.integer(-4, 4), random.integer(-(2 ** 31), 2 ** 31 - 1)]);
    case 'i64': {
      const large = BigInt(random.integer(-(2 ** 31), 2 ** 31 - 1)) * BigInt(random.integer(0, 2 ** 31));
      return random.pick([-(2n ** 63n), 2n ** 63n - 1n, BigInt(random.integer(-4, 4)), large]);
    }
    case 'f32':
    case 'f64':
      if (random.oneIn(12)) return random.pick([Number.NaN, Infinity, -Infinity, -0, 0, 1, -1, 3e9, 1e20]);
      return random.oneIn(2) ? random.integer(-4, 4) : random.uniform(-9, 9);
  }
}

/** Puts elements, or random ones, behind each other into a buffer, and looks at it as a tensor. */
export function place(
  random: Random,
  dtype: DType,
  shape: Shape,
  strides: readonly number[],
  element = () => randomElement(random, dtype),
): Placed {
  const offset = random.integer(0, 5);
  const last = shape.reduce((at, size, axis) => at + (size - 1) * strides[axis], offset);
  const bytes = new Uint8Array((last + 3) * byteSize[dtype]);
  const array = typedArrayView(dtype, bytes.buffer, 0, last + 3);
  for (let i = 0; i < array.length; i++) array[i] = element();
  return { dtype, shape, strides, offset, bytes };
}

/** A random input. */
export function randomInput(random: Random, dtype: DType, shape: Shape, element?: () => number | bigint): Placed {
  return place(random, dtype, shape, randomStrides(random, shape, true), element);
}

/** A contiguous output, which holds something. */
export function output(random: Random, dtype: DType, shape: Shape): Placed {
  return place(random, dtype, shape, contiguousStrides(shape));
}

/** What a kernel makes of the buffers of its outputs. */
function outcome<B extends BufferHandle, K extends Kernel>(
  backend: Backend<B, K> & { readSync(buffer: B): ArrayBuffer },
  kernel: K,
  inputs: readonly Placed[],
  outputs: readonly Placed[],
): readonly TypedArray[] {
  const upload = ({ bytes, offset }: Placed) => {
    const buffer = backend.alloc(bytes.byteLength);
    backend.write(buffer, bytes);
    return { buffer, offset };
  };
  const from = inputs.map(upload);
  const to = outputs.map(upload);
  backend.run(kernel, from, to);
  const results = to.map(({ buffer }, i) => {
    const { dtype } = outputs[i];
    const bytes = backend.readSync(buffer);
    return typedArrayView(dtype, bytes, 0, bytes.byteLength / byteSize[dtype]);
  });
  for (const { buffer } of [...from, ...to]) backend.free(buffer);
  return results;
}

const reference = referenceBackend();

/** One backend without vectors, alone, and one with a second thread, which shares everything. */
export async function openBackends(): Promise<readonly CpuBackend[]> {
  const threads = cpuBackend({ targets: [], shareAbove: -1 });
  await threads.startThreads(2);
  return [cpuBackend({ targets: [] }), threads];
}

/**
 * Compares what scalar kernels do with what the reference does: everything that is not a float, and what lies around the
 * output, has to be the same. Floats may differ by `ulps` of themselves, or of `magnitude`.
 *
 * @returns What is wrong, or `null`.
 */
export function compare(
  backends: readonly CpuBackend[],
  op: Op,
  inputs: readonly Placed[],
  outputs: readonly Placed[],
  ulps = 0,
  magnitude = 0,
): string | null {
  const wantedKernel = reference.kernel(op, inputs, outputs);
  const wanted = wantedKernel === null ? null : outcome(reference, wantedKernel, inputs, outputs);
  let alone: readonly TypedArray[] | null = null;
  for (const backend of backends) {
    const kernel = backend.kernel(op, inputs, outputs);
    if (kernel === null || wanted === null) {
      if (kernel !== null || wanted !== null) return `${describe(op, inputs)}: ${kernel?.variant ?? 'declined'}`;
      continue;
    }
    const got = outcome(backend, kernel, inputs, outputs);
    for (const [index, { dtype }] of outputs.entries()) {
      for (const [at, value] of wanted[index].entries()) {
        const result = got[index][at];
        const before = alone?.[index][at] ?? result;
        if (isClose(dtype, result, value, ulps, magnitude) && Object.is(before, result)) continue;
        return `${kernel.variant} of ${describe(op, inputs)}: output ${index} [${at}] is ${result}, expected ${value}`;
      }
    }
    alone ??= got;
  }
  return null;
}

function isClose(dtype: DType, got: number | bigint, want: number | bigint, ulps: number, magnitude: number): boolean {
  if (got === want || Object.is(got, want)) return true;
  if (typeof got === 'bigint' || typeof want === 'bigint' || !isFloat(dtype)) return false;
  const [epsilon, smallest] = dtype === 'f32' ? [2 ** -23, 2 ** -126] : [2 ** -52, 2 ** -1022];
  const error = Math.abs(got - want);
  return error <= ulps * epsilon * Math.max(Math.abs(want), magnitude) + smallest;
}

function describe(op: Op, inputs: readonly Placed[]): string {
  const { kind, ...rest } = op;
  const details =
    'geometry' in rest ? rest.geometry.key : JSON.stringify(rest, (_, v) => (typeof v === 'bigint' ? String(v) : v));
  const layouts = inputs.map(({ dtype, shape, strides }) => `${dtype} [${shape}] by [${strides}]`);
  return `${kind} ${details} of ${layouts.join(', ')}`;
}
