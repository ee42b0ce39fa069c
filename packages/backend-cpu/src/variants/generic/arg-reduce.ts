import type { Variant } from '../../plan.js';
import { dtypeCode } from './codes.js';
import { linesPlan, rowElements } from './rows.js';

/** `argReduce` for every dtype and layout that the contract allows, one line along the axis after the other. */
export const genericArgReduce: Variant<'argReduce'> = {
  target: 'scalar',
  plan({ fn, axis }, inputs, [y]) {
    const { dtype, shape } = inputs[0];
    const length = shape[axis];
    const own = [dtypeCode[dtype], length, fn === 'argmax' ? 0 : -1, rowElements];
    return linesPlan(`${dtype}_${fn}`, 'arg_reduce', axis, inputs, y, own, length, 4, rowElements);
  },
};
