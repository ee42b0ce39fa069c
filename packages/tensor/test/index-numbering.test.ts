import { describe, expect, it } from 'vitest';
import {
  arange,
  maxPool2d,
  maxPool3d,
  onnxToPlaneIndices,
  permute,
  planeToOnnxIndices,
  planeToTensorflowIndices,
  reshape,
  type Tensor,
  tensor,
  tensorflowToPlaneIndices,
} from '../src/index.js';
import './device.js';

const numbers = (x: Tensor) => [...x.dataSync()].map(Number);

describe('positions as ONNX numbers them', () => {
  // The example of ONNX's own tests: 1…25 in a plane of 5 × 5, windows of 2 × 2, stride 2.
  const x = reshape(arange(1, 26), [1, 1, 5, 5]);
  const { indices } = maxPool2d(x, 2, { returnIndices: true });

  it('along rows and along columns', () => {
    expect(numbers(indices)).toEqual([6, 8, 16, 18]);
    expect(numbers(planeToOnnxIndices(indices, x.shape))).toEqual([6, 8, 16, 18]);
    expect(numbers(planeToOnnxIndices(indices, x.shape, { storageOrder: 1 }))).toEqual([6, 16, 8, 18]);
  });

  it('counts through the planes before, in each of them along columns', () => {
    // Two items of three channels of 2 × 3. The maximum is the last element of each plane.
    const images = reshape(arange(36), [2, 3, 2, 3]);
    const whole = maxPool2d(images, [2, 3], { returnIndices: true }).indices;
    expect(numbers(planeToOnnxIndices(whole, images.shape))).toEqual([5, 11, 17, 23, 29, 35]);
    const first = maxPool2d(images, 1, { returnIndices: true }).indices;
    expect(numbers(planeToOnnxIndices(first, images.shape)).slice(6, 12)).toEqual([6, 7, 8, 9, 10, 11]);
    // Row-major (row, column) of 2 × 3 is row + 2 · column along columns.
    const columns = numbers(planeToOnnxIndices(first, images.shape, { storageOrder: 1 }));
    expect(columns.slice(6, 12)).toEqual([6, 8, 10, 7, 9, 11]);
  });

  it('in three dimensions, where the first axis counts fastest along columns', () => {
    const volume = reshape(arange(24), [1, 1, 2, 3, 4]);
    const { indices: all } = maxPool3d(volume, 1, { returnIndices: true });
    const columns = numbers(planeToOnnxIndices(all, volume.shape, { storageOrder: 1 }));
    // (d, h, w) is d + 2 · h + 6 · w.
    expect(columns.slice(0, 6)).toEqual([0, 6, 12, 18, 2, 8]);
    expect(columns[12]).toBe(1);
  });
});

describe('positions as TensorFlow numbers them', () => {
  it('with channels last, with and without the batch', () => {
    const x = reshape(arange(2 * 2 * 2 * 2), [2, 2, 2, 2]);
    const { indices } = maxPool2d(x, 2, { returnIndices: true });
    // The maximum is at (1, 1) of each plane: (1 · 2 + 1) · 2 + c.
    expect(numbers(planeToTensorflowIndices(indices, x.shape))).toEqual([6, 7, 6, 7]);
    const withBatch = planeToTensorflowIndices(indices, x.shape, { includeBatchInIndex: true });
    expect(numbers(withBatch)).toEqual([6, 7, 14, 15]);
  });

  it('are flat positions in a tensor with channels last', () => {
    const x = tensor([7, 3, 9, 1, 8, 2, 6, 4, 5, 0, 11, 10]).reshape([1, 2, 2, 3]);
    const last = permute(x, [0, 2, 3, 1]);
    const options = { dataFormat: 'channelsLast' } as const;
    const { output, indices } = maxPool2d(last, [1, 2], { stride: 1, ...options, returnIndices: true });
    const positions = numbers(planeToTensorflowIndices(indices, last.shape, options));
    const flat = numbers(last);
    expect(positions.map((position) => flat[position])).toEqual(numbers(output));
  });
});

describe('the way back', () => {
  const x = reshape(arange(2 * 3 * 4 * 5), [2, 3, 4, 5]);
  const { indices } = maxPool2d(x, 2, { padding: 1, returnIndices: true });

  it('is the way there, backwards', () => {
    for (const storageOrder of [0, 1] as const) {
      const there = planeToOnnxIndices(indices, x.shape, { storageOrder });
      expect(numbers(onnxToPlaneIndices(there, x.shape, { storageOrder }))).toEqual(numbers(indices));
    }
    for (const includeBatchInIndex of [false, true]) {
      const there = planeToTensorflowIndices(indices, x.shape, { includeBatchInIndex });
      expect(numbers(tensorflowToPlaneIndices(there, x.shape, { includeBatchInIndex }))).toEqual(numbers(indices));
    }
  });

  it('takes i64, which the others store, and refuses positions in other planes', () => {
    const there = planeToOnnxIndices(indices, x.shape).to('i64');
    expect(numbers(onnxToPlaneIndices(there, x.shape))).toEqual(numbers(indices));
    expect(() => onnxToPlaneIndices(indices, x.shape)).toThrow('onnxToPlaneIndices: a position is outside the plane');
  });
});
