import type { Variant } from '../../plan.js';

/** Gradients of f32 convolutions with respect to their input. */
export const fastConvGradInput: readonly Variant<'convGradInput'>[] = [];
