import { byteSize, type Layout } from '@cenote/backend';
import { type Argument, input, output, type Variant } from '../../plan.js';
import { planPositions, type Walk } from './rows.js';
import { linesPlan } from './scalar-plan.js';

/** `scatter` for every dtype and layout that the contract allows, one line along the axis after the other. */
export const genericScatter: readonly Variant<'scatter'>[] = [
  {
    target: 'scalar',
    plan({ axis }, [index, source], [y]) {
      const { lines, args } = scatterLines(axis, index, source, y);
      const slots = [...args, byteSize[y.dtype]];
      return linesPlan(`${y.dtype}_scatter`, 'scatter', lines, slots, index.shape[axis] + y.shape[axis], 1, 0);
    },
  },
];

/** What `scatter` and `scatterAdd` have in common: which lines there are, and the slots up to the last one. */
export function scatterLines(
  axis: number,
  index: Layout,
  source: Layout,
  y: Layout,
): { readonly lines: Walk; readonly args: readonly Argument[] } {
  const lines = planPositions(index.shape.with(axis, 1), [index, source, y]);
  const strides = [index, source, y].map((layout) => layout.strides[axis] * byteSize[layout.dtype]);
  return { lines, args: [input(0), input(1), output(0), ...strides, index.shape[axis], y.shape[axis]] };
}
