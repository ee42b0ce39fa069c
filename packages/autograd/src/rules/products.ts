import { matmul, sum, transpose } from '@cenote/tensor';
import { activationGradient, convGradInput, convGradWeight, convWith } from '@cenote/tensor/engine';
import type { Rule } from '../rule.js';

/** Each input is needed for the gradient of the other. */
const eachForTheOther = (needs: readonly boolean[]) => [...(needs[1] ? [0] : []), ...(needs[0] ? [1] : [])];

/** Each factor with the gradient in the place of the other. */
export const matmulRule: Rule<'matmul'> = {
  saves: (_, needs) => ({ inputs: eachForTheOther(needs) }),
  gradients(context) {
    const { gradient, needs } = context;
    return [
      needs[0] ? matmul(gradient, transpose(context.input(1))) : null,
      needs[1] ? matmul(transpose(context.input(0)), gradient) : null,
    ];
  },
};

/** The weight's gradient as its own rows, not as a transposed view: the optimiser goes over it element by element. */
export const linearRule: Rule<'linear'> = {
  saves: ({ activation }, needs) => ({ inputs: eachForTheOther(needs), outputs: activation ? [0] : [] }),
  gradients(context) {
    const { needs } = context;
    const { activation } = context.attributes;
    const gradient = activation
      ? activationGradient(activation, context.gradient, context.output(0))
      : context.gradient;
    return [
      needs[0] ? matmul(gradient, context.input(1)) : null,
      needs[1] ? matmul(transpose(gradient), context.input(0)) : null,
      needs[2] ? sum(gradient, 0) : null,
    ];
  },
};

/** The two convolutions that are its adjoints, and a sum for the bias. */
export const convRule: Rule<'conv'> = {
  saves: ({ activation }, needs) => ({ inputs: eachForTheOther(needs), outputs: activation ? [0] : [] }),
  gradients(context) {
    const { needs } = context;
    const { geometry, groups, activation } = context.attributes;
    const gradient = activation
      ? activationGradient(activation, context.gradient, context.output(0))
      : context.gradient;
    const channelAxis = gradient.rank - 1 - (geometry.dataFormat === 'channelsFirst' ? geometry.rank : 0);
    const others = gradient.shape.flatMap((_, axis) => (axis === channelAxis ? [] : [axis]));
    return [
      needs[0] ? convGradInput(gradient, context.input(1), geometry, groups) : null,
      needs[1] ? convGradWeight(context.input(0), gradient, geometry, groups) : null,
      needs[2] ? sum(gradient, others) : null,
    ];
  },
};

/** A convolution once more: it is linear in both. */
export const convGradInputRule: Rule<'convGradInput'> = {
  saves: (_, needs) => ({ inputs: eachForTheOther(needs) }),
  gradients(context) {
    const { gradient, needs } = context;
    const { geometry, groups } = context.attributes;
    return [
      needs[0] ? convWith(gradient, context.input(1), geometry, groups) : null,
      needs[1] ? convGradWeight(gradient, context.input(0), geometry, groups) : null,
    ];
  },
};

/** A convolution once more: it is linear in both. */
export const convGradWeightRule: Rule<'convGradWeight'> = {
  saves: (_, needs) => ({ inputs: eachForTheOther(needs) }),
  gradients(context) {
    const { gradient, needs } = context;
    const { geometry, groups } = context.attributes;
    return [
      needs[0] ? convGradInput(context.input(1), gradient, geometry, groups) : null,
      needs[1] ? convWith(context.input(0), gradient, geometry, groups) : null,
    ];
  },
};
