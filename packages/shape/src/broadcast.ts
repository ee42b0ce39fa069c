import { CenoteError } from './error.js';
import { formatShape, type Shape } from './shape.js';

/**
 * The shape that all of `shapes` broadcast to: aligned at their last axes, where sizes are equal or 1 (NumPy's rule).
 * No shapes give a scalar's.
 *
 * @throws CenoteError `INVALID_SHAPE` when two sizes differ and neither is 1.
 */
export function broadcastShapes(op: string, ...shapes: readonly Shape[]): Shape {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    let size = 1;
    for (const shape of shapes) {
      const own = axis - (rank - shape.length);
      const next = own < 0 ? 1 : shape[own];
      if (next === 1 || next === size) continue;
      if (size !== 1) throw mismatch(op, shapes, axis - rank, size, next);
      size = next;
    }
    return size;
  });
}

function mismatch(op: string, shapes: readonly Shape[], axis: number, size: number, other: number): CenoteError {
  return new CenoteError({
    code: 'INVALID_SHAPE',
    op,
    what: `shapes do not broadcast on axis ${axis}`,
    got: `${shapes.map(formatShape).join(' and ')}: sizes ${size} and ${other}`,
    expected: 'equal sizes, or 1, on each axis, counted from the last',
    hint: 'Reshape one of them so that the axes that should match line up at the end',
  });
}
