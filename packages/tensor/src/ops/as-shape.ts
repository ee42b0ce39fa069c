import { CenoteError, type Shape } from '@cenote/shape';
import type { ShapePattern } from '@cenote/shape/types';
import type { Tensor } from '../tensor.js';

/**
 * Throws unless a shape has the sizes of a pattern, in which null stands for any size.
 *
 * @throws CenoteError `INVALID_SHAPE`
 */
export function assertShapeFits(op: string, shape: Shape, pattern: ShapePattern): void {
  const fits = shape.length === pattern.length && pattern.every((size, axis) => size === null || size === shape[axis]);
  if (fits) return;
  const sizes = (list: ShapePattern) => `[${list.map((size) => size ?? 'any').join(', ')}]`;
  throw new CenoteError({
    code: 'INVALID_SHAPE',
    op,
    what: 'the tensor has another shape',
    got: sizes(shape),
    expected: sizes(pattern),
    hint: 'Correct the shape that is expected, or use reshape to change the one there is',
  });
}

/** Another handle on a tensor whose shape fits the pattern. */
export function asShape(x: Tensor, pattern: ShapePattern): Tensor {
  assertShapeFits('as', x.shape, pattern);
  return x.alias();
}
