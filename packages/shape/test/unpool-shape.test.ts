import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolveFractionalPool, resolvePool, unpoolShape } from '../src/index.js';

describe('unpoolShape', () => {
  const op = 'maxUnpool2d';

  it('is the smallest shape with this pooled shape, or the one that is asked for', () => {
    expect(unpoolShape({ op, rank: 2, kernelSize: 2 }, [1, 3, 4, 5])).toEqual([1, 3, 8, 10]);
    expect(unpoolShape({ op, rank: 2, kernelSize: 3, stride: 2, padding: 1 }, [3, 4, 5])).toEqual([3, 7, 9]);
    expect(unpoolShape({ op, rank: 2, kernelSize: 2, outputSize: [9, 10] }, [1, 3, 4, 5])).toEqual([1, 3, 9, 10]);
    expect(unpoolShape({ op, rank: 2, kernelSize: 2, outputSize: [1, 3, 9, 11] }, [1, 3, 4, 5])).toEqual([1, 3, 9, 11]);
    const last = { op, rank: 2, kernelSize: 2, dataFormat: 'channelsLast' } as const;
    expect(unpoolShape({ ...last, outputSize: [0, 9, 11, 3] }, [0, 4, 5, 3])).toEqual([0, 9, 11, 3]);
    expect(unpoolShape({ ...last, outputSize: null }, [4, 5])).toEqual([8, 10]);
  });

  it('takes back the shape that was pooled', () => {
    const axis = fc.record({
      input: fc.integer({ min: 1, max: 12 }),
      kernel: fc.integer({ min: 1, max: 4 }),
      stride: fc.integer({ min: 1, max: 4 }),
      half: fc.boolean(),
    });
    fc.assert(
      fc.property(axis, axis, (height, width) => {
        const axes = [height, width];
        fc.pre(axes.every(({ input, kernel }) => input >= kernel));
        const spec = {
          op,
          rank: 2,
          kernelSize: axes.map(({ kernel }) => kernel),
          stride: axes.map(({ stride }) => stride),
          padding: axes.map(({ kernel, half }) => (half ? Math.floor(kernel / 2) : 0)),
        } as const;
        const inputShape = [1, 1, height.input, width.input];
        const { outputShape } = resolvePool(spec, inputShape);
        expect(unpoolShape({ ...spec, outputSize: inputShape }, outputShape)).toEqual(inputShape);
      }),
    );
  });
});

describe('resolveFractionalPool', () => {
  it('says how many windows of which size there are', () => {
    const spec = { op: 'fractionalMaxPool3d', rank: 3, kernelSize: [1, 2, 2], dataFormat: 'channelsLast' } as const;
    expect(resolveFractionalPool({ ...spec, outputSize: [3, 4, 5] }, [2, 5, 6, 7, 4])).toEqual({
      kernelSize: [1, 2, 2],
      batch: 2,
      channels: 4,
      input: [5, 6, 7],
      output: [3, 4, 5],
      outputShape: [2, 3, 4, 5, 4],
    });
  });

  it('rounds a ratio down', () => {
    const spec = { op: 'fractionalMaxPool2d', rank: 2, kernelSize: 2, outputRatio: [0.7, 0.5] } as const;
    expect(resolveFractionalPool(spec, [3, 25, 9]).outputShape).toEqual([3, 17, 4]);
    expect(resolveFractionalPool(spec, [25, 9]).outputShape).toEqual([17, 4]);
  });

  it('lets windows fill the input exactly', () => {
    const spec = { op: 'fractionalMaxPool2d', rank: 2, kernelSize: 3 } as const;
    expect(resolveFractionalPool({ ...spec, outputSize: 4 }, [6, 6]).output).toEqual([4, 4]);
    expect(() => resolveFractionalPool({ ...spec, outputSize: 5 }, [6, 6])).toThrow('window too large for the input');
  });
});
