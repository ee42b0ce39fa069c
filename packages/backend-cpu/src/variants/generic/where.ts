import type { Variant } from '../../plan.js';

/** `where` for every dtype and layout that the contract allows, one element after the other. */
export const genericWhere: readonly Variant<'where'>[] = [];
