import { byteSize } from '@cenote/backend';
import { input, output, type Variant } from '../../plan.js';
import { dtypeCode } from './codes.js';
import { planPositions, rowElements } from './rows.js';
import { linesPlan } from './scalar-plan.js';

/** `argReduce` for every dtype and layout that the contract allows, one line along the axis after the other. */
export const genericArgReduce: readonly Variant<'argReduce'>[] = [
  {
    target: 'scalar',
    plan({ fn, axis }, [x], [y]) {
      const length = x.shape[axis];
      const mask = fn === 'argmax' ? 0 : -1;
      const stride = x.strides[axis] * byteSize[x.dtype];
      const args = [input(0), output(0), dtypeCode[x.dtype], mask, length, stride, rowElements];
      const lines = planPositions(y.shape, [x, y]);
      return linesPlan(`${x.dtype}_${fn}`, 'arg_reduce', lines, args, length, 4, rowElements);
    },
  },
];
