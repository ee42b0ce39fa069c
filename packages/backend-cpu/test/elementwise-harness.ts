import { byteSize, type DType, isFloat, type Layout, type Op, type TypedArray, typedArrayView } from '@cenote/backend';
import { referenceBackend } from '@cenote/backend-reference';
import { contiguousStrides, elementCount } from '@cenote/shape';
import { expect } from 'vitest';
import type { CpuBackend } from '../src/index.js';

/** A layout and where it starts in a buffer. */
export interface Placed extends Layout {
  readonly offset: number;
}

/** How far a result may be off: in units in the last place, and absolutely. */
export interface Allowed {
  readonly ulps?: number;
  readonly absolute?: number;
}

/** Random numbers that are the same in every run (mulberry32). */
export class Seeded {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  integer(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.integer(0, choices.length - 1)];
  }

  /** A shape of up to four axes, of which at most one is long. */
  shape(longest: number): number[] {
    const shape = Array.from({ length: this.integer(0, 4) }, () => this.integer(1, 6));
    if (shape.length > 0) shape[this.integer(0, shape.length - 1)] = this.integer(1, longest);
    return shape;
  }

  /** A view of a shape: contiguous, permuted in memory, with gaps, or broadcast along some axes. */
  place(dtype: DType, shape: readonly number[], broadcast = true): Placed {
    const offset = this.integer(0, 5);
    const kind = this.integer(0, 3);
    if (kind === 0) return { dtype, shape, strides: contiguousStrides(shape), offset };
    const order = shape.map((_, axis) => axis).reverse();
    if (kind === 1) order.sort(() => this.next() - 0.5);
    const strides = shape.map(() => 0);
    let stride = 1;
    for (const axis of order) {
      if (kind === 3 && broadcast && this.next() < 0.5) continue;
      strides[axis] = stride;
      stride = stride * shape[axis] + (kind === 2 ? this.integer(0, 2) : 0);
    }
    return { dtype, shape, strides, offset };
  }
}

/** How many elements a buffer for a layout needs. */
function extent({ shape, strides, offset }: Placed): number {
  return shape.reduce((end, size, axis) => end + (size - 1) * strides[axis], offset) + 1;
}

function draw(random: Seeded, dtype: DType, special: boolean): number {
  if (dtype === 'bool') return random.integer(0, 1);
  if (!isFloat(dtype)) return random.integer(dtype === 'u8' ? 0 : -100, 100);
  if (special && random.next() < 0.2) return random.pick([Number.NaN, Infinity, -Infinity, -0, 0, 1, -1, 3e9, -1e20]);
  return (random.next() * 2 - 1) * (special ? 10 : 2);
}

const guard = 16;

/**
 * Computes an op on the reference backend and by every variant of the CPU backend that has vectors, and compares; what lies
 * around an output must not change.
 *
 * @returns The names of the variants.
 */
export function check(
  backend: CpuBackend,
  op: Op,
  inputs: readonly Placed[],
  output: Placed,
  random: Seeded,
  { ulps = 0, absolute = 0, special = true }: Allowed & { readonly special?: boolean } = {},
): readonly string[] {
  const reference = referenceBackend();
  const contents = inputs.map((one) => {
    const data = typedArrayView(one.dtype, new ArrayBuffer(extent(one) * byteSize[one.dtype]), 0, extent(one));
    for (let i = 0; i < data.length; i++) {
      const value = draw(random, one.dtype, special);
      if (data instanceof BigInt64Array) data[i] = BigInt(value);
      else data[i] = value;
    }
    return data;
  });
  const expected = compute(reference, op, inputs, contents, output);
  if (expected === null) throw new Error('the reference declines');
  const variants = backend.variants(op, inputs, [output]).filter((name) => !name.endsWith('scalar'));
  for (const variant of variants) {
    const actual = compute(backend, op, inputs, contents, output, variant);
    if (actual === null) throw new Error(`${variant} declines`);
    for (let i = 0; i < expected.length; i++) {
      if (Object.is(actual[i], expected[i]) || actual[i] === expected[i]) continue;
      const got: number = Number(actual[i]);
      const want: number = Number(expected[i]);
      const tolerance = Math.abs(want) * ulps * 2 ** -23 + absolute;
      if (Math.abs(got - want) <= tolerance) continue;
      expect.fail(`${variant}: element ${i} is ${got}, expected ${want}; ${JSON.stringify({ op, inputs, output })}`);
    }
  }
  return variants;
}

function compute(
  backend: CpuBackend | ReturnType<typeof referenceBackend>,
  op: Op,
  inputs: readonly Placed[],
  contents: readonly TypedArray[],
  output: Placed,
  variant?: string,
): TypedArray | null {
  return 'variants' in backend
    ? run(backend, backend.kernel(op, inputs, [output], variant), inputs, contents, output)
    : run(backend, backend.kernel(op, inputs, [output]), inputs, contents, output);
}

function run<B extends { readonly byteLength: number }, K>(
  backend: {
    alloc(byteLength: number): B;
    free(buffer: B): void;
    write(buffer: B, data: ArrayBufferView): void;
    run(
      kernel: K,
      inputs: readonly { buffer: B; offset: number }[],
      outputs: readonly { buffer: B; offset: number }[],
    ): void;
    readSync(buffer: B): ArrayBuffer;
  },
  kernel: K | null,
  inputs: readonly Placed[],
  contents: readonly TypedArray[],
  output: Placed,
): TypedArray | null {
  if (kernel === null) return null;
  const buffers = contents.map((data) => {
    const buffer = backend.alloc(data.byteLength);
    backend.write(buffer, data);
    return buffer;
  });
  const elements = extent(output) + guard;
  const target = backend.alloc(elements * byteSize[output.dtype]);
  backend.write(target, new Uint8Array(elements * byteSize[output.dtype]).fill(0x4b));
  const views = buffers.map((buffer, i) => ({ buffer, offset: inputs[i].offset }));
  backend.run(kernel, views, [{ buffer: target, offset: output.offset }]);
  const result = typedArrayView(output.dtype, backend.readSync(target), 0, elements);
  for (const buffer of [...buffers, target]) backend.free(buffer);
  return result;
}

/** A contiguous place for an output. */
export function contiguous(dtype: DType, shape: readonly number[], random: Seeded): Placed {
  return { dtype, shape, strides: contiguousStrides(shape), offset: random.integer(0, 5) };
}

/** How many elements a layout has. */
export function sizeOf({ shape }: Layout): number {
  return elementCount(shape);
}
