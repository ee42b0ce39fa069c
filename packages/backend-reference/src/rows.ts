import { contiguousStrides, type Shape } from '@cenote/shape';
import type { Accessor, Element, Elements } from './elements.js';

/**
 * A plan to visit tensors of one shape together, in row-major order, one row at a time: a run of elements in which every
 * tensor advances by a step of its own. Axes that lie behind each other in all of the tensors are one axis here.
 */
export interface RowPlan {
  /** Sizes of the axes around a row, outermost first. */
  readonly outer: Shape;
  /** Elements in a row. */
  readonly length: number;
  /** Per tensor: the strides of the outer axes. */
  readonly strides: readonly (readonly number[])[];
  /** Per tensor: the step from one element of a row to the next. */
  readonly steps: readonly number[];
}

/** Rows are cut into pieces of at most this many elements, so that what is read for one piece stays in the cache. */
export const maxRowElements = 4096;

/**
 * Plans a walk over tensors of one shape.
 *
 * @param shape The shape that all of them have.
 * @param strides Their strides in elements.
 */
export function planRows(shape: Shape, ...strides: readonly (readonly number[])[]): RowPlan {
  const sizes: number[] = [];
  const merged: number[][] = strides.map(() => []);
  for (let axis = 0; axis < shape.length; axis++) {
    const size = shape[axis];
    if (size === 1) continue;
    const last = sizes.length - 1;
    const continues = last >= 0 && strides.every((own, tensor) => merged[tensor][last] === own[axis] * size);
    if (continues) sizes[last] *= size;
    else sizes.push(size);
    strides.forEach((own, tensor) => {
      merged[tensor][sizes.length - 1] = own[axis];
    });
  }
  return {
    outer: sizes.slice(0, -1),
    length: sizes.at(-1) ?? 1,
    strides: merged.map((own) => own.slice(0, -1)),
    steps: merged.map((own) => own.at(-1) ?? 0),
  };
}

/**
 * Visits every row of a plan, in row-major order.
 *
 * @param plan From {@link planRows}.
 * @param bases Per tensor: the position of its first element.
 * @param visit Called with each tensor's position at the start of the row, in an array that is used again for the next
 *   call, and with the number of elements, at most {@link maxRowElements}.
 */
export function forEachRow(
  plan: RowPlan,
  bases: readonly number[],
  visit: (positions: readonly number[], count: number) => void,
): void {
  const { outer, length, strides, steps } = plan;
  if (length === 0 || outer.includes(0)) return;
  const index = outer.map(() => 0);
  const positions = bases.slice();
  for (;;) {
    for (let done = 0; done < length; done += maxRowElements) {
      visit(positions, Math.min(maxRowElements, length - done));
      for (let tensor = 0; tensor < positions.length; tensor++) positions[tensor] += maxRowElements * steps[tensor];
    }
    let axis = outer.length - 1;
    while (axis >= 0 && ++index[axis] === outer[axis]) index[axis--] = 0;
    if (axis < 0) return;
    for (let tensor = 0; tensor < positions.length; tensor++) {
      let position = bases[tensor];
      for (let i = 0; i < index.length; i++) position += index[i] * strides[tensor][i];
      positions[tensor] = position;
    }
  }
}

/**
 * Visits every element of a plan, in row-major order.
 *
 * @param visit Called with each tensor's position, in an array that is used again for the next call.
 */
export function forEachElement(
  plan: RowPlan,
  bases: readonly number[],
  visit: (positions: readonly number[]) => void,
): void {
  const current = bases.slice();
  forEachRow(plan, bases, (positions, count) => {
    for (let tensor = 0; tensor < current.length; tensor++) current[tensor] = positions[tensor];
    for (let i = 0; i < count; i++) {
      visit(current);
      for (let tensor = 0; tensor < current.length; tensor++) current[tensor] += plan.steps[tensor];
    }
  });
}

/** A plan to copy between a strided view (first) and a row-major block of scratch (second). */
export function planBlock(shape: Shape, strides: readonly number[]): RowPlan {
  return planRows(shape, strides, contiguousStrides(shape));
}

/** Copies a strided view that starts at `at` into the front of `block`, row-major. */
export function loadBlock<T extends Element>(plan: RowPlan, source: Accessor<T>, at: number, block: Elements<T>): void {
  const [step, blockStep] = plan.steps;
  forEachRow(plan, [at, 0], ([position, blockPosition], count) => {
    source.read(position, step, block, blockPosition, blockStep, count);
  });
}

/** Copies the front of `block`, row-major, to a strided view that starts at `at`. */
export function storeBlock<T extends Element>(
  plan: RowPlan,
  target: Accessor<T>,
  at: number,
  block: Elements<T>,
): void {
  const [step, blockStep] = plan.steps;
  forEachRow(plan, [at, 0], ([position, blockPosition], count) => {
    target.write(position, step, block, blockPosition, blockStep, count);
  });
}
