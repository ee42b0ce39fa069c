import { isFloat } from '@cenote/backend';
import { broadcastShapes } from '@cenote/shape';
import {
  abs,
  add,
  cast,
  ceil,
  cos,
  div,
  eq,
  exp,
  floor,
  ge,
  gt,
  isNan,
  le,
  log,
  logicalAnd,
  logicalNot,
  logicalOr,
  lt,
  maximum,
  minimum,
  mul,
  ne,
  neg,
  pow,
  reciprocal,
  remainder,
  round,
  sign,
  sin,
  sqrt,
  sub,
  type Tensor,
  tensor,
  where,
} from '@cenote/tensor';
import { dtypeOf, elementTypeName } from '../../proto/element-types.js';
import { fitting, input, type NodeContext, type Operator, together, unsupported } from '../context.js';

type Binary = (a: Tensor, b: Tensor) => Tensor;

/** A function of two tensors that broadcast, on the device where they have to be. */
export function broadcast(context: NodeContext, fn: Binary, a: Tensor, b: Tensor): Tensor {
  fitting(context, broadcastShapes(context.op, a.shape, b.shape));
  const [left, right] = together(context, [a, b]);
  return fn(left, right);
}

const ofOne =
  (fn: (x: Tensor) => Tensor): Operator =>
  (context) =>
    fn(input(context, 0));

const ofTwo =
  (fn: Binary): Operator =>
  (context) =>
    broadcast(context, fn, input(context, 0), input(context, 1));

const ofMany =
  (fn: Binary, finish: (result: Tensor, count: number) => Tensor = (result) => result): Operator =>
  (context) => {
    const all = context.inputs.map((_, index) => input(context, index));
    const result = all.slice(1).reduce((so, next) => broadcast(context, fn, so, next), input(context, 0));
    return finish(all.length === 1 ? cast(result, result.dtype) : result, all.length);
  };

/** Integers are divided as in C: what is left over is dropped. Every quotient of 53 bits is exact on the way. */
const divide: Binary = (a, b) => {
  if (isFloat(a.dtype)) return div(a, b);
  return cast(div(cast(a, 'f64'), cast(b, 'f64')), a.dtype);
};

/** With the sign of the divisor, or with `fmod` that of the dividend. */
const modulo: Operator = (context) => {
  const isC = context.attributes.int('fmod', 0) !== 0;
  const truncated: Binary = (a, b) => mul(sign(a), remainder(abs(a), abs(b)));
  return broadcast(context, isC ? truncated : remainder, input(context, 0), input(context, 1));
};

/** Bounds are attributes before opset 11, and inputs since. */
const clip: Operator = (context) => {
  const { attributes } = context;
  const x = input(context, 0);
  const limited = (to: Tensor, fn: Binary, index: number, name: string): Tensor => {
    const bound = context.inputs.at(index);
    if (context.opset >= 11) return bound ? broadcast(context, fn, to, bound) : to;
    return attributes.has(name)
      ? fn(to, tensor(attributes.float(name, 0), { dtype: to.dtype, device: to.device }))
      : to;
  };
  const result = limited(limited(x, maximum, 1, 'min'), minimum, 2, 'max');
  return result === x ? cast(x, x.dtype) : result;
};

const castNode: Operator = (context) => {
  const type = context.attributes.int('to', 0);
  const dtype = dtypeOf(type);
  if (dtype) return cast(input(context, 0), dtype);
  throw unsupported(
    context,
    'a type that tensors cannot have here',
    elementTypeName(type),
    'float, double, int32, int64, uint8, int8 or bool',
  );
};

const whereNode: Operator = (context) => {
  const [condition, a, b] = together(
    context,
    [0, 1, 2].map((index) => input(context, index)),
  );
  fitting(context, broadcastShapes(context.op, condition.shape, broadcastShapes(context.op, a.shape, b.shape)));
  return where<readonly number[], Tensor, Tensor>(condition, a, b);
};

/** The result has the dtype of the base. */
const power: Binary = (base, exponent) => cast(pow(base, exponent), base.dtype);

/** The tensor itself. */
const same = ofOne((x) => cast(x, x.dtype));

/** Operators on each element on its own. */
export const elementwiseOperators: Readonly<Record<string, Operator>> = {
  Identity: same,
  // A model is run as it computes after training.
  Dropout: same,
  Abs: ofOne(abs),
  Ceil: ofOne(ceil),
  Cos: ofOne(cos),
  Exp: ofOne(exp),
  Floor: ofOne(floor),
  IsNaN: ofOne(isNan),
  Log: ofOne(log),
  Neg: ofOne(neg),
  Not: ofOne(logicalNot),
  Reciprocal: ofOne(reciprocal),
  Round: ofOne(round),
  Sign: ofOne(sign),
  Sin: ofOne(sin),
  Sqrt: ofOne(sqrt),
  Add: ofTwo(add),
  Sub: ofTwo(sub),
  Mul: ofTwo(mul),
  Div: ofTwo(divide),
  Pow: ofTwo(power),
  Mod: modulo,
  And: ofTwo(logicalAnd),
  Or: ofTwo(logicalOr),
  Xor: ofTwo(ne),
  Equal: ofTwo(eq),
  Greater: ofTwo(gt),
  GreaterOrEqual: ofTwo(ge),
  Less: ofTwo(lt),
  LessOrEqual: ofTwo(le),
  Max: ofMany(maximum),
  Min: ofMany(minimum),
  Sum: ofMany(add),
  Mean: ofMany(add, (sum, count) => div(sum, count)),
  Clip: clip,
  Cast: castNode,
  Where: whereNode,
};
