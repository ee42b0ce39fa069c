import { byteSize, type DType, type Layout, type TypedArray, typedArrayView } from '@cenote/backend';
import { contiguousStrides, elementCount, type Shape } from '@cenote/shape';

/**
 * One element in a form that JSON can hold: a number, or a string that `Number` reads (`'NaN'`, `'Infinity'`,
 * `'-Infinity'`, `'-0'`) or, for `i64` beyond 2^53, that `BigInt` reads.
 */
export type JsonNumber = number | string;

/** Where a tensor lies in its buffer. Without one it is contiguous from the start. */
export interface Placement {
  /** In elements, per axis; 0 on an axis that is broadcast. */
  readonly strides: readonly number[];
  /** Position of the first element. */
  readonly offset: number;
}

/** A tensor written down: what a case takes and what it expects. */
export interface TensorData {
  readonly dtype: DType;
  readonly shape: Shape;
  /** Row-major, whatever the placement. On an axis that is broadcast all elements are the same. */
  readonly data: readonly JsonNumber[];
  /** Where it lies in its buffer. The elements between its own hold garbage. */
  readonly placement?: Placement;
}

/** The value of one element: a bigint for `i64`, a number for everything else. */
export type ElementValue = number | bigint;

/** Reads one element of {@link TensorData}; for `f32` the nearest number that it has. */
export function decodeElement(dtype: DType, value: JsonNumber): ElementValue {
  if (dtype === 'i64') return BigInt(value);
  return dtype === 'f32' ? Math.fround(Number(value)) : Number(value);
}

/** Writes one element down. */
export function encodeElement(value: ElementValue): JsonNumber {
  if (typeof value === 'bigint') {
    return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  }
  if (Object.is(value, -0)) return '-0';
  return Number.isFinite(value) ? value : String(value);
}

/** The elements of a tensor, row-major. */
export function elementsOf(tensor: TensorData): ElementValue[] {
  return tensor.data.map((value) => decodeElement(tensor.dtype, value));
}

/** A typed array of `values`, each rounded to `dtype`. */
export function typedArrayOf(dtype: DType, values: Iterable<ElementValue>): TypedArray {
  const all = [...values];
  const array = typedArrayView(dtype, new ArrayBuffer(all.length * byteSize[dtype]), 0, all.length);
  for (const [at, value] of all.entries()) setElement(array, at, value);
  return array;
}

/** A tensor of `values`, each rounded to `dtype`. */
export function tensorOf(dtype: DType, shape: Shape, values: Iterable<ElementValue>): TensorData {
  return { dtype, shape, data: Array.from<ElementValue, JsonNumber>(typedArrayOf(dtype, values), encodeElement) };
}

/** The layout with which a tensor is passed to a backend. */
export function layoutOf(tensor: Omit<TensorData, 'data'>): Layout {
  const { dtype, shape, placement } = tensor;
  return { dtype, shape, strides: placement?.strides ?? contiguousStrides(shape) };
}

/** How many elements a buffer has from its start to the last one of a tensor. */
export function extent(tensor: Omit<TensorData, 'data'>): number {
  const { strides } = layoutOf(tensor);
  if (elementCount(tensor.shape) === 0) return tensor.placement?.offset ?? 0;
  return tensor.shape.reduce((sum, size, axis) => sum + (size - 1) * strides[axis], tensor.placement?.offset ?? 0) + 1;
}

/** Position in the buffer of every element, in row-major order. */
export function positions(tensor: Omit<TensorData, 'data'>): readonly number[] {
  const { shape, strides } = layoutOf(tensor);
  const result = new Array<number>(elementCount(shape)).fill(tensor.placement?.offset ?? 0);
  if (result.length === 0) return result;
  // From the innermost axis outwards: what is there already is repeated along the next axis.
  let done = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    for (let at = done; at < done * shape[axis]; at++) result[at] = result[at - done] + strides[axis];
    done *= shape[axis];
  }
  return result;
}

/** Stores one element, whichever array it is. */
export function setElement(array: TypedArray, at: number, value: ElementValue): void {
  if (array instanceof BigInt64Array) array[at] = BigInt(value);
  else array[at] = Number(value);
}

/** The indices of an element, from its row-major position: `[0, 2]`. */
export function formatPosition(shape: Shape, flat: number): string {
  const indices: number[] = [];
  let rest = flat;
  for (const size of [...shape].reverse()) {
    indices.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return `[${indices.join(', ')}]`;
}
