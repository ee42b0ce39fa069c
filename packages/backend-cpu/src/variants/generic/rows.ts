import { byteSize, type DType, type Layout } from '@cenote/backend';
import type { Shape } from '@cenote/shape';
import { type Argument, type Step, table } from '../../plan.js';

/** A tensor that takes part in a walk, with strides in elements for the shape that is walked over. */
export interface Operand {
  readonly dtype: DType;
  readonly strides: readonly number[];
}

/** An axis of a walk. */
interface Axis {
  readonly size: number;
  /** Per tensor, in bytes. */
  readonly strides: readonly number[];
}

/** Elements of a row that are computed at once in scratch: what is loaded stays in the first cache. */
export const rowElements = 512;

/** Elements that are moved at once. */
export const movedElements = 16384;

/** Units are numbered in 32 bits. */
const maxUnits = 2 ** 31 - 1;

/** The axes of a walk over tensors together, outermost first; those that lie behind each other in all tensors are one. */
function mergeAxes(shape: Shape, operands: readonly Operand[]): readonly Axis[] {
  const axes: Axis[] = [];
  for (const [index, size] of shape.entries()) {
    if (size === 1) continue;
    const strides = operands.map((operand) => operand.strides[index] * byteSize[operand.dtype]);
    const last = axes.at(-1);
    const continues = last?.strides.every((stride, tensor) => stride === strides[tensor] * size);
    if (last !== undefined && continues) axes[axes.length - 1] = { size: last.size * size, strides };
    else axes.push({ size, strides });
  }
  return axes;
}

/** The records of assembly/scalar/rows.ts. */
function axisTable(axes: readonly Axis[]): Argument {
  const records = axes.flatMap(({ size, strides }) => [size, ...[0, 1, 2, 3].map((tensor) => strides[tensor] ?? 0)]);
  return table(Int32Array.from(records));
}

/** A walk over single positions. */
export interface Walk {
  /** The table and the number of axes. */
  readonly slots: readonly Argument[];
  readonly units: number;
}

function walk(axes: readonly Axis[]): Walk {
  const innermostFirst = [...axes].reverse();
  const units = axes.reduce((product, { size }) => product * size, 1);
  return { slots: [axisTable(innermostFirst), axes.length], units };
}

/** A walk over the positions of a shape: each is a unit. */
export function planPositions(shape: Shape, operands: readonly Operand[]): Walk {
  return walk(mergeAxes(shape, operands));
}

/** A walk over rows. */
export interface Rows extends Walk {
  /** Elements of a row. */
  readonly length: number;
  /** At most so many of these are a unit. */
  readonly most: number;
}

/** A walk over all axes but one, which is the row. */
interface Split {
  readonly row: Axis;
  readonly others: readonly Axis[];
}

/** Takes the axis with the longest rows out, or the last when it is long enough. */
function splitRow(axes: readonly Axis[], enough: number): Split {
  let best = axes.length - 1;
  if (best < 0) return { row: { size: 1, strides: [] }, others: [] };
  if (axes[best].size < enough) {
    for (const [index, { size }] of axes.entries()) if (size > axes[best].size) best = index;
  }
  return { row: axes[best], others: axes.filter((_, index) => index !== best) };
}

function cutRow({ row, others }: Split, most: number): Rows {
  const pieces: Axis = { size: Math.ceil(row.size / most), strides: row.strides.map((stride) => stride * most) };
  const { slots, units } = walk([...others, pieces]);
  const steps = [0, 1, 2, 3].map((tensor) => row.strides[tensor] ?? 0);
  return { slots: [...slots, row.size, most, ...steps], units, length: row.size, most };
}

/** A walk over tensors of one shape in pieces of rows, in any order; `slots` are the first of the kernel. */
export function planRows(shape: Shape, operands: readonly Operand[], most: number): Rows {
  return cutRow(splitRow(mergeAxes(shape, operands), 32), most);
}

/** How a reduction walks: over rows of outputs, and for each of them over the inputs. */
export interface Reduction {
  readonly outputs: Rows;
  /** Table and axes of the inputs of one output, how many rows they are, their length (0: each is one element), step. */
  readonly slots: readonly Argument[];
  /** Elements that scratch has to hold. */
  readonly scratchElements: number;
}

/**
 * Decides whether inputs are added to a row of outputs row by row, or rows of inputs are folded to one output.
 *
 * @param x The input.
 * @param y The output, with size 1 on each of `axes`.
 */
export function planReduction(x: Layout, y: Layout, axes: readonly number[]): Reduction {
  const outer = splitRow(mergeAxes(y.shape, [x, y]), 32);
  const reducedShape = axes.map((axis) => x.shape[axis]);
  const reduced = mergeAxes(reducedShape, [{ dtype: x.dtype, strides: axes.map((axis) => x.strides[axis]) }]);
  const inner = splitRow(reduced, 32);
  const [outerStep = 0] = outer.row.strides;
  const [innerStep = 0] = inner.row.strides;
  const isFolded = inner.row.size >= outer.row.size && !(outer.row.size >= 64 && outerStep < innerStep);
  const outputs = cutRow(outer, isFolded ? 1 : 256);
  const rows = walk(isFolded ? inner.others : reduced);
  const length = isFolded && inner.row.size > 1 ? inner.row.size : 0;
  return {
    outputs,
    slots: [...rows.slots, rows.units, length, innerStep, rowElements],
    scratchElements: outputs.most + Math.max(outputs.most, rowElements),
  };
}

/**
 * A step of the scalar module, or `null` when there are more units than 32 bits can number.
 *
 * @param elements About how many elements are computed.
 * @param nanosecondsEach How long one of them takes.
 */
export function scalarStep(
  name: string,
  args: readonly Argument[],
  units: number,
  elements: number,
  nanosecondsEach: number,
  scratchBytes = 0,
): Step | null {
  if (units > maxUnits) return null;
  return { function: name, target: 'scalar', args, units, nanoseconds: elements * nanosecondsEach, scratchBytes };
}
