import type { Variant } from '../../plan.js';

/** f32 matrix products. */
export const fastMatmul: readonly Variant<'matmul'>[] = [];
