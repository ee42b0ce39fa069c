import { cast, div, eq, exp, expand, logicalAnd, mul, prod, sub, sum, where } from '@cenote/tensor';
import type { Rule } from '../rule.js';

/** The same to each for a sum; the product of the others; shared evenly among equal extremes. */
export const reduceRule: Rule<'reduce'> = {
  saves: ({ fn }) => (fn === 'sum' ? {} : { inputs: [0], outputs: [0] }),
  refuses: ({ fn }, createGraph) =>
    fn === 'prod' && createGraph ? 'where a factor is zero, its gradient has lost what a second one needs' : null,
  gradients(context) {
    const { gradient, attributes, inputSpecs } = context;
    const [{ shape, dtype }] = inputSpecs;
    if (attributes.fn === 'sum') return [expand(gradient, shape)];
    const x = context.input(0);
    const y = context.output(0);
    if (attributes.fn === 'prod') {
      // The product of the others is y / x without zeros; with one zero, it is 0 except for that zero itself.
      const zero = eq(x, 0);
      const zeros = sum(cast(zero, dtype), attributes.axes, { keepDim: true });
      const withoutZeros = prod(where(zero, 1, x), attributes.axes, { keepDim: true });
      const others = where(eq(zeros, 0), div(y, x), where(logicalAnd(eq(zeros, 1), zero), withoutZeros, 0));
      return [mul(gradient, others)];
    }
    const chosen = cast(eq(x, y), dtype);
    return [mul(chosen, div(gradient, sum(chosen, attributes.axes, { keepDim: true })))];
  },
};

/** By the identity that needs its output only. */
export const softmaxRule: Rule<'softmax'> = {
  saves: () => ({ outputs: [0] }),
  gradients(context) {
    const { axis, log } = context.attributes;
    const { gradient } = context;
    const y = context.output(0);
    if (log) return [sub(gradient, mul(exp(y), sum(gradient, axis, { keepDim: true })))];
    return [mul(y, sub(gradient, sum(mul(gradient, y), axis, { keepDim: true })))];
  },
};
