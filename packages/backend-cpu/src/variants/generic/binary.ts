import { isFloat } from '@cenote/backend';
import type { Variant } from '../../plan.js';
import { binaryCode, dtypeCode } from './codes.js';
import { rowElements, rowsPlan } from './rows.js';

/** `binary` for every dtype and layout that the contract allows. */
export const genericBinary: Variant<'binary'> = {
  target: 'scalar',
  plan({ fn }, inputs, [y]) {
    const { dtype } = inputs[0];
    const code = binaryCode[fn];
    const isLogic = fn === 'logicalAnd' || fn === 'logicalOr';
    const isKnown = dtype === 'bool' ? code < binaryCode.add : !isLogic && (code < binaryCode.div || isFloat(dtype));
    if (!isKnown) return null;
    const own = [dtypeCode[dtype], dtypeCode[y.dtype], code];
    const nanoseconds = fn === 'pow' || fn === 'remainder' ? 40 : 4;
    return rowsPlan(`${dtype}_${fn}`, 'binary', inputs, y, rowElements, own, nanoseconds, 2);
  },
};
