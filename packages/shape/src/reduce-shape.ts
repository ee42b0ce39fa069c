import type { Shape } from './shape.js';

/**
 * The shape after reducing some axes.
 *
 * @param axes Positions, as {@link normalizeAxes} gives them.
 * @param keepDim Whether they stay, with size 1.
 */
export function reduceShape(shape: Shape, axes: readonly number[], keepDim: boolean): Shape {
  if (keepDim) return shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  return shape.filter((_, axis) => !axes.includes(axis));
}
