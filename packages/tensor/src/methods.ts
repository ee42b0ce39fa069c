import type { DType } from '@cenote/backend';
import type { Shape } from '@cenote/shape';
import type {
  AsOutput,
  BroadcastOutput,
  Checked,
  ExpandOutput,
  FlattenOutput,
  MatmulOutput,
  PermuteOutput,
  ReduceOutput,
  ReshapeOutput,
  ResultShape,
  ShapePattern,
  SliceOutput,
  SqueezeOutput,
  TransposeOutput,
  UnsqueezeOutput,
} from '@cenote/shape/types';
import type { Device } from './device.js';
import { asShape } from './ops/as-shape.js';
import { cast, clone, toDevice } from './ops/convert.js';
import type { Operand, OperandShape } from './ops/elementwise.js';
import * as elementwise from './ops/elementwise.js';
import { matmul } from './ops/linear-algebra.js';
import type { Axes, KeepDim, ReductionOptions } from './ops/reduction.js';
import * as reduction from './ops/reduction.js';
import { logSoftmax, softmax } from './ops/softmax.js';
import type { SliceRange } from './ops/view.js';
import * as view from './ops/view.js';
import { Tensor } from './tensor.js';

/** A method that keeps the shape. */
type UnaryMethod = <S extends Shape>(this: Tensor<S>) => Tensor<S>;

/** A method that broadcasts against another operand. */
type BinaryMethod<Op extends string> = <S extends Shape, B extends Operand>(
  this: Tensor<S>,
  other: Checked<BroadcastOutput<Op, S, OperandShape<B>>, B>,
) => Tensor<ResultShape<BroadcastOutput<Op, S, OperandShape<B>>>>;

/** A method that reduces some of the axes. */
type ReductionMethod<Op extends string> = <
  S extends Shape,
  const A extends Axes | undefined = undefined,
  const O extends ReductionOptions = ReductionOptions,
>(
  this: Checked<ReduceOutput<Op, S, A>, Tensor<S>>,
  axes?: A,
  options?: O,
) => Tensor<ResultShape<ReduceOutput<Op, S, A, KeepDim<O>>>>;

/** A method that looks for a position along an axis. */
type ArgReductionMethod<Op extends string> = <
  S extends Shape,
  const A extends number | undefined = undefined,
  const O extends ReductionOptions = ReductionOptions,
>(
  this: Checked<ReduceOutput<Op, S, A>, Tensor<S>>,
  axis?: A,
  options?: O,
) => Tensor<ResultShape<ReduceOutput<Op, S, A, KeepDim<O>>>>;

/**
 * The most common operations as methods, so that they can be chained: `x.sub(1).square().mean()`. Each is the function
 * of the same name with `this` as its first argument.
 */
export interface TensorMethods {
  /**
   * This tensor, with a shape that the compiler then knows. Nothing is copied.
   *
   * @param shape The shape it has; null, or a number that is not a literal, leaves an axis unknown.
   * @throws CenoteError `INVALID_SHAPE` when it has another one.
   *
   * @example
   * ```ts
   * const images = batch.as([null, 1, 28, 28]); // Tensor<[number, 1, 28, 28]>
   * ```
   */
  as<S extends Shape, const P extends ShapePattern>(
    this: Checked<AsOutput<'as', S, P>, Tensor<S>>,
    shape: P,
  ): Tensor<ResultShape<AsOutput<'as', S, P>>>;
  /** A copy of another dtype. */
  to<S extends Shape>(this: Tensor<S>, dtype: DType): Tensor<S>;
  /** The same values on another device, when the promise resolves: see `toDevice`. */
  to<S extends Shape>(this: Tensor<S>, device: Device): Promise<Tensor<S>>;
  /** A copy with memory of its own. */
  clone: UnaryMethod;
  add: BinaryMethod<'add'>;
  sub: BinaryMethod<'sub'>;
  mul: BinaryMethod<'mul'>;
  div: BinaryMethod<'div'>;
  pow: BinaryMethod<'pow'>;
  maximum: BinaryMethod<'maximum'>;
  minimum: BinaryMethod<'minimum'>;
  eq: BinaryMethod<'eq'>;
  ne: BinaryMethod<'ne'>;
  lt: BinaryMethod<'lt'>;
  le: BinaryMethod<'le'>;
  gt: BinaryMethod<'gt'>;
  ge: BinaryMethod<'ge'>;
  neg: UnaryMethod;
  abs: UnaryMethod;
  exp: UnaryMethod;
  log: UnaryMethod;
  sqrt: UnaryMethod;
  square: UnaryMethod;
  relu: UnaryMethod;
  sigmoid: UnaryMethod;
  tanh: UnaryMethod;
  matmul<A extends Shape, B extends Shape>(
    this: Tensor<A>,
    other: Checked<MatmulOutput<'matmul', A, B>, Tensor<B>>,
  ): Tensor<ResultShape<MatmulOutput<'matmul', A, B>>>;
  reshape<S extends Shape, const To extends Shape>(
    this: Checked<ReshapeOutput<'reshape', S, To>, Tensor<S>>,
    shape: To,
  ): Tensor<ResultShape<ReshapeOutput<'reshape', S, To>>>;
  flatten<S extends Shape, const Start extends number = 0, const End extends number = -1>(
    this: Checked<FlattenOutput<'flatten', S, Start, End>, Tensor<S>>,
    startDim?: Start,
    endDim?: End,
  ): Tensor<ResultShape<FlattenOutput<'flatten', S, Start, End>>>;
  permute<S extends Shape, const Order extends readonly number[]>(
    this: Checked<PermuteOutput<'permute', S, Order>, Tensor<S>>,
    axes: Order,
  ): Tensor<ResultShape<PermuteOutput<'permute', S, Order>>>;
  transpose<S extends Shape, const First extends number = -2, const Second extends number = -1>(
    this: Checked<TransposeOutput<'transpose', S, First, Second>, Tensor<S>>,
    first?: First,
    second?: Second,
  ): Tensor<ResultShape<TransposeOutput<'transpose', S, First, Second>>>;
  squeeze<S extends Shape, const Axis extends number | undefined = undefined>(
    this: Checked<SqueezeOutput<'squeeze', S, Axis>, Tensor<S>>,
    axis?: Axis,
  ): Tensor<ResultShape<SqueezeOutput<'squeeze', S, Axis>>>;
  unsqueeze<S extends Shape, const Axis extends number>(
    this: Checked<UnsqueezeOutput<'unsqueeze', S, Axis>, Tensor<S>>,
    axis: Axis,
  ): Tensor<ResultShape<UnsqueezeOutput<'unsqueeze', S, Axis>>>;
  expand<S extends Shape, const To extends Shape>(
    this: Checked<ExpandOutput<'expand', S, To>, Tensor<S>>,
    shape: To,
  ): Tensor<ResultShape<ExpandOutput<'expand', S, To>>>;
  slice<S extends Shape, const Ranges extends readonly SliceRange[]>(
    this: Checked<SliceOutput<'slice', S, Ranges>, Tensor<S>>,
    ranges: Ranges,
  ): Tensor<ResultShape<SliceOutput<'slice', S, Ranges>>>;
  sum: ReductionMethod<'sum'>;
  mean: ReductionMethod<'mean'>;
  prod: ReductionMethod<'prod'>;
  max: ReductionMethod<'max'>;
  min: ReductionMethod<'min'>;
  argmax: ArgReductionMethod<'argmax'>;
  argmin: ArgReductionMethod<'argmin'>;
  softmax<S extends Shape>(this: Tensor<S>, axis?: number): Tensor<S>;
  logSoftmax<S extends Shape>(this: Tensor<S>, axis?: number): Tensor<S>;
}

declare module './tensor.js' {
  interface Tensor<out S extends Shape = Shape> extends TensorMethods {}
}

const unary = (fn: elementwise.UnaryFunction) =>
  function (this: Tensor): Tensor {
    return fn(this);
  };

const binary = <Op extends string>(fn: elementwise.BinaryFunction<Op>) =>
  function (this: Tensor, other: Operand): Tensor {
    return fn<Tensor, Operand>(this, other);
  };

const methods = {
  as(shape: ShapePattern): Tensor {
    return asShape(this, shape);
  },
  to(target: DType | Device): Tensor | Promise<Tensor> {
    return typeof target === 'string' ? cast(this, target) : toDevice(this, target);
  },
  clone: unary(clone),
  add: binary(elementwise.add),
  sub: binary(elementwise.sub),
  mul: binary(elementwise.mul),
  div: binary(elementwise.div),
  pow: binary(elementwise.pow),
  maximum: binary(elementwise.maximum),
  minimum: binary(elementwise.minimum),
  eq: binary(elementwise.eq),
  ne: binary(elementwise.ne),
  lt: binary(elementwise.lt),
  le: binary(elementwise.le),
  gt: binary(elementwise.gt),
  ge: binary(elementwise.ge),
  neg: unary(elementwise.neg),
  abs: unary(elementwise.abs),
  exp: unary(elementwise.exp),
  log: unary(elementwise.log),
  sqrt: unary(elementwise.sqrt),
  square: unary(elementwise.square),
  relu: unary(elementwise.relu),
  sigmoid: unary(elementwise.sigmoid),
  tanh: unary(elementwise.tanh),
  matmul(other: Tensor): Tensor {
    return matmul(this, other);
  },
  reshape(shape: Shape): Tensor {
    return view.reshape(this, shape);
  },
  flatten(startDim?: number, endDim?: number): Tensor {
    return view.flatten(this, startDim, endDim);
  },
  permute(axes: readonly number[]): Tensor {
    return view.permute(this, axes);
  },
  transpose(first?: number, second?: number): Tensor {
    return view.transpose(this, first, second);
  },
  squeeze(axis?: number): Tensor {
    return view.squeeze(this, axis);
  },
  unsqueeze(axis: number): Tensor {
    return view.unsqueeze(this, axis);
  },
  expand(shape: Shape): Tensor {
    return view.expand(this, shape);
  },
  slice(ranges: readonly SliceRange[]): Tensor {
    return view.slice(this, ranges);
  },
  sum(axes?: Axes, options?: ReductionOptions): Tensor {
    return reduction.sum(this, axes, options);
  },
  mean(axes?: Axes, options?: ReductionOptions): Tensor {
    return reduction.mean(this, axes, options);
  },
  prod(axes?: Axes, options?: ReductionOptions): Tensor {
    return reduction.prod(this, axes, options);
  },
  max(axes?: Axes, options?: ReductionOptions): Tensor {
    return reduction.max(this, axes, options);
  },
  min(axes?: Axes, options?: ReductionOptions): Tensor {
    return reduction.min(this, axes, options);
  },
  argmax(axis?: number, options?: ReductionOptions): Tensor {
    return reduction.argmax(this, axis, options);
  },
  argmin(axis?: number, options?: ReductionOptions): Tensor {
    return reduction.argmin(this, axis, options);
  },
  softmax(axis?: number): Tensor {
    return softmax(this, axis);
  },
  logSoftmax(axis?: number): Tensor {
    return logSoftmax(this, axis);
  },
} satisfies { [N in keyof TensorMethods]: (...rest: never[]) => Tensor | Promise<Tensor> } & ThisType<Tensor>;

for (const [name, value] of Object.entries(methods)) {
  Object.defineProperty(Tensor.prototype, name, { value, configurable: true, writable: true });
}
