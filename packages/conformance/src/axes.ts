import { contiguousStrides, type Shape } from '@cenote/shape';
import { positions, type TensorData } from './tensor-data.js';

/** A contiguous tensor whose axis `i` is axis `order[i]` of `tensor`. */
export function permute(tensor: TensorData, order: readonly number[]): TensorData {
  const strides = contiguousStrides(tensor.shape);
  const shape = order.map((axis) => tensor.shape[axis]);
  const source = { dtype: tensor.dtype, shape, placement: { strides: order.map((axis) => strides[axis]), offset: 0 } };
  return { dtype: tensor.dtype, shape, data: positions(source).map((position) => tensor.data[position]) };
}

/** The order of axes that takes channels first to channels last: `[0, 2, 3, 1]` for a batch of planes. */
export function toChannelsLast(axes: number, rank: number): readonly number[] {
  const channelAxis = axes - rank - 1;
  const order = Array.from({ length: axes }, (_, axis) => axis);
  order.splice(channelAxis, 1);
  return [...order, channelAxis];
}

/** The same elements in another shape. */
export function reshape(tensor: TensorData, shape: Shape): TensorData {
  return { dtype: tensor.dtype, shape, data: tensor.data };
}

/**
 * The same tensor with its axes in the opposite order in memory, gaps between them and an offset: what a transposed slice
 * of a larger tensor looks like.
 */
export function scatter(tensor: TensorData, offset: number): TensorData {
  const strides: number[] = [];
  let stride = tensor.shape.length < 2 ? 2 : 1;
  for (const size of tensor.shape) {
    strides.push(stride);
    stride = stride * Math.max(1, size) + 1;
  }
  return { ...tensor, placement: { strides, offset } };
}

/** The same tensor, contiguous, at an offset. */
export function shift(tensor: TensorData, offset: number): TensorData {
  return { ...tensor, placement: { strides: contiguousStrides(tensor.shape), offset } };
}
