import type { Variant } from '../../plan.js';

/** Fast ways of `softmax`, for f32 above all. */
export const fastSoftmax: readonly Variant<'softmax'>[] = [];
