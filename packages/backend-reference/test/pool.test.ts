import { dtypes, type IndexKind, type PoolFn } from '@cenote/backend';
import {
  type AxisWindow,
  type DataFormat,
  elementCount,
  resolveAdaptivePool,
  resolvePool,
  type SpatialRank,
  type WindowGeometry,
} from '@cenote/shape';
import { describe, expect, it } from 'vitest';
import {
  arange,
  broadcast,
  evaluate,
  evaluateOne,
  forEachIndex,
  hasKernel,
  moved,
  numbersOf,
  type Operand,
  operand,
  randomNumbers,
  randomValues,
  toNumbers,
} from './harness.js';
import { canonicalPosition, type RandomPool, randomPool, type WindowNumbers } from './random-window.js';

const inf = Number.POSITIVE_INFINITY;
const nan = Number.NaN;
const max: PoolFn = { fn: 'max' };
const min: PoolFn = { fn: 'min' };
const avg: PoolFn = { fn: 'avg', divisor: 'taps' };
const ramp = toNumbers(arange([16]).values);

function pool(fn: PoolFn, geometry: WindowGeometry, x: Operand): number[] {
  const result = { dtype: x.dtype, shape: geometry.outputShape };
  return numbersOf({ kind: 'pool', pool: fn, geometry, indices: 'none' }, [x], result);
}

function poolWithIndices(fn: PoolFn, geometry: WindowGeometry, indices: 'plane' | 'window', x: Operand): number[][] {
  const shape = geometry.outputShape;
  const results = [
    { dtype: x.dtype, shape },
    { dtype: indices === 'plane' ? 'i32' : 'u8', shape },
  ] as const;
  return evaluate({ kind: 'pool', pool: fn, geometry, indices }, [x], results).map((values) =>
    Array.from(values, Number),
  );
}

/** A pooling of one row with windows of all of it, one after the other. */
function rowOf(count: number, kernelSize: number): WindowGeometry {
  return resolvePool({ op: 'maxPool1d', rank: 1, kernelSize }, [count]);
}

describe('the examples of D2L', () => {
  it('2 × 2 windows, stride 1', () => {
    const x = arange([3, 3]);
    const geometry = resolvePool({ op: 'pool', rank: 2, kernelSize: 2, stride: 1 }, [3, 3]);
    expect(pool(max, geometry, x)).toEqual([4, 5, 7, 8]);
    expect(pool(avg, geometry, x)).toEqual([2, 3, 5, 6]);
    expect(pool(min, geometry, x)).toEqual([0, 1, 3, 4]);
  });

  it('padding and stride', () => {
    const shape = [1, 1, 4, 4];
    const x = arange(shape);
    const spec = { op: 'maxPool2d', rank: 2 } as const;
    expect(pool(max, resolvePool({ ...spec, kernelSize: 3 }, shape), x)).toEqual([10]);
    expect(pool(max, resolvePool({ ...spec, kernelSize: 3, padding: 1, stride: 2 }, shape), x)).toEqual([5, 7, 13, 15]);
    const wide = { ...spec, kernelSize: [2, 3], stride: [2, 3], padding: [0, 1] };
    expect(pool(max, resolvePool(wide, shape), x)).toEqual([5, 7, 13, 15]);
  });

  it('several channels, one by one', () => {
    const shape = [1, 2, 4, 4];
    const x = operand('f32', [...ramp, ...ramp.map((value) => value + 1)], shape);
    const geometry = resolvePool({ op: 'maxPool2d', rank: 2, kernelSize: 3, padding: 1, stride: 2 }, shape);
    expect(pool(max, geometry, x)).toEqual([5, 7, 13, 15, 6, 8, 14, 16]);
  });
});

describe('max and min', () => {
  it('the first wins a tie, the last NaN wins over all', () => {
    const row = (values: number[], fn: PoolFn) =>
      poolWithIndices(fn, rowOf(values.length, values.length), 'plane', operand('f32', values)).flat();
    expect(row([1, 5, 5], max)).toEqual([5, 1]);
    expect(row([5, 1, 1], min)).toEqual([1, 1]);
    expect(row([1, nan, 9, nan, 2], max)).toEqual([nan, 3]);
    expect(row([1, nan, -9, nan, -10], min)).toEqual([nan, 3]);
    expect(row([nan, 9], max)).toEqual([nan, 0]);
    expect(row([-0, 0], max)).toEqual([-0, 0]);
    expect(row([0, -0], min)).toEqual([0, 0]);
    expect(row([-inf, -inf], max)).toEqual([-inf, 0]);
    expect(row([inf, inf], min)).toEqual([inf, 0]);
    expect(row([-inf, nan, inf], max)).toEqual([nan, 1]);
  });

  it('never sees padding', () => {
    const geometry = resolvePool({ op: 'maxPool1d', rank: 1, kernelSize: 2, stride: 2, padding: 1 }, [3]);
    expect(pool(max, geometry, operand('f32', [-5, -2, -3]))).toEqual([-5, -2]);
    expect(pool(min, geometry, operand('f32', [5, 2, 3]))).toEqual([5, 2]);
  });

  it('takes every dtype', () => {
    for (const dtype of ['f64', 'i32', 'u8', 'i8', 'bool'] as const) {
      expect(pool(max, rowOf(4, 2), operand(dtype, [0, 1, 0, 0]))).toEqual([1, 0]);
      expect(pool(min, rowOf(4, 2), operand(dtype, [0, 1, 1, 1]))).toEqual([0, 1]);
    }
    expect(pool(max, rowOf(2, 2), operand('i8', [-128, -127]))).toEqual([-127]);
    const big = operand('i64', [2n ** 60n, 2n ** 60n + 1n]);
    const op = (fn: PoolFn) => ({ kind: 'pool', pool: fn, geometry: rowOf(2, 2), indices: 'none' }) as const;
    expect(evaluateOne(op(max), [big], { dtype: 'i64', shape: [1] })).toEqual([2n ** 60n + 1n]);
    expect(evaluateOne(op(min), [big], { dtype: 'i64', shape: [1] })).toEqual([2n ** 60n]);
    expect(poolWithIndices(max, rowOf(2, 2), 'window', big)[1]).toEqual([1]);
  });

  it('indices are positions in the unpadded plane, or numbers of taps in the kernel', () => {
    const shape = [2, 4, 4];
    const x = operand('f32', [...ramp, ...ramp], shape);
    const geometry = resolvePool({ op: 'maxPool2d', rank: 2, kernelSize: 3, padding: 1, stride: 2 }, shape);
    expect(poolWithIndices(max, geometry, 'plane', x)[1]).toEqual([5, 7, 13, 15, 5, 7, 13, 15]);
    // The first window lacks its first row and column: 5 is under tap (2, 2). The last window is full.
    expect(poolWithIndices(max, geometry, 'window', x)[1]).toEqual([8, 8, 8, 8, 8, 8, 8, 8]);
    expect(poolWithIndices(min, geometry, 'window', x)[1]).toEqual([4, 3, 1, 0, 4, 3, 1, 0]);
    expect(poolWithIndices(min, geometry, 'plane', x)[1]).toEqual([0, 1, 4, 5, 0, 1, 4, 5]);
  });
});

describe('avg of 8-bit integers', () => {
  it('is the exact quotient, rounded with halves to even', () => {
    expect(pool(avg, rowOf(12, 2), operand('u8', [0, 1, 1, 2, 2, 3, 254, 255, 255, 255, 3, 4]))).toEqual([
      0, 2, 2, 254, 255, 4,
    ]);
    expect(pool(avg, rowOf(8, 2), operand('i8', [-1, 0, -1, -2, -128, -127, -2, -3]))).toEqual([0, -2, -128, -2]);
    expect(pool(avg, rowOf(6, 3), operand('i8', [-1, -2, -2, 100, 127, 127]))).toEqual([-2, 118]);
  });

  it('divides by what it is told to, and stays in range', () => {
    const by = (divisor: number): PoolFn => ({ fn: 'avg', divisor });
    expect(pool(by(1), rowOf(4, 2), operand('u8', [200, 100, 3, 4]))).toEqual([255, 7]);
    expect(pool(by(-2), rowOf(4, 2), operand('u8', [200, 100, 0, 0]))).toEqual([0, 0]);
    expect(pool(by(-1), rowOf(4, 2), operand('i8', [-100, -100, 100, 100]))).toEqual([127, -128]);
    expect(pool(by(2.5), rowOf(2, 2), operand('i8', [10, 11]))).toEqual([8]);
  });

  it('does not overflow on the way', () => {
    const many = new Array<number>(70_000).fill(255);
    expect(pool(avg, rowOf(70_000, 70_000), operand('u8', many))).toEqual([255]);
  });
});

describe('avg', () => {
  const shape = [3];
  const x = operand('f32', [3, 6, 9]);

  it('divides by the valid taps, the window, or a number', () => {
    const geometry = resolvePool({ op: 'avgPool1d', rank: 1, kernelSize: 3, stride: 2, padding: 1 }, shape);
    expect(pool(avg, geometry, x)).toEqual([4.5, 7.5]);
    expect(pool({ fn: 'avg', divisor: 'window' }, geometry, x)).toEqual([3, 5]);
    expect(pool({ fn: 'avg', divisor: 2 }, geometry, x)).toEqual([4.5, 7.5]);
    expect(pool({ fn: 'avg', divisor: -1 }, geometry, x)).toEqual([-9, -15]);
  });

  it('does not count a ceil-mode overhang', () => {
    const geometry = resolvePool({ op: 'avgPool1d', rank: 1, kernelSize: 2, stride: 2, ceilMode: true }, shape);
    expect(pool({ fn: 'avg', divisor: 'window' }, geometry, x)).toEqual([4.5, 9]);
    expect(pool(avg, geometry, x)).toEqual([4.5, 9]);
  });

  it('accumulates in f64, and rounds once', () => {
    expect(pool(avg, rowOf(4, 4), operand('f32', [2 ** 30, 1, 1, -(2 ** 30)]))).toEqual([0.5]);
    expect(pool(avg, rowOf(3, 3), operand('f32', [1, 0, 0]))).toEqual([Math.fround(1 / 3)]);
    expect(pool(avg, rowOf(2, 2), operand('f32', [3e38, 3e38]))).toEqual([Math.fround(3e38)]);
  });

  it('of ±∞ and NaN', () => {
    expect(pool(avg, rowOf(6, 2), operand('f32', [inf, 1, inf, -inf, nan, 1]))).toEqual([inf, nan, nan]);
  });
});

describe('lp', () => {
  const lp = (p: number, values: number[]) =>
    pool({ fn: 'lp', p }, rowOf(values.length, values.length), operand('f64', values))[0];

  it('is the norm of the window', () => {
    expect(lp(2, [3, -4])).toBe(5);
    expect(lp(1, [1, -2, 4])).toBe(7);
    expect(lp(3, [3, 4, 5])).toBeCloseTo(6, 14);
    expect(lp(0.5, [1, 4])).toBeCloseTo(9, 14);
    expect(lp(100, [1, -2])).toBeCloseTo(2, 14);
  });

  it('does not overflow or vanish on the way', () => {
    expect(lp(2, [3e300, 4e300])).toBe(5e300);
    expect(lp(2, [3e-300, 4e-300])).toBeCloseTo(5e-300, 310);
    expect(lp(2, [3e-300, 4e-300])).toBeGreaterThan(4.9e-300);
    expect(lp(50, [1e100, 1e-100])).toBe(1e100);
  });

  it('of zeros, ±∞ and NaN', () => {
    expect(lp(2, [0, -0])).toBe(0);
    expect(lp(2, [1, -inf])).toBe(inf);
    expect(lp(2, [inf, nan])).toBe(nan);
    expect(lp(0.5, [0, 4])).toBe(4);
  });

  it('leaves padding out', () => {
    const geometry = resolvePool({ op: 'lpPool1d', rank: 1, kernelSize: 2, stride: 2, padding: 1 }, [3]);
    expect(pool({ fn: 'lp', p: 2 }, geometry, operand('f64', [-2, 3, 4]))).toEqual([2, 5]);
  });
});

describe('which dtypes have which pooling', () => {
  it.each(dtypes)('%s', (dtype) => {
    const geometry = rowOf(2, 2);
    const has = (fn: PoolFn, indices: IndexKind = 'none') =>
      hasKernel(
        { kind: 'pool', pool: fn, geometry, indices },
        [{ dtype, shape: [2] }],
        [
          { dtype, shape: [1] },
          { dtype: 'i32', shape: [1] },
        ],
      );
    const float = dtype === 'f32' || dtype === 'f64';
    expect([has(max), has(min), has(max, 'plane')]).toEqual([true, true, true]);
    expect([has(avg), has({ fn: 'lp', p: 2 })]).toEqual([float || dtype === 'u8' || dtype === 'i8', float]);
  });
});

describe('pooling on random windows', () => {
  const random = randomNumbers(13);
  const specs: RandomPool[] = [];
  for (let round = 0; round < 30; round++) {
    for (const rank of [1, 2, 3] as SpatialRank[]) {
      for (const dataFormat of ['channelsFirst', 'channelsLast'] as DataFormat[]) {
        for (const leading of ['none', 'channels', 'batch'] as const) {
          specs.push(randomPool(rank, dataFormat, leading, random));
        }
      }
    }
  }

  it('agrees with a search through every window', () => {
    for (const spec of specs) {
      const { geometry } = spec;
      const count = elementCount(geometry.inputShape);
      // Few different values, for ties; some NaN.
      const values = toNumbers(randomValues('i32', count, random)).map((value) => (random() < 0.03 ? nan : value));
      const x = operand('f64', values, geometry.inputShape);
      const windows = naiveWindows(spec, values);
      const place = moved(x, random);

      const largest = windows.map((window) => pick(window, (a, b) => a > b));
      const [y, index] = poolWithIndices(max, geometry, 'plane', place);
      expect(y).toEqual(largest.map((meeting) => meeting.value));
      expect(index).toEqual(largest.map((meeting) => meeting.input));
      expect(poolWithIndices(max, geometry, 'window', place)[1]).toEqual(largest.map((meeting) => meeting.tap));
      const smallest = windows.map((window) => pick(window, (a, b) => a < b));
      expect(pool(min, geometry, place)).toEqual(smallest.map((meeting) => meeting.value));

      const sums = windows.map((window) => window.reduce((sum, { value }) => sum + value, 0));
      expect(pool(avg, geometry, place)).toEqual(sums.map((sum, i) => sum / windows[i].length));
      expect(pool({ fn: 'avg', divisor: 8 }, geometry, place)).toEqual(sums.map((sum) => sum / 8));
      const norms = windows.map((window) => Math.sqrt(window.reduce((sum, { value }) => sum + value * value, 0)));
      pool({ fn: 'lp', p: 2 }, geometry, place).forEach((norm, i) => {
        if (Number.isNaN(norms[i])) expect(norm).toBe(nan);
        else expect(norm).toBeCloseTo(norms[i], 12);
      });
    }
  });
});

it('takes an input that is broadcast', () => {
  const x = broadcast(operand('f32', [1, 2, 3, 4], [1, 4]), [4, 4]);
  const geometry = resolvePool({ op: 'maxPool2d', rank: 2, kernelSize: 2 }, [4, 4]);
  expect(pool(max, geometry, x)).toEqual([2, 4, 2, 4]);
});

it('of an empty batch is nothing', () => {
  const geometry = resolveAdaptivePool({ op: 'pool', rank: 2, outputSize: 2 }, [0, 3, 4, 4]);
  expect(pool(max, geometry, operand('f32', [], [0, 3, 4, 4]))).toEqual([]);
  expect(pool(avg, geometry, operand('f32', [], [0, 3, 4, 4]))).toEqual([]);
});

interface Meeting {
  readonly value: number;
  /** Position in the plane. */
  readonly input: number;
  /** Number in the kernel. */
  readonly tap: number;
}

function pick(window: readonly Meeting[], better: (a: number, b: number) => boolean): Meeting {
  const last = window.findLast((meeting) => Number.isNaN(meeting.value));
  return last ?? window.reduce((best, meeting) => (better(meeting.value, best.value) ? meeting : best));
}

/** Per output in its row-major order: what its window sees, from the definition and not from the tables of the geometry. */
function naiveWindows({ geometry, windows }: RandomPool, values: readonly number[]): Meeting[][] {
  const result: Meeting[][] = [];
  const [, height, width] = geometry.axes;
  const outputShape = [geometry.batch, geometry.inputChannels, ...geometry.axes.map((axis) => axis.output)];
  forEachIndex(outputShape, ([item, channel, ...output]) => {
    const taps = output.map((o, axis) => naiveTaps(geometry.axes[axis], windows?.[axis], o));
    const window: Meeting[] = [];
    for (const [kd, id] of taps[0]) {
      for (const [kh, ih] of taps[1]) {
        for (const [kw, iw] of taps[2]) {
          window.push({
            value: values[canonicalPosition(geometry, geometry.inputShape, item, channel, [id, ih, iw])],
            input: (id * height.input + ih) * width.input + iw,
            tap: (kd * height.kernel + kh) * width.kernel + kw,
          });
        }
      }
    }
    result[canonicalPosition(geometry, geometry.outputShape, item, channel, output)] = window;
  });
  return result;
}

/** What output `o` sees along one axis: pairs of a tap and its input. */
function naiveTaps({ input, output }: AxisWindow, window: WindowNumbers | undefined, o: number): [number, number][] {
  const taps: [number, number][] = [];
  if (window === undefined) {
    const start = Math.floor((o * input) / output);
    const end = Math.ceil(((o + 1) * input) / output);
    for (let at = start; at < end; at++) taps.push([at - start, at]);
    return taps;
  }
  for (let tap = 0; tap < window.kernel; tap++) {
    const at = o * window.stride - window.padLow + tap * window.dilation;
    if (at >= 0 && at < input) taps.push([tap, at]);
  }
  return taps;
}
