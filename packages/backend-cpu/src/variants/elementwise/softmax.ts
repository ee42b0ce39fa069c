import { elementCount } from '@cenote/shape';
import { input, output, type Plan, type Step, temporary, type Variant } from '../../plan.js';
import { packStep } from './copy.js';
import { mathConstants } from './math-constants.js';
import { isContiguous } from './rows.js';

/** Fast ways of `softmax`: f32, contiguous, or made so by a copy. */
export const fastSoftmax: readonly Variant<'softmax'>[] = [
  {
    target: 'simd',
    plan({ axis, log }, [x], [y]): Plan | null {
      const count = elementCount(y.shape);
      if (x.dtype !== 'f32' || count === 0 || count > 2 ** 30) return null;
      const pack = isContiguous(x) ? null : packStep(x, input(0), temporary(0));
      const isPacked = pack !== null;
      if (!isPacked && !isContiguous(x)) return null;
      const length = y.shape[axis];
      const inner = elementCount(y.shape.slice(axis + 1));
      const isRow = inner === 1;
      const step: Step = {
        function: 'softmax',
        args: [isPacked ? temporary(0) : input(0), output(0), length, log ? 1 : 0, mathConstants, inner],
        units: (count / length / inner) * Math.ceil(inner / 4),
        nanoseconds: 2 * count,
      };
      return {
        name: `f32_${log ? 'logSoftmax' : 'softmax'}_${isRow ? 'rows' : 'lanes'}${isPacked ? '_packed' : ''}`,
        temporaries: isPacked ? [count * 4] : [],
        steps: isPacked ? [pack, step] : [step],
      };
    },
  },
];
