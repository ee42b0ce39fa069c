import { describe, expect, it } from 'vitest';
import {
  adaptiveAvgPool2d,
  adaptiveMaxPool1d,
  arange,
  avgPool1d,
  avgPool2d,
  avgPool3d,
  concat,
  globalAvgPool,
  globalMaxPool,
  lpPool2d,
  maxPool1d,
  maxPool2d,
  maxPool3d,
  minPool2d,
  ones,
  permute,
  reshape,
  tensor,
  zeros,
} from '../src/index.js';
import './device.js';
import { loose } from './loose.js';

/** The matrices of D2L, chapter 6.5. */
const X = () =>
  tensor([
    [0, 1, 2],
    [3, 4, 5],
    [6, 7, 8],
  ]);
const Y = () => reshape(arange(16), [1, 1, 4, 4]);

describe("D2L's pooling chapter", () => {
  it('pools a matrix', () => {
    expect(maxPool2d(X(), 2, { stride: 1 }).toArraySync()).toEqual([
      [4, 5],
      [7, 8],
    ]);
    expect(avgPool2d(X(), 2, { stride: 1 }).toArraySync()).toEqual([
      [2, 3],
      [5, 6],
    ]);
  });

  it('has the window as its default stride', () => {
    expect(maxPool2d(Y(), 3).toArraySync()).toEqual([[[[10]]]]);
  });

  it('pads and strides', () => {
    expect(maxPool2d(Y(), 3, { padding: 1, stride: 2 }).toArraySync()).toEqual([
      [
        [
          [5, 7],
          [13, 15],
        ],
      ],
    ]);
    expect(maxPool2d(Y(), [2, 3], { stride: [2, 3], padding: [0, 1] }).toArraySync()).toEqual([
      [
        [
          [5, 7],
          [13, 15],
        ],
      ],
    ]);
  });

  it('pools each channel on its own', () => {
    const both = concat([Y(), Y().add(1)], 1);
    expect(maxPool2d(both, { kernelSize: 3, padding: 1, stride: 2 }).toArraySync()).toEqual([
      [
        [
          [5, 7],
          [13, 15],
        ],
        [
          [6, 8],
          [14, 16],
        ],
      ],
    ]);
  });
});

describe('pooling', () => {
  it('runs over one and three axes', () => {
    expect(maxPool1d(tensor([1, 3, 2, 5]), 2).toArraySync()).toEqual([3, 5]);
    expect(avgPool1d(tensor([[1, 3, 2, 5]]), 2).toArraySync()).toEqual([[2, 3.5]]);
    expect(maxPool3d(reshape(arange(8), [2, 2, 2]), 2).toArraySync()).toEqual([[[7]]]);
    expect(avgPool3d(reshape(arange(8), [1, 1, 2, 2, 2]), 2).toArraySync()).toEqual([[[[[3.5]]]]]);
  });

  it('returns positions in the plane', () => {
    const { output, indices } = maxPool2d(Y(), 2, { returnIndices: true });
    expect(output.toArraySync()).toEqual([
      [
        [
          [5, 7],
          [13, 15],
        ],
      ],
    ]);
    expect(indices.toArraySync()).toEqual([
      [
        [
          [5, 7],
          [13, 15],
        ],
      ],
    ]);
    expect(indices.dtype).toBe('i32');
  });

  it('has minimum, p-norm, adaptive and global forms', () => {
    expect(minPool2d(X(), 2, { stride: 1 }).toArraySync()).toEqual([
      [0, 1],
      [3, 4],
    ]);
    expect(
      lpPool2d(
        tensor([
          [3, -4],
          [0, 0],
        ]),
        2,
        2,
      ).toArraySync(),
    ).toEqual([[5]]);
    expect(adaptiveAvgPool2d(Y(), [2, null]).shape).toEqual([1, 1, 2, 4]);
    expect(adaptiveMaxPool1d(arange(5), 2).toArraySync()).toEqual([2, 4]);
    expect(globalAvgPool(Y()).toArraySync()).toEqual([[[[7.5]]]]);
    expect(globalMaxPool(Y()).toArraySync()).toEqual([[[[15]]]]);
  });

  it('counts padding or not, or divides by a number of your own', () => {
    const x = ones([2, 2]);
    expect(avgPool2d(x, 2, { padding: 1 }).toArraySync()).toEqual([
      [0.25, 0.25],
      [0.25, 0.25],
    ]);
    expect(avgPool2d(x, 2, { padding: 1, countIncludePad: false }).toArraySync()).toEqual([
      [1, 1],
      [1, 1],
    ]);
    expect(avgPool2d(x, 2, { divisorOverride: 8 }).toArraySync()).toEqual([[0.5]]);
  });

  it('gives the same for channels last', () => {
    const last = permute(Y(), [0, 2, 3, 1]);
    expect(permute(maxPool2d(last, 2, { dataFormat: 'channelsLast' }), [0, 3, 1, 2]).toArraySync()).toEqual(
      maxPool2d(Y(), 2).toArraySync(),
    );
  });

  it('takes integers, and an empty batch', () => {
    expect(maxPool2d(Y().to('u8'), 2).dtype).toBe('u8');
    expect(maxPool2d(Y().to('i64'), 2).dtype).toBe('i64');
    expect(maxPool2d(zeros([0, 3, 4, 4]), 2).shape).toEqual([0, 3, 2, 2]);
  });

  it.each([
    [
      () => maxPool2d(loose.zeros([1, 3, 4, 4]), 5),
      'maxPool2d: window larger than the padded input on axis H. Got kernelSize 5, padded input 4',
    ],
    [() => maxPool2d(loose.zeros([4]), 2), 'maxPool2d: '],
    [() => maxPool2d(loose.zeros([4, 4]), 2, { stride: 0 }), 'maxPool2d: stride'],
    [() => maxPool2d(loose.zeros([4, 4]), 2, { stride: -1 }), 'maxPool2d: stride'],
    [() => maxPool2d(loose.zeros([4, 4]), 2, { padding: 2 }), 'maxPool2d: padding'],
    [() => Reflect.apply(maxPool2d, undefined, [zeros([4, 4])]), 'maxPool2d: kernelSize is missing.'],
    [
      () => maxPool2d(zeros([4, 4], { dtype: 'bool' }), 2),
      'maxPool2d: the dtype is not one that the operation takes. Got bool;',
    ],
    [
      () => avgPool2d(zeros([4, 4], { dtype: 'i32' }), 2),
      'avgPool2d: the dtype is not one that the operation takes. Got i32;',
    ],
    [
      () => avgPool2d(zeros([4, 4]), 2, { divisorOverride: 0 }),
      'avgPool2d: the divisor cannot be used. Got divisorOverride 0;',
    ],
    [() => lpPool2d(zeros([4, 4]), 0, 2), 'lpPool2d: not a norm. Got p 0;'],
    [() => globalAvgPool(loose.zeros([4, 4])), 'globalAvgPool: wrong number of axes. Got 2 (shape [4, 4]);'],
    [() => adaptiveAvgPool2d(loose.zeros([4, 4]), 0), 'adaptiveAvgPool2d: '],
  ])('refuses what does not fit (%#)', (make, message) => {
    expect(make).toThrow(message);
  });
});
