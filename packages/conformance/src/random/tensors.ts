import { type DType, isFloat } from '@cenote/backend';
import { elementCount, type Shape } from '@cenote/shape';
import { type TensorData, tensorOf } from '../tensor-data.js';
import type { Random } from './random.js';

/** Which numbers a random tensor holds. */
export type Contents =
  /** 24 random bits between −4 and 4. */
  | 'uniform'
  /** The same between 1/4 and 4. */
  | 'positive'
  /** Few small integers, so that there are ties. */
  | 'ties'
  /** Those with NaN and infinities among them. */
  | 'special';

/** A tensor of random numbers; integers and `bool` get a range that fits them, whatever the contents. */
export function randomTensor(random: Random, dtype: DType, shape: Shape, contents: Contents): TensorData {
  const draw = () => {
    if (dtype === 'bool') return random.integer(0, 1);
    if (!isFloat(dtype)) return random.integer(dtype === 'u8' ? 0 : -9, contents === 'ties' ? 1 : 60);
    switch (contents) {
      case 'uniform':
        return random.uniform(-4, 4);
      case 'positive':
        return random.uniform(0.25, 4);
      case 'ties':
        return random.integer(-1, 2);
      case 'special':
        return random.oneIn(5) ? random.pick([Number.NaN, Infinity, -Infinity]) : random.integer(-2, 2);
    }
  };
  return tensorOf(dtype, shape, Array.from({ length: elementCount(shape) }, draw));
}

/** A tensor of random `i32` indices below `limit`. */
export function randomIndices(random: Random, shape: Shape, limit: number): TensorData {
  return tensorOf(
    'i32',
    shape,
    Array.from({ length: elementCount(shape) }, () => random.integer(0, limit - 1)),
  );
}

/** The same tensor somewhere in its buffer: contiguous at an offset, axes permuted, with gaps. Sometimes unchanged. */
export function randomPlacement(random: Random, tensor: TensorData): TensorData {
  if (random.oneIn(2)) return tensor;
  const axes = tensor.shape.length;
  const strides = new Array<number>(axes).fill(0);
  let stride = random.oneIn(3) ? 2 : 1;
  const order = random.oneIn(2) ? random.permutation(axes) : Array.from({ length: axes }, (_, i) => axes - 1 - i);
  for (const axis of order) {
    strides[axis] = stride;
    stride = stride * Math.max(1, tensor.shape[axis]) + (random.oneIn(3) ? 1 : 0);
  }
  return { ...tensor, placement: { strides, offset: random.integer(0, 7) } };
}

/** A tensor that is constant along some axes, which have stride 0 in its buffer. */
export function randomBroadcast(random: Random, dtype: DType, shape: Shape, contents: Contents): TensorData {
  const isConstant = shape.map(() => random.oneIn(2));
  const small = shape.map((size, axis) => (isConstant[axis] ? Math.min(1, size) : size));
  const source = randomTensor(random, dtype, small, contents);
  const strides = new Array<number>(shape.length).fill(0);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (isConstant[axis]) continue;
    strides[axis] = stride;
    stride *= shape[axis];
  }
  let rows = [0];
  for (const [axis, size] of shape.entries()) {
    rows = rows.flatMap((position) => Array.from({ length: size }, (_, i) => position + i * strides[axis]));
  }
  const data = rows.map((position) => source.data[position]);
  return { dtype, shape, data, placement: { strides, offset: 0 } };
}
