import {
  type PoolSpec,
  resolveAdaptivePool,
  resolveConv,
  resolveGlobalPool,
  resolvePool,
  roleStrides,
} from '@cenote/shape';
import { describe, expect, it } from 'vitest';
import { LeastRecentlyUsed } from '../src/least-recently-used.js';

const spec: PoolSpec = { op: 'maxPool2d', rank: 2, kernelSize: 3, stride: 2, padding: 1 };
const shape = [2, 4, 9, 9];

describe('geometries are interned', () => {
  it('equal requests give the same object, whoever asks', () => {
    expect(resolvePool({ ...spec, op: 'avgPool2d' }, [...shape])).toBe(resolvePool(spec, shape));
  });

  it('requests that come to the same windows give the same object', () => {
    const geometry = resolvePool(spec, shape);
    const written: Partial<PoolSpec>[] = [
      { kernelSize: [3, 3], stride: [2, 2] },
      { padding: [1, 1] },
      { padding: [[1, 1], 1] },
      { padding: 'same' },
      { padding: 'sameLower' },
      { ceilMode: true },
      { dilation: 1, ceilMode: false, dataFormat: 'channelsFirst' },
    ];
    for (const options of written) expect(resolvePool({ ...spec, ...options }, shape)).toBe(geometry);
  });

  it('adaptive and global windows that are evenly spaced are ordinary windows', () => {
    const plane = [1, 8, 12, 12];
    const pool = resolvePool({ op: 'avgPool2d', rank: 2, kernelSize: 4 }, plane);
    expect(resolveAdaptivePool({ op: 'adaptiveAvgPool2d', rank: 2, outputSize: 3 }, plane)).toBe(pool);
    const whole = resolvePool({ op: 'avgPool2d', rank: 2, kernelSize: 12 }, plane);
    expect(resolveGlobalPool({ op: 'globalAvgPool', rank: 2 }, plane)).toBe(whole);
    const overlapping = resolvePool({ op: 'avgPool1d', rank: 1, kernelSize: 2, stride: 1 }, [5, 4]);
    expect(resolveAdaptivePool({ op: 'adaptiveAvgPool1d', rank: 1, outputSize: 3 }, [5, 4])).toBe(overlapping);
  });

  it('anything that differs gives another key', () => {
    const others = [
      resolvePool(spec, shape),
      resolvePool(spec, [2, 5, 9, 9]),
      resolvePool(spec, [3, 4, 9, 9]),
      resolvePool(spec, [4, 9, 9]),
      resolvePool(spec, [9, 9]),
      resolvePool(spec, [2, 4, 9, 8]),
      resolvePool({ ...spec, dataFormat: 'channelsLast' }, shape),
      resolvePool({ ...spec, rank: 1 }, [4, 9, 9]),
      resolvePool({ ...spec, rank: 3 }, shape),
      resolvePool({ ...spec, stride: [2, 1] }, shape),
      resolvePool({ ...spec, stride: [1, 2] }, shape),
      resolvePool({ ...spec, kernelSize: [2, 3] }, shape),
      resolvePool({ ...spec, padding: [[0, 1], 1] }, shape),
      resolvePool({ ...spec, padding: [[1, 0], 1] }, shape),
      resolvePool({ ...spec, dilation: 2 }, shape),
      resolvePool({ ...spec, padding: [[1, 2], 1] }, shape),
      resolvePool(spec, [2, 4, 10, 9]),
      resolvePool({ ...spec, ceilMode: true }, [2, 4, 10, 9]),
      resolveAdaptivePool({ op: 'adaptive', rank: 2, outputSize: [5, 4] }, shape),
      resolveConv({ op: 'conv2d', rank: 2, stride: 2, padding: 1 }, shape, [7, 4, 3, 3]),
    ];
    expect(new Set(others.map(({ key }) => key)).size).toBe(others.length);
  });

  it('an invalid request never finds the answer to a valid one', () => {
    resolvePool(spec, shape);
    resolvePool({ op: 'maxPool1d', rank: 1, kernelSize: 3 }, [9]);
    const kernelSize: unknown = '3';
    expect(() => resolvePool({ ...spec, kernelSize: kernelSize as number }, shape)).toThrow('not a positive integer');
    const nested: unknown = [[3], 3];
    expect(() => resolvePool({ ...spec, kernelSize: nested as number[] }, shape)).toThrow('not a positive integer');
    const text: unknown = ['9'];
    expect(() => resolvePool({ op: 'maxPool1d', rank: 1, kernelSize: 3 }, text as number[])).toThrow(
      'impossible input',
    );
  });

  it('a request is what it holds, not the arrays that it holds it in', () => {
    const kernelSize = [2, 3];
    const padding: [[number, number], number] = [[0, 1], 1];
    const own = [1, 1, 8, 8];
    const request: PoolSpec = { op: 'maxPool2d', rank: 2, kernelSize, padding };
    const first = resolvePool(request, own);
    expect(resolvePool(request, own)).toBe(first);
    kernelSize[1] = 2;
    expect(resolvePool(request, own).axes[2].kernel).toBe(2);
    padding[0][0] = 1;
    expect(resolvePool(request, own).axes[1].padLow).toBe(1);
    own[3] = 9;
    expect(resolvePool(request, own).inputShape).toEqual([1, 1, 8, 9]);
    expect(resolvePool({ ...request, kernelSize: [2, 3], padding: [[0, 1], 1] }, [1, 1, 8, 8])).toBe(first);
  });

  it('many requests in turn', () => {
    for (let time = 0; time < 2; time++) {
      for (let size = 3; size < 90; size++) {
        const geometry = resolvePool({ op: 'maxPool1d', rank: 1, kernelSize: 3 }, [size]);
        expect(geometry.inputShape).toEqual([size]);
        expect(geometry.outputShape).toEqual([Math.floor(size / 3)]);
      }
    }
  });

  it('axes with the same windows are shared', () => {
    const { axes } = resolvePool(spec, shape);
    expect(axes[1]).toBe(axes[2]);
    expect(resolvePool(spec, [7, 1, 9, 9]).axes[1]).toBe(axes[1]);
  });
});

describe('geometries are values', () => {
  it('frozen', () => {
    const geometry = resolvePool(spec, shape);
    const { axes, inputShape, outputShape } = geometry;
    for (const part of [geometry, axes, ...axes, inputShape, outputShape]) expect(Object.isFrozen(part)).toBe(true);
  });

  it('do not follow the array that they were made from', () => {
    const own = [2, 4, 11, 11];
    const geometry = resolvePool(spec, own);
    own[0] = 99;
    expect(geometry.inputShape).toEqual([2, 4, 11, 11]);
  });

  it('structured-cloneable', () => {
    for (const geometry of [
      resolvePool({ ...spec, dilation: [1, 2], padding: [[2, 1], 'x'.length] }, shape),
      resolveAdaptivePool({ op: 'adaptive', rank: 2, outputSize: [5, 4] }, shape),
    ]) {
      expect(structuredClone(geometry)).toEqual(geometry);
    }
  });

  it('negative zero is zero', () => {
    expect(resolvePool({ ...spec, kernelSize: 2, padding: -0 }, shape).axes[2].padLow).toBe(0);
  });
});

describe('the roles of axes', () => {
  const strides = [1000, 100, 10, 1];

  it('channels first', () => {
    const geometry = resolvePool(spec, shape);
    expect(roleStrides(geometry, strides)).toEqual({ batch: 1000, channel: 100, depth: 0, height: 10, width: 1 });
  });

  it('channels last', () => {
    const geometry = resolvePool({ ...spec, dataFormat: 'channelsLast' }, shape);
    expect(roleStrides(geometry, strides)).toEqual({ batch: 1000, channel: 1, depth: 0, height: 100, width: 10 });
  });

  it('3d without a batch, 1d without channels', () => {
    const volume = resolvePool({ op: 'maxPool3d', rank: 3, kernelSize: 1 }, [2, 3, 4, 5]);
    expect(roleStrides(volume, strides)).toEqual({ batch: 0, channel: 1000, depth: 100, height: 10, width: 1 });
    const line = resolvePool({ op: 'maxPool1d', rank: 1, kernelSize: 1 }, [5]);
    expect(roleStrides(line, [7])).toEqual({ batch: 0, channel: 0, depth: 0, height: 0, width: 7 });
  });
});

describe('the cache', () => {
  it('forgets what was not used for the longest when it is full', () => {
    const cache = new LeastRecentlyUsed<{ weight: number }>(10, ({ weight }) => weight);
    const a = cache.set('a', { weight: 4 });
    cache.set('b', { weight: 4 });
    expect(cache.get('a')).toBe(a);
    cache.set('c', { weight: 4 });
    expect([cache.get('a'), cache.get('b'), cache.size]).toEqual([a, undefined, 2]);
  });

  it('keeps the newest, however heavy, and nothing else then', () => {
    const cache = new LeastRecentlyUsed<{ weight: number }>(10, ({ weight }) => weight);
    cache.set('a', { weight: 1 });
    const heavy = cache.set('b', { weight: 11 });
    expect([cache.get('b'), cache.size]).toEqual([heavy, 1]);
    cache.set('c', { weight: 1 });
    expect([cache.get('b'), cache.size]).toEqual([undefined, 1]);
  });

  it('counts a replaced value once', () => {
    const cache = new LeastRecentlyUsed<{ weight: number }>(10, ({ weight }) => weight);
    for (let time = 0; time < 20; time++) cache.set('a', { weight: 6 });
    cache.set('b', { weight: 4 });
    expect(cache.size).toBe(2);
  });
});
