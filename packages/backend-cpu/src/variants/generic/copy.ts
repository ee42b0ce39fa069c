import type { Variant } from '../../plan.js';

/** `copy` for every dtype and layout that the contract allows, one element after the other. */
export const genericCopy: readonly Variant<'copy'>[] = [];
