import type { Variant } from '../../plan.js';

/** `gather` for every dtype and layout that the contract allows, one element after the other. */
export const genericGather: readonly Variant<'gather'>[] = [];
