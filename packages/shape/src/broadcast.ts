import { CenoteError } from './error.js';
import { formatShape, type Shape } from './shape.js';

/**
 * The shape that all of `shapes` broadcast to: aligned at their last axes, where sizes are equal or 1 (NumPy's rule).
 * No shapes give a scalar's.
 *
 * @throws CenoteError `INVALID_SHAPE` when two sizes differ and neither is 1.
 */
export function broadcastShapes(op: string, ...shapes: readonly Shape[]): Shape {
  return broadcastAxes(op, shapes, 0);
}

/**
 * What the axes of `shapes`, without the last `skip` of each, broadcast to.
 *
 * @throws CenoteError as {@link broadcastShapes}; its message shows all axes.
 */
export function broadcastAxes(op: string, shapes: readonly Shape[], skip: number): Shape {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length - skip));
  return Array.from({ length: rank }, (_, axis) => {
    let size = 1;
    for (const shape of shapes) {
      const own = axis - (rank - (shape.length - skip));
      const next = own < 0 ? 1 : shape[own];
      if (next === 1 || next === size) continue;
      if (size !== 1) {
        throw new CenoteError({
          code: 'INVALID_SHAPE',
          op,
          what: `shapes do not broadcast on axis ${axis - rank - skip}`,
          got: `${shapes.map(formatShape).join(' and ')}: sizes ${size} and ${next}`,
          expected: 'sizes that are equal or 1, with axes counted from the last',
          hint: 'Reshape one of them so that the axes that should match line up',
        });
      }
      size = next;
    }
    return size;
  });
}
