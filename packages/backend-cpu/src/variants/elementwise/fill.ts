import type { Variant } from '../../plan.js';

/** Fast ways of `fill`, for f32 above all. */
export const fastFill: readonly Variant<'fill'>[] = [];
