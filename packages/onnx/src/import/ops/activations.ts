import {
  abs,
  add,
  div,
  exp,
  expm1,
  log1p,
  logSoftmax,
  maximum,
  minimum,
  mul,
  neg,
  relu,
  reshape,
  sigmoid,
  softmax,
  sub,
  type Tensor,
  tanh,
  where,
} from '@cenote/tensor';
import { input, type NodeContext, type Operator } from '../context.js';
import { broadcast } from './elementwise.js';

const fused = { relu, sigmoid, tanh };

/** Applies an activation that was asked for. */
export function applyActivation(activation: NodeContext['activation'], x: Tensor): Tensor {
  return activation ? fused[activation](x) : x;
}

/** A function of one input and its attributes. */
const ofOne =
  (body: (x: Tensor, attributes: NodeContext['attributes']) => Tensor): Operator =>
  (context) =>
    body(input(context, 0), context.attributes);

/** `log(1 + e^x)`, without overflow. */
const softplus = (x: Tensor): Tensor => add(maximum(x, 0), log1p(exp(neg(abs(x)))));

/** `x` where it is above 0, and `below(x)` elsewhere, of which only values for negative `x` matter. */
const unlessPositive = (x: Tensor, below: (negative: Tensor) => Tensor): Tensor =>
  where(x.gt(0), x, below(minimum(x, 0)));

const hardSigmoid = (x: Tensor, alpha: number, beta: number): Tensor =>
  minimum(maximum(add(mul(x, alpha), beta), 0), 1);

/** Along one axis from opset 13 on; before, over all axes from `axis` on (https://github.com/onnx/onnx/blob/main/docs/Changelog.md#Softmax-13). */
const along =
  (fn: (x: Tensor, axis: number) => Tensor): Operator =>
  (context) => {
    const x = input(context, 0);
    if (context.opset >= 13) return fn(x, context.attributes.int('axis', -1));
    const axis = context.attributes.int('axis', 1);
    const start = axis < 0 ? axis + x.rank : axis;
    const rows = x.shape.slice(0, start).reduce((product, size) => product * size, 1);
    const columns = x.shape.slice(start).reduce((product, size) => product * size, 1);
    return reshape(fn(reshape(x, [rows, columns]), 1), x.shape);
  };

/** Activations. Those without a line of their own are in `elementwise.ts`. */
export const activationOperators: Readonly<Record<string, Operator>> = {
  Relu: ofOne(relu),
  Sigmoid: ofOne(sigmoid),
  Tanh: ofOne(tanh),
  Softmax: along(softmax),
  LogSoftmax: along(logSoftmax),
  Softplus: ofOne(softplus),
  Softsign: ofOne((x) => div(x, add(abs(x), 1))),
  LeakyRelu: ofOne((x, attributes) => where(x.lt(0), mul(x, attributes.float('alpha', 0.01)), x)),
  Elu: ofOne((x, attributes) => unlessPositive(x, (below) => mul(expm1(below), attributes.float('alpha', 1)))),
  Celu: ofOne((x, attributes) => {
    const alpha = attributes.float('alpha', 1);
    return unlessPositive(x, (below) => mul(expm1(div(below, alpha)), alpha));
  }),
  Selu: ofOne((x, attributes) => {
    const alpha = attributes.float('alpha', 1.6732632423543772);
    const gamma = attributes.float('gamma', 1.0507009873554805);
    return mul(
      unlessPositive(x, (below) => mul(expm1(below), alpha)),
      gamma,
    );
  }),
  HardSigmoid: ofOne((x, attributes) => hardSigmoid(x, attributes.float('alpha', 0.2), attributes.float('beta', 0.5))),
  HardSwish: ofOne((x) => mul(x, hardSigmoid(x, 1 / 6, 0.5))),
  Mish: ofOne((x) => mul(x, tanh(softplus(x)))),
  ThresholdedRelu: ofOne((x, attributes) => where(x.gt(attributes.float('alpha', 1)), x, 0)),
  Shrink: ofOne((x, attributes) => {
    const [lambda, bias] = [attributes.float('lambd', 0.5), attributes.float('bias', 0)];
    return where(x.lt(-lambda), add(x, bias), where(x.gt(lambda), sub(x, bias), 0));
  }),
  PRelu: (context) => {
    const [x, slope] = [input(context, 0), input(context, 1)];
    return where(x.lt(0), broadcast(context, mul, x, slope), x);
  },
};
