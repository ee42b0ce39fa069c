import { type DType, isFloat, type ReduceFn } from '@cenote/backend';
import { elementCount } from '@cenote/shape';
import { input, output, type Variant } from '../../plan.js';
import { binaryCode, dtypeCode } from './codes.js';
import { planReduction, scalarStep } from './rows.js';
import { planOf } from './scalar-plan.js';

/** What elements are combined with; `any` is the largest and `all` the smallest of 0 and 1. */
const codes: { readonly [F in ReduceFn]: number } = {
  sum: binaryCode.add,
  prod: binaryCode.mul,
  max: binaryCode.maximum,
  min: binaryCode.minimum,
  any: binaryCode.maximum,
  all: binaryCode.minimum,
};

const seeds: { readonly [F in ReduceFn]: { readonly float: number; readonly integer: bigint } } = {
  sum: { float: 0, integer: 0n },
  prod: { float: 1, integer: 1n },
  max: { float: Number.NEGATIVE_INFINITY, integer: -(2n ** 63n) },
  min: { float: Number.POSITIVE_INFINITY, integer: 2n ** 63n - 1n },
  any: { float: 0, integer: 0n },
  all: { float: 1, integer: 1n },
};

/** What a reduction starts from, as two slots. */
function seedSlots(fn: ReduceFn, dtype: DType): readonly number[] {
  const { float, integer } = seeds[fn];
  const seed = isFloat(dtype) ? Float64Array.of(float) : BigInt64Array.of(integer);
  return [...new Int32Array(seed.buffer)];
}

function hasFn(dtype: DType, fn: ReduceFn): boolean {
  if (fn === 'any' || fn === 'all') return dtype === 'bool';
  return dtype !== 'bool' || fn === 'max' || fn === 'min';
}

/** `reduce` for every dtype and layout that the contract allows. */
export const genericReduce: readonly Variant<'reduce'>[] = [
  {
    target: 'scalar',
    plan({ fn, axes }, [x], [y]) {
      if (!hasFn(x.dtype, fn)) return null;
      const { outputs, slots, scratchElements } = planReduction(x, y, axes);
      const own = [input(0), output(0), dtypeCode[x.dtype], codes[fn], ...seedSlots(fn, x.dtype)];
      const args = [...outputs.slots, ...own, ...slots];
      const elements = elementCount(x.shape);
      return planOf(`${x.dtype}_${fn}`, scalarStep('reduce', args, outputs.units, elements, 3, scratchElements * 8));
    },
  },
];
