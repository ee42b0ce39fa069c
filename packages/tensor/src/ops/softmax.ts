import { isFloat } from '@cenote/backend';
import { normalizeAxis } from '@cenote/shape';
import { assertDType } from '../promote.js';
import type { Tensor } from '../tensor.js';
import { computed } from './primitive.js';

function softmaxOp(op: string, x: Tensor, axis: number, log: boolean): Tensor {
  assertDType(op, x.dtype, isFloat, 'f32 or f64');
  const along = normalizeAxis(op, axis, x.rank);
  const spec = { dtype: x.dtype, shape: x.shape };
  return computed('softmax', { axis: along, log }, { kind: 'softmax', axis: along, log }, op, [x], [spec])[0];
}

/** `e^x` divided by its sum along `axis`, stable for large values. Floats. */
export function softmax(x: Tensor, axis = -1): Tensor {
  return softmaxOp('softmax', x, axis, false);
}

/** The logarithm of {@link softmax}, without its loss of precision. Floats. */
export function logSoftmax(x: Tensor, axis = -1): Tensor {
  return softmaxOp('logSoftmax', x, axis, true);
}
