import { isFloat } from '@cenote/backend';
import type { Variant } from '../../plan.js';
import { dtypeCode } from './codes.js';
import { linesPlan } from './rows.js';

/** `softmax` for floats of every layout, one line along the axis after the other. */
export const genericSoftmax: Variant<'softmax'> = {
  target: 'scalar',
  plan({ axis, log }, inputs, [y]) {
    if (!isFloat(y.dtype)) return null;
    const length = y.shape[axis];
    const name = `${y.dtype}_${log ? 'logSoftmax' : 'softmax'}`;
    const own = [dtypeCode[y.dtype], length, log ? 1 : 0];
    return linesPlan(name, 'softmax', axis, inputs, y, own, length, 20, length);
  },
};
