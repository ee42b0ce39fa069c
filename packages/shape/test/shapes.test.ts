import {
  broadcastShapes,
  concatShape,
  contiguousStrides,
  elementCount,
  flattenShape,
  formatShape,
  matmulShape,
  normalizeAxes,
  normalizeAxis,
  permuteShape,
  reduceShape,
  reshapeShape,
  type Shape,
} from '@cenote/shape';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const shapes = fc.array(fc.nat(4), { maxLength: 4 });

describe('shapes', () => {
  it('elements, strides, text', () => {
    expect([elementCount([]), elementCount([2, 3, 4]), elementCount([2, 0])]).toEqual([1, 24, 0]);
    expect([contiguousStrides([]), contiguousStrides([2, 3, 4]), contiguousStrides([2, 0, 3])]).toEqual([
      [],
      [12, 4, 1],
      [3, 3, 1],
    ]);
    expect(formatShape([2, 3])).toBe('[2, 3]');
  });
});

describe('axes', () => {
  it('count from the front or the end', () => {
    expect([0, 2, -1, -3].map((axis) => normalizeAxis('op', axis, 3))).toEqual([0, 2, 2, 0]);
    expect(normalizeAxis('op', -0, 3)).toBe(0);
  });

  it('come back ascending', () => {
    expect(normalizeAxes('op', [-1, 0], 3)).toEqual([0, 2]);
    expect([normalizeAxes('op', undefined, 3), normalizeAxes('op', [], 3), normalizeAxes('op', -2, 3)]).toEqual([
      [0, 1, 2],
      [],
      [1],
    ]);
    expect(normalizeAxes('op', undefined, 0)).toEqual([]);
  });
});

describe('broadcasting', () => {
  it('known cases', () => {
    expect(broadcastShapes('add')).toEqual([]);
    expect(broadcastShapes('add', [2, 3], [])).toEqual([2, 3]);
    expect(broadcastShapes('add', [3], [2, 1])).toEqual([2, 3]);
    expect(broadcastShapes('add', [5, 1, 4], [3, 1], [4])).toEqual([5, 3, 4]);
    expect(broadcastShapes('add', [0], [1])).toEqual([0]);
    expect(() => broadcastShapes('add', [0], [2])).toThrow('do not broadcast');
  });

  it('the order of shapes does not matter, nor does grouping', () => {
    const fitting = fc.tuple(
      shapes,
      fc.array(fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }), { maxLength: 3 }),
    );
    fc.assert(
      fc.property(fitting, fc.nat(4), ([shape, masks], drop) => {
        const others = masks.map((mask, index) =>
          shape.map((size, axis) => (mask[axis] ? 1 : size)).slice(index === 0 ? Math.min(drop, shape.length) : 0),
        );
        const all: readonly Shape[] = [shape, ...others];
        expect(broadcastShapes('add', ...all)).toEqual(shape);
        expect(broadcastShapes('add', ...all.toReversed())).toEqual(shape);
        expect(all.reduce((sum, next) => broadcastShapes('add', sum, next))).toEqual(shape);
      }),
    );
  });
});

describe('reshaping', () => {
  it('known cases', () => {
    expect(reshapeShape('reshape', [2, 3], [3, 2])).toEqual([3, 2]);
    expect(reshapeShape('reshape', [2, 3], [-1])).toEqual([6]);
    expect(reshapeShape('reshape', [2, 3, 4], [4, -1, 2])).toEqual([4, 3, 2]);
    expect(reshapeShape('reshape', [], [1, 1])).toEqual([1, 1]);
    expect(reshapeShape('reshape', [1], [])).toEqual([]);
    expect(reshapeShape('reshape', [], [-1])).toEqual([1]);
    expect(reshapeShape('reshape', [0, 3], [5, -1])).toEqual([5, 0]);
    expect(reshapeShape('reshape', [0, 3], [0, 7])).toEqual([0, 7]);
  });

  it('a −1 finds the size that was there', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 5 }),
        fc.nat(),
        (shape, where) => {
          const axis = where % shape.length;
          expect(reshapeShape('reshape', [elementCount(shape)], shape.with(axis, -1))).toEqual(shape);
        },
      ),
    );
  });

  it('flatten', () => {
    expect(flattenShape('flatten', [2, 3, 4], 0, -1)).toEqual([24]);
    expect(flattenShape('flatten', [2, 3, 4], 1, -1)).toEqual([2, 12]);
    expect(flattenShape('flatten', [2, 3, 4, 5], 1, 2)).toEqual([2, 12, 5]);
    expect(flattenShape('flatten', [2, 3], -1, -1)).toEqual([2, 3]);
    expect(flattenShape('flatten', [], 0, -1)).toEqual([1]);
    expect(flattenShape('flatten', [2, 0, 3], 1, 2)).toEqual([2, 0]);
  });

  it('permute, and back', () => {
    expect(permuteShape('permute', [2, 3, 4], [2, 0, 1])).toEqual([4, 2, 3]);
    expect(permuteShape('permute', [2, 3, 4], [0, -1, 1])).toEqual([2, 4, 3]);
    expect(permuteShape('permute', [], [])).toEqual([]);
  });

  it('concat', () => {
    expect(concatShape('concat', [[2, 3]], 0)).toEqual([2, 3]);
    expect(
      concatShape(
        'concat',
        [
          [2, 3],
          [2, 0],
          [2, 5],
        ],
        -1,
      ),
    ).toEqual([2, 8]);
  });

  it('reduce', () => {
    expect(reduceShape([2, 3, 4], [0, 2], false)).toEqual([3]);
    expect(reduceShape([2, 3, 4], [0, 2], true)).toEqual([1, 3, 1]);
    expect(reduceShape([2, 3], [0, 1], false)).toEqual([]);
    expect(reduceShape([2, 3], [], false)).toEqual([2, 3]);
  });
});

describe('matrix products', () => {
  it('the cases that torch.matmul documents', () => {
    expect(matmulShape('matmul', [3], [3])).toEqual([]);
    expect(matmulShape('matmul', [3, 4], [4])).toEqual([3]);
    expect(matmulShape('matmul', [3], [3, 4])).toEqual([4]);
    expect(matmulShape('matmul', [10, 3, 4], [4])).toEqual([10, 3]);
    expect(matmulShape('matmul', [4], [10, 4, 5])).toEqual([10, 5]);
    expect(matmulShape('matmul', [10, 3, 4], [10, 4, 5])).toEqual([10, 3, 5]);
    expect(matmulShape('matmul', [10, 3, 4], [4, 5])).toEqual([10, 3, 5]);
    expect(matmulShape('matmul', [10, 1, 3, 4], [7, 4, 5])).toEqual([10, 7, 3, 5]);
    expect(matmulShape('matmul', [0, 3], [3, 2])).toEqual([0, 2]);
    expect(matmulShape('matmul', [2, 0], [0, 3])).toEqual([2, 3]);
  });
});
