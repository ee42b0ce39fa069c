import { byteSize, type Layout, type Op } from '@cenote/backend';
import { referenceBackend } from '@cenote/backend-reference';
import { elementCount } from '@cenote/shape';
import { expect } from 'vitest';
import type { CpuBackend } from '../src/index.js';

/** A generator of pseudorandom numbers (mulberry32), so that every run sees the same. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** In [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from `least` to `most`. */
  integer(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  /** One of several. */
  pick<T>(choices: readonly T[]): T {
    return choices[this.integer(0, choices.length - 1)];
  }
}

/** An f32 tensor of random numbers between −1 and 1 somewhere in a buffer, with the rest of it NaN. */
export interface Operand {
  readonly layout: Layout;
  readonly offset: number;
  readonly contents: Float32Array;
}

/** Elements behind the last one that belong to the buffer, to catch kernels that read or write too far. */
const guard = 16;

/** An operand with the given strides, which cover no element twice but where they are 0. */
export function operand(random: Random, shape: readonly number[], strides: readonly number[], offset = 0): Operand {
  const contents = new Float32Array(offset + extent(shape, strides) + guard).fill(Number.NaN);
  for (const at of places(shape, strides)) contents[offset + at] = Math.fround(random.next() * 2 - 1);
  return { layout: { dtype: 'f32', shape, strides }, offset, contents };
}

/** Where the elements are, in row-major order. */
export function places(shape: readonly number[], strides: readonly number[]): number[] {
  let all = [0];
  for (const [axis, size] of shape.entries()) {
    all = all.flatMap((place) => Array.from({ length: size }, (_, i) => place + i * strides[axis]));
  }
  return all;
}

function extent(shape: readonly number[], strides: readonly number[]): number {
  return shape.reduce((sum, size, axis) => sum + (size - 1) * strides[axis], 1);
}

/** Row-major strides, with the axes in the given order from the outermost to the innermost. */
export function orderedStrides(shape: readonly number[], order: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(0);
  let stride = 1;
  for (const axis of [...order].reverse()) {
    strides[axis] = stride;
    stride *= shape[axis];
  }
  return strides;
}

/** What the reference says, computed from f64, with the sums of magnitudes when `absolute`. */
export function reference(op: Op, operands: readonly Operand[], shape: readonly number[], absolute = false) {
  const backend = referenceBackend();
  const wide = (layout: Layout): Layout => ({ ...layout, dtype: 'f64' });
  const layout: Layout = { dtype: 'f64', shape, strides: orderedStrides(shape, [...shape.keys()]) };
  const kernel = backend.kernel(
    op,
    operands.map((one) => wide(one.layout)),
    [layout],
  );
  if (kernel === null) throw new Error(`the reference declines ${op.kind}`);
  const views = operands.map(({ contents, offset }) => {
    const data = Float64Array.from(contents, absolute ? Math.abs : undefined);
    const buffer = backend.alloc(data.byteLength);
    backend.write(buffer, data);
    return { buffer, offset };
  });
  const buffer = backend.alloc(elementCount(shape) * 8);
  backend.run(kernel, views, [{ buffer, offset: 0 }]);
  return new Float64Array(backend.readSync(buffer));
}

/** Runs one variant on f32, and checks that nothing behind the output was touched. */
export function run(
  backend: CpuBackend,
  op: Op,
  operands: readonly Operand[],
  shape: readonly number[],
  variant?: string,
): Float32Array {
  const elements = elementCount(shape);
  const layout: Layout = { dtype: 'f32', shape, strides: orderedStrides(shape, [...shape.keys()]) };
  const kernel = backend.kernel(
    op,
    operands.map((one) => one.layout),
    [layout],
    variant,
  );
  if (kernel === null) throw new Error(`no ${variant ?? 'kernel'} of ${op.kind}`);
  const views = operands.map(({ contents, offset }) => {
    const buffer = backend.alloc(contents.byteLength);
    backend.write(buffer, contents);
    return { buffer, offset };
  });
  const buffer = backend.alloc((elements + guard) * byteSize.f32);
  backend.write(buffer, new Float32Array(elements + guard).fill(12345));
  backend.run(kernel, views, [{ buffer, offset: 0 }]);
  const after = new Float32Array(backend.readSync(buffer, 0, (elements + guard) * 4));
  for (const view of views) backend.free(view.buffer);
  backend.free(buffer);
  expect([...after.subarray(elements)]).toEqual(new Array(guard).fill(12345));
  return after.slice(0, elements);
}

/** The names of the variants that are tested here. */
export function productVariants(backend: CpuBackend, op: Op, operands: readonly Operand[], shape: readonly number[]) {
  const layout: Layout = { dtype: 'f32', shape, strides: orderedStrides(shape, [...shape.keys()]) };
  return backend
    .variants(
      op,
      operands.map((one) => one.layout),
      [layout],
    )
    .filter((name) => !name.endsWith('__scalar'));
}

/** Compares with the reference, within `terms` units in the last place of the sum of magnitudes. */
export function expectClose(
  label: string,
  got: Float32Array,
  want: Float64Array,
  magnitudes: Float64Array,
  terms: number,
): void {
  for (const [i, value] of got.entries()) {
    const allowed = terms * 2 ** -23 * Math.max(Math.abs(want[i]), magnitudes[i]) + 2 ** -126;
    if (Math.abs(value - want[i]) <= allowed) continue;
    expect.fail(`${label}: element ${i} is ${value}, expected ${want[i]} (within ${allowed})`);
  }
}
