import type { Variant } from '../../plan.js';

/** `binary` for every dtype and layout that the contract allows, one element after the other. */
export const genericBinary: readonly Variant<'binary'>[] = [];
