import type { DType } from '@cenote/backend';
import type { Shape } from '@cenote/shape';
import { cast, clone } from './ops/convert.js';
import type { Operand } from './ops/elementwise.js';
import * as elementwise from './ops/elementwise.js';
import { matmul } from './ops/linear-algebra.js';
import type { Axes, ReductionOptions } from './ops/reduction.js';
import * as reduction from './ops/reduction.js';
import { logSoftmax, softmax } from './ops/softmax.js';
import type { SliceRange } from './ops/view.js';
import * as view from './ops/view.js';
import { Tensor } from './tensor.js';

/**
 * The most common operations as methods, so that they can be chained: `x.sub(1).square().mean()`. Each is the function
 * of the same name with `this` as its first argument.
 */
export interface TensorMethods {
  /** A copy of another dtype. */
  to(dtype: DType): Tensor;
  /** A copy with memory of its own. */
  clone(): Tensor;
  add(other: Operand): Tensor;
  sub(other: Operand): Tensor;
  mul(other: Operand): Tensor;
  div(other: Operand): Tensor;
  pow(other: Operand): Tensor;
  maximum(other: Operand): Tensor;
  minimum(other: Operand): Tensor;
  eq(other: Operand): Tensor;
  ne(other: Operand): Tensor;
  lt(other: Operand): Tensor;
  le(other: Operand): Tensor;
  gt(other: Operand): Tensor;
  ge(other: Operand): Tensor;
  neg(): Tensor;
  abs(): Tensor;
  exp(): Tensor;
  log(): Tensor;
  sqrt(): Tensor;
  square(): Tensor;
  relu(): Tensor;
  sigmoid(): Tensor;
  tanh(): Tensor;
  matmul(other: Tensor): Tensor;
  reshape(shape: Shape): Tensor;
  flatten(startDim?: number, endDim?: number): Tensor;
  permute(axes: readonly number[]): Tensor;
  transpose(first?: number, second?: number): Tensor;
  squeeze(axis?: number): Tensor;
  unsqueeze(axis: number): Tensor;
  expand(shape: Shape): Tensor;
  slice(ranges: readonly SliceRange[]): Tensor;
  sum(axes?: Axes, options?: ReductionOptions): Tensor;
  mean(axes?: Axes, options?: ReductionOptions): Tensor;
  prod(axes?: Axes, options?: ReductionOptions): Tensor;
  max(axes?: Axes, options?: ReductionOptions): Tensor;
  min(axes?: Axes, options?: ReductionOptions): Tensor;
  argmax(axis?: number, options?: ReductionOptions): Tensor;
  argmin(axis?: number, options?: ReductionOptions): Tensor;
  softmax(axis?: number): Tensor;
  logSoftmax(axis?: number): Tensor;
}

declare module './tensor.js' {
  interface Tensor<out S extends Shape = Shape> extends TensorMethods {}
}

type Tail<F> = F extends (x: Tensor, ...rest: infer Rest) => infer Result ? (...rest: Rest) => Result : never;

/** A function of a tensor as a method of it. */
function method<F extends (x: Tensor, ...rest: never[]) => unknown>(fn: F): Tail<F> {
  const call = function (this: Tensor, ...rest: never[]) {
    return fn(this, ...rest);
  };
  return call as unknown as Tail<F>;
}

const methods: TensorMethods = {
  to: method(cast),
  clone: method(clone),
  add: method(elementwise.add),
  sub: method(elementwise.sub),
  mul: method(elementwise.mul),
  div: method(elementwise.div),
  pow: method(elementwise.pow),
  maximum: method(elementwise.maximum),
  minimum: method(elementwise.minimum),
  eq: method(elementwise.eq),
  ne: method(elementwise.ne),
  lt: method(elementwise.lt),
  le: method(elementwise.le),
  gt: method(elementwise.gt),
  ge: method(elementwise.ge),
  neg: method(elementwise.neg),
  abs: method(elementwise.abs),
  exp: method(elementwise.exp),
  log: method(elementwise.log),
  sqrt: method(elementwise.sqrt),
  square: method(elementwise.square),
  relu: method(elementwise.relu),
  sigmoid: method(elementwise.sigmoid),
  tanh: method(elementwise.tanh),
  matmul: method(matmul),
  reshape: method(view.reshape),
  flatten: method(view.flatten),
  permute: method(view.permute),
  transpose: method(view.transpose),
  squeeze: method(view.squeeze),
  unsqueeze: method(view.unsqueeze),
  expand: method(view.expand),
  slice: method(view.slice),
  sum: method(reduction.sum),
  mean: method(reduction.mean),
  prod: method(reduction.prod),
  max: method(reduction.max),
  min: method(reduction.min),
  argmax: method(reduction.argmax),
  argmin: method(reduction.argmin),
  softmax: method(softmax),
  logSoftmax: method(logSoftmax),
};

for (const [name, value] of Object.entries(methods)) {
  Object.defineProperty(Tensor.prototype, name, { value, configurable: true, writable: true });
}
