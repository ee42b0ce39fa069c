import type { Variant } from '../../plan.js';

/** `scatter` for every dtype and layout that the contract allows, one element after the other. */
export const genericScatter: readonly Variant<'scatter'>[] = [];
