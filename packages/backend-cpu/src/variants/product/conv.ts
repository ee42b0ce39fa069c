import type { Variant } from '../../plan.js';

/** f32 convolutions. */
export const fastConv: readonly Variant<'conv'>[] = [];
