import { type PoolSpec, resolvePool, type WindowGeometry } from '@cenote/shape';
import { describe, expect, it } from 'vitest';

// The worked examples of the pooling chapter of "Dive into Deep Learning" (7.5 in the 1.0 edition), computed from
// nothing but the geometry's tables.

type Combine = (taps: readonly number[]) => number;

/** Pools one plane of numbers by the tables of its height and width. */
function poolPlane(
  { axes: [, height, width] }: WindowGeometry,
  plane: readonly number[][],
  combine: Combine,
): number[][] {
  return Array.from({ length: height.output }, (_, row) =>
    Array.from({ length: width.output }, (_, column) => {
      const taps: number[] = [];
      for (let i = 0; i < height.count[row]; i++) {
        for (let j = 0; j < width.count[column]; j++) {
          taps.push(plane[height.start[row] + i * height.dilation][width.start[column] + j * width.dilation]);
        }
      }
      return combine(taps);
    }),
  );
}

const max: Combine = (taps) => Math.max(...taps);
const average: Combine = (taps) => taps.reduce((sum, value) => sum + value) / taps.length;

function pool(options: Omit<PoolSpec, 'op' | 'rank'>, plane: readonly number[][], combine: Combine): number[][] {
  const shape = [plane.length, plane[0].length];
  return poolPlane(resolvePool({ op: 'pool2d', rank: 2, ...options }, shape), plane, combine);
}

describe('the D2L pooling chapter', () => {
  const nine = [
    [0, 1, 2],
    [3, 4, 5],
    [6, 7, 8],
  ];
  const sixteen = [0, 4, 8, 12].map((first) => [first, first + 1, first + 2, first + 3]);

  it('max pooling with a 2×2 window', () => {
    expect(pool({ kernelSize: 2, stride: 1 }, nine, max)).toEqual([
      [4, 5],
      [7, 8],
    ]);
  });

  it('average pooling with a 2×2 window', () => {
    expect(pool({ kernelSize: [2, 2], stride: 1 }, nine, average)).toEqual([
      [2, 3],
      [5, 6],
    ]);
  });

  it('the stride is the window by default', () => {
    expect(pool({ kernelSize: 3 }, sixteen, max)).toEqual([[10]]);
  });

  it('stride and padding', () => {
    expect(pool({ kernelSize: 3, padding: 1, stride: 2 }, sixteen, max)).toEqual([
      [5, 7],
      [13, 15],
    ]);
  });

  it('a window that is not square', () => {
    expect(pool({ kernelSize: [2, 3], stride: [2, 3], padding: [0, 1] }, sixteen, max)).toEqual([
      [5, 7],
      [13, 15],
    ]);
  });

  it('channels are pooled one by one', () => {
    const geometry = resolvePool({ op: 'maxPool2d', rank: 2, kernelSize: 3, padding: 1, stride: 2 }, [1, 2, 4, 4]);
    const more = sixteen.map((row) => row.map((value) => value + 1));
    expect([geometry.outputShape, poolPlane(geometry, sixteen, max), poolPlane(geometry, more, max)]).toEqual([
      [1, 2, 2, 2],
      [
        [5, 7],
        [13, 15],
      ],
      [
        [6, 8],
        [14, 16],
      ],
    ]);
  });
});
