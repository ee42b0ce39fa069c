import type { ActivationFn } from '@cenote/backend';
import type { Tensor } from '../tensor.js';
import { computed } from './primitive.js';

/**
 * @internal The gradient with respect to an activation's input, from the one with respect to its output; for
 * differentiation engines.
 *
 * @param dy Shape and dtype of `y`.
 * @param y The activation's output.
 */
export function activationGradient(fn: ActivationFn, dy: Tensor, y: Tensor): Tensor {
  const name = `${fn}Grad` as const;
  const spec = { dtype: y.dtype, shape: y.shape };
  return computed('binary', { fn: name }, { kind: 'binary', fn: name }, name, [dy, y], [spec])[0];
}
