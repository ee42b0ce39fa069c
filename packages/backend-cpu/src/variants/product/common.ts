import type { Epilogue, Layout } from '@cenote/backend';
import { type Argument, input, type Step, type Target, table, temporary } from '../../plan.js';

/** The modules that have the kernels of products, the faster one first. */
export const productTargets = ['relaxed', 'simd'] as const satisfies readonly Target[];

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

/** For names: `_bias_relu`, or nothing. */
export function epilogueName(epilogue: Epilogue | undefined): string {
  const activation = epilogue?.activation;
  return `${epilogue?.bias ? '_bias' : ''}${activation === undefined ? '' : `_${activation}`}`;
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

/** Offsets in bytes of `count` elements that lie `stride` elements apart. */
export function evenOffsets(count: number, stride: number): Int32Array {
  return Int32Array.from({ length: count }, (_, index) => index * stride * 4);
}

/** What is packed: the right factor of a product, or several of the same shape. */
export interface PackedMatrix {
  readonly source: Argument;
  /** Which temporary the panels go to. */
  readonly target: number;
  /** Where each row is in the source, in bytes. */
  readonly rows: Int32Array;
  readonly columns: number;
  /** Elements from column to column. */
  readonly columnStride: number;
  readonly matrices: number;
  /** Elements from matrix to matrix. */
  readonly matrixStride: number;
  /** The layout of the bias, when that is input 2. */
  readonly bias: Layout | undefined;
  /** Biases from matrix to matrix. */
  readonly biasesPerMatrix: number;
}

/** Bytes of one panel: eight columns, with the bias as a row in front. */
export function panelBytes(depth: number): number {
  return (depth + 1) * 32;
}

/** Bytes of the panels of a matrix. */
export function packedBytes(depth: number, columns: number): number {
  return Math.ceil(columns / 8) * panelBytes(depth);
}

/** The step that packs. */
export function packStep(target: Target, matrix: PackedMatrix): Step {
  const { rows, columns, matrices, bias } = matrix;
  const panels = Math.ceil(columns / 8);
  const biasStride = bias?.strides[0] ?? 0;
  return {
    function: 'product_pack',
    target,
    args: [
      matrix.source,
      temporary(matrix.target),
      table(rows),
      rows.length,
      columns,
      matrix.columnStride * 4,
      panels,
      matrix.matrixStride * 4,
      bias === undefined ? 0 : 1,
      bias === undefined ? 0 : input(2),
      biasStride * 4,
      matrix.biasesPerMatrix * biasStride * 4,
    ],
    units: matrices * panels,
    nanoseconds: rows.length * panels * matrices * 2,
  };
}
