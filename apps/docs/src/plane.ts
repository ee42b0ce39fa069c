import type { Tensor } from 'cenote';

/** A matrix as figures show it: its rows, from the top. */
export type Plane = readonly (readonly number[])[];

/**
 * The numbers of a matrix.
 *
 * @param x `[H, W]`, on a device that can be read at once; it stays the caller's
 */
export function planeOf(x: Tensor): Plane {
  const [height, width] = x.shape;
  const values = x.dataSync();
  return mapGrid(height, width, (row, column) => Number(values[row * width + column]));
}

/**
 * The numbers of all channels.
 *
 * @param x `[1, C, H, W]` or `[C, H, W]`; it stays the caller's
 */
export function planesOf(x: Tensor): readonly Plane[] {
  const [channels, height, width] = x.shape.slice(-3);
  const values = x.dataSync();
  return Array.from({ length: channels }, (_, channel) =>
    mapGrid(height, width, (row, column) => Number(values[(channel * height + row) * width + column])),
  );
}

/** A value for each cell of a grid, row by row. */
export function mapGrid<T>(height: number, width: number, value: (row: number, column: number) => T): T[][] {
  return Array.from({ length: height }, (_, row) => Array.from({ length: width }, (_, column) => value(row, column)));
}

/** A number for a cell that has little room: at most two decimals, and a minus sign that is as wide as a plus. */
export function formatCell(value: number): string {
  return String(Math.round(value * 100) / 100 + 0).replace('-', '−');
}
