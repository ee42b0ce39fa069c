import type { Variant } from '../../plan.js';

/** f32 pooling of contiguous channels-first planes, without indices. */
export const firstPool: readonly Variant<'pool'>[] = [];
