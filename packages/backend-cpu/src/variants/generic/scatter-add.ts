import type { Variant } from '../../plan.js';
import { dtypeCode } from './codes.js';
import { linesPlan } from './scalar-plan.js';
import { scatterLines } from './scatter.js';

/** `scatterAdd` for every number and layout. A line accumulates in f64 or i64 and is rounded when everything was added. */
export const genericScatterAdd: readonly Variant<'scatterAdd'>[] = [
  {
    target: 'scalar',
    plan({ axis }, [index, source], [y]) {
      if (y.dtype === 'bool') return null;
      const { lines, args } = scatterLines(axis, index, source, y);
      const elements = index.shape[axis] + y.shape[axis];
      const slots = [...args, dtypeCode[y.dtype]];
      return linesPlan(`${y.dtype}_scatterAdd`, 'scatter_add', lines, slots, elements, 3, elements);
    },
  },
];
