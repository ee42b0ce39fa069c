import type { Variant } from '../../plan.js';

/** `matmul` for every dtype and layout that the contract allows, one element after the other. */
export const genericMatmul: readonly Variant<'matmul'>[] = [];
