import { byteSize, type DType, type TypedArray, typedArrayView } from '@cenote/backend';
import { CenoteError, elementCount, formatShape, type Shape } from '@cenote/shape';
import type { Checked, DataShape, NestedData, ResultShape } from '@cenote/shape/types';
import { type Device, getDefaultDevice } from './device.js';
import { allocate, compute } from './dispatch.js';
import type { Scalar } from './promote.js';
import { Tensor } from './tensor.js';

/** Options of the functions that make tensors. */
export interface CreationOptions {
  /** The element type. Default: `f32`, or what the values are. */
  readonly dtype?: DType;
  /** Where the tensor lives. Default: the default device. */
  readonly device?: Device;
  /** Whether gradients are wanted for it. Default: false. */
  readonly requiresGrad?: boolean;
}

/** Numbers, nested as deep as there are axes. */
export type NestedNumbers = NestedData;

/** A shape as the caller wrote it, free of `readonly`. */
type Sizes<S extends Shape> = [...S];

/** A count that the compiler knows, if it is a whole number from 0 on. */
type Count<N extends number> = `${N}` extends `-${string}` | `${string}.${string}` | `${string}e${string}` ? number : N;

/**
 * A tensor of the given values: a number, nested arrays, or a typed array (one axis).
 *
 * Numbers make `f32`, booleans `bool`, bigints `i64`; typed arrays keep their type. The values are copied.
 *
 * @throws `INVALID_SHAPE` when nested arrays differ in length.
 *
 * @example
 * ```ts
 * const x = tensor([[1, 2, 3], [4, 5, 6]]); // shape [2, 3]
 * const labels = tensor([3, 1], { dtype: 'i32' });
 * ```
 */
export function tensor<const D extends NestedNumbers>(
  values: Checked<DataShape<'tensor', D>, D>,
  options?: CreationOptions,
): Tensor<ResultShape<DataShape<'tensor', D>>>;
export function tensor(values: TypedArray, options?: CreationOptions): Tensor<[number]>;
export function tensor(values: NestedNumbers | TypedArray, options?: CreationOptions): Tensor;
export function tensor(values: NestedNumbers | TypedArray, options: CreationOptions = {}): Tensor {
  if (isTypedArray(values)) return fromData(values, [values.length], options);
  const shape = nestedShape(values);
  const flat: Scalar[] = [];
  flattenInto(values, shape, 0, flat);
  const dtype = options.dtype ?? (flat.length > 0 ? dtypeOfScalar(flat[0]) : 'f32');
  return upload(toTypedArray(flat, dtype), dtype, shape, options, 'tensor');
}

/**
 * A tensor of the given shape from elements in row-major order, which are copied.
 *
 * @param elements A typed array; its type is the dtype unless `options.dtype` says otherwise (then it is converted).
 * @throws `INVALID_SHAPE` when the number of elements is not that of the shape.
 */
export function fromData<const S extends Shape>(
  elements: TypedArray,
  shape: S,
  options?: CreationOptions,
): Tensor<Sizes<S>>;
export function fromData(elements: TypedArray, shape: Shape, options: CreationOptions = {}): Tensor {
  assertShape('fromData', shape);
  if (elements.length !== elementCount(shape)) {
    throw new CenoteError({
      code: 'INVALID_SHAPE',
      op: 'fromData',
      what: 'the number of elements is not that of the shape',
      got: `${elements.length} elements for ${formatShape(shape)}`,
      expected: String(elementCount(shape)),
      hint: 'Correct the shape or the data',
    });
  }
  const own = dtypeOfArray(elements);
  const dtype = options.dtype ?? own;
  const sameType = dtype === own || (dtype === 'bool' && own === 'u8');
  const source =
    sameType && dtype !== 'bool'
      ? elements
      : toTypedArray(
          Array.from<number | bigint, Scalar>(elements, (element) => element),
          dtype,
        );
  return upload(source, dtype, shape, options, 'fromData');
}

/** Every element is `value`. */
export function full<const S extends Shape>(shape: S, value: Scalar, options?: CreationOptions): Tensor<Sizes<S>>;
export function full(shape: Shape, value: Scalar, options: CreationOptions = {}): Tensor {
  return filled('full', checkedCopy('full', shape), value, options);
}

/** Zeros. */
export function zeros<const S extends Shape>(shape: S, options?: CreationOptions): Tensor<Sizes<S>>;
export function zeros(shape: Shape, options: CreationOptions = {}): Tensor {
  return filled('zeros', checkedCopy('zeros', shape), 0, { dtype: 'f32', ...options });
}

/** Ones. */
export function ones<const S extends Shape>(shape: S, options?: CreationOptions): Tensor<Sizes<S>>;
export function ones(shape: Shape, options: CreationOptions = {}): Tensor {
  return filled('ones', checkedCopy('ones', shape), 1, { dtype: 'f32', ...options });
}

/** Zeros with the shape, dtype and device of `x`. */
export function zerosLike<S extends Shape>(x: Tensor<S>, options: CreationOptions = {}): Tensor<S> {
  return fullLike(x, 0, options);
}

/** Ones with the shape, dtype and device of `x`. */
export function onesLike<S extends Shape>(x: Tensor<S>, options: CreationOptions = {}): Tensor<S> {
  return fullLike(x, 1, options);
}

/** Every element is `value`, with the shape, dtype and device of `x`. */
export function fullLike<S extends Shape>(x: Tensor<S>, value: Scalar, options: CreationOptions = {}): Tensor<S> {
  return filled('fullLike', x.shape, value, { dtype: x.dtype, device: x.device, ...options });
}

/**
 * The numbers from `start` up to, but not including, `end`, `step` apart. With one argument, from 0.
 *
 * @throws `INVALID_ARGUMENT` when the step is 0, leads away from the end, or a number is not finite.
 *
 * @example
 * ```ts
 * const x = arange(4); // [0, 1, 2, 3]
 * const y = arange(1, 2, 0.25); // [1, 1.25, 1.5, 1.75]
 * ```
 */
export function arange<const N extends number>(end: N, options?: CreationOptions): Tensor<[Count<N>]>;
export function arange(start: number, end: number, step?: number, options?: CreationOptions): Tensor<[number]>;
export function arange(
  first: number,
  second?: number | CreationOptions,
  step = 1,
  options: CreationOptions = {},
): Tensor {
  const [start, end] = typeof second === 'number' ? [first, second] : [0, first];
  const chosen = typeof second === 'object' ? second : options;
  const count = Math.max(0, Math.ceil((end - start) / step));
  if (![start, end, step, count].every(Number.isFinite) || (end - start) * step < 0) {
    throw new CenoteError({
      code: 'INVALID_ARGUMENT',
      op: 'arange',
      what: 'these numbers are not a range',
      got: `start ${start}, end ${end}, step ${step}`,
      expected: 'finite numbers, and a step that leads from start to end',
      hint: 'Check the sign of the step',
    });
  }
  const dtype = chosen.dtype ?? 'f32';
  const values = Array.from({ length: count }, (_, index) => start + index * step);
  return upload(toTypedArray(values, dtype), dtype, [count], chosen, 'arange');
}

/** `count` numbers, evenly spaced from `start` to `end`, both included. */
export function linspace<const N extends number>(
  start: number,
  end: number,
  count: N,
  options?: CreationOptions,
): Tensor<[Count<N>]>;
export function linspace(start: number, end: number, count: number, options: CreationOptions = {}): Tensor {
  assertShape('linspace', [count]);
  const dtype = options.dtype ?? 'f32';
  const step = count > 1 ? (end - start) / (count - 1) : 0;
  // The second half is counted from the end, so that the last number is exactly `end`.
  const values = Array.from({ length: count }, (_, index) =>
    index < count / 2 ? start + index * step : end - (count - 1 - index) * step,
  );
  return upload(toTypedArray(values, dtype), dtype, [count], options, 'linspace');
}

/** Ones on the diagonal, zeros elsewhere. */
export function eye<const R extends number, const C extends number = R>(
  rows: R,
  columns?: C,
  options?: CreationOptions,
): Tensor<[Count<R>, Count<C>]>;
export function eye(rows: number, columns = rows, options: CreationOptions = {}): Tensor {
  assertShape('eye', [rows, columns]);
  const dtype = options.dtype ?? 'f32';
  const elements = new Array<number>(rows * columns).fill(0);
  for (let index = 0; index < Math.min(rows, columns); index++) elements[index * columns + index] = 1;
  return upload(toTypedArray(elements, dtype), dtype, [rows, columns], options, 'eye');
}

/** @internal Copies elements that have the dtype already to the device. */
export function upload(elements: TypedArray, dtype: DType, shape: Shape, options: CreationOptions, op: string): Tensor {
  const device = options.device ?? getDefaultDevice();
  const value = allocate(device, dtype, shape, op);
  if (elements.length > 0) device.backend.write(value.storage.buffer, elements);
  return finish(new Tensor(value), options);
}

/** The caller's array may change later. */
function checkedCopy(op: string, shape: Shape): Shape {
  assertShape(op, shape);
  return [...shape];
}

function filled<S extends Shape>(op: string, shape: S, value: Scalar, options: CreationOptions): Tensor<S> {
  const device = options.device ?? getDefaultDevice();
  const dtype = options.dtype ?? dtypeOfScalar(value);
  const output = allocate(device, dtype, shape, op);
  compute({ kind: 'fill', value: fillValue(value, dtype) }, op, device, [], [output]);
  return finish(new Tensor({ ...output, shape }), options);
}

/** @internal One number in memory, seen as a tensor of any shape. */
export function spread(op: string, value: Scalar, shape: Shape, dtype: DType, device: Device | undefined): Tensor {
  const single = allocate(device ?? getDefaultDevice(), dtype, [], op);
  compute({ kind: 'fill', value: fillValue(value, dtype) }, op, single.storage.device, [], [single]);
  return new Tensor({ ...single, shape, strides: new Array<number>(shape.length).fill(0) });
}

function finish<S extends Shape>(made: Tensor<S>, options: CreationOptions): Tensor<S> {
  if (options.requiresGrad) made.requiresGrad = true;
  return made;
}

function fillValue(value: Scalar, dtype: DType): number | bigint {
  if (dtype === 'i64') return toBigInt(value);
  return dtype === 'bool' ? Number(Boolean(value)) : Number(value);
}

function toBigInt(value: Scalar): bigint {
  return typeof value === 'number' ? BigInt(Number.isFinite(value) ? Math.trunc(value) : 0) : BigInt(value);
}

function toTypedArray(values: readonly Scalar[], dtype: DType): TypedArray {
  const array = typedArrayView(dtype, new ArrayBuffer(values.length * byteSize[dtype]), 0, values.length);
  if (array instanceof BigInt64Array) {
    for (let index = 0; index < values.length; index++) array[index] = toBigInt(values[index]);
  } else {
    for (let index = 0; index < values.length; index++) {
      array[index] = dtype === 'bool' ? Number(Boolean(values[index])) : Number(values[index]);
    }
  }
  return array;
}

function dtypeOfScalar(value: Scalar): DType {
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'bigint' ? 'i64' : 'f32';
}

function dtypeOfArray(elements: TypedArray): DType {
  if (elements instanceof Float32Array) return 'f32';
  if (elements instanceof Float64Array) return 'f64';
  if (elements instanceof Int32Array) return 'i32';
  if (elements instanceof BigInt64Array) return 'i64';
  if (elements instanceof Int8Array) return 'i8';
  return 'u8';
}

function isTypedArray(values: unknown): values is TypedArray {
  if (!ArrayBuffer.isView(values)) return false;
  const known = [Float32Array, Float64Array, Int32Array, BigInt64Array, Uint8Array, Int8Array];
  if (known.some((type) => values instanceof type)) return true;
  throw new CenoteError({
    code: 'INVALID_DTYPE',
    op: 'tensor',
    what: 'no dtype matches this typed array',
    got: values.constructor.name,
    expected: `one of ${known.map((type) => type.name).join(', ')}`,
    hint: 'Convert it first, e.g. with Float32Array.from(values)',
  });
}

function nestedShape(values: NestedNumbers): number[] {
  const shape: number[] = [];
  for (let level = values; isNested(level); level = level[0]) {
    shape.push(level.length);
    if (level.length === 0) break;
  }
  return shape;
}

function isNested(values: NestedNumbers): values is readonly NestedNumbers[] {
  return Array.isArray(values);
}

function flattenInto(values: NestedNumbers, shape: Shape, axis: number, flat: Scalar[]): void {
  const nested = isNested(values);
  if (axis === shape.length && !nested) {
    if (!['number', 'bigint', 'boolean'].includes(typeof values)) {
      throw new CenoteError({
        code: 'INVALID_ARGUMENT',
        op: 'tensor',
        what: 'a value is not a number',
        got: typeof values,
        expected: 'numbers, bigints or booleans',
        hint: 'Convert the values with Number()',
      });
    }
    flat.push(values);
    return;
  }
  if (!nested || axis === shape.length || values.length !== shape[axis]) {
    throw new CenoteError({
      code: 'INVALID_SHAPE',
      op: 'tensor',
      what: `nested arrays differ on axis ${axis}`,
      got: nested ? `an array of ${values.length}` : 'a number',
      expected: axis === shape.length ? 'a number' : `an array of ${shape[axis]}`,
      hint: 'Give every row the same length',
    });
  }
  for (const item of values) flattenInto(item, shape, axis + 1, flat);
}

/** Throws `INVALID_SHAPE` unless all sizes are whole numbers from 0 on. */
export function assertShape(op: string, shape: Shape): void {
  if (Array.isArray(shape) && shape.every((size) => Number.isInteger(size) && size >= 0)) return;
  throw new CenoteError({
    code: 'INVALID_SHAPE',
    op,
    what: 'not a shape',
    got: Array.isArray(shape) ? formatShape(shape) : String(shape),
    expected: 'an array of whole numbers from 0 on',
    hint: 'Pass the size of each axis',
  });
}
