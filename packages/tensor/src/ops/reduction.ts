import { type DType, isFloat, type ReduceFn } from '@cenote/backend';
import {
  CenoteError,
  elementCount,
  formatShape,
  normalizeAxes,
  normalizeAxis,
  reduceShape,
  type Shape,
} from '@cenote/shape';
import type { Checked, ReduceOutput, ResultShape } from '@cenote/shape/types';
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

/** A reduction of one tensor over some of its axes. */
export type Reduction<Op extends string, Options extends ReductionOptions = ReductionOptions> = <
  S extends Shape,
  const A extends Axes | undefined = undefined,
  const O extends Options = Options,
>(
  x: Checked<ReduceOutput<Op, S, A>, Tensor<S>>,
  axes?: A,
  options?: O,
) => Tensor<ResultShape<ReduceOutput<Op, S, A, KeepDim<O>>>>;

/** A search for the position of an element along one axis. */
export type ArgReduction<Op extends string> = <
  S extends Shape,
  const A extends number | undefined = undefined,
  const O extends ReductionOptions = ReductionOptions,
>(
  x: Checked<ReduceOutput<Op, S, A>, Tensor<S>>,
  axis?: A,
  options?: O,
) => Tensor<ResultShape<ReduceOutput<Op, S, A, KeepDim<O>>>>;

/** Whether options keep reduced axes, as far as the compiler knows: not, when they were left out. */
export type KeepDim<O> = O extends { readonly keepDim: infer K extends boolean }
  ? K
  : ReductionOptions extends O
    ? false
    : boolean;

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

/** Sums, products, extremes and such: one kernel, for the dtypes that `accepts` takes. */
function reduction<Fn extends ReduceFn>(
  fn: Fn,
  accepts: (dtype: DType) => boolean,
  expected: string,
  needsElements?: 'needsElements',
): Reduction<Fn>;
function reduction(
  fn: ReduceFn,
  accepts: (dtype: DType) => boolean,
  expected: string,
  needsElements?: 'needsElements',
) {
  return (x: Tensor, axes?: Axes, options: ReductionOptions = {}): Tensor => {
    assertDType(fn, x.dtype, accepts, expected);
    if (needsElements) assertNotEmpty(fn, x, axisList(fn, x, axes));
    return reduce(fn, fn, x, axes, options);
  };
}

/** A reduction of floats that is made of others. */
function composed<Op extends string, Options extends ReductionOptions = ReductionOptions>(
  op: Op,
  compute: (x: Tensor, axes?: Axes, options?: Options) => Tensor,
): Reduction<Op, Options>;
function composed(op: string, compute: (x: Tensor, axes?: Axes, options?: ReductionOptions) => Tensor): unknown {
  return (x: Tensor, axes?: Axes, options?: ReductionOptions): Tensor => {
    assertDType(op, x.dtype, isFloat, 'f32 or f64');
    return compute(x, axes, options);
  };
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
export const sum: Reduction<'sum'> = /* @__PURE__ */ reduction('sum', isNumeric, 'any number');

/** The product over `axes`; 1 over nothing. */
export const prod: Reduction<'prod'> = /* @__PURE__ */ reduction('prod', isNumeric, 'any number');

/** The largest element over `axes`; NaN wins. The gradient is shared evenly among equal ones. */
export const max: Reduction<'max'> = /* @__PURE__ */ reduction('max', isNumeric, 'any number', 'needsElements');

/** The smallest element over `axes`; NaN wins. The gradient is shared evenly among equal ones. */
export const min: Reduction<'min'> = /* @__PURE__ */ reduction('min', isNumeric, 'any number', 'needsElements');

/** Whether any element over `axes` is true; `bool` only. */
export const any: Reduction<'any'> = /* @__PURE__ */ reduction('any', isBool, 'bool');

/** Whether all elements over `axes` are true; `bool` only. */
export const all: Reduction<'all'> = /* @__PURE__ */ reduction('all', isBool, 'bool');

/** The arithmetic mean over `axes`, floats only; NaN over nothing. */
export const mean: Reduction<'mean'> = /* @__PURE__ */ composed(
  'mean',
  (x: Tensor, axes?: Axes, options: ReductionOptions = {}) => {
    const list = axisList('mean', x, axes);
    const count = elementCount(list.map((axis) => x.shape[axis]));
    const total = reduce('sum', 'mean', x, axes, options);
    const result = div(total, count);
    total.dispose();
    return result;
  },
);

/** Options of {@link variance}. */
export interface VarianceOptions extends ReductionOptions {
  /** What is subtracted from the number of elements: 1 for the unbiased estimate, 0 for the mean square. Default: 1. */
  readonly correction?: number;
}

/** The variance over `axes`: squared distances from the mean, divided by their number less `correction`. */
export const variance: Reduction<'variance', VarianceOptions> = /* @__PURE__ */ composed(
  'variance',
  (x: Tensor, axes?: Axes, options: VarianceOptions = {}) => {
    const list = axisList('variance', x, axes);
    const count = elementCount(list.map((axis) => x.shape[axis]));
    const centre = mean(x, axes, { keepDim: true });
    const distance = sub(x, centre);
    const squares = square(distance);
    const total = sum(squares, axes, options);
    const result = mul(total, 1 / Math.max(0, count - (options.correction ?? 1)));
    for (const made of [centre, distance, squares, total]) made.dispose();
    return result;
  },
);

/** The Euclidean norm over `axes`: the square root of the sum of squares. */
export const norm: Reduction<'norm'> = /* @__PURE__ */ composed(
  'norm',
  (x: Tensor, axes?: Axes, options: ReductionOptions = {}) => {
    const squares = square(x);
    const total = sum(squares, axes, options);
    const result = sqrt(total);
    squares.dispose();
    total.dispose();
    return result;
  },
);

function positionOf<Fn extends 'argmax' | 'argmin'>(fn: Fn): ArgReduction<Fn>;
function positionOf(fn: 'argmax' | 'argmin') {
  return (x: Tensor, axis?: number, options: ReductionOptions = {}): Tensor => argReduce(fn, x, axis, options);
}

function argReduce(fn: 'argmax' | 'argmin', x: Tensor, axis: number | undefined, options: ReductionOptions): Tensor {
  assertDType(fn, x.dtype, isNumeric, 'any number');
  if (axis === undefined) {
    const flat = reshape(x, [-1]);
    const result = argReduce(fn, flat, 0, { keepDim: false });
    flat.dispose();
    if (!options.keepDim) return result;
    const kept = reshape(
      result,
      x.shape.map(() => 1),
    );
    result.dispose();
    return kept;
  }
  const along = normalizeAxis(fn, axis, x.rank);
  assertNotEmpty(fn, x, [along]);
  const spec = { dtype: 'i32' as const, shape: reduceShape(x.shape, [along], true) };
  const [kept] = evaluate({ kind: 'argReduce', fn, axis: along }, fn, [x], [spec]);
  return finish(x, [along], kept, options);
}

/** The position of the largest element along `axis`, or among all elements without one; the first of equals; NaN wins. dtype `i32`. */
export const argmax: ArgReduction<'argmax'> = /* @__PURE__ */ positionOf('argmax');

/** The position of the smallest element along `axis`, or among all elements without one; the first of equals; NaN wins. dtype `i32`. */
export const argmin: ArgReduction<'argmin'> = /* @__PURE__ */ positionOf('argmin');

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
