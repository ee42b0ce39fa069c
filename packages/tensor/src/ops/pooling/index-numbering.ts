import type { DType } from '@cenote/backend';
import { CenoteError, type DataFormat, elementCount, formatShape, type Shape, type SpatialRank } from '@cenote/shape';
import { tensor } from '../../creation.js';
import { assertDType } from '../../promote.js';
import { scope } from '../../scope.js';
import type { Tensor } from '../../tensor.js';
import { cast } from '../convert.js';
import { add, mul, sub } from '../elementwise.js';
import { checkedIndex, gatherAt } from '../indexing.js';
import { reshape } from '../view.js';
import { firstSpatialAxis } from './planes.js';

/** How ONNX numbers the positions of maxima. */
export interface OnnxIndexOptions {
  /** The `storage_order` of ONNX's MaxPool: 0 counts along rows, 1 along columns, within each plane. Default: 0. */
  readonly storageOrder?: 0 | 1;
  /** The layout of the tensor that was pooled and of the indices. Default: `channelsFirst`. */
  readonly dataFormat?: DataFormat;
}

/** How TensorFlow numbers the positions of maxima. */
export interface TensorflowIndexOptions {
  /** The `include_batch_in_index` of `tf.nn.max_pool_with_argmax`. Default: false. */
  readonly includeBatchInIndex?: boolean;
  /** The layout of the tensor that was pooled and of the indices. Default: `channelsFirst`. */
  readonly dataFormat?: DataFormat;
}

/** Batch, channels and spatial sizes of a tensor that was pooled, and where the first two vary in its indices. */
interface Layout {
  readonly batch: number;
  readonly channels: number;
  readonly spatial: Shape;
  readonly planeSize: number;
  /** `values`, one per item of the batch, in a shape that broadcasts with the indices. */
  readonly perItem: (values: readonly number[]) => Tensor;
  /** The same, one per channel. */
  readonly perChannel: (values: readonly number[]) => Tensor;
}

const isWhole = (dtype: DType) => dtype === 'i32' || dtype === 'i64';

function layoutOf(op: string, indices: Tensor, inputShape: Shape, dataFormat: DataFormat = 'channelsFirst'): Layout {
  assertDType(op, indices.dtype, isWhole, 'i32 or i64');
  const rank = inputShape.length - 2;
  const channelAxis = dataFormat === 'channelsFirst' ? 1 : inputShape.length - 1;
  if (rank < 1 || rank > 3 || indices.rank !== inputShape.length) throw shapeError(op, indices, inputShape);
  const sameLeading = indices.shape[0] === inputShape[0] && indices.shape[channelAxis] === inputShape[channelAxis];
  if (!sameLeading) throw shapeError(op, indices, inputShape);
  const elements = elementCount(inputShape);
  if (elements > 2 ** 31 - 1) {
    throw new CenoteError({
      code: 'INVALID_SHAPE',
      op,
      what: 'too many elements for 32-bit positions',
      got: `input ${formatShape(inputShape)}`,
      expected: `at most ${2 ** 31 - 1} elements`,
      hint: 'Convert the items of the batch one by one',
    });
  }
  const first = firstSpatialAxis(inputShape.length, { rank: rank as SpatialRank, dataFormat });
  const spatial = inputShape.slice(first, first + rank);
  const along = (axis: number) => (values: readonly number[]) =>
    reshape(
      tensor(values, { dtype: 'i32', device: indices.device }),
      inputShape.map((_, other) => (other === axis ? values.length : 1)),
    );
  return {
    batch: inputShape[0],
    channels: inputShape[channelAxis],
    spatial,
    planeSize: elementCount(spatial),
    perItem: along(0),
    perChannel: along(channelAxis),
  };
}

function shapeError(op: string, indices: Tensor, inputShape: Shape): CenoteError {
  return new CenoteError({
    code: 'INVALID_SHAPE',
    op,
    what: 'the indices do not belong to such an input',
    got: `indices ${formatShape(indices.shape)}, input ${formatShape(inputShape)}`,
    expected: 'batch, channels and 1 to 3 spatial axes in both, with the same batch and channels',
    hint: 'Pass the shape of the tensor that was pooled, and add a batch axis to both where there is none',
  });
}

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** What stands in `table` at each of the positions. */
function lookUp(op: string, table: readonly number[], positions: Tensor): Tensor {
  const checked = checkedIndex(op, positions, table.length, 'plane');
  const flat = reshape(checked, [checked.size]);
  const numbers = tensor(table, { dtype: 'i32', device: positions.device });
  return reshape(gatherAt(op, numbers, 0, flat), positions.shape);
}

/** Per row-major position in a plane: its number when columns are counted through first. */
function columnMajor(spatial: Shape): number[] {
  return range(elementCount(spatial)).map((position) => {
    let rest = position;
    let number = 0;
    for (let axis = spatial.length - 1; axis >= 0; axis--) {
      number += (rest % spatial[axis]) * elementCount(spatial.slice(0, axis));
      rest = Math.floor(rest / spatial[axis]);
    }
    return number;
  });
}

function inverse(permutation: readonly number[]): number[] {
  const result = new Array<number>(permutation.length).fill(0);
  for (const [position, number] of permutation.entries()) result[number] = position;
  return result;
}

function assertStorageOrder(op: string, storageOrder: number): void {
  if (storageOrder === 0 || storageOrder === 1) return;
  throw new CenoteError({
    code: 'INVALID_ARGUMENT',
    op,
    what: 'unknown storageOrder',
    got: String(storageOrder),
    expected: '0 (rows) or 1 (columns)',
    hint: 'Leave it out for rows',
  });
}

/** Per channel and item: how many elements come before its plane, when planes lie one after the other. */
function planeOffsets({ batch, channels, planeSize, perItem, perChannel }: Layout): Tensor {
  return add(
    perItem(range(batch).map((item) => item * channels * planeSize)),
    perChannel(range(channels).map((channel) => channel * planeSize)),
  );
}

/**
 * Positions as ONNX's MaxPool gives them: `(n · C + c) · plane + position`, with the position in the plane counted along
 * rows or columns.
 *
 * @param indices Positions in the plane, as `maxPool2d(…, { returnIndices: true })` gives them; `i32` or `i64`, batched.
 * @param inputShape The shape of the tensor that was pooled.
 * @returns `i32`, the shape of `indices`. ONNX stores `i64`: `cast` it.
 * @throws `INVALID_SHAPE`, `INVALID_ARGUMENT`, `INVALID_DTYPE` when they do not fit.
 *
 * @example
 * ```ts
 * const { indices } = maxPool2d(x, 2, { returnIndices: true });
 * const forOnnx = planeToOnnxIndices(indices, x.shape);
 * ```
 */
export function planeToOnnxIndices<S extends Shape>(
  indices: Tensor<S>,
  inputShape: Shape,
  options?: OnnxIndexOptions,
): Tensor<S>;
export function planeToOnnxIndices(indices: Tensor, inputShape: Shape, options: OnnxIndexOptions = {}): Tensor {
  const op = 'planeToOnnxIndices';
  const { storageOrder = 0, dataFormat } = options;
  assertStorageOrder(op, storageOrder);
  const layout = layoutOf(op, indices, inputShape, dataFormat);
  return scope(() => {
    const numbers = storageOrder === 0 ? range(layout.planeSize) : columnMajor(layout.spatial);
    return add(lookUp(op, numbers, indices), planeOffsets(layout));
  });
}

/** The reverse of {@link planeToOnnxIndices}: ONNX's positions as positions in the plane, `i32`. */
export function onnxToPlaneIndices<S extends Shape>(
  indices: Tensor<S>,
  inputShape: Shape,
  options?: OnnxIndexOptions,
): Tensor<S>;
export function onnxToPlaneIndices(indices: Tensor, inputShape: Shape, options: OnnxIndexOptions = {}): Tensor {
  const op = 'onnxToPlaneIndices';
  const { storageOrder = 0, dataFormat } = options;
  assertStorageOrder(op, storageOrder);
  const layout = layoutOf(op, indices, inputShape, dataFormat);
  return scope(() => {
    const numbers = storageOrder === 0 ? range(layout.planeSize) : inverse(columnMajor(layout.spatial));
    return lookUp(op, numbers, sub(cast(indices, 'i32'), planeOffsets(layout)));
  });
}

/**
 * Positions as `tf.nn.max_pool_with_argmax` gives them: `position · C + c`, and `n · plane · C` more with the batch in
 * the index: flat positions in a tensor with channels last, whichever layout the indices themselves have.
 *
 * @param indices Positions in the plane; `i32` or `i64`, batched.
 * @param inputShape The shape of the tensor that was pooled, in the same layout.
 * @returns `i32`, the shape of `indices`.
 * @throws `INVALID_SHAPE`, `INVALID_ARGUMENT`, `INVALID_DTYPE` when they do not fit.
 */
export function planeToTensorflowIndices<S extends Shape>(
  indices: Tensor<S>,
  inputShape: Shape,
  options?: TensorflowIndexOptions,
): Tensor<S>;
export function planeToTensorflowIndices(
  indices: Tensor,
  inputShape: Shape,
  options: TensorflowIndexOptions = {},
): Tensor {
  const op = 'planeToTensorflowIndices';
  const layout = layoutOf(op, indices, inputShape, options.dataFormat);
  return scope(() => {
    const inPlane = lookUp(op, range(layout.planeSize), indices);
    return add(mul(inPlane, layout.channels), tensorflowOffsets(layout, options));
  });
}

/** The reverse of {@link planeToTensorflowIndices}: TensorFlow's positions as positions in the plane, `i32`. */
export function tensorflowToPlaneIndices<S extends Shape>(
  indices: Tensor<S>,
  inputShape: Shape,
  options?: TensorflowIndexOptions,
): Tensor<S>;
export function tensorflowToPlaneIndices(
  indices: Tensor,
  inputShape: Shape,
  options: TensorflowIndexOptions = {},
): Tensor {
  const op = 'tensorflowToPlaneIndices';
  const layout = layoutOf(op, indices, inputShape, options.dataFormat);
  const { channels, planeSize } = layout;
  return scope(() => {
    const inPlanes = sub(cast(indices, 'i32'), tensorflowOffsets(layout, options));
    const numbers = range(planeSize * channels).map((number) => Math.floor(number / channels));
    return lookUp(op, numbers, inPlanes);
  });
}

function tensorflowOffsets(
  { batch, channels, planeSize, perItem, perChannel }: Layout,
  { includeBatchInIndex = false }: TensorflowIndexOptions,
): Tensor {
  const step = includeBatchInIndex ? planeSize * channels : 0;
  return add(perItem(range(batch).map((item) => item * step)), perChannel(range(channels)));
}
