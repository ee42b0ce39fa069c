import { isFloat } from '@cenote/backend';
import type { Variant } from '../../plan.js';
import { dtypeCode, unaryCode } from './codes.js';
import { copyPlan, fillPlan } from './copy.js';
import { rowElements, rowsPlan } from './rows.js';

/** `unary` for every dtype and layout that the contract allows. */
export const genericUnary: Variant<'unary'> = {
  target: 'scalar',
  plan({ fn }, [x], [y]) {
    const { dtype } = x;
    const code = unaryCode[fn];
    const name = `${dtype}_${fn}`;
    if (isFloat(dtype)) {
      if (fn === 'logicalNot') return null;
    } else {
      if (fn === 'isNan') return fillPlan(name, 0, y);
      if ((dtype === 'bool') !== (fn === 'logicalNot')) return null;
      if (code >= unaryCode.floor && code <= unaryCode.round) return copyPlan(name, x, y);
      if (code > unaryCode.relu && dtype !== 'bool') return null;
    }
    const own = [dtypeCode[dtype], dtypeCode[y.dtype], code];
    return rowsPlan(name, 'unary', [x], y, rowElements, own, code < unaryCode.exp ? 3 : 15, 1);
  },
};
