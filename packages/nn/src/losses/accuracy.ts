import { argmax, cast, eq, mean, noGrad, scope, type Tensor } from '@cenote/tensor';
import { assertLabels, classAxisOf } from './labels.js';

/**
 * How many of the largest scores are at the label, as a fraction.
 *
 * @param scores `[N, C]`, `[C]`, or `[N, C, …]`: logits or probabilities.
 * @param target Labels of shape `[N]`, `[]`, `[N, …]`; a whole-number dtype.
 * @returns A scalar, `f32`, that takes no part in differentiation.
 * @throws CenoteError `INVALID_SHAPE`, `INVALID_DTYPE` when these do not fit.
 *
 * @example
 * ```ts
 * console.log(await accuracy(tensor([[1, 3], [2, 0]]), tensor([1, 1], { dtype: 'i32' })).item()); // 0.5
 * ```
 */
export function accuracy(scores: Tensor, target: Tensor): Tensor {
  assertLabels('accuracy', scores, target);
  return noGrad(() => scope(() => mean(cast(eq(argmax(scores, classAxisOf(scores)), target), 'f32'))));
}
