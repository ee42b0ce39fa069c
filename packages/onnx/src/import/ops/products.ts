import { matmulShape, resolveConv } from '@cenote/shape';
import { add, linear, matmul, mul, reshape, type Tensor, transpose } from '@cenote/tensor';
import { conv } from '@cenote/tensor/engine';
import { fitting, input, type Operator } from '../context.js';
import { applyActivation } from './activations.js';
import { broadcast } from './elementwise.js';
import { paddingOf, perAxis, spatialRank } from './window.js';

const convNode: Operator = (context) => {
  const [x, weight] = [input(context, 0), input(context, 1)];
  const { attributes, op, activation } = context;
  const rank = spatialRank(context, x);
  const options = {
    stride: perAxis(context, 'strides', rank),
    padding: paddingOf(context, rank),
    dilation: perAxis(context, 'dilations', rank),
    groups: attributes.int('group', 1),
  };
  fitting(context, resolveConv({ op, rank, ...options }, x.shape, weight.shape).outputShape);
  return conv(rank, x, weight, context.inputs.at(2) ?? null, { ...options, activation });
};

/** `alpha · A' · B' + beta · C`; as a linear layer where it is one. */
const gemm: Operator = (context) => {
  const { attributes, activation } = context;
  const [a, b, c] = [input(context, 0), input(context, 1), context.inputs.at(2)];
  const alpha = attributes.float('alpha', 1);
  const beta = attributes.float('beta', 1);
  const left = attributes.int('transA', 0) !== 0 ? transpose(a) : a;
  const isTransposed = attributes.int('transB', 0) !== 0;
  fitting(context, [left.shape.at(-2) ?? 1, b.shape.at(isTransposed ? -2 : -1) ?? 1]);
  const isLinear = alpha === 1 && beta === 1 && left.rank === 2 && b.rank === 2 && (!c || c.rank === 1);
  const weight = isTransposed ? b : transpose(b);
  if (isLinear && (!c || c.shape[0] === weight.shape[0])) return linear(left, weight, c ?? null, { activation });
  const product = linear(left, weight);
  const scaled = alpha === 1 ? product : mul(product, alpha);
  const sum = c ? broadcast(context, add, scaled, beta === 1 ? c : mul(c, beta)) : scaled;
  return applyActivation(activation, sum);
};

const matMul: Operator = (context) => {
  const [a, b] = [input(context, 0), input(context, 1)];
  fitting(context, matmulShape(context.op, a.shape, b.shape));
  return matmul(a, b);
};

/** Numbers for each channel, in a shape that broadcasts with `[N, C, …]`. */
function perChannel(x: Tensor, values: Tensor): Tensor {
  return reshape(
    values,
    x.shape.map((_, axis) => (axis === 1 ? -1 : 1)),
  );
}

/** `(x − mean) / √(variance + ε) · scale + bias` with what was measured while training, as one factor and one summand. */
const batchNormalization: Operator = (context) => {
  const [x, scale, bias, mean, variance] = [0, 1, 2, 3, 4].map((index) => input(context, index));
  const epsilon = context.attributes.float('epsilon', 1e-5);
  const factor = scale.div(variance.add(epsilon).sqrt());
  const summand = bias.sub(mean.mul(factor));
  return add(mul(x, perChannel(x, factor)), perChannel(x, summand));
};

/** As batch normalisation, with mean and variance of each plane itself. */
const instanceNormalization: Operator = (context) => {
  const [x, scale, bias] = [0, 1, 2].map((index) => input(context, index));
  const epsilon = context.attributes.float('epsilon', 1e-5);
  const axes = Array.from({ length: x.rank - 2 }, (_, axis) => axis + 2);
  const centred = x.sub(x.mean(axes, { keepDim: true }));
  const variance = centred.square().mean(axes, { keepDim: true });
  return centred.div(variance.add(epsilon).sqrt()).mul(perChannel(x, scale)).add(perChannel(x, bias));
};

/** Operators that multiply by weights. */
export const productOperators: Readonly<Record<string, Operator>> = {
  Conv: convNode,
  Gemm: gemm,
  MatMul: matMul,
  BatchNormalization: batchNormalization,
  InstanceNormalization: instanceNormalization,
};

/** Operators that take the activation after them, so that both are computed in one go. */
export const takesActivation: ReadonlySet<string> = new Set(['Conv', 'Gemm']);
