import { byteSize, isFloat } from '@cenote/backend';
import { input, output, type Variant } from '../../plan.js';
import { dtypeCode } from './codes.js';
import { planPositions } from './rows.js';
import { linesPlan } from './scalar-plan.js';

/** `softmax` for floats of every layout, one line along the axis after the other. */
export const genericSoftmax: readonly Variant<'softmax'>[] = [
  {
    target: 'scalar',
    plan({ axis, log }, [x], [y]) {
      if (!isFloat(x.dtype)) return null;
      const length = x.shape[axis];
      const lines = planPositions(x.shape.with(axis, length === 0 ? 0 : 1), [x, y]);
      const strides = [x, y].map((layout) => layout.strides[axis] * byteSize[layout.dtype]);
      const args = [input(0), output(0), dtypeCode[x.dtype], log ? 1 : 0, length, ...strides];
      return linesPlan(`${x.dtype}_${log ? 'logSoftmax' : 'softmax'}`, 'softmax', lines, args, length, 20, length);
    },
  },
];
