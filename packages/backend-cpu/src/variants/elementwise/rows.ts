import { byteSize, type Layout } from '@cenote/backend';
import { contiguousStrides, elementCount, type Shape } from '@cenote/shape';
import type { Argument, Step } from '../../plan.js';
import { mathConstants } from './math-constants.js';

/** Axes of several tensors of one shape, with those that lie behind each other in all of the tensors joined. */
export interface JoinedAxes {
  readonly sizes: readonly number[];
  /** Per tensor: its strides along the joined axes. */
  readonly strides: readonly (readonly number[])[];
}

/** Joins axes; those of size 1 disappear. */
export function joinAxes(shape: Shape, strides: readonly (readonly number[])[]): JoinedAxes {
  const sizes: number[] = [];
  const joined: number[][] = strides.map(() => []);
  for (const [axis, size] of shape.entries()) {
    if (size === 1) continue;
    const last = sizes.length - 1;
    if (last >= 0 && strides.every((own, tensor) => joined[tensor][last] === own[axis] * size)) {
      sizes[last] *= size;
    } else {
      sizes.push(size);
    }
    for (const [tensor, own] of strides.entries()) joined[tensor][sizes.length - 1] = own[axis];
  }
  return { sizes, strides: joined };
}

/** How many axes around a row the kernels go through. */
export const maxOuterAxes = 3;

/** The sizes of the two inner axes around a row, which a kernel needs in order to count rows. */
export function innerSizes(outer: Shape): [middle: number, inner: number] {
  return [outer.at(-2) ?? 1, outer.at(-1) ?? 1];
}

/**
 * How far a tensor advances when the count along each of the three axes around a row goes up, outermost first: an axis
 * takes back what the one inside it advanced.
 */
export function carries(outer: Shape, strides: readonly number[], bytes: number): [number, number, number] {
  const [middle, inner] = innerSizes(outer);
  const [first = 0, second = 0, third = 0] = [strides.at(-3), strides.at(-2), strides.at(-1)];
  return [(first - middle * second) * bytes, (second - inner * third) * bytes, third * bytes];
}

/** Whether the elements of a layout lie one behind the other. */
export function isContiguous({ shape, strides }: Layout): boolean {
  const expected = contiguousStrides(shape);
  return shape.every((size, axis) => size === 1 || strides[axis] === expected[axis]) || elementCount(shape) === 0;
}

/** Strides and sizes with the axes in the order in which y has them in memory, so that rows are found. */
export function orderedAxes(y: Layout, layouts: readonly Layout[]): JoinedAxes {
  const order = y.shape.map((_, axis) => axis).filter((axis) => y.shape[axis] !== 1);
  order.sort((a, b) => y.strides[b] - y.strides[a]);
  return joinAxes(
    order.map((axis) => y.shape[axis]),
    layouts.map(({ strides }) => order.map((axis) => strides[axis])),
  );
}

/** An input of the kernel `rows` and where it is. */
export type Operand = readonly [layout: Layout, place: Argument];

/**
 * The step that computes y, which goes to a place, row by row; `null` if that cannot be done in rows, in which each input
 * advances by one element or stands still.
 *
 * @param fn Its number in assembly/simd/elementwise/rows.ts.
 * @param operands The inputs `a`, `b` and `c` of the kernel, as far as the function has them.
 * @param nanoseconds How long it takes for four bytes of what is longest.
 */
export function rowStep(
  fn: number,
  y: Layout,
  to: Argument,
  operands: readonly (Operand | null)[],
  nanoseconds = 0.4,
): Step | null {
  const layouts = [y, ...operands.map((operand) => operand?.[0] ?? y)];
  const { sizes, strides } = orderedAxes(y, layouts);
  const outer = sizes.slice(0, -1);
  const steps = strides.map((own) => own.at(-1) ?? 1);
  const length = sizes.at(-1) ?? 1;
  const count = elementCount(outer);
  if (outer.length > maxOuterAxes || length * count === 0 || steps[0] !== 1) return null;
  if (steps.some((step) => step !== 0 && step !== 1)) return null;
  const size = Math.max(byteSize[y.dtype], operands[0] ? byteSize[operands[0][0].dtype] : 1);
  const places = [to, ...operands.map((operand) => operand?.[1] ?? 0)];
  const unitsPerRow = count < 64 && length * size > 256 ? Math.ceil((length * size) / 64) : 1;
  const args: Argument[] = [fn, size, length * size, unitsPerRow, ...innerSizes(outer), mathConstants];
  for (let index = 0; index < 4; index++) {
    const own = strides[index] ?? [];
    const bytes = byteSize[(layouts[index] ?? y).dtype];
    args.push(
      places[index] ?? 0,
      places[index] === undefined || steps[index] === 0 ? 0 : -1,
      ...carries(outer, own.slice(0, -1), bytes),
    );
  }
  return {
    function: 'rows',
    args,
    units: unitsPerRow * count,
    nanoseconds: count * (5 + (nanoseconds * size * length) / 4),
    scratchBytes: 256,
  };
}
