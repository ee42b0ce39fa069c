import type { Variant } from '../../plan.js';

/** Fast ways of `reduce`, for f32 above all. */
export const fastReduce: readonly Variant<'reduce'>[] = [];
