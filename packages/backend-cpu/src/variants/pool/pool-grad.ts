import type { Variant } from '../../plan.js';
import { planCovered } from './grad/covered.js';
import { planPairs, planScatter } from './grad/extreme.js';

/** Gradients of f32 pooling. */
export const fastPoolGrad: readonly Variant<'poolGrad'>[] = [
  { target: 'simd', plan: planPairs },
  { target: 'simd', plan: planScatter },
  { target: 'simd', plan: planCovered },
];
