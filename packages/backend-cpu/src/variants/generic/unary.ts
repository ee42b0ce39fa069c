import type { Variant } from '../../plan.js';

/** `unary` for every dtype and layout that the contract allows, one element after the other. */
export const genericUnary: readonly Variant<'unary'>[] = [];
