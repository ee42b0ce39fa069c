import type { Variant } from '../../plan.js';

/** `poolGrad` for every dtype and layout that the contract allows, one element after the other. */
export const genericPoolGrad: readonly Variant<'poolGrad'>[] = [];
