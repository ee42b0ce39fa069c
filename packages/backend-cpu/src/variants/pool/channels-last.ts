import type { Variant } from '../../plan.js';

/** f32 pooling with channels last, without indices. */
export const lastPool: readonly Variant<'pool'>[] = [];
