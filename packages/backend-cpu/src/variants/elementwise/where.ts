import { byteSize } from '@cenote/backend';
import { input, output, type Variant } from '../../plan.js';
import { isContiguous, rowStep } from './rows.js';

/** Fast ways of `where`: rows of f32 and i32, in which each input advances or stands still. */
export const fastWhere: readonly Variant<'where'>[] = [
  {
    target: 'simd',
    plan(_op, inputs, [y]) {
      if (byteSize[y.dtype] !== 4) return null;
      const [condition, a, b] = inputs;
      const step = rowStep(17, y, output(0), [
        [a, input(1)],
        [b, input(2)],
        [condition, input(0)],
      ]);
      return step && { name: `${y.dtype}_where${inputs.every(isContiguous) ? '' : '_rows'}`, steps: [step] };
    },
  },
];
