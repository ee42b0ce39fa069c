import type { Layout, UnaryFn } from '@cenote/backend';
import { elementCount } from '@cenote/shape';
import { input, output, type Plan, type Step, temporary, type Variant } from '../../plan.js';
import { contiguousCopySteps } from './copy.js';
import { mathConstants } from './math-constants.js';
import { isContiguous } from './rows.js';

/** The functions that the kernel has: their numbers, and about how many nanoseconds an element takes. */
const functions: { readonly [F in UnaryFn]?: readonly [fn: number, nanoseconds: number] } = {
  neg: [0, 0.3],
  abs: [1, 0.3],
  sign: [2, 0.4],
  sqrt: [3, 0.6],
  reciprocal: [4, 0.6],
  relu: [5, 0.3],
  floor: [6, 0.3],
  ceil: [7, 0.3],
  round: [8, 0.3],
  exp: [9, 1],
  sigmoid: [10, 1.2],
  tanh: [11, 1.6],
  log: [12, 1.9],
};

/** Fast ways of `unary`: f32, contiguous, or made so by a copy. */
export const fastUnary: readonly Variant<'unary'>[] = [
  {
    target: 'simd',
    plan({ fn }, [x], [y]): Plan | null {
      const known = functions[fn];
      const count = elementCount(y.shape);
      if (known === undefined || x.dtype !== 'f32' || count === 0 || count > 2 ** 30) return null;
      const staged = isContiguous(x) ? [] : stage(x);
      if (staged === null) return null;
      const isStaged = staged.length > 0;
      const [number, nanoseconds] = known;
      const args = [isStaged ? temporary(0) : input(0), output(0), count, mathConstants, number];
      const units = Math.ceil(count / 16);
      return {
        name: `f32_${fn}${isStaged ? '_packed' : ''}`,
        temporaries: isStaged ? [count * 4] : [],
        steps: [...staged, { function: 'unary', target: 'simd', args, units, nanoseconds: nanoseconds * count }],
      };
    },
  },
];

function stage(x: Layout): readonly Step[] | null {
  return contiguousCopySteps(x, input(0), temporary(0));
}
