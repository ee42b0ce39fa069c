import type { Layout } from '@cenote/backend';
import { contiguousStrides, elementCount, type Shape } from '@cenote/shape';

/** A view of several tensors of one shape as rows: runs of elements in which each tensor advances by a step of its own. */
export interface Rows {
  /** Elements in a row. */
  readonly length: number;
  /** Sizes of the axes around a row, outermost first. */
  readonly outer: Shape;
  /** How many rows there are. */
  readonly count: number;
  /** Per tensor: its strides along the outer axes. */
  readonly strides: readonly (readonly number[])[];
  /** Per tensor: the step from one element of a row to the next. */
  readonly steps: readonly number[];
}

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

/** The rows of tensors of one shape. A single element is a row of one, with step 1. */
export function rowsOf(shape: Shape, strides: readonly (readonly number[])[]): Rows {
  const { sizes, strides: joined } = joinAxes(shape, strides);
  const outer = sizes.slice(0, -1);
  return {
    length: sizes.at(-1) ?? 1,
    outer,
    count: outer.reduce((product, size) => product * size, 1),
    strides: joined.map((own) => own.slice(0, -1)),
    steps: joined.map((own) => own.at(-1) ?? 1),
  };
}

/** How many axes around a row the kernels go through. */
export const maxOuterAxes = 3;

/** Whether the kernels that go row by row can do these: each tensor advances by one element, or stands still. */
export function isSimple({ outer, steps, length }: Rows): boolean {
  return length > 0 && outer.length <= maxOuterAxes && !outer.includes(0) && steps.every((step) => step <= 1);
}

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

/** Into how many units a row is cut, if any: only few long rows are. */
export function unitsPerRow({ length, count }: Rows, unitElements: number): number {
  return count < 64 && length > 4 * unitElements ? Math.ceil(length / unitElements) : 1;
}

/** Whether the elements of a layout lie one behind the other. */
export function isContiguous({ shape, strides }: Layout): boolean {
  const expected = contiguousStrides(shape);
  return shape.every((size, axis) => size === 1 || strides[axis] === expected[axis]) || elementCount(shape) === 0;
}
