import { byteSize } from '@cenote/backend';
import { contiguousStrides } from '@cenote/shape';
import { input, output, type Variant } from '../../plan.js';
import { carries, innerSizes, isContiguous, isSimple, rowsOf, unitsPerRow } from './rows.js';

/** Fast ways of `where`: rows of f32 and i32, in which each input advances or stands still. */
export const fastWhere: readonly Variant<'where'>[] = [
  {
    target: 'simd',
    plan(_op, inputs, [y]) {
      if (byteSize[y.dtype] !== 4) return null;
      const rows = rowsOf(y.shape, [...inputs.map(({ strides }) => strides), contiguousStrides(y.shape)]);
      if (!isSimple(rows)) return null;
      const perRow = unitsPerRow(rows, 16);
      const operands = inputs.flatMap((_, index) => [
        input(index),
        rows.steps[index] === 0 ? 0 : -1,
        ...carries(rows.outer, rows.strides[index], index === 0 ? 1 : 4),
      ]);
      const args = [rows.length, perRow, ...innerSizes(rows.outer), output(0), ...operands];
      const nanoseconds = rows.count * (5 + 0.6 * rows.length);
      const units = perRow * rows.count;
      return {
        name: `${y.dtype}_where${inputs.every(isContiguous) ? '' : '_rows'}`,
        steps: [{ function: 'where', target: 'simd', args, units, nanoseconds, scratchBytes: 48 }],
      };
    },
  },
];
