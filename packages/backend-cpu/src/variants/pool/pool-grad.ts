import type { Variant } from '../../plan.js';
import { planCovered } from './grad/covered.js';
import { planPairs, planScatter, planWhole } from './grad/planes.js';

/** Gradients of f32 pooling. */
export const fastPoolGrad: readonly Variant<'poolGrad'>[] = [planPairs, planWhole, planScatter, planCovered].map(
  (plan) => ({ target: 'simd', plan }),
);
