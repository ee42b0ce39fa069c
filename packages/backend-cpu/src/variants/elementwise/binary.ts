import type { Variant } from '../../plan.js';

/** Fast ways of `binary`, for f32 above all. */
export const fastBinary: readonly Variant<'binary'>[] = [];
