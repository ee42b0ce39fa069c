import type { Variant } from '../../plan.js';
import { convSum, productSumPlan } from './products.js';

/** `convGradInput` for every number and layout: an input row is a sum over the output rows that saw it. */
export const genericConvGradInput: readonly Variant<'convGradInput'>[] = [
  {
    target: 'scalar',
    plan: (op, [dy, weight], [dx]) => productSumPlan({ ...convSum(op, dy, weight, dx, undefined), bias: [0, 0, 0] }),
  },
];
