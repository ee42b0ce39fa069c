import type { Variant } from '../../plan.js';

/** `scatterAdd` for every dtype and layout that the contract allows, one element after the other. */
export const genericScatterAdd: readonly Variant<'scatterAdd'>[] = [];
