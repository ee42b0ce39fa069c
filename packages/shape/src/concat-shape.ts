import { normalizeAxis } from './axes.js';
import { CenoteError } from './error.js';
import { formatShape, type Shape } from './shape.js';

/**
 * The shape of tensors joined along `axis`, whose sizes add up; all other axes agree.
 *
 * @throws CenoteError `INVALID_ARGUMENT` when there are no shapes or no such axis, `INVALID_SHAPE` when ranks or other
 * sizes differ.
 */
export function concatShape(op: string, shapes: readonly Shape[], axis: number): Shape {
  const [first, ...rest] = shapes;
  if (first === undefined) {
    throw new CenoteError({
      code: 'INVALID_ARGUMENT',
      op,
      what: 'nothing to join',
      got: 'no tensors',
      expected: 'at least one',
      hint: 'Pass the tensors as an array',
    });
  }
  const joined = normalizeAxis(op, axis, first.length);
  let size = first[joined];
  for (const shape of rest) {
    const agrees =
      shape.length === first.length && shape.every((other, index) => index === joined || other === first[index]);
    if (!agrees) {
      throw new CenoteError({
        code: 'INVALID_SHAPE',
        op,
        what: `shapes do not agree outside axis ${joined}`,
        got: `${formatShape(first)} and ${formatShape(shape)}`,
        expected: `the same rank, and the same sizes on every axis but ${joined}`,
        hint: 'Join along the axis on which they differ, or reshape',
      });
    }
    size += shape[joined];
  }
  return first.with(joined, size);
}
