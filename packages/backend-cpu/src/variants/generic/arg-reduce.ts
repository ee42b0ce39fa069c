import type { Variant } from '../../plan.js';

/** `argReduce` for every dtype and layout that the contract allows, one element after the other. */
export const genericArgReduce: readonly Variant<'argReduce'>[] = [];
