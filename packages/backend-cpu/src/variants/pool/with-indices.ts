import type { Variant } from '../../plan.js';

/** f32 max and min pooling that also gives indices. */
export const indexedPool: readonly Variant<'pool'>[] = [];
