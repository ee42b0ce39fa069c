import type { Variant } from '../../plan.js';

/** `pool` for every dtype and layout that the contract allows, one element after the other. */
export const genericPool: readonly Variant<'pool'>[] = [];
