import type { Variant } from '../../plan.js';

/** Gradients of f32 convolutions with respect to their weight. */
export const fastConvGradWeight: readonly Variant<'convGradWeight'>[] = [];
