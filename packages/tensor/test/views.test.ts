import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  arange,
  concat,
  expand,
  flatten,
  pad,
  permute,
  reshape,
  slice,
  split,
  squeeze,
  stack,
  tensor,
  transpose,
  unsqueeze,
} from '../src/index.js';
import { device } from './device.js';
import { loose } from './loose.js';

describe('views', () => {
  it('share memory', () => {
    const x = arange(6);
    const before = device.liveBuffers;
    const views = [
      reshape(x, [2, 3]),
      permute(reshape(x, [2, 3]), [1, 0]),
      slice(x, [[1, 5, 2]]),
      expand(unsqueeze(x, 0), [4, 6]),
      flatten(reshape(x, [2, 3])),
    ];
    expect(device.liveBuffers).toBe(before);
    for (const view of views) view.dispose();
    expect(device.liveBuffers).toBe(before);
  });

  it('outlive the tensor that they show', () => {
    const x = arange(6);
    const y = reshape(x, [2, 3]);
    x.dispose();
    expect(y.toArraySync()).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
  });

  it('have the documented shapes and elements', () => {
    const x = reshape(arange(6), [2, -1]);
    expect(transpose(x).toArraySync()).toEqual([
      [0, 3],
      [1, 4],
      [2, 5],
    ]);
    expect(reshape(transpose(x), [6]).toArraySync()).toEqual([0, 3, 1, 4, 2, 5]);
    expect(squeeze(reshape(x, [1, 2, 1, 3])).shape).toEqual([2, 3]);
    expect(squeeze(reshape(x, [1, 2, 1, 3]), 0).shape).toEqual([2, 1, 3]);
    expect(squeeze(x, 0).shape).toEqual([2, 3]);
    expect(unsqueeze(x, -1).shape).toEqual([2, 3, 1]);
    expect(expand(tensor([[1], [2]]), [2, 2, 3]).toArraySync()).toEqual([
      [
        [1, 1, 1],
        [2, 2, 2],
      ],
      [
        [1, 1, 1],
        [2, 2, 2],
      ],
    ]);
    expect(slice(x, [null, -1]).toArraySync()).toEqual([2, 5]);
    expect(slice(x, [1]).toArraySync()).toEqual([3, 4, 5]);
    expect(
      slice(x, [
        [0, null],
        [-2, null],
      ]).toArraySync(),
    ).toEqual([
      [1, 2],
      [4, 5],
    ]);
    expect(slice(x, [[5, 9]]).shape).toEqual([0, 3]);
    expect(slice(arange(5), [[0, 5, 2]]).toArraySync()).toEqual([0, 2, 4]);
    expect(slice(arange(6), [[1, null, 4]]).toArraySync()).toEqual([1, 5]);
  });

  it.each([
    [() => reshape(loose.arange(6), [4, -1]), 'reshape'],
    [() => permute(loose.arange(6), [1]), 'permute'],
    [() => expand(loose.arange(6), [2, 5]), 'expand: the shape cannot be expanded. Got [6] to [2, 5];'],
    [() => slice(loose.arange(6), [6]), 'slice: position outside axis 0. Got 6; expected a whole number from -6 to 5.'],
    [() => slice(arange(6), [[0, 3, 0]]), 'slice: not a range on axis 0.'],
    [() => slice(loose.arange(6), [0, 0]), 'slice: more ranges than axes. Got 2 ranges; expected at most 1.'],
    [() => Reflect.apply(concat, undefined, [[]]), 'concat'],
    [() => split(arange(6), [1, 2]), 'split: the sizes do not add up to axis 0.'],
    [() => pad(arange(6), [[-1, 0]]), 'pad: the widths do not fit.'],
  ])('refuse what does not fit (%#)', (make, message) => {
    expect(make).toThrow(message);
  });
});

describe('joining', () => {
  it('concatenates, stacks, splits and pads', () => {
    const x = reshape(arange(4), [2, 2]);
    expect(concat([x, x.add(10)], 1).toArraySync()).toEqual([
      [0, 1, 10, 11],
      [2, 3, 12, 13],
    ]);
    expect(concat([x, transpose(x)], 0).toArraySync()).toEqual([
      [0, 1],
      [2, 3],
      [0, 2],
      [1, 3],
    ]);
    expect(stack([x, x], -1).shape).toEqual([2, 2, 2]);
    expect(split(arange(5), 2).map((part) => part.toArraySync())).toEqual([[0, 1], [2, 3], [4]]);
    expect(
      pad(
        x,
        [
          [1, 0],
          [0, 2],
        ],
        9,
      ).toArraySync(),
    ).toEqual([
      [9, 9, 9, 9],
      [0, 1, 9, 9],
      [2, 3, 9, 9],
    ]);
    expect(concat([tensor([1n]), tensor([2], { dtype: 'i32' })]).dtype).toBe('i64');
  });

  it('undoes splitting, along any axis', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
        fc.nat(),
        fc.integer({ min: 1, max: 3 }),
        (shape, pick, size) => {
          const axis = pick % shape.length;
          const x = reshape(arange(shape.reduce((a, b) => a * b, 1)), shape);
          expect(concat(split(x, size, axis), axis).toArraySync()).toEqual(x.toArraySync());
        },
      ),
      { seed: 1, numRuns: 200 },
    );
  });
});
