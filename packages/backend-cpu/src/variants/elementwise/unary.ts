import type { Variant } from '../../plan.js';

/** Fast ways of `unary`, for f32 above all. */
export const fastUnary: readonly Variant<'unary'>[] = [];
