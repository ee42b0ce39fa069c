import { byteSize } from '@cenote/backend';
import { input, type Variant } from '../../plan.js';
import { convSum, productSumPlan } from './products.js';

/** `conv` for every number and layout: an output row is the sum of the input rows that it sees, weighted with taps. */
export const genericConv: readonly Variant<'conv'>[] = [
  {
    target: 'scalar',
    plan(op, [x, weight, bias], [y]) {
      const { epilogue } = op;
      const biasSlots = epilogue?.bias ? [input(2), bias.strides[0] * byteSize[bias.dtype], 0] : [0, 0, 0];
      return productSumPlan({ ...convSum(op, x, weight, y, epilogue), bias: biasSlots });
    },
  },
];
