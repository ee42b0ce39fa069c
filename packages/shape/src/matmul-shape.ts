import { broadcastAxes } from './broadcast.js';
import { CenoteError } from './error.js';
import { formatShape, type Shape } from './shape.js';

/**
 * The shape of a matrix product, by the rules of `torch.matmul`.
 *
 * - `[K]` and `[K]` give a scalar, `[M, K]` and `[K, N]` a matrix `[M, N]`.
 * - A vector on the left is a row, on the right a column, and its axis does not appear in the result.
 * - Axes before the last two are batches and broadcast.
 *
 * @throws CenoteError `INVALID_SHAPE` for scalars, inner sizes that differ, or batches that do not broadcast.
 */
export function matmulShape(op: string, a: Shape, b: Shape): Shape {
  if (a.length === 0 || b.length === 0) {
    throw new CenoteError({
      code: 'INVALID_SHAPE',
      op,
      what: 'a scalar is not a matrix',
      got: `${formatShape(a)} and ${formatShape(b)}`,
      expected: 'at least one axis each',
      hint: 'Multiply by a scalar with mul',
    });
  }
  const left = a[a.length - 1];
  const right = b.length === 1 ? b[0] : b[b.length - 2];
  if (left !== right) {
    throw new CenoteError({
      code: 'INVALID_SHAPE',
      op,
      what: 'inner sizes differ',
      got: `${formatShape(a)} and ${formatShape(b)}: ${left} and ${right}`,
      expected: `the last axis of the first to be as long as ${b.length === 1 ? 'the vector' : 'the last but one of the second'}`,
      hint: 'Transpose or reshape one of them',
    });
  }
  const batch = broadcastAxes(op, [a, b], 2);
  const rows = a.length === 1 ? [] : [a[a.length - 2]];
  const columns = b.length === 1 ? [] : [b[b.length - 1]];
  return [...batch, ...rows, ...columns];
}
