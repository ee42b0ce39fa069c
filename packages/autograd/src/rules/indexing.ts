import { gather, scatterAdd } from '@cenote/tensor';
import type { Rule } from '../rule.js';

export const gatherRule: Rule<'gather'> = {
  saves: () => ({ inputs: [1] }),
  gradients(context) {
    const { axis } = context.attributes;
    const size = context.inputSpecs[0].shape[axis];
    return [scatterAdd(context.gradient, axis, context.input(1), size), null];
  },
};

export const scatterAddRule: Rule<'scatterAdd'> = {
  saves: () => ({ inputs: [0] }),
  gradients: (context) => [null, gather(context.gradient, context.attributes.axis, context.input(0))],
};
