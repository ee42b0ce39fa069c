import type { Op } from '@cenote/backend';
import { CenoteError, concatShape, normalizeAxis, type Shape } from '@cenote/shape';
import type { Checked, ConcatOutput, ResultShape, StackOutput } from '@cenote/shape/types';
import { allocate, compute } from '../dispatch.js';
import { recordPrimitive } from '../gradient.js';
import { promoteTypes } from '../promote.js';
import { Tensor } from '../tensor.js';
import { cast } from './convert.js';
import { slice, unsqueeze } from './view.js';

const copy: Op = { kind: 'copy' };

/** The shapes of a list of tensors. */
type ShapesOf<T extends readonly Tensor[]> = { [I in keyof T]: T[I] extends Tensor<infer S> ? S : Shape };

/** A shape of which only the rank is left. */
type UnknownSizes<S extends Shape> = number extends S['length'] ? Shape : { -readonly [I in keyof S]: number };

/**
 * Tensors one after the other along `axis`; their other sizes agree.
 *
 * @throws `INVALID_SHAPE` when they do not, or the list is empty.
 */
export function concat<const T extends readonly Tensor[], const Axis extends number = 0>(
  tensors: Checked<ConcatOutput<'concat', ShapesOf<T>, Axis>, T>,
  axis?: Axis,
): Tensor<ResultShape<ConcatOutput<'concat', ShapesOf<T>, Axis>>>;
export function concat(tensors: readonly Tensor[], axis = 0): Tensor {
  const shape = concatShape(
    'concat',
    tensors.map((tensor) => tensor.shape),
    axis,
  );
  const along = normalizeAxis('concat', axis, shape.length);
  const dtype = tensors.map((tensor) => tensor.dtype).reduce(promoteTypes);
  const { device } = tensors[0];
  const parts = tensors.map((tensor) => cast(tensor, dtype));
  const output = allocate(device, dtype, shape, 'concat');
  let position = 0;
  for (const part of parts) {
    const offset = position * output.strides[along];
    compute(copy, 'concat', device, [part.value('concat')], [{ ...output, shape: part.shape, offset }]);
    position += part.shape[along];
  }
  const result = new Tensor(output);
  recordPrimitive('concat', { axis: along }, parts, [result]);
  for (const part of parts) part.dispose();
  return result;
}

/** Tensors of one shape along a new axis. */
export function stack<const T extends readonly Tensor[], const Axis extends number = 0>(
  tensors: Checked<StackOutput<'stack', ShapesOf<T>, Axis>, T>,
  axis?: Axis,
): Tensor<ResultShape<StackOutput<'stack', ShapesOf<T>, Axis>>>;
export function stack(tensors: readonly Tensor[], axis = 0): Tensor {
  const parts = tensors.map((tensor) => unsqueeze(tensor, axis));
  const result = concat(parts, axis);
  for (const part of parts) part.dispose();
  return result;
}

/**
 * A tensor in pieces along `axis`, without copying.
 *
 * @param sizes The size of each piece; or one number, for equal pieces of which the last may be smaller.
 */
export function split<S extends Shape>(
  x: Tensor<S>,
  sizes: number | readonly number[],
  axis?: number,
): Tensor<UnknownSizes<S>>[];
export function split(x: Tensor, sizes: number | readonly number[], axis = 0): Tensor[] {
  const along = normalizeAxis('split', axis, x.rank);
  const length = x.shape[along];
  const list =
    typeof sizes === 'number'
      ? Array.from({ length: Math.ceil(length / sizes) }, (_, index) => Math.min(sizes, length - index * sizes))
      : sizes;
  if (!list.every((size) => Number.isInteger(size) && size >= 0) || list.reduce((a, b) => a + b, 0) !== length) {
    throw new CenoteError({
      code: 'INVALID_ARGUMENT',
      op: 'split',
      what: `the sizes do not add up to axis ${along}`,
      got: String(sizes),
      expected: `whole numbers with the sum ${length}`,
      hint: 'Correct the sizes',
    });
  }
  let start = 0;
  return list.map((size) => {
    const before = x.shape.slice(0, along).map(() => null);
    const piece = slice(x, [...before, [start, start + size]]);
    start += size;
    return piece;
  });
}
