import { byteSize } from '@cenote/backend';
import { input, output, type Variant } from '../../plan.js';
import { movedElements, planRows } from './rows.js';
import { elementwisePlan } from './scalar-plan.js';

/** `gather` for every dtype and layout that the contract allows. x is walked without the axis: the index says where on it. */
export const genericGather: readonly Variant<'gather'>[] = [
  {
    target: 'scalar',
    plan({ axis }, [x, index], [y]) {
      const size = byteSize[y.dtype];
      const start = { dtype: x.dtype, strides: x.strides.with(axis, 0) };
      return elementwisePlan({
        name: `${y.dtype}_gather`,
        function: 'gather',
        rows: planRows(y.shape, [start, index, y], movedElements),
        args: [input(0), input(1), output(0), size, x.strides[axis] * size],
        output: y,
        nanosecondsEach: 2,
      });
    },
  },
];
