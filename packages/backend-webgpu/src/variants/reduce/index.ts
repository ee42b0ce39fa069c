import type { DType, ReduceFn } from '@cenote/backend';
import type { Variant } from '../../plan.js';
import { extremumFold, type Fold, sumFold } from '../../wgsl/fold.js';
import { linesOf } from './lines.js';
import { type Reduction, togetherPlan, worthSharing } from './together.js';

/** The fold of a reduction; `null` where only the general kernel has it. */
function reduceFold(fn: ReduceFn, dtype: DType): Fold | null {
  if (fn === 'max' || fn === 'min') return extremumFold(fn, dtype);
  if (dtype !== 'f32' && dtype !== 'i32') return null;
  const isFloat = dtype === 'f32';
  switch (fn) {
    case 'sum':
      return isFloat ? sumFold : { ...sumFold, storage: 'i32', neutral: '0' };
    case 'prod':
      return {
        ...sumFold,
        storage: dtype,
        neutral: isFloat ? '1.0' : '1',
        combine: (a, b) => `${a} * ${b}`,
      };
    case 'any':
    case 'all':
      return null;
  }
}

function variant(isWanted: typeof worthSharing): Variant<'reduce'> {
  return {
    plan({ fn, axes }, [x], _outputs, features) {
      const fold = reduceFold(fn, x.dtype);
      if (fold === null) return null;
      const reduction: Reduction = {
        name: `${x.dtype}_${fn}`,
        fold,
        lines: linesOf(x, (axis) => axes.includes(axis)),
        finish: (element) => element,
      };
      return isWanted(reduction, features) ? togetherPlan(reduction, features) : null;
    },
  };
}

/** `reduce` by threads that share a result, where there are few results for many values. */
export const sharedReduce = variant(worthSharing);
/** The same for any number of results. */
export const anySharedReduce = variant(() => true);
