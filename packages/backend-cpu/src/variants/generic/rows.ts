import { byteSize, type DType, type Layout } from '@cenote/backend';
import { elementCount, type Shape } from '@cenote/shape';
import { type Argument, input, output, type Plan, step, table } from '../../plan.js';

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

/** A walk over single positions: the table of assembly/scalar/rows.ts, and how many they are. */
type Walk = readonly [table: Argument, units: number];

function walk(axes: readonly Axis[]): Walk {
  const records = [...axes].reverse().flatMap(({ size, strides }) => [size, ...fourOf(strides)]);
  const units = axes.reduce((product, { size }) => product * size, 1);
  return [table(Int32Array.of(axes.length, ...records)), units];
}

/** Strides of four tensors, 0 for those that there are not. */
function fourOf([first = 0, second = 0, third = 0, fourth = 0]: readonly number[]): readonly number[] {
  return [first, second, third, fourth];
}

/** A walk over rows: the first slots of the kernel, and how many units there are, of at most so many elements. */
interface Rows {
  readonly slots: readonly Argument[];
  readonly units: number;
  readonly most: number;
}

/** A walk over all axes but one, which is the row. */
interface Split {
  readonly row: Axis;
  readonly others: readonly Axis[];
}

/** From so many elements on, a row is long enough. */
const longRow = 32;

/** Takes the axis with the longest rows out, or the last when it is long enough. */
function splitRow(axes: readonly Axis[]): Split {
  let best = axes.length - 1;
  if (best < 0) return { row: { size: 1, strides: [] }, others: [] };
  if (axes[best].size < longRow) {
    for (const [index, { size }] of axes.entries()) if (size > axes[best].size) best = index;
  }
  return { row: axes[best], others: axes.filter((_, index) => index !== best) };
}

function cutRow({ row, others }: Split, most: number): Rows {
  const pieces: Axis = { size: Math.ceil(row.size / most), strides: row.strides.map((stride) => stride * most) };
  const [positions, units] = walk([...others, pieces]);
  return { slots: [positions, row.size, most, ...fourOf(row.strides)], units, most };
}

/** Addresses of inputs, of which the first may be elsewhere, and of the output behind them. */
function places(inputs: number, first = input(0)): readonly Argument[] {
  return [first, input(1), input(2)].slice(0, inputs).concat(output(0));
}

/**
 * A plan whose units are pieces of rows of tensors of one shape.
 *
 * @param kernel The exported function.
 * @param most Elements of a unit.
 * @param own The slots after those of the rows and the addresses of the tensors.
 * @param scratchRows How many rows are in scratch.
 * @param first Where the first input is.
 */
export function rowsPlan(
  name: string,
  kernel: string,
  inputs: readonly Operand[],
  y: Layout,
  most: number,
  own: readonly Argument[],
  nanosecondsEach: number,
  scratchRows = 0,
  first = input(0),
): Plan | null {
  const tensors = [...inputs, y];
  const { slots, units } = cutRow(splitRow(mergeAxes(y.shape, tensors)), most);
  const args = [...slots, ...places(inputs.length, first), ...own];
  return scalarPlan(name, kernel, args, units, elementCount(y.shape) * nanosecondsEach, scratchRows * most * 8);
}

/**
 * A plan whose units are lines along an axis.
 *
 * @param own The slots after the addresses of the tensors and their strides along the axis.
 * @param elements How many are visited in a line.
 */
export function linesPlan(
  name: string,
  kernel: string,
  axis: number,
  inputs: readonly Layout[],
  y: Layout,
  own: readonly Argument[],
  elements: number,
  nanosecondsEach: number,
  scratchElements: number,
): Plan | null {
  const tensors = [...inputs, y];
  const [lines, units] = walk(mergeAxes(inputs[0].shape.with(axis, 1), tensors));
  const strides = tensors.map((tensor) => tensor.strides[axis] * byteSize[tensor.dtype]);
  const args = [lines, ...places(inputs.length), ...strides, ...own];
  return scalarPlan(name, kernel, args, units, units * elements * nanosecondsEach, scratchElements * 8);
}

/**
 * The plan of a reduction: inputs are added to a row of outputs row by row, or rows of inputs are folded to one output.
 *
 * @param y The output, with size 1 on each of `axes`.
 * @param own The slots after the addresses.
 */
export function reductionPlan(
  name: string,
  x: Layout,
  y: Layout,
  axes: readonly number[],
  own: readonly Argument[],
): Plan | null {
  const outer = splitRow(mergeAxes(y.shape, [x, y]));
  const reduced = mergeAxes(
    axes.map((axis) => x.shape[axis]),
    [{ dtype: x.dtype, strides: axes.map((axis) => x.strides[axis]) }],
  );
  const inner = splitRow(reduced);
  const [outerStep = 0] = outer.row.strides;
  const [innerStep = 0] = inner.row.strides;
  const isFolded = inner.row.size >= outer.row.size && !(outer.row.size >= 64 && outerStep < innerStep);
  const { slots, units, most } = cutRow(outer, isFolded ? 1 : 256);
  const rows = walk(isFolded ? inner.others : reduced);
  // Of rows that are not folded, each is one element for an output.
  const length = isFolded && inner.row.size > 1 ? inner.row.size : 0;
  const args = [...slots, ...places(1), ...own, ...rows, length, innerStep, rowElements];
  const scratchElements = most + Math.max(most, rowElements);
  return scalarPlan(name, 'reduce', args, units, elementCount(x.shape) * 3, scratchElements * 8);
}

/** A plan of one step of the scalar module, or `null` when there are more units than 32 bits can number. */
export function scalarPlan(
  name: string,
  kernel: string,
  args: readonly Argument[],
  units: number,
  nanoseconds: number,
  scratchBytes = 0,
): Plan | null {
  return units > maxUnits ? null : { name, steps: [step(kernel, args, units, nanoseconds, scratchBytes)] };
}
