import type { DType } from '@cenote/backend';
import { CenoteError, formatShape, normalizeAxis, type Shape, sameShape } from '@cenote/shape';
import type { Resized } from '@cenote/shape/types';
import { arange } from '../creation.js';
import { assertDType } from '../promote.js';
import type { Tensor } from '../tensor.js';
import { cast } from './convert.js';
import { eq } from './elementwise.js';
import { computed } from './primitive.js';
import { expand, reshape, unsqueeze } from './view.js';

const isIndex = (dtype: DType) => dtype === 'i32' || dtype === 'i64' || dtype === 'u8' || dtype === 'i8';

/**
 * @internal Index tensors as kernels take them, in a handle of the caller's. Out-of-range positions are refused where they
 * can be read without waiting.
 *
 * @param where What the positions are positions in, for messages.
 */
export function checkedIndex(op: string, index: Tensor, size: number, where = 'axis'): Tensor {
  assertDType(op, index.dtype, isIndex, 'a whole-number dtype for the positions, such as i32');
  if (index.device.backend.caps.sync) {
    for (const position of index.dataSync()) {
      if (position >= 0 && position < size) continue;
      throw new CenoteError({
        code: 'INVALID_ARGUMENT',
        op,
        what: `a position is outside the ${where}`,
        got: String(position),
        expected: `from 0 to ${size - 1}`,
        hint: `Check the indices against the size of the ${where}`,
      });
    }
  }
  return cast(index, 'i32');
}

/**
 * One element of `x` for each position in `index`: `y[…, i, …] = x[…, index[…, i, …], …]` along `axis`.
 *
 * @param index Same rank as `x`, the same sizes on the other axes; a whole-number dtype.
 * @returns A tensor of `index`'s shape.
 * @throws `INVALID_SHAPE`, `INVALID_DTYPE`; `INVALID_ARGUMENT` for positions outside the axis.
 */
export function gather<I extends Shape>(x: Tensor, axis: number, index: Tensor<I>): Tensor<I>;
export function gather(x: Tensor, axis: number, index: Tensor): Tensor {
  const along = normalizeAxis('gather', axis, x.rank);
  assertSameOtherAxes('gather', x, index, along);
  const positions = checkedIndex('gather', index, x.shape[along]);
  const y = gatherAt('gather', x, along, positions);
  positions.dispose();
  return y;
}

/** @internal {@link gather} at `i32` positions that are known to be right. */
export function gatherAt(label: string, x: Tensor, axis: number, positions: Tensor): Tensor {
  const spec = { dtype: x.dtype, shape: positions.shape };
  return computed('gather', { axis }, { kind: 'gather', axis }, label, [x, positions], [spec])[0];
}

/**
 * The reverse of {@link gather}: zeros, to which each element of `source` is added at its position along `axis`.
 *
 * @param size The size of the result on `axis`; it has the sizes of `source` elsewhere.
 */
export function scatterAdd<S extends Shape, const Axis extends number, const Size extends number>(
  source: Tensor<S>,
  axis: Axis,
  index: Tensor,
  size: Size,
): Tensor<Resized<S, Axis, Size>>;
export function scatterAdd(source: Tensor, axis: number, index: Tensor, size: number): Tensor {
  return scattered('scatterAdd', source, axis, index, size);
}

/**
 * Zeros, in which each element of `source` replaces what is at its position along `axis`. Of several elements for one
 * position the last in row-major order stays, and the gradient goes to that one only.
 *
 * @param index The shape of `source`; a whole-number dtype.
 * @param size The size of the result on `axis`; it has the sizes of `source` elsewhere.
 * @throws `INVALID_SHAPE`, `INVALID_DTYPE`; `INVALID_ARGUMENT` for positions outside the axis.
 *
 * @example
 * ```ts
 * const y = scatter(tensor([1, 2]), 0, tensor([3, 0], { dtype: 'i32' }), 4); // [2, 0, 0, 1]
 * ```
 */
export function scatter<S extends Shape, const Axis extends number, const Size extends number>(
  source: Tensor<S>,
  axis: Axis,
  index: Tensor,
  size: Size,
): Tensor<Resized<S, Axis, Size>>;
export function scatter(source: Tensor, axis: number, index: Tensor, size: number): Tensor {
  return scattered('scatter', source, axis, index, size);
}

function scattered(kind: 'scatter' | 'scatterAdd', source: Tensor, axis: number, index: Tensor, size: number): Tensor {
  const along = normalizeAxis(kind, axis, source.rank);
  if (!sameShape(index.shape, source.shape)) throw indexShapeError(kind, source, index, along);
  const positions = checkedIndex(kind, index, size);
  const y = scatterAt(kind, kind, source, along, positions, size);
  positions.dispose();
  return y;
}

/** @internal {@link scatter} or {@link scatterAdd} at `i32` positions that are known to be right. */
export function scatterAt(
  label: string,
  kind: 'scatter' | 'scatterAdd',
  source: Tensor,
  axis: number,
  positions: Tensor,
  size: number,
): Tensor {
  const spec = { dtype: source.dtype, shape: source.shape.with(axis, size) };
  return computed(kind, { axis }, { kind, axis }, label, [positions, source], [spec])[0];
}

/**
 * Whole slices of `x`, one for each position in `index`.
 *
 * @param index One axis; a whole-number dtype.
 *
 * @example
 * ```ts
 * const rows = indexSelect(eye(3), 0, tensor([2, 0], { dtype: 'i32' })); // the third and the first row
 * ```
 */
export function indexSelect<S extends Shape, const Axis extends number, N extends number>(
  x: Tensor<S>,
  axis: Axis,
  index: Tensor<readonly [N]>,
): Tensor<Resized<S, Axis, N>>;
export function indexSelect(x: Tensor, axis: number, index: Tensor): Tensor;
export function indexSelect(x: Tensor, axis: number, index: Tensor): Tensor {
  const along = normalizeAxis('indexSelect', axis, x.rank);
  if (index.rank !== 1) throw indexShapeError('indexSelect', x, index, along);
  const column = x.shape.map((_, position) => (position === along ? index.shape[0] : 1));
  const shaped = reshape(index, column);
  const spread = expand(
    shaped,
    x.shape.map((size, position) => (position === along ? index.shape[0] : size)),
  );
  const y = gather(x, along, spread);
  shaped.dispose();
  spread.dispose();
  return y;
}

/**
 * Class numbers as rows of zeros with a single one.
 *
 * @param index Any shape; a whole-number dtype.
 * @returns `[…index.shape, classes]`, `f32`.
 */
export function oneHot<S extends Shape, const Classes extends number>(
  index: Tensor<S>,
  classes: Classes,
): Tensor<[...S, Classes]>;
export function oneHot(index: Tensor, classes: number): Tensor {
  const positions = checkedIndex('oneHot', index, classes);
  const column = unsqueeze(positions, -1);
  const numbers = arange(0, classes, 1, { dtype: 'i32', device: index.device });
  const matches = eq(column, numbers);
  const y = cast(matches, 'f32');
  for (const made of [positions, column, numbers, matches]) made.dispose();
  return y;
}

function assertSameOtherAxes(op: string, x: Tensor, index: Tensor, axis: number): void {
  const fits = index.rank === x.rank && index.shape.every((size, other) => other === axis || size === x.shape[other]);
  if (!fits) throw indexShapeError(op, x, index, axis);
}

function indexShapeError(op: string, x: Tensor, index: Tensor, axis: number): CenoteError {
  return new CenoteError({
    code: 'INVALID_SHAPE',
    op,
    what: 'the shape of the index does not fit',
    got: `index ${formatShape(index.shape)} for ${formatShape(x.shape)} along axis ${axis}`,
    expected: op === 'indexSelect' ? 'one axis' : `the same sizes on every axis but ${axis}`,
    hint: 'Reshape or expand the index',
  });
}
