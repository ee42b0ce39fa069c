import type { Epilogue, Layout } from '@cenote/backend';
import { type Argument, input, type Step, step, table, temporary } from '../../plan.js';

/** Bytes of a tile, with which every kernel here starts its scratch memory, up to a cache line. */
export const tileBytes = 192;

/** Sizes from which on addresses would not fit. */
const maxElements = 2 ** 30;

/** About how long a multiplication with its addition takes, in nanoseconds. */
export const nanosecondsPerProduct = 1 / 18;

/** Number of an activation in assembly/product/activation.ts. */
export function activationNumber(epilogue: Epilogue | undefined): number {
  return epilogue?.activation === undefined ? 0 : ['relu', 'sigmoid', 'tanh'].indexOf(epilogue.activation) + 1;
}

/** Whether all are f32, none is empty, and every address fits in 32 bits. */
export function areUsable(layouts: readonly Layout[]): boolean {
  return layouts.every(
    ({ dtype, shape, strides }) =>
      dtype === 'f32' &&
      shape.every((size) => size > 0) &&
      shape.reduce((extent, size, axis) => extent + (size - 1) * Math.abs(strides[axis]), 1) < maxElements,
  );
}

/** Offsets in bytes of all places of a grid, in row-major order. */
export function offsets(sizes: readonly number[], strides: readonly number[]): Int32Array {
  return sums(sizes.map((size, axis) => Array.from({ length: size }, (_, index) => index * strides[axis] * 4)));
}

/** Every sum of one number of each list, those of the last list following each other. */
export function sums(lists: readonly (readonly number[])[]): Int32Array {
  let all: Int32Array = Int32Array.of(0);
  for (const list of lists) {
    const next = new Int32Array(all.length * list.length);
    let at = 0;
    for (const sum of all) for (const one of list) next[at++] = sum + one;
    all = next;
  }
  return all;
}

/** Bytes of one panel: eight columns, with the bias as a row in front. */
export function panelBytes(depth: number): number {
  return (depth + 1) * 32;
}

/** Bytes of the panels of a matrix. */
export function packedBytes(depth: number, columns: number): number {
  return Math.ceil(columns / 8) * panelBytes(depth);
}

/**
 * The step that packs input 1, the right factor of a product, or several of the same shape, into panels.
 *
 * @param target Which temporary the panels go to.
 * @param rows Where each row is, in bytes.
 * @param columnStride Elements from column to column.
 * @param matrixStride Elements from matrix to matrix.
 * @param bias The layout of the bias, when that is input 2.
 * @param matrixBiases How many biases are between those of one matrix and those of the next.
 */
export function packStep(
  target: number,
  rows: Int32Array,
  columns: number,
  columnStride: number,
  matrices: number,
  matrixStride: number,
  bias: Layout | undefined,
  matrixBiases: number,
): Step {
  const panels = Math.ceil(columns / 8);
  const hasBias = bias !== undefined;
  const biasBytes = hasBias ? bias.strides[0] * 4 : 0;
  const args: readonly Argument[] = [
    input(1),
    temporary(target),
    table(rows),
    rows.length,
    columns,
    columnStride * 4,
    panels,
    matrixStride * 4,
    hasBias ? 1 : 0,
    hasBias ? input(2) : 0,
    biasBytes,
    matrixBiases * biasBytes,
  ];
  return step('product_pack', args, matrices * panels, rows.length * panels * matrices * 2);
}
