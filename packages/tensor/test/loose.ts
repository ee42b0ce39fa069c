import {
  arange,
  type CreationOptions,
  type NestedNumbers,
  ones,
  type Shape,
  type Tensor,
  tensor,
  zeros,
} from '../src/index.js';

/** Tensors of which the compiler does not know the shape: for calls that it would refuse, to see them refused at run time. */
export const loose = {
  zeros: (shape: Shape, options?: CreationOptions): Tensor => zeros(shape, options),
  ones: (shape: Shape, options?: CreationOptions): Tensor => ones(shape, options),
  arange: (end: number): Tensor => arange(end),
  tensor: (values: NestedNumbers, options?: CreationOptions): Tensor => tensor(values, options),
};
