import type { Variant } from '../../plan.js';

/** `softmax` for every dtype and layout that the contract allows, one element after the other. */
export const genericSoftmax: readonly Variant<'softmax'>[] = [];
