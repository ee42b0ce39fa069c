import type { Cell } from './model.js';

/** Arrow keys, as steps right and down. */
export const arrows: Readonly<Record<string, readonly [right: number, down: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/**
 * The cell beside one. To the left and right of a map lie the maps before and after it; beyond the last ones, and above
 * and below, it stays where it is.
 *
 * @param shape Channels, height and width of the cell's stage.
 */
export function neighbour(
  cell: Cell,
  [channels, height, width]: readonly [number, number, number],
  right: number,
  down: number,
): Cell {
  const row = Math.max(0, Math.min(height - 1, cell.row + down));
  const column = cell.column + right;
  if (column >= 0 && column < width) return { ...cell, row, column };
  const channel = cell.channel + right;
  if (channel < 0 || channel >= channels) return { ...cell, row };
  return { ...cell, row, channel, column: right > 0 ? 0 : width - 1 };
}
