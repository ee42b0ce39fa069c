import { isFloat, type ReduceFn } from '@cenote/backend';
import type { Variant } from '../../plan.js';
import { binaryCode, dtypeCode } from './codes.js';
import { reductionPlan } from './rows.js';

/** What elements are combined with, and what a reduction starts from; `any` is the largest and `all` the smallest of 0 and 1. */
const reductions: { readonly [F in ReduceFn]: readonly [fn: keyof typeof binaryCode, seed: number] } = {
  sum: ['add', 0],
  prod: ['mul', 1],
  max: ['maximum', Number.NEGATIVE_INFINITY],
  min: ['minimum', Number.POSITIVE_INFINITY],
  any: ['maximum', 0],
  all: ['minimum', 1],
};

/** The integer that stands for a seed: an infinity is the least or the largest of 64 bits. */
function integerOf(seed: number): bigint {
  return Number.isFinite(seed) ? BigInt(seed) : seed < 0 ? -(2n ** 63n) : 2n ** 63n - 1n;
}

/** `reduce` for every dtype and layout that the contract allows. */
export const genericReduce: Variant<'reduce'> = {
  target: 'scalar',
  plan({ fn, axes }, [x], [y]) {
    const { dtype } = x;
    const [combine, seed] = reductions[fn];
    const isLogic = fn === 'any' || fn === 'all';
    if (dtype === 'bool' ? binaryCode[combine] > binaryCode.minimum : isLogic) return null;
    const seeds = isFloat(dtype) ? Float64Array.of(seed) : BigInt64Array.of(integerOf(seed));
    const own = [dtypeCode[dtype], binaryCode[combine], ...new Int32Array(seeds.buffer)];
    return reductionPlan(`${dtype}_${fn}`, x, y, axes, own);
  },
};
