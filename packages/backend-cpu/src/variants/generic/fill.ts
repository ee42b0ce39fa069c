import { f64, output, type Variant } from '../../plan.js';

/** `fill` for every dtype and layout that the contract allows, one element after the other. */
export const genericFill: readonly Variant<'fill'>[] = [
  {
    target: 'scalar',
    plan(op, _inputs, [y]) {
      if (y.dtype !== 'f32') return null;
      const units = y.shape.reduce((product, size) => product * size, 1);
      const args = [output(0), f64(Number(op.value))];
      return { name: 'f32_fill', steps: [{ function: 'fill_f32', target: 'scalar', args, units, nanoseconds: units }] };
    },
  },
];
