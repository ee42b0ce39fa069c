import type { Variant } from '../../plan.js';

/** Gradients of f32 pooling. */
export const fastPoolGrad: readonly Variant<'poolGrad'>[] = [];
