import { byteSize, type DType, type Layout, type Op, typedArrayView } from '@cenote/backend';
import { contiguousStrides, elementCount, type Shape } from '@cenote/shape';
import { referenceBackend } from '../src/index.js';

/** Elements in row-major order: bigints for i64, numbers otherwise. */
export type Values = readonly number[] | readonly bigint[];

/** A tensor as tests write it down. */
export interface Operand {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly values: Values;
  /** Where it lies in a buffer; contiguous at the front by default. */
  readonly place?: Place;
}

/** A strided place in a buffer. */
export interface Place {
  readonly strides: readonly number[];
  readonly offset: number;
}

/** What an output is to be, and where; contiguous by default. */
export interface Result {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly place?: Place;
}

/** An f32 operand of one axis, or of the given shape. */
export function f32(values: readonly number[], shape: Shape = [values.length]): Operand {
  return { dtype: 'f32', shape, values };
}

/** An operand of any dtype, of one axis or of the given shape. */
export function operand(dtype: DType, values: Values, shape: Shape = [values.length]): Operand {
  return { dtype, shape, values };
}

/** Elements of any dtype as numbers. */
export function toNumbers(values: Values): number[] {
  return Array.from(values, Number);
}

/** `0, 1, 2, …` as f32. */
export function arange(shape: Shape): Operand {
  return f32(
    Array.from({ length: elementCount(shape) }, (_, i) => i),
    shape,
  );
}

/** One for all tests of a file, so that what earlier ops leave in scratch memory cannot be in a result unnoticed. */
const backend = referenceBackend();

/**
 * Runs an op with garbage in the outputs, and frees everything.
 *
 * @returns The elements of each output.
 * @throws Error when the backend has no kernel, or when a buffer was not given back.
 */
export function evaluate(op: Op, inputs: readonly Operand[], results: readonly Result[]): Values[] {
  const inputLayouts = inputs.map(layoutOf);
  const outputLayouts = results.map(layoutOf);
  const kernel = backend.kernel(op, inputLayouts, outputLayouts);
  if (kernel === null)
    throw new Error(`no kernel for ${JSON.stringify(op)} on ${inputs.map((x) => x.dtype).join(', ')}`);
  const inputViews = inputs.map((input) => upload(input));
  const outputViews = results.map((result) => garbageFor(result));
  // Twice, because a kernel leaves something in scratch memory too.
  backend.run(kernel, inputViews, outputViews);
  backend.run(kernel, inputViews, outputViews);
  const values = outputViews.map(({ buffer }, i) => readResult(results[i], backend.readSync(buffer)));
  for (const view of [...inputViews, ...outputViews]) backend.free(view.buffer);
  if (backend.liveBuffers !== 0 || backend.liveBytes !== 0) throw new Error('a buffer was not given back');
  return values;
}

/** As {@link evaluate}, for an op of one output; its elements. */
export function evaluateOne(op: Op, inputs: readonly Operand[], result: Result): Values {
  return evaluate(op, inputs, [result])[0];
}

/** As {@link evaluateOne}, for results that are numbers. */
export function numbersOf(op: Op, inputs: readonly Operand[], result: Result): number[] {
  return toNumbers(evaluateOne(op, inputs, result));
}

/** Whether the reference backend has a kernel for an op on contiguous tensors of the given dtypes and shapes. */
export function hasKernel(op: Op, inputs: readonly Result[], outputs: readonly Result[]): boolean {
  return backend.kernel(op, inputs.map(layoutOf), outputs.map(layoutOf)) !== null;
}

/** Small repeatable random numbers for tests (a linear congruential generator; constants of Numerical Recipes). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** `count` random elements of a dtype; floats between −2 and 2, integers of a few bits. */
export function randomValues(dtype: DType, count: number, random: () => number): Values {
  const next = () => Math.floor(random() * 15) - 7;
  switch (dtype) {
    case 'f32':
      return Array.from({ length: count }, () => Math.fround(random() * 4 - 2));
    case 'f64':
      return Array.from({ length: count }, () => random() * 4 - 2);
    case 'i64':
      return Array.from({ length: count }, () => BigInt(next()));
    case 'u8':
      return Array.from({ length: count }, () => next() + 7);
    case 'bool':
      return Array.from({ length: count }, () => (random() < 0.5 ? 1 : 0));
    case 'i32':
    case 'i8':
      return Array.from({ length: count }, next);
  }
}

/** A random place for a shape: axes in any order, gaps between them, an offset. */
export function randomPlace(shape: Shape, random: () => number): Place {
  const order = shape.map((_, axis) => axis);
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  const strides = shape.map(() => 0);
  let stride = 1 + Math.floor(random() * 2);
  for (const axis of order) {
    strides[axis] = stride;
    stride *= shape[axis] + Math.floor(random() * 2);
  }
  return { strides, offset: Math.floor(random() * 5) };
}

/** The same operand somewhere else in memory. */
export function moved(operand: Operand, random: () => number): Operand {
  return { ...operand, place: randomPlace(operand.shape, random) };
}

/** Repeats an operand along axes of size 1 by strides of 0. */
export function broadcast(operand: Operand, shape: Shape): Operand {
  const strides = contiguousStrides(operand.shape).map((stride, axis) =>
    operand.shape[axis] === shape[axis] ? stride : 0,
  );
  const values: (number | bigint)[] = [];
  forEachIndex(shape, (index) => {
    values.push(operand.values[index.reduce((at, i, axis) => at + i * strides[axis], 0)]);
  });
  return { dtype: operand.dtype, shape, values: values as Values, place: { strides, offset: 0 } };
}

/** Visits the indices of a shape in row-major order. */
export function forEachIndex(shape: Shape, visit: (index: readonly number[], position: number) => void): void {
  const count = elementCount(shape);
  for (let position = 0; position < count; position++) {
    const index = shape.map(() => 0);
    let rest = position;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = rest % shape[axis];
      rest = Math.floor(rest / shape[axis]);
    }
    visit(index, position);
  }
}

const margin = 8;
const garbage = 0xa5;

function layoutOf({ dtype, shape, place }: Result): Layout {
  return { dtype, shape, strides: place?.strides ?? contiguousStrides(shape) };
}

/** The position of an element, before the offset. */
function positionOf(index: readonly number[], strides: readonly number[]): number {
  return index.reduce((at, i, axis) => at + i * strides[axis], 0);
}

/** How many elements a view reaches over. */
function reach({ shape, strides }: Layout): number {
  if (shape.includes(0)) return 0;
  const last = shape.map((size) => size - 1);
  return positionOf(last, strides) + 1;
}

function upload(operand: Operand) {
  const layout = layoutOf(operand);
  const { dtype, shape, strides } = layout;
  const offset = operand.place?.offset ?? 0;
  const count = offset + reach(layout);
  const elements = new ArrayBuffer(count * byteSize[dtype]);
  new Uint8Array(elements).fill(garbage);
  const view = typedArrayView(dtype, elements, 0, count);
  forEachIndex(shape, (index, position) => {
    view[offset + positionOf(index, strides)] = operand.values[position];
  });
  const buffer = backend.alloc(elements.byteLength);
  backend.write(buffer, view);
  return { buffer, offset };
}

/** Room for a result that starts a few elements into its buffer, all garbage. */
function garbageFor(result: Result) {
  const layout = layoutOf(result);
  const offset = margin + (result.place?.offset ?? 0);
  const buffer = backend.alloc((offset + reach(layout) + margin) * byteSize[result.dtype]);
  backend.write(buffer, new Uint8Array(buffer.byteLength).fill(garbage));
  return { buffer, offset };
}

/** The elements of a result, after a check that nothing else was written. */
function readResult(result: Result, bytes: ArrayBuffer): Values {
  const { dtype, shape, strides } = layoutOf(result);
  const offset = margin + (result.place?.offset ?? 0);
  const size = byteSize[dtype];
  const view = typedArrayView(dtype, bytes, 0, bytes.byteLength / size);
  const values: (number | bigint)[] = [];
  forEachIndex(shape, (index) => {
    values.push(view[offset + positionOf(index, strides)]);
  });
  forEachIndex(shape, (index) => {
    new Uint8Array(bytes, (offset + positionOf(index, strides)) * size, size).fill(garbage);
  });
  if (new Uint8Array(bytes).some((byte) => byte !== garbage)) {
    throw new Error('something outside of the output was written');
  }
  return dtype === 'i64' ? values.map(BigInt) : values.map(Number);
}
