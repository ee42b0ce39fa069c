import { isFloat } from '@cenote/backend';
import { normalizeAxis, type Shape } from '@cenote/shape';
import { assertDType } from '../promote.js';
import type { Tensor } from '../tensor.js';
import { computedLike } from './primitive.js';

function softmaxOp<S extends Shape>(op: string, x: Tensor<S>, axis: number, log: boolean): Tensor<S> {
  assertDType(op, x.dtype, isFloat, 'f32 or f64');
  const along = normalizeAxis(op, axis, x.rank);
  return computedLike('softmax', { axis: along, log }, { kind: 'softmax', axis: along, log }, op, x);
}

/** `e^x` divided by its sum along `axis`, stable for large values. Floats. */
export function softmax<S extends Shape>(x: Tensor<S>, axis = -1): Tensor<S> {
  return softmaxOp('softmax', x, axis, false);
}

/** The logarithm of {@link softmax}, without its loss of precision. Floats. */
export function logSoftmax<S extends Shape>(x: Tensor<S>, axis = -1): Tensor<S> {
  return softmaxOp('logSoftmax', x, axis, true);
}
