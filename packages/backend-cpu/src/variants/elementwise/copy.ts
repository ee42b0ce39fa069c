import type { Variant } from '../../plan.js';

/** Fast ways of `copy`, for f32 above all. */
export const fastCopy: readonly Variant<'copy'>[] = [];
