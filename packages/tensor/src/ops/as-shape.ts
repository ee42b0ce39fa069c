import { CenoteError, formatShape, type Shape } from '@cenote/shape';
import type { Tensor } from '../tensor.js';

/**
 * Another handle on a tensor that has the given shape.
 *
 * @throws CenoteError `INVALID_SHAPE` when it has another one.
 */
export function assertShapeIs(x: Tensor, shape: Shape): Tensor {
  if (formatShape(x.shape) === formatShape(shape)) return x.alias();
  throw new CenoteError({
    code: 'INVALID_SHAPE',
    op: 'as',
    what: 'the tensor has another shape',
    got: formatShape(x.shape),
    expected: formatShape(shape),
    hint: 'Correct the shape, or use reshape to change it',
  });
}
