import { type DType, isFloat, type ReduceFn } from '@cenote/backend';
import { CenoteError, elementCount, formatShape, normalizeAxes, normalizeAxis, reduceShape } from '@cenote/shape';
import { assertDType } from '../promote.js';
import type { Tensor } from '../tensor.js';
import { div, mul, sqrt, square, sub } from './elementwise.js';
import { computed, evaluate } from './primitive.js';
import { reshape } from './view.js';

/** Which axes a reduction goes over; all of them where none are given. Negative ones count from the end. */
export type Axes = number | readonly number[];

/** Options of reductions. */
export interface ReductionOptions {
  /** Whether reduced axes stay, with size 1. Default: false. */
  readonly keepDim?: boolean;
}

function axisList(label: string, x: Tensor, axes: Axes | undefined): readonly number[] {
  return normalizeAxes(label, typeof axes === 'number' ? [axes] : axes, x.rank);
}

/** Drops the axes of size 1 that a kernel left, unless they are wanted. */
function finish(x: Tensor, axes: readonly number[], kept: Tensor, options: ReductionOptions): Tensor {
  if (options.keepDim || axes.length === 0) return kept;
  const shape = reduceShape(x.shape, axes, false);
  const result = reshape(kept, shape);
  kept.dispose();
  return result;
}

function reduce(fn: ReduceFn, label: string, x: Tensor, axes: Axes | undefined, options: ReductionOptions): Tensor {
  const list = axisList(label, x, axes);
  const spec = { dtype: x.dtype, shape: reduceShape(x.shape, list, true) };
  const [kept] = computed('reduce', { fn, axes: list }, { kind: 'reduce', fn, axes: list }, label, [x], [spec]);
  return finish(x, list, kept, options);
}

const isNumeric = (dtype: DType) => dtype !== 'bool';
const isBool = (dtype: DType) => dtype === 'bool';

/** The sum over `axes`, in the input's dtype (integers wrap around); 0 over nothing. */
export function sum(x: Tensor, axes?: Axes, options: ReductionOptions = {}): Tensor {
  assertDType('sum', x.dtype, isNumeric, 'any number');
  return reduce('sum', 'sum', x, axes, options);
}

/** The product over `axes`; 1 over nothing. */
export function prod(x: Tensor, axes?: Axes, options: ReductionOptions = {}): Tensor {
  assertDType('prod', x.dtype, isNumeric, 'any number');
  return reduce('prod', 'prod', x, axes, options);
}

/** The largest element over `axes`; NaN wins. The gradient is shared evenly among equal ones. */
export function max(x: Tensor, axes?: Axes, options: ReductionOptions = {}): Tensor {
  assertDType('max', x.dtype, isNumeric, 'any number');
  assertNotEmpty('max', x, axisList('max', x, axes));
  return reduce('max', 'max', x, axes, options);
}

/** The smallest element over `axes`; NaN wins. The gradient is shared evenly among equal ones. */
export function min(x: Tensor, axes?: Axes, options: ReductionOptions = {}): Tensor {
  assertDType('min', x.dtype, isNumeric, 'any number');
  assertNotEmpty('min', x, axisList('min', x, axes));
  return reduce('min', 'min', x, axes, options);
}

/** Whether any element over `axes` is true; `bool` only. */
export function any(x: Tensor, axes?: Axes, options: ReductionOptions = {}): Tensor {
  assertDType('any', x.dtype, isBool, 'bool');
  return reduce('any', 'any', x, axes, options);
}

/** Whether all elements over `axes` are true; `bool` only. */
export function all(x: Tensor, axes?: Axes, options: ReductionOptions = {}): Tensor {
  assertDType('all', x.dtype, isBool, 'bool');
  return reduce('all', 'all', x, axes, options);
}

/** The arithmetic mean over `axes`, floats only; NaN over nothing. */
export function mean(x: Tensor, axes?: Axes, options: ReductionOptions = {}): Tensor {
  assertDType('mean', x.dtype, isFloat, 'f32 or f64');
  const list = axisList('mean', x, axes);
  const count = elementCount(list.map((axis) => x.shape[axis]));
  const total = reduce('sum', 'mean', x, axes, options);
  const result = div(total, count);
  total.dispose();
  return result;
}

/** Options of {@link variance}. */
export interface VarianceOptions extends ReductionOptions {
  /** What is subtracted from the number of elements: 1 for the unbiased estimate, 0 for the mean square. Default: 1. */
  readonly correction?: number;
}

/** The variance over `axes`: squared distances from the mean, divided by their number less `correction`. */
export function variance(x: Tensor, axes?: Axes, options: VarianceOptions = {}): Tensor {
  assertDType('variance', x.dtype, isFloat, 'f32 or f64');
  const list = axisList('variance', x, axes);
  const count = elementCount(list.map((axis) => x.shape[axis]));
  const centre = mean(x, axes, { keepDim: true });
  const distance = sub(x, centre);
  const squares = square(distance);
  const total = sum(squares, axes, options);
  const result = mul(total, 1 / Math.max(0, count - (options.correction ?? 1)));
  for (const made of [centre, distance, squares, total]) made.dispose();
  return result;
}

/** The Euclidean norm over `axes`: the square root of the sum of squares. */
export function norm(x: Tensor, axes?: Axes, options: ReductionOptions = {}): Tensor {
  assertDType('norm', x.dtype, isFloat, 'f32 or f64');
  const squares = square(x);
  const total = sum(squares, axes, options);
  const result = sqrt(total);
  squares.dispose();
  total.dispose();
  return result;
}

function argReduce(fn: 'argmax' | 'argmin', x: Tensor, axis: number | undefined, options: ReductionOptions): Tensor {
  assertDType(fn, x.dtype, isNumeric, 'any number');
  if (axis === undefined) {
    const flat = reshape(x, [-1]);
    const result = argReduce(fn, flat, 0, { keepDim: false });
    flat.dispose();
    return result;
  }
  const along = normalizeAxis(fn, axis, x.rank);
  assertNotEmpty(fn, x, [along]);
  const spec = { dtype: 'i32' as const, shape: reduceShape(x.shape, [along], true) };
  const [kept] = evaluate({ kind: 'argReduce', fn, axis: along }, fn, [x], [spec]);
  return finish(x, [along], kept, options);
}

/** The position of the largest element along `axis`, or among all elements without one; the first of equals; NaN wins. dtype `i32`. */
export function argmax(x: Tensor, axis?: number, options: ReductionOptions = {}): Tensor {
  return argReduce('argmax', x, axis, options);
}

/** The position of the smallest element along `axis`, or among all elements without one; the first of equals; NaN wins. dtype `i32`. */
export function argmin(x: Tensor, axis?: number, options: ReductionOptions = {}): Tensor {
  return argReduce('argmin', x, axis, options);
}

function assertNotEmpty(op: string, x: Tensor, axes: readonly number[]): void {
  if (axes.every((axis) => x.shape[axis] > 0)) return;
  throw new CenoteError({
    code: 'INVALID_SHAPE',
    op,
    what: 'nothing to choose from',
    got: `shape ${formatShape(x.shape)} over axes [${axes.join(', ')}]`,
    expected: 'at least one element on each of them',
    hint: 'Check for an empty batch before',
  });
}
