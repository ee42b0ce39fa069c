import { byteSize } from '@cenote/backend';
import type { Variant } from '../../plan.js';
import { movedElements, rowsPlan } from './rows.js';

/** `gather` for every dtype and layout that the contract allows. x is walked without the axis: the index says where on it. */
export const genericGather: Variant<'gather'> = {
  target: 'scalar',
  plan({ axis }, [x, index], [y]) {
    const size = byteSize[y.dtype];
    const start = { dtype: x.dtype, strides: x.strides.with(axis, 0) };
    const own = [size, x.strides[axis] * size];
    return rowsPlan(`${y.dtype}_gather`, 'gather', [start, index], y, movedElements, own, 2);
  },
};
