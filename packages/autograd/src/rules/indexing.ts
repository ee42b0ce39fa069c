import { arange, eq, expand, gather, reshape, scatter, scatterAdd, where } from '@cenote/tensor';
import type { Rule } from '../rule.js';

/** Added up where it was taken from. */
export const gatherRule: Rule<'gather'> = {
  saves: () => ({ inputs: [1] }),
  gradients(context) {
    const { axis } = context.attributes;
    const size = context.inputSpecs[0].shape[axis];
    return [scatterAdd(context.gradient, axis, context.input(1), size), null];
  },
};

/** Taken from where it was added. */
export const scatterAddRule: Rule<'scatterAdd'> = {
  saves: () => ({ inputs: [0] }),
  gradients: (context) => [null, gather(context.gradient, context.attributes.axis, context.input(0))],
};

/** Only what stayed has a gradient: an element that another one replaced is not in the output. */
export const scatterRule: Rule<'scatter'> = {
  saves: () => ({ inputs: [0] }),
  gradients(context) {
    const { axis } = context.attributes;
    const { gradient } = context;
    const index = context.input(0);
    const column = index.shape.map((size, position) => (position === axis ? size : 1));
    const numbers = arange(0, index.shape[axis], 1, { dtype: 'i32', device: index.device });
    const own = expand(reshape(numbers, column), index.shape);
    const last = gather(scatter(own, axis, index, gradient.shape[axis]), axis, index);
    return [null, where(eq(last, own), gather(gradient, axis, index), 0)];
  },
};
