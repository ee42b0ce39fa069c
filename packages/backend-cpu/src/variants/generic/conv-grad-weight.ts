import type { Variant } from '../../plan.js';

/** `convGradWeight` for every dtype and layout that the contract allows, one element after the other. */
export const genericConvGradWeight: readonly Variant<'convGradWeight'>[] = [];
