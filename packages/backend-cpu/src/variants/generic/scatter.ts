import { byteSize } from '@cenote/backend';
import type { Variant } from '../../plan.js';
import { dtypeCode } from './codes.js';
import { linesPlan } from './rows.js';

/** `scatter` for every dtype and layout that the contract allows, one line along the axis after the other. */
export const genericScatter: Variant<'scatter'> = {
  target: 'scalar',
  plan({ axis }, inputs, [y]) {
    const [count, size] = [inputs[0].shape[axis], y.shape[axis]];
    const own = [count, size, byteSize[y.dtype]];
    return linesPlan(`${y.dtype}_scatter`, 'scatter', axis, inputs, y, own, count + size, 1, 0);
  },
};

/** `scatterAdd` for every number and layout. A line accumulates in f64 or i64 and is rounded when everything was added. */
export const genericScatterAdd: Variant<'scatterAdd'> = {
  target: 'scalar',
  plan({ axis }, inputs, [y]) {
    if (y.dtype === 'bool') return null;
    const [count, size] = [inputs[0].shape[axis], y.shape[axis]];
    const own = [count, size, dtypeCode[y.dtype]];
    return linesPlan(`${y.dtype}_scatterAdd`, 'scatter_add', axis, inputs, y, own, count + size, 3, count + size);
  },
};
