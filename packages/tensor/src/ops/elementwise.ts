import {
  type ActivationGradFn,
  type BinaryFn,
  type CompareFn,
  type DType,
  isFloat,
  type UnaryFn,
} from '@cenote/backend';
import { broadcastShapes, type Shape, sameShape } from '@cenote/shape';
import type { BroadcastOutput, Checked, ResultShape } from '@cenote/shape/types';
import { spread } from '../creation.js';
import { assertDType, promoteScalar, promoteTypes, type Scalar } from '../promote.js';
import { Tensor } from '../tensor.js';
import { cast } from './convert.js';
import { computed, computedLike, evaluate, evaluatedLike } from './primitive.js';
import { expand } from './view.js';

/** What elementwise functions of two inputs take: a tensor, or a number on either side. */
export type Operand = Tensor | Scalar;

const isNumeric = (dtype: DType) => dtype !== 'bool';

/** An elementwise function of one tensor. The result has its shape and dtype. */
export type UnaryFunction = <S extends Shape>(x: Tensor<S>) => Tensor<S>;

function unary(fn: UnaryFn, accepts: (dtype: DType) => boolean = isFloat, expected = 'f32 or f64'): UnaryFunction {
  return <S extends Shape>(x: Tensor<S>): Tensor<S> => {
    assertDType(fn, x.dtype, accepts, expected);
    return computedLike('unary', { fn }, { kind: 'unary', fn }, fn, x);
  };
}

function numericUnary(fn: UnaryFn): UnaryFunction {
  return unary(fn, isNumeric, 'any number');
}

/** `−x`, any number. */
export const neg: UnaryFunction = /* @__PURE__ */ numericUnary('neg');
/** `|x|`, any number. The gradient at 0 is 0. */
export const abs: UnaryFunction = /* @__PURE__ */ numericUnary('abs');
/** −1, 0 or 1; NaN stays NaN. */
export const sign: UnaryFunction = /* @__PURE__ */ numericUnary('sign');
/** `max(x, 0)`; NaN stays NaN. The gradient at 0 is 0. */
export const relu: UnaryFunction = /* @__PURE__ */ numericUnary('relu');
/** The largest whole number that is not above. */
export const floor: UnaryFunction = /* @__PURE__ */ numericUnary('floor');
/** The smallest whole number that is not below. */
export const ceil: UnaryFunction = /* @__PURE__ */ numericUnary('ceil');
/** The nearest whole number; halves go to the even one. */
export const round: UnaryFunction = /* @__PURE__ */ numericUnary('round');
/** `e^x`, floats. */
export const exp: UnaryFunction = /* @__PURE__ */ unary('exp');
/** `e^x − 1`, exact near 0. */
export const expm1: UnaryFunction = /* @__PURE__ */ unary('expm1');
/** The natural logarithm. */
export const log: UnaryFunction = /* @__PURE__ */ unary('log');
/** `log(1 + x)`, exact near 0. */
export const log1p: UnaryFunction = /* @__PURE__ */ unary('log1p');
/** The square root. */
export const sqrt: UnaryFunction = /* @__PURE__ */ unary('sqrt');
/** `1 / x`. */
export const reciprocal: UnaryFunction = /* @__PURE__ */ unary('reciprocal');
/** The sine, of radians. */
export const sin: UnaryFunction = /* @__PURE__ */ unary('sin');
/** The cosine, of radians. */
export const cos: UnaryFunction = /* @__PURE__ */ unary('cos');
/** The hyperbolic tangent. */
export const tanh: UnaryFunction = /* @__PURE__ */ unary('tanh');
/** `1 / (1 + e^−x)`. */
export const sigmoid: UnaryFunction = /* @__PURE__ */ unary('sigmoid');
/** `x · x`, any number. */
export function square<S extends Shape>(x: Tensor<S>): Tensor<S>;
export function square(x: Tensor): Tensor {
  return mul(x, x);
}

/** Where `x` is NaN; dtype `bool`. */
export function isNan<S extends Shape>(x: Tensor<S>): Tensor<S> {
  return evaluatedLike({ kind: 'unary', fn: 'isNan' }, 'isNan', x, 'bool');
}

/** Where `x` is false; `bool` only. */
export function logicalNot<S extends Shape>(x: Tensor<S>): Tensor<S> {
  assertDType('logicalNot', x.dtype, (dtype) => dtype === 'bool', 'bool');
  return evaluatedLike({ kind: 'unary', fn: 'logicalNot' }, 'logicalNot', x, 'bool');
}

/** Two operands of one dtype and shape, and what was made on the way and has to be disposed of. */
interface Aligned {
  readonly a: Tensor;
  readonly b: Tensor;
  readonly made: Tensor[];
}

function align(label: string, a: Operand, b: Operand, minimum?: DType): Aligned {
  const made: Tensor[] = [];
  const [left, right] = [a instanceof Tensor ? a : null, b instanceof Tensor ? b : null];
  const device = left?.device ?? right?.device;
  const both = commonDType(a, b);
  const dtype = minimum ? promoteTypes(both, minimum) : both;
  const shape = left && right ? commonShape(label, left.shape, right.shape) : ((left ?? right)?.shape ?? []);
  const own = (tensor: Tensor) => {
    made.push(tensor);
    return tensor;
  };
  const matched = (operand: Operand): Tensor => {
    if (!(operand instanceof Tensor)) return own(spread(label, operand, shape, dtype, device));
    const converted = operand.dtype === dtype ? operand : own(cast(operand, dtype));
    return sameShape(converted.shape, shape) ? converted : own(expand(converted, shape));
  };
  return { a: matched(a), b: matched(b), made };
}

function commonShape(label: string, a: Shape, b: Shape): Shape {
  return sameShape(a, b) ? a : broadcastShapes(label, a, b);
}

function commonDType(a: Operand, b: Operand): DType {
  if (a instanceof Tensor) return b instanceof Tensor ? promoteTypes(a.dtype, b.dtype) : promoteScalar(a.dtype, b);
  return b instanceof Tensor ? promoteScalar(b.dtype, a) : promoteScalar(promoteScalar('bool', a), b);
}

/** The shape of an operand: a plain number has no axes. */
export type OperandShape<O> = O extends Tensor<infer S> ? S : [];

/** What two operands broadcast to, or why they do not. */
type BroadcastOf<Op extends string, A, B> = BroadcastOutput<Op, OperandShape<A>, OperandShape<B>>;

/** An elementwise function of two operands, broadcast against each other. */
export type BinaryFunction<Op extends string> = <A extends Operand, B extends Operand>(
  a: A,
  b: Checked<BroadcastOf<Op, A, B>, B>,
) => Tensor<ResultShape<BroadcastOf<Op, A, B>>>;

/** Which dtypes a function of two operands takes. */
interface BinaryRules {
  readonly accepts: (dtype: DType) => boolean;
  readonly expected: string;
  /** What integers are converted to first. */
  readonly minimum?: DType;
}

const numbers: BinaryRules = { accepts: isNumeric, expected: 'any number' };
const floats: BinaryRules = { accepts: isFloat, expected: 'f32 or f64', minimum: 'f32' };

type ArithmeticFn = Exclude<BinaryFn, CompareFn | ActivationGradFn>;

function binary<Fn extends ArithmeticFn>(fn: Fn, rules?: BinaryRules): BinaryFunction<Fn>;
function binary(fn: ArithmeticFn, { accepts, expected, minimum }: BinaryRules = numbers) {
  return (a: Operand, b: Operand): Tensor => {
    const aligned = align(fn, a, b, minimum);
    try {
      const inputs = [aligned.a, aligned.b];
      const { dtype, shape } = aligned.a;
      assertDType(fn, dtype, accepts, expected);
      return computed('binary', { fn }, { kind: 'binary', fn }, fn, inputs, [{ dtype, shape }])[0];
    } finally {
      for (const tensor of aligned.made) tensor.dispose();
    }
  };
}

function compare<Fn extends CompareFn>(fn: Fn): BinaryFunction<Fn>;
function compare(fn: CompareFn) {
  return (a: Operand, b: Operand): Tensor => {
    const aligned = align(fn, a, b);
    try {
      const inputs = [aligned.a, aligned.b];
      return evaluate({ kind: 'binary', fn }, fn, inputs, [{ dtype: 'bool', shape: aligned.a.shape }])[0];
    } finally {
      for (const tensor of aligned.made) tensor.dispose();
    }
  };
}

const isBool = (dtype: DType) => dtype === 'bool';
const booleans: BinaryRules = { accepts: isBool, expected: 'bool' };

/** `a + b`, broadcast and promoted; integers wrap around. */
export const add: BinaryFunction<'add'> = /* @__PURE__ */ binary('add');
/** `a − b`, broadcast and promoted; integers wrap around. */
export const sub: BinaryFunction<'sub'> = /* @__PURE__ */ binary('sub');
/** `a · b`, broadcast and promoted; integers wrap around. */
export const mul: BinaryFunction<'mul'> = /* @__PURE__ */ binary('mul');
/** `a / b`, always a float: integers are converted to `f32` first. */
export const div: BinaryFunction<'div'> = /* @__PURE__ */ binary('div', floats);
/** `a` to the power of `b`. */
export const pow: BinaryFunction<'pow'> = /* @__PURE__ */ binary('pow');
/** The larger of the two; NaN wins. */
export const maximum: BinaryFunction<'maximum'> = /* @__PURE__ */ binary('maximum');
/** The smaller of the two; NaN wins. */
export const minimum: BinaryFunction<'minimum'> = /* @__PURE__ */ binary('minimum');
/** What is left of `a / b`, with the sign of `b`, as in Python. */
export const remainder: BinaryFunction<'remainder'> = /* @__PURE__ */ binary('remainder');
/** Both; `bool` only. */
export const logicalAnd: BinaryFunction<'logicalAnd'> = /* @__PURE__ */ binary('logicalAnd', booleans);
/** Either or both; `bool` only. */
export const logicalOr: BinaryFunction<'logicalOr'> = /* @__PURE__ */ binary('logicalOr', booleans);
/** Where `a = b`; dtype `bool`. */
export const eq: BinaryFunction<'eq'> = /* @__PURE__ */ compare('eq');
/** Where `a ≠ b`; dtype `bool`. */
export const ne: BinaryFunction<'ne'> = /* @__PURE__ */ compare('ne');
/** Where `a < b`; dtype `bool`. */
export const lt: BinaryFunction<'lt'> = /* @__PURE__ */ compare('lt');
/** Where `a ≤ b`; dtype `bool`. */
export const le: BinaryFunction<'le'> = /* @__PURE__ */ compare('le');
/** Where `a > b`; dtype `bool`. */
export const gt: BinaryFunction<'gt'> = /* @__PURE__ */ compare('gt');
/** Where `a ≥ b`; dtype `bool`. */
export const ge: BinaryFunction<'ge'> = /* @__PURE__ */ compare('ge');

/** What a condition and two operands broadcast to, or why they do not. */
type ChosenShape<C extends Shape, A, B> =
  BroadcastOf<'where', A, B> extends infer Both
    ? Both extends Shape
      ? BroadcastOutput<'where', C, Both>
      : Both
    : never;

/**
 * `a` where the condition is true, `b` elsewhere; all three broadcast.
 *
 * @param condition dtype `bool`.
 */
export function where<C extends Shape, A extends Operand, B extends Operand>(
  condition: Tensor<C>,
  a: A,
  b: Checked<ChosenShape<C, A, B>, B>,
): Tensor<ResultShape<ChosenShape<C, A, B>>>;
export function where(condition: Tensor, a: Operand, b: Operand): Tensor {
  assertDType('where', condition.dtype, isBool, 'bool for the condition');
  const aligned = align('where', a, b);
  try {
    const shape = broadcastShapes('where', condition.shape, aligned.a.shape);
    const inputs = [condition, aligned.a, aligned.b].map((tensor) => {
      if (sameShape(tensor.shape, shape)) return tensor;
      const expanded = expand(tensor, shape);
      aligned.made.push(expanded);
      return expanded;
    });
    return computed('where', {}, { kind: 'where' }, 'where', inputs, [{ dtype: aligned.a.dtype, shape }])[0];
  } finally {
    for (const tensor of aligned.made) tensor.dispose();
  }
}
