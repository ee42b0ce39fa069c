import type { BinaryFn, DType } from '@cenote/backend';
import { input, type Variant } from '../../plan.js';
import { rowPlan } from './row-plan.js';
import type { Operand } from './rows.js';

/**
 * What the kernel has, in the order of its numbers: from which one on. Of bool, which is 0 or 1, `and` is the minimum and
 * `or` the maximum.
 */
const functions: { readonly [D in DType]?: readonly [first: number, fns: readonly BinaryFn[]] } = {
  f32: [1, ['add', 'sub', 'mul', 'div', 'maximum', 'minimum', 'reluGrad', 'sigmoidGrad', 'tanhGrad']],
  i32: [10, ['add', 'sub', 'mul', 'maximum', 'minimum']],
  u8: [15, ['maximum', 'minimum']],
  bool: [15, ['logicalOr', 'logicalAnd']],
};

/** Comparisons of f32, from 33 on, and their mirror images: `a > b` is `b < a`. */
const comparisons: readonly BinaryFn[] = ['eq', 'ne', 'lt', 'le'];
const mirrored: readonly BinaryFn[] = ['gt', 'ge'];

/** Fast ways of `binary`: rows of f32, i32 and bytes, in which each input advances or stands still; others are packed first. */
export const fastBinary: readonly Variant<'binary'>[] = [
  {
    target: 'simd',
    plan({ fn }, [a, b], [y]) {
      const { dtype } = a;
      const [first, fns] = functions[dtype] ?? [0, []];
      const operands: [Operand, Operand] = [
        [a, input(0)],
        [b, input(1)],
      ];
      let number = first + fns.indexOf(fn);
      if (number < first) {
        if (dtype !== 'f32') return null;
        const mirror = mirrored.indexOf(fn);
        if (mirror >= 0) operands.reverse();
        number = 33 + (mirror < 0 ? comparisons.indexOf(fn) : mirror + 2);
        if (number < 33) return null;
      }
      return rowPlan(`${dtype}_${fn}`, number, y, operands);
    },
  },
];
