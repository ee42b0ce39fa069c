import type { Variant } from '../../plan.js';

/** Fast ways of `where`, for f32 above all. */
export const fastWhere: readonly Variant<'where'>[] = [];
