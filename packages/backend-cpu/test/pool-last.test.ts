import type { Layout, OpOf, PoolFn } from '@cenote/backend';
import { referenceBackend } from '@cenote/backend-reference';
import {
  contiguousStrides,
  resolveAdaptivePool,
  resolveGlobalPool,
  resolvePool,
  type WindowGeometry,
} from '@cenote/shape';
import { describe, expect, test } from 'vitest';
import { type CpuBackend, cpuBackend } from '../src/index.js';
import { lastPool } from '../src/variants/pool/channels-last.js';

const size = (shape: readonly number[]) => shape.reduce((product, one) => product * one, 1);
const layout = (shape: readonly number[]): Layout => ({ dtype: 'f32', shape, strides: contiguousStrides(shape) });

/** Small, fast and the same everywhere (mulberry32). */
function randomNumbers(seed: number) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return { next, below: (n: number) => Math.floor(next() * n) };
}

/** What each variant of `lastPool` computes, and what the reference does. */
function compute(backend: CpuBackend, op: OpOf<'pool'>, x: Float32Array, offset = 0) {
  const { inputShape, outputShape } = op.geometry;
  const layouts = [[layout(inputShape)], [layout(outputShape)]] as const;
  const bytes = size(outputShape) * 4;
  const reference = referenceBackend();
  const expected = (() => {
    const kernel = reference.kernel(op, ...layouts);
    if (kernel === null) throw new Error('the reference declines');
    const input = reference.alloc(x.byteLength);
    const output = reference.alloc(bytes);
    reference.write(input, x);
    reference.run(kernel, [{ buffer: input, offset: 0 }], [{ buffer: output, offset: 0 }]);
    return new Float32Array(reference.readSync(output));
  })();
  const input = backend.alloc(x.byteLength + offset * 4);
  // Guards of one value around the output show what is written beside it.
  const guard = 8;
  const output = backend.alloc(bytes + 8 * guard);
  backend.write(input, x, offset * 4);
  const names = lastPool.flatMap(({ plan }) => plan(op, ...layouts)?.name ?? []);
  const actual = names.map((name) => {
    const kernel = backend.kernel(op, ...layouts, `${name}__simd128`);
    if (kernel === null) throw new Error(`${name} declines`);
    backend.write(output, new Float32Array(size(outputShape) + 2 * guard).fill(12345));
    backend.run(kernel, [{ buffer: input, offset }], [{ buffer: output, offset: guard }]);
    const values = new Float32Array(backend.readSync(output, 0, bytes + 8 * guard));
    const around = [...values.subarray(0, guard), ...values.subarray(values.length - guard)];
    expect(around, `${name} stays within its output`).toEqual(around.map(() => 12345));
    return { name, values: values.slice(guard, values.length - guard) };
  });
  backend.free(input);
  backend.free(output);
  return { expected, actual };
}

/** A random window on a random shape. */
function randomGeometry(random: ReturnType<typeof randomNumbers>): WindowGeometry | null {
  const rank = ([1, 2, 2, 2, 3] as const)[random.below(5)];
  const spatial = Array.from({ length: rank }, () => 1 + random.below(rank === 1 ? 90 : rank === 2 ? 24 : 9));
  const channels = [1, 2, 3, 4, 5, 6, 7, 8, 13, 16, 17, 20, 33, 64, 67][random.below(15)];
  const shape = [...(random.below(5) === 0 ? [] : [1 + random.below(3)]), ...spatial, channels];
  const largest = random.below(3) === 0 ? 16 : 4;
  const kernelSize = spatial.map((extent) => 1 + random.below(Math.min(extent, largest)));
  try {
    if (random.below(6) === 0) {
      const outputSize = spatial.map((extent) => 1 + random.below(extent + 2));
      return resolveAdaptivePool({ op: 'test', rank, outputSize, dataFormat: 'channelsLast' }, shape);
    }
    if (rank === 2 && random.below(4) === 0) {
      const stride = 1 + random.below(2);
      return resolvePool(
        { op: 'test', rank, kernelSize: 3, stride, padding: 1, ceilMode: true, dataFormat: 'channelsLast' },
        shape,
      );
    }
    return resolvePool(
      {
        op: 'test',
        rank,
        kernelSize,
        stride: kernelSize.map((taps) => 1 + random.below(random.below(2) === 0 ? 2 : taps + 1)),
        padding: kernelSize.map((taps) => random.below((taps >> 1) + 1)),
        dilation: random.below(4) === 0 ? 2 : 1,
        ceilMode: random.below(3) === 0,
        dataFormat: 'channelsLast',
      },
      shape,
    );
  } catch {
    return null;
  }
}

const specials = [Number.NaN, Infinity, -Infinity, -0, 0];

function randomCase(seed: number) {
  const random = randomNumbers(seed);
  for (;;) {
    const geometry = randomGeometry(random);
    if (geometry === null) continue;
    const functions: readonly PoolFn[] = [
      { fn: 'max' },
      { fn: 'min' },
      { fn: 'avg', divisor: 'taps' },
      { fn: 'avg', divisor: 'window' },
      { fn: 'avg', divisor: 3 },
    ];
    const pool = functions[random.below(functions.length)];
    const rarity = [0, 0.01, 0.2][random.below(3)];
    const x = Float32Array.from({ length: size(geometry.inputShape) }, () =>
      random.next() < rarity ? specials[random.below(5)] : Math.fround(random.next() * 4 - 1),
    );
    return { op: { kind: 'pool', pool, geometry, indices: 'none' } as const, x, offset: random.below(5) };
  }
}

function expectClose(actual: Float32Array, expected: Float32Array, tolerance: number, what: string) {
  expect(actual.length).toBe(expected.length);
  for (const [index, value] of expected.entries()) {
    const same = value === actual[index] || (Number.isNaN(value) && Number.isNaN(actual[index]));
    const near = Math.abs(actual[index] - value) <= tolerance * Math.max(1, Math.abs(value));
    if (!same && !near) expect.fail(`${what}: element ${index} is ${actual[index]}, expected ${value}`);
  }
}

describe('pooling with channels last', () => {
  test('random windows, with NaN, infinities and offsets', () => {
    const backend = cpuBackend();
    const seen = new Set<string>();
    for (let seed = 0; seed < 350; seed++) {
      const { op, x, offset } = randomCase(seed);
      const { expected, actual } = compute(backend, op, x, offset);
      for (const { name, values } of actual) {
        seen.add(name);
        const what = `${name} ${JSON.stringify(op.pool)} seed ${seed} ${op.geometry.key}`;
        expectClose(values, expected, op.pool.fn === 'avg' ? 2e-6 : 0, what);
      }
    }
    const every = ['max', 'min', 'avg'].flatMap((fn) =>
      ['1d', '2d', '3d'].flatMap((rank, index) =>
        ['blocks', 'rows', 'window'].map((how) => `f32_${fn}pool${rank}_${how}_${['nwc', 'nhwc', 'ndhwc'][index]}`),
      ),
    );
    const three = ['maxpool2d_k3s1', 'maxpool2d_k3s2', 'minpool2d_k3s1', 'minpool2d_k3s2', 'avgpool2d_k3s1'].map(
      (name) => `f32_${name}_nhwc`,
    );
    expect([...seen].filter((name) => !name.endsWith('1')).sort()).toEqual([...every, ...three].sort());
  });

  test('threads change nothing', async () => {
    const one = cpuBackend();
    const two = cpuBackend({ shareAbove: -1 });
    await two.startThreads(2);
    for (let seed = 5000; seed < 5050; seed++) {
      const { op, x, offset } = randomCase(seed);
      expect(compute(two, op, x, offset).actual).toEqual(compute(one, op, x, offset).actual);
    }
    await two[Symbol.asyncDispose]();
  });

  test('averages of windows of any size are within 1e-6', () => {
    const backend = cpuBackend();
    const spatialWindow = (shape: readonly number[], kernelSize: number, stride: number) =>
      resolvePool(
        { op: 'test', rank: 2, kernelSize, stride, padding: kernelSize >> 1, dataFormat: 'channelsLast' },
        shape,
      );
    const geometries = [
      resolveGlobalPool({ op: 'test', rank: 2, dataFormat: 'channelsLast' }, [1, 1024, 1024, 4]),
      resolveGlobalPool({ op: 'test', rank: 2, dataFormat: 'channelsLast' }, [2, 300, 200, 3]),
      resolveGlobalPool({ op: 'test', rank: 1, dataFormat: 'channelsLast' }, [1, 100_000, 1]),
      ...[5, 7, 8, 9, 17, 31, 63].flatMap((k) => [
        spatialWindow([1, 70, 70, 5], k, 1 + (k >> 2)),
        spatialWindow([1, 66, 66, 2], k, 1 + (k >> 1)),
      ]),
    ];
    for (const geometry of geometries) {
      const x = new Float32Array(size(geometry.inputShape)).fill(1000.1);
      const op = { kind: 'pool', pool: { fn: 'avg', divisor: 'taps' }, geometry, indices: 'none' } as const;
      const names = lastPool.flatMap(
        ({ plan }) => plan(op, [layout(geometry.inputShape)], [layout(geometry.outputShape)])?.name ?? [],
      );
      const input = backend.alloc(x.byteLength);
      const output = backend.alloc(size(geometry.outputShape) * 4);
      backend.write(input, x);
      for (const name of names) {
        const kernel = backend.kernel(
          op,
          [layout(geometry.inputShape)],
          [layout(geometry.outputShape)],
          `${name}__simd128`,
        );
        if (kernel === null) throw new Error('declined');
        backend.run(kernel, [{ buffer: input, offset: 0 }], [{ buffer: output, offset: 0 }]);
        const worst = new Float32Array(backend.readSync(output)).reduce(
          (most, value) => Math.max(most, Math.abs(value / Math.fround(1000.1) - 1)),
          0,
        );
        expect(worst, `${name} ${geometry.key}`).toBeLessThan(1e-6);
      }
      backend.free(input);
      backend.free(output);
    }
  });
});
