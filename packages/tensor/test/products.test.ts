import { describe, expect, it } from 'vitest';
import {
  arange,
  avgPool2d,
  conv1d,
  conv2d,
  conv3d,
  gather,
  indexSelect,
  linear,
  matmul,
  oneHot,
  ones,
  reshape,
  scatterAdd,
  type Tensor,
  tensor,
  transpose,
} from '../src/index.js';
import { device } from './device.js';
import { loose } from './loose.js';

describe('matmul', () => {
  it.each([
    [[3], [3], []],
    [[2, 3], [3], [2]],
    [[3], [3, 4], [4]],
    [
      [2, 3],
      [3, 4],
      [2, 4],
    ],
    [
      [5, 2, 3],
      [3, 4],
      [5, 2, 4],
    ],
    [[5, 2, 3], [3], [5, 2]],
    [[3], [5, 3, 4], [5, 4]],
    [
      [2, 3],
      [5, 3, 4],
      [5, 2, 4],
    ],
    [
      [5, 1, 2, 3],
      [6, 3, 4],
      [5, 6, 2, 4],
    ],
    [
      [6, 2, 3],
      [1, 3, 4],
      [6, 2, 4],
    ],
    [
      [0, 2, 3],
      [3, 4],
      [0, 2, 4],
    ],
  ])('%j by %j is %j', (a, b, shape) => {
    const count = (sizes: number[]) => sizes.reduce((x, y) => x * y, 1);
    const left = reshape(arange(count(a), { dtype: 'f64' }), a);
    const right = reshape(arange(count(b), { dtype: 'f64' }), b);
    const product = matmul(left, right);
    expect(product.shape).toEqual(shape);
    expect(product.toArraySync()).toEqual(naiveMatmul(left, right, shape));
  });

  it('takes views', () => {
    const x = reshape(arange(6), [2, 3]);
    expect(matmul(transpose(x), x).toArraySync()).toEqual([
      [9, 12, 15],
      [12, 17, 22],
      [15, 22, 29],
    ]);
  });

  it('names both sizes when they differ', () => {
    expect(() => matmul(loose.ones([2, 3]), loose.ones([4, 5]))).toThrow(/matmul: .*3.*4/);
  });
});

/** From the definition: every element of the broadcast result on its own. */
function naiveMatmul(a: Tensor, b: Tensor, shape: readonly number[]): unknown {
  const at = (x: Tensor, position: readonly number[]): number => {
    let offset = 0;
    for (let axis = 0; axis < x.rank; axis++) {
      const index = position[position.length - x.rank + axis];
      offset = offset * x.shape[axis] + (x.shape[axis] === 1 ? 0 : index);
    }
    return x.dataSync('f64')[offset];
  };
  const inner = a.shape[a.rank - 1];
  const element = (position: readonly number[]): number => {
    const batch = position.slice(0, position.length - (a.rank === 1 ? 0 : 1) - (b.rank === 1 ? 0 : 1));
    const rows = a.rank === 1 ? [] : [position[batch.length]];
    const columns = b.rank === 1 ? [] : [position[position.length - 1]];
    let sum = 0;
    for (let k = 0; k < inner; k++) {
      sum += at(a, [...batch, ...rows, k]) * at(b, b.rank === 1 ? [k] : [...batch, k, ...columns]);
    }
    return sum;
  };
  const build = (position: readonly number[]): unknown =>
    position.length === shape.length
      ? element(position)
      : Array.from({ length: shape[position.length] }, (_, index) => build([...position, index]));
  return build([]);
}

describe('linear', () => {
  it('is x · weightᵀ + bias', () => {
    const y = linear(
      tensor([[1, 2]]),
      tensor([
        [1, 0],
        [0, 1],
        [1, 1],
      ]),
      tensor([10, 20, 30]),
    );
    expect(y.toArraySync()).toEqual([[11, 22, 33]]);
    expect(linear(ones([2, 4, 2]), ones([3, 2])).shape).toEqual([2, 4, 3]);
  });

  it('applies an activation', () => {
    const x = tensor([[1, -2]]);
    const weight = tensor([
      [1, 0],
      [0, 1],
    ]);
    const bias = tensor([-3, 3]);
    expect(linear(x, weight, bias, { activation: 'relu' }).toArraySync()).toEqual([[0, 1]]);
    expect(linear(x, weight, null, { activation: 'tanh' }).toArraySync()).toEqual([
      [Math.fround(Math.tanh(1)), Math.fround(Math.tanh(-2))],
    ]);
    expect(linear(tensor([0]), tensor([[1]]), null, { activation: 'sigmoid' }).toArraySync()).toEqual([0.5]);
  });

  it('takes integers, views and dtypes that meet', () => {
    const whole = { dtype: 'i32' } as const;
    const x = tensor([[3, -1]], whole);
    const weight = tensor(
      [
        [1, 2],
        [4, 4],
      ],
      whole,
    ).transpose();
    const y = linear(x, weight, tensor([0, -9], whole), { activation: 'relu' });
    expect([y.dtype, y.toArraySync()]).toEqual(['i32', [[0, 0]]]);
    expect(linear(x, weight, tensor([1, 1], whole)).toArraySync()).toEqual([[0, 3]]);
    const wide = linear(x, weight.to('f64'), tensor([0.5, 0.5]));
    expect([wide.dtype, wide.toArraySync()]).toEqual(['f64', [[-0.5, 2.5]]]);
    const fraction = linear(x, weight, tensor([0.5, -9]), { activation: 'relu' });
    expect([fraction.dtype, fraction.toArraySync()]).toEqual(['f32', [[0, 0]]]);
    expect(() => linear(x, weight, null, { activation: 'tanh' })).toThrow('linear: the dtype is not one');
    expect(() => linear(x.to('bool'), weight.to('bool'))).toThrow('linear: the dtype is not one');
  });

  it('leaves nothing behind', () => {
    const [x, weight, bias] = [ones([2, 3, 4]), ones([5, 4]), ones([5])];
    const before = device.liveBuffers;
    linear(x, weight, bias, { activation: 'relu' }).dispose();
    linear(x, weight, tensor([1, 2, 3, 4, 5], { dtype: 'f64' }), { activation: 'relu' }).dispose();
    // The bias of the second call is the test's.
    expect(device.liveBuffers).toBe(before + 1);
  });

  it('says what does not fit', () => {
    expect(() => linear(ones([1, 256]), ones([120, 400]))).toThrow('linear: expects 400 input features, got 256.');
    expect(() => linear(ones([1, 4]), ones([3, 4]), ones([4]))).toThrow('linear: the bias does not fit the weight.');
  });
});

describe('convolution', () => {
  it("finds D2L's edges", () => {
    const image = ones([1, 1, 6, 8]).toArraySync() as number[][][][];
    for (const row of image[0][0]) row.fill(0, 2, 6);
    const edges = conv2d(tensor(image), tensor([[[[1, -1]]]]));
    expect((edges.toArraySync() as number[][][][])[0][0][0]).toEqual([0, 1, 0, 0, 0, -1, 0]);
  });

  it('has a bias, groups, and one and three axes', () => {
    expect(conv1d(tensor([[1, 2, 3]]), tensor([[[1, 1]]]), tensor([10])).toArraySync()).toEqual([[13, 15]]);
    expect(conv3d(ones([1, 1, 2, 2, 2]), ones([1, 1, 2, 2, 2])).toArraySync()).toEqual([[[[[8]]]]]);
    expect(conv2d(ones([1, 4, 3, 3]), ones([2, 2, 3, 3]), null, { groups: 2, padding: 1 }).shape).toEqual([1, 2, 3, 3]);
    expect(
      conv2d(ones([1, 1, 2, 2]).neg(), ones([1, 1, 1, 1]), tensor([0.5]), { activation: 'relu' }).toArraySync(),
    ).toEqual([
      [
        [
          [0, 0],
          [0, 0],
        ],
      ],
    ]);
  });

  it('as a depthwise box filter is average pooling', () => {
    const x = reshape(arange(2 * 6 * 6, { dtype: 'f64' }), [1, 2, 6, 6]);
    const box = ones([2, 1, 3, 3], { dtype: 'f64' }).div(9);
    const filtered = conv2d(x, box, null, { groups: 2, stride: 3 }).dataSync('f64');
    const pooled = avgPool2d(x, 3).dataSync('f64');
    for (const [index, value] of pooled.entries()) expect(filtered[index]).toBeCloseTo(value, 12);
  });

  it.each([
    [() => conv2d(loose.ones([1, 3, 8, 8]), loose.ones([6, 1, 5, 5])), 'conv2d: '],
    [
      () => conv2d(ones([1, 1, 8, 8]), ones([6, 1, 5, 5]), ones([5])),
      'conv2d: the bias does not fit the weight. Got bias [5], weight [6, 1, 5, 5]; expected bias [6].',
    ],
    [
      () => conv2d(ones([1, 1, 8, 8]), ones([6, 1, 5, 5], { dtype: 'f64' })),
      'conv2d: input and weight have different dtypes. Got f32 and f64;',
    ],
    [
      () => conv2d(ones([1, 1, 8, 8], { dtype: 'i32' }), ones([6, 1, 5, 5])),
      'conv2d: the dtype is not one that the operation takes. Got i32;',
    ],
  ])('refuses what does not fit (%#)', (make, message) => {
    expect(make).toThrow(message);
  });
});

describe('indexing', () => {
  it('gathers, scatters and selects', () => {
    const x = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const index = tensor(
      [
        [2, 0],
        [1, 1],
      ],
      { dtype: 'i32' },
    );
    expect(gather(x, 1, index).toArraySync()).toEqual([
      [3, 1],
      [5, 5],
    ]);
    expect(
      scatterAdd(
        tensor([
          [1, 2],
          [3, 4],
        ]),
        1,
        index,
        3,
      ).toArraySync(),
    ).toEqual([
      [2, 0, 1],
      [0, 7, 0],
    ]);
    expect(indexSelect(x, 0, tensor([1, 0, 1], { dtype: 'i64' })).toArraySync()).toEqual([
      [4, 5, 6],
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(oneHot(tensor([2, 0], { dtype: 'u8' }), 3).toArraySync()).toEqual([
      [0, 0, 1],
      [1, 0, 0],
    ]);
  });

  it.each([
    [
      () => gather(ones([2]), 0, tensor([2], { dtype: 'i32' })),
      'gather: a position is outside the axis. Got 2; expected from 0 to 1.',
    ],
    [() => gather(ones([2]), 0, tensor([0.5])), 'gather: the dtype is not one that the operation takes. Got f32;'],
    [() => gather(ones([2, 2]), 0, tensor([0], { dtype: 'i32' })), 'gather: the shape of the index does not fit.'],
    [() => oneHot(tensor([3], { dtype: 'i32' }), 3), 'oneHot: a position is outside the axis. Got 3;'],
  ])('refuses positions that are not there (%#)', (make, message) => {
    expect(make).toThrow(message);
  });
});
