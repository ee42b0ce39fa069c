import type { Variant } from '../../plan.js';

/** `conv` for every dtype and layout that the contract allows, one element after the other. */
export const genericConv: readonly Variant<'conv'>[] = [];
