import type { Variant } from '../../plan.js';

/** `convGradInput` for every dtype and layout that the contract allows, one element after the other. */
export const genericConvGradInput: readonly Variant<'convGradInput'>[] = [];
