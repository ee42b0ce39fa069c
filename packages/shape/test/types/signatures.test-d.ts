// How the types feel in signatures: literals are inferred without `as const`, tensors are covariant, and what does not
// fit does not compile. The texts of the errors are tested in messages.test.ts.
import type { Shape } from '@cenote/shape';
import { type Equal, expectType } from './expect.js';
import {
  add,
  concat,
  conv2d,
  type Layer,
  matmul,
  maxPool2d,
  nn,
  pad,
  permute,
  slice,
  stack,
  sum,
  type Tensor,
  tensor,
  transpose,
  zeros,
} from './fake.js';

/** The shape of a tensor. */
type S<T extends Tensor> = T['shape'];

const matrix = tensor([
  [0, 1, 2],
  [3, 4, 5],
]);
const images = zeros([8, 3, 28, 28]);
expectType<Equal<S<typeof matrix>, [2, 3]>>();
expectType<Equal<S<typeof images>, [8, 3, 28, 28]>>();

const scalar = tensor(5);
expectType<Equal<S<typeof scalar>, []>>();

const halved = [
  maxPool2d(images, 2),
  maxPool2d(images, { kernelSize: 2 }),
  maxPool2d(images, 3, { stride: 2, padding: 1 }),
  maxPool2d(images, { kernelSize: [2, 2], padding: [0, [0, 0]] }),
] as const;
expectType<Equal<S<(typeof halved)[number]>, [8, 3, 14, 14]>>();

const features = conv2d(images, zeros([6, 3, 5, 5]), null, { padding: 2, stride: 2 });
expectType<Equal<S<typeof features>, [8, 6, 14, 14]>>();
const noOptions = conv2d(images, zeros([6, 3, 5, 5]));
expectType<Equal<S<typeof noOptions>, [8, 6, 24, 24]>>();

const chained = images.flatten(1).reshape([-1, 28]);
expectType<Equal<S<typeof chained>, [672, 28]>>();
const joined = concat([matrix, zeros([4, 3])]);
expectType<Equal<S<typeof joined>, [6, 3]>>();
const stacked = stack([matrix, matrix, matrix], -1);
expectType<Equal<S<typeof stacked>, [2, 3, 3]>>();
const ops = [
  add(matrix, zeros([3])),
  matmul(matrix, zeros([3, 3])),
  transpose(permute(matrix, [1, 0])),
  sum(zeros([4, 2, 3]), 0),
  slice(zeros([4, 9, 3]), [-1, [0, 2]]),
  pad(zeros([1, 1]), [
    [1, 0],
    [1, 1],
  ]),
] as const;
expectType<Equal<S<(typeof ops)[number]>, [2, 3]>>();
const kept = sum(zeros([4, 2, 3]), [0, 2], { keepDim: true });
expectType<Equal<S<typeof kept>, [1, 2, 1]>>();

// Covariance
const some: Tensor<[number, 3]> = matrix;
const any: Tensor = some;
// @ts-expect-error the number of rows is not known any more
export const again: Tensor<[2, 3]> = some;
const sure = any.as([null, 3]);
expectType<Equal<S<typeof sure>, [number, 3]>>();

// Unknown shapes go everywhere
export function unknown(x: Tensor, size: number, sizes: readonly number[], layers: readonly Layer[]) {
  const results = [
    maxPool2d(x, 2),
    x.flatten(),
    x.reshape(sizes),
    add(x, x),
    matmul(x, images),
    concat([x, x]),
    nn.sequential(...layers).forward(x),
  ] as const;
  expectType<Equal<S<(typeof results)[number]>, Shape>>();
  const pooled = maxPool2d(images, size);
  expectType<Equal<S<typeof pooled>, [8, 3, number, number]>>();
  const blank = zeros([size, 784]);
  expectType<Equal<S<typeof blank>, [number, 784]>>();
  const listed = concat([blank, blank].map((part) => part));
  expectType<Equal<S<typeof listed>, [number, 784]>>();
  const scores = nn.linear(784, 10).forward(blank);
  expectType<Equal<S<typeof scores>, [number, 10]>>();
  const hidden = nn.sequential(...layers, nn.linear(size, 10)).forward(x);
  return [results, pooled, blank, listed, scores, hidden];
}

// Networks in networks, and layers that say nothing about shapes
declare const silent: Layer;
const model = nn.sequential(
  nn.input([null, 3, 28, 28]),
  nn.sequential(nn.conv2d(3, 8, { kernelSize: 3, stride: 2, padding: 1 }), nn.relu()),
  nn.maxPool2d(2),
  nn.flatten(),
  nn.linear(392, 10),
);
const scores = model.forward(images);
expectType<Equal<S<typeof scores>, [8, 10]>>();
const least = nn.sequential(silent, nn.linear(4, 5), nn.sigmoid()).forward(matrix);
expectType<Equal<S<typeof least>, [...number[], 5]>>();

// Refusals, each in the place where the mistake is
// @ts-expect-error no such window
maxPool2d(images, 29);
// @ts-expect-error rows of two lengths
tensor([[1, 2], [3]]);
nn.sequential(
  nn.linear(784, 100),
  nn.relu(),
  // @ts-expect-error 100 features, not 120
  nn.linear(120, 10),
  nn.linear(10, 10),
);
// @ts-expect-error the input has one channel
model.forward(zeros([8, 1, 28, 28]));
