import { mul, pad, reshape, type Shape, square, type Tensor } from '@cenote/tensor';
import { averagePool } from '@cenote/tensor/engine';
import { input, type Operator } from '../context.js';

/**
 * `x / (bias + alpha / size · Σ x²)^beta`, with the sum over `size` channels around each: an average over channels, with zeros
 * beside the first and the last (https://github.com/onnx/onnx/blob/main/docs/Operators.md#LRN).
 */
export const localResponseNormalization: Operator = (context) => {
  const x = input(context, 0);
  const { attributes, op } = context;
  const size = attributes.int('size', 1);
  const [batch = 1, channels = 1, ...spatial] = x.shape;
  const plane = spatial.reduce((product, length) => product * length, 1);
  const low = Math.floor((size - 1) / 2);
  const squares: Tensor = reshape(square(x), [batch, 1, channels, plane]);
  const padded: Tensor = pad<Shape, readonly (readonly [number, number])[]>(squares, [
    [0, 0],
    [0, 0],
    [low, size - 1 - low],
    [0, 0],
  ]);
  const mean = reshape(averagePool(op, 2, padded, { kernelSize: [size, 1], stride: 1 }), x.shape);
  const scaled = mul(mean, attributes.float('alpha', 1e-4)).add(attributes.float('bias', 1));
  return x.div(scaled.pow(attributes.float('beta', 0.75)));
};
