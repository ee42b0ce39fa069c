import type { Layout, UnaryFn } from '@cenote/backend';
import { type Argument, input, type Step, type Variant } from '../../plan.js';
import { rowPlan } from './row-plan.js';
import { rowStep } from './rows.js';

/** What the kernel has, in the order of its numbers, from 19 on; the four that are slow from 29 on. */
const quick: readonly UnaryFn[] = ['neg', 'abs', 'sign', 'sqrt', 'reciprocal', 'relu', 'floor', 'ceil', 'round'];
const slow: readonly UnaryFn[] = ['exp', 'sigmoid', 'tanh', 'log'];

/** Fast ways of `unary`: rows of f32; others are packed first. */
export const fastUnary: readonly Variant<'unary'>[] = [
  {
    target: 'simd',
    plan({ fn }, [x], [y]) {
      const place = quick.indexOf(fn);
      const slowPlace = slow.indexOf(fn);
      if (x.dtype !== 'f32' || place + slowPlace < -1) return null;
      const number = place < 0 ? slowPlace + 29 : place + 19;
      return rowPlan(`f32_${fn}`, number, y, [[x, input(0)]], [0.4, 1, 1.2, 1.6, 1.9][slowPlace + 1]);
    },
  },
];

/** The step that negates f32, row by row, or `null`. */
export function negateStep(x: Layout, from: Argument, y: Layout, to: Argument): Step | null {
  return rowStep(19, y, to, [[x, from]]);
}
