import { type BinaryFn, type CompareFn, type DType, isFloat, type UnaryFn } from '@cenote/backend';
import { broadcastShapes, formatShape } from '@cenote/shape';
import { full } from '../creation.js';
import { assertDType, promoteScalar, promoteTypes, type Scalar } from '../promote.js';
import { Tensor } from '../tensor.js';
import { cast } from './convert.js';
import { computed, evaluate } from './primitive.js';
import { expand } from './view.js';

/** What elementwise functions of two inputs take: a tensor, or a number on either side. */
export type Operand = Tensor | Scalar;

const isNumeric = (dtype: DType) => dtype !== 'bool';

function unary(fn: UnaryFn, x: Tensor, label: string = fn): Tensor {
  assertDType(label, x.dtype, isFloat, 'f32 or f64');
  return computed('unary', { fn }, { kind: 'unary', fn }, label, [x], [{ dtype: x.dtype, shape: x.shape }])[0];
}

function numericUnary(fn: UnaryFn, x: Tensor): Tensor {
  assertDType(fn, x.dtype, isNumeric, 'any number');
  return computed('unary', { fn }, { kind: 'unary', fn }, fn, [x], [{ dtype: x.dtype, shape: x.shape }])[0];
}

/** `−x`, any number. */
export const neg = (x: Tensor): Tensor => numericUnary('neg', x);
/** `|x|`, any number. The gradient at 0 is 0. */
export const abs = (x: Tensor): Tensor => numericUnary('abs', x);
/** −1, 0 or 1; NaN stays NaN. */
export const sign = (x: Tensor): Tensor => numericUnary('sign', x);
/** `max(x, 0)`; NaN stays NaN. The gradient at 0 is 0. */
export const relu = (x: Tensor): Tensor => numericUnary('relu', x);
/** The largest whole number that is not above. */
export const floor = (x: Tensor): Tensor => numericUnary('floor', x);
/** The smallest whole number that is not below. */
export const ceil = (x: Tensor): Tensor => numericUnary('ceil', x);
/** The nearest whole number; halves go to the even one. */
export const round = (x: Tensor): Tensor => numericUnary('round', x);
/** `e^x`, floats. */
export const exp = (x: Tensor): Tensor => unary('exp', x);
/** `e^x − 1`, exact near 0. */
export const expm1 = (x: Tensor): Tensor => unary('expm1', x);
/** The natural logarithm. */
export const log = (x: Tensor): Tensor => unary('log', x);
/** `log(1 + x)`, exact near 0. */
export const log1p = (x: Tensor): Tensor => unary('log1p', x);
/** The square root. */
export const sqrt = (x: Tensor): Tensor => unary('sqrt', x);
/** `1 / x`. */
export const reciprocal = (x: Tensor): Tensor => unary('reciprocal', x);
/** The sine, of radians. */
export const sin = (x: Tensor): Tensor => unary('sin', x);
/** The cosine, of radians. */
export const cos = (x: Tensor): Tensor => unary('cos', x);
/** The hyperbolic tangent. */
export const tanh = (x: Tensor): Tensor => unary('tanh', x);
/** `1 / (1 + e^−x)`. */
export const sigmoid = (x: Tensor): Tensor => unary('sigmoid', x);
/** `x · x`, any number. */
export const square = (x: Tensor): Tensor => mul(x, x);

/** Where `x` is NaN; dtype `bool`. */
export function isNan(x: Tensor): Tensor {
  return evaluate({ kind: 'unary', fn: 'isNan' }, 'isNan', [x], [{ dtype: 'bool', shape: x.shape }])[0];
}

/** Where `x` is false; `bool` only. */
export function logicalNot(x: Tensor): Tensor {
  assertDType('logicalNot', x.dtype, (dtype) => dtype === 'bool', 'bool');
  return evaluate({ kind: 'unary', fn: 'logicalNot' }, 'logicalNot', [x], [{ dtype: 'bool', shape: x.shape }])[0];
}

/** Two operands as tensors of one dtype and shape. Those made on the way are in `made`. */
function align(label: string, a: Operand, b: Operand, minimum?: DType): { a: Tensor; b: Tensor; made: Tensor[] } {
  const made: Tensor[] = [];
  const own = (tensor: Tensor) => {
    made.push(tensor);
    return tensor;
  };
  const device = a instanceof Tensor ? a.device : b instanceof Tensor ? b.device : undefined;
  let dtype: DType;
  if (a instanceof Tensor) dtype = b instanceof Tensor ? promoteTypes(a.dtype, b.dtype) : promoteScalar(a.dtype, b);
  else if (b instanceof Tensor) dtype = promoteScalar(b.dtype, a);
  else dtype = promoteScalar(promoteScalar('bool', a), b);
  if (minimum) dtype = promoteTypes(dtype, minimum);
  const shape = broadcastShapes(label, a instanceof Tensor ? a.shape : [], b instanceof Tensor ? b.shape : []);
  const matched = (operand: Operand): Tensor => {
    let tensor = operand instanceof Tensor ? operand : own(full([], operand, { dtype, device }));
    if (tensor.dtype !== dtype) tensor = own(cast(tensor, dtype));
    if (formatShape(tensor.shape) !== formatShape(shape)) tensor = own(expand(tensor, shape));
    return tensor;
  };
  return { a: matched(a), b: matched(b), made };
}

function binary(
  fn: Exclude<BinaryFn, CompareFn>,
  a: Operand,
  b: Operand,
  accepts: (dtype: DType) => boolean = isNumeric,
  expected = 'any number',
  minimum?: DType,
): Tensor {
  const aligned = align(fn, a, b, minimum);
  try {
    const inputs = [aligned.a, aligned.b];
    const { dtype, shape } = aligned.a;
    assertDType(fn, dtype, accepts, expected);
    return computed('binary', { fn }, { kind: 'binary', fn }, fn, inputs, [{ dtype, shape }])[0];
  } finally {
    for (const tensor of aligned.made) tensor.dispose();
  }
}

function compare(fn: CompareFn, a: Operand, b: Operand): Tensor {
  const aligned = align(fn, a, b);
  try {
    const inputs = [aligned.a, aligned.b];
    return evaluate({ kind: 'binary', fn }, fn, inputs, [{ dtype: 'bool', shape: aligned.a.shape }])[0];
  } finally {
    for (const tensor of aligned.made) tensor.dispose();
  }
}

const isBool = (dtype: DType) => dtype === 'bool';

/** `a + b`, broadcast and promoted; integers wrap around. */
export const add = (a: Operand, b: Operand): Tensor => binary('add', a, b);
/** `a − b`, broadcast and promoted; integers wrap around. */
export const sub = (a: Operand, b: Operand): Tensor => binary('sub', a, b);
/** `a · b`, broadcast and promoted; integers wrap around. */
export const mul = (a: Operand, b: Operand): Tensor => binary('mul', a, b);
/** `a / b`, always a float: integers are converted to `f32` first. */
export const div = (a: Operand, b: Operand): Tensor => binary('div', a, b, isFloat, 'f32 or f64', 'f32');
/** `a` to the power of `b`. */
export const pow = (a: Operand, b: Operand): Tensor => binary('pow', a, b);
/** The larger of the two; NaN wins. */
export const maximum = (a: Operand, b: Operand): Tensor => binary('maximum', a, b);
/** The smaller of the two; NaN wins. */
export const minimum = (a: Operand, b: Operand): Tensor => binary('minimum', a, b);
/** What is left of `a / b`, with the sign of `b`, as in Python. */
export const remainder = (a: Operand, b: Operand): Tensor => binary('remainder', a, b);
/** Both; `bool` only. */
export const logicalAnd = (a: Operand, b: Operand): Tensor => binary('logicalAnd', a, b, isBool, 'bool');
/** Either or both; `bool` only. */
export const logicalOr = (a: Operand, b: Operand): Tensor => binary('logicalOr', a, b, isBool, 'bool');
/** Where `a = b`; dtype `bool`. */
export const eq = (a: Operand, b: Operand): Tensor => compare('eq', a, b);
/** Where `a ≠ b`; dtype `bool`. */
export const ne = (a: Operand, b: Operand): Tensor => compare('ne', a, b);
/** Where `a < b`; dtype `bool`. */
export const lt = (a: Operand, b: Operand): Tensor => compare('lt', a, b);
/** Where `a ≤ b`; dtype `bool`. */
export const le = (a: Operand, b: Operand): Tensor => compare('le', a, b);
/** Where `a > b`; dtype `bool`. */
export const gt = (a: Operand, b: Operand): Tensor => compare('gt', a, b);
/** Where `a ≥ b`; dtype `bool`. */
export const ge = (a: Operand, b: Operand): Tensor => compare('ge', a, b);

/**
 * `a` where the condition is true, `b` elsewhere; all three broadcast.
 *
 * @param condition dtype `bool`.
 */
export function where(condition: Tensor, a: Operand, b: Operand): Tensor {
  assertDType('where', condition.dtype, isBool, 'bool for the condition');
  const aligned = align('where', a, b);
  try {
    const shape = broadcastShapes('where', condition.shape, aligned.a.shape);
    const inputs = [condition, aligned.a, aligned.b].map((tensor) => {
      if (formatShape(tensor.shape) === formatShape(shape)) return tensor;
      const expanded = expand(tensor, shape);
      aligned.made.push(expanded);
      return expanded;
    });
    return computed('where', {}, { kind: 'where' }, 'where', inputs, [{ dtype: aligned.a.dtype, shape }])[0];
  } finally {
    for (const tensor of aligned.made) tensor.dispose();
  }
}
