import {
  add,
  cos,
  div,
  eq,
  floor,
  gt,
  log,
  lt,
  mul,
  neg,
  pow,
  sign,
  sin,
  sub,
  type Tensor,
  where,
  zerosLike,
} from '@cenote/tensor';
import { type ActivationFn, activationGradient, type BinaryFn, type UnaryFn } from '@cenote/tensor/engine';
import type { Rule, RuleContext, Saved } from '../rule.js';

interface UnaryRule {
  readonly saves: 'input' | 'output' | 'nothing';
  /** @param saved The saved input or output; the gradient itself where nothing is saved. */
  gradient(gradient: Tensor, saved: Tensor): Tensor;
}

/** The gradient is 0 almost everywhere. */
const constant: UnaryRule = { saves: 'nothing', gradient: (gradient) => zerosLike(gradient) };

/** By the kernel that backends have for it. */
function activation(fn: ActivationFn): UnaryRule {
  return { saves: 'output', gradient: (gradient, y) => activationGradient(fn, gradient, y) };
}

const unaryRules: { readonly [F in UnaryFn]: UnaryRule } = {
  neg: { saves: 'nothing', gradient: (gradient) => neg(gradient) },
  abs: { saves: 'input', gradient: (gradient, x) => mul(gradient, sign(x)) },
  sign: constant,
  exp: { saves: 'output', gradient: (gradient, y) => mul(gradient, y) },
  expm1: { saves: 'output', gradient: (gradient, y) => mul(gradient, add(y, 1)) },
  log: { saves: 'input', gradient: (gradient, x) => div(gradient, x) },
  log1p: { saves: 'input', gradient: (gradient, x) => div(gradient, add(x, 1)) },
  sqrt: { saves: 'output', gradient: (gradient, y) => div(gradient, mul(y, 2)) },
  reciprocal: { saves: 'output', gradient: (gradient, y) => neg(mul(gradient, mul(y, y))) },
  sin: { saves: 'input', gradient: (gradient, x) => mul(gradient, cos(x)) },
  cos: { saves: 'input', gradient: (gradient, x) => neg(mul(gradient, sin(x))) },
  tanh: activation('tanh'),
  sigmoid: activation('sigmoid'),
  relu: activation('relu'),
  floor: constant,
  ceil: constant,
  round: constant,
  isNan: constant,
  logicalNot: constant,
};

/** By function, see the table above. */
export const unaryRule: Rule<'unary'> = {
  saves({ fn }) {
    const { saves } = unaryRules[fn];
    if (saves === 'nothing') return {};
    return saves === 'input' ? { inputs: [0] } : { outputs: [0] };
  },
  gradients(context) {
    const { fn } = context.attributes;
    const { saves, gradient } = unaryRules[fn];
    const saved = saves === 'input' ? context.input(0) : saves === 'output' ? context.output(0) : context.gradient;
    return [gradient(context.gradient, saved)];
  },
};

interface BinaryRule {
  saves?(needs: readonly boolean[]): Saved;
  /** The gradient with respect to `a`. */
  a(context: RuleContext<'binary'>): Tensor;
  /** The gradient with respect to `b`. */
  b(context: RuleContext<'binary'>): Tensor;
}

const both = (): Saved => ({ inputs: [0, 1] });

/** Half to each where the two are equal, as in PyTorch. */
const choose =
  (wins: (x: Tensor, y: Tensor) => Tensor, own: 0 | 1) =>
  (context: RuleContext<'binary'>): Tensor => {
    const mine = context.input(own);
    const other = context.input(own === 0 ? 1 : 0);
    const { gradient } = context;
    return where(eq(mine, other), mul(gradient, 0.5), where(wins(mine, other), gradient, 0));
  };

const none: BinaryRule = { a: ({ gradient }) => zerosLike(gradient), b: ({ gradient }) => zerosLike(gradient) };

const binaryRules: { readonly [F in BinaryFn]: BinaryRule } = {
  add: { a: ({ gradient }) => gradient, b: ({ gradient }) => gradient },
  sub: { a: ({ gradient }) => gradient, b: ({ gradient }) => neg(gradient) },
  mul: {
    saves: ([a, b]) => ({ inputs: [...(b ? [0] : []), ...(a ? [1] : [])] }),
    a: (context) => mul(context.gradient, context.input(1)),
    b: (context) => mul(context.gradient, context.input(0)),
  },
  div: {
    saves: ([, b]) => ({ inputs: b ? [0, 1] : [1] }),
    a: (context) => div(context.gradient, context.input(1)),
    b: (context) => neg(div(mul(context.gradient, div(context.input(0), context.input(1))), context.input(1))),
  },
  pow: {
    saves: both,
    a(context) {
      const [a, b] = [context.input(0), context.input(1)];
      return where(eq(b, 0), 0, mul(context.gradient, mul(b, pow(a, sub(b, 1)))));
    },
    b(context) {
      const [a, b] = [context.input(0), context.input(1)];
      // 0^b is flat in b for b > 0, though its logarithm is −∞.
      return where(eq(a, 0), 0, mul(context.gradient, mul(pow(a, b), log(a))));
    },
  },
  maximum: { saves: both, a: choose(gt, 0), b: choose(gt, 1) },
  minimum: { saves: both, a: choose(lt, 0), b: choose(lt, 1) },
  remainder: {
    saves: ([, b]) => (b ? both() : {}),
    a: ({ gradient }) => gradient,
    b: (context) => neg(mul(context.gradient, floor(div(context.input(0), context.input(1))))),
  },
  reluGrad: {
    saves: both,
    a: (context) => activationGradient('relu', context.gradient, context.input(1)),
    b: ({ gradient }) => zerosLike(gradient),
  },
  // dy · y · (1 − y), of which the slope in y is dy · (1 − 2y).
  sigmoidGrad: {
    saves: both,
    a: (context) => activationGradient('sigmoid', context.gradient, context.input(1)),
    b: (context) => mul(mul(context.gradient, context.input(0)), sub(1, mul(context.input(1), 2))),
  },
  // dy · (1 − y²), of which the slope in y is −2 · dy · y.
  tanhGrad: {
    saves: both,
    a: (context) => activationGradient('tanh', context.gradient, context.input(1)),
    b: (context) => mul(mul(context.gradient, context.input(0)), mul(context.input(1), -2)),
  },
  logicalAnd: none,
  logicalOr: none,
  eq: none,
  ne: none,
  lt: none,
  le: none,
  gt: none,
  ge: none,
};

/** By function, see the table above. */
export const binaryRule: Rule<'binary'> = {
  saves: ({ fn }, needs) => binaryRules[fn].saves?.(needs) ?? {},
  gradients(context) {
    const rule = binaryRules[context.attributes.fn];
    return [context.needs[0] ? rule.a(context) : null, context.needs[1] ? rule.b(context) : null];
  },
};

/** To the one that was chosen. */
export const whereRule: Rule<'where'> = {
  saves: () => ({ inputs: [0] }),
  gradients(context) {
    const condition = context.input(0);
    const { gradient, needs } = context;
    return [null, needs[1] ? where(condition, gradient, 0) : null, needs[2] ? where(condition, 0, gradient) : null];
  },
};
