import type { Layout, Op, OpOf, PoolFn } from '@cenote/backend';
import { referenceBackend } from '@cenote/backend-reference';
import {
  contiguousStrides,
  elementCount,
  isCenoteError,
  resolveAdaptivePool,
  resolveGlobalPool,
  resolvePool,
  type Shape,
  type WindowGeometry,
} from '@cenote/shape';
import { describe, expect, test } from 'vitest';
import { cpuBackend } from '../src/index.js';
import { seededRandom } from './seeded-random.js';

type Random = ReturnType<typeof seededRandom>;
type Contents = 'uniform' | 'ties' | 'special' | 'negative' | 'positive';

/** Elements before the input, and after it and the output. */
const margin = 8;

interface Problem {
  readonly op: OpOf<'pool'>;
  readonly x: Layout;
  readonly y: Layout;
  readonly offset: number;
  readonly data: Float32Array<ArrayBuffer>;
}

const f32 = (shape: Shape, strides = contiguousStrides(shape)): Layout => ({ dtype: 'f32', shape, strides });

function fill(random: Random, contents: Contents, length: number): Float32Array<ArrayBuffer> {
  const data = Float32Array.from({ length }, () => {
    const value = random.integer(-1000, 1000) / 999;
    if (contents === 'ties') return Math.round(value * 2);
    if (contents === 'negative') return -1 - Math.abs(value);
    if (contents === 'positive') return 1000 + value;
    if (contents === 'uniform') return value;
    return random.pick([value, value, value, -0, Infinity, -Infinity, random.integer(0, 5) === 0 ? Number.NaN : 0]);
  });
  // What a processor makes of 0 / 0 is negative.
  const bits = new Uint32Array(data.buffer);
  for (const [at, value] of data.entries())
    if (Number.isNaN(value) && random.integer(0, 1) === 0) bits[at] = 0xffc0_0000;
  return data;
}

/** An input whose planes have gaps between them, at any alignment. */
function problem(random: Random, geometry: WindowGeometry, pool: PoolFn, contents: Contents): Problem {
  const { inputShape: shape, outputShape, leading } = geometry;
  const strides = [...contiguousStrides(shape)];
  const gap = random.integer(0, 3);
  if (leading === 'channels') strides[0] += gap;
  if (leading === 'batchAndChannels') {
    strides[1] += gap;
    strides[0] = strides[1] * shape[1] + gap;
  }
  const offset = random.integer(0, margin);
  const length = margin + shape.reduce((sum, size, axis) => sum + (size - 1) * strides[axis], 1) + margin;
  const op: OpOf<'pool'> = { kind: 'pool', pool, geometry, indices: 'none' };
  return { op, x: f32(shape, strides), y: f32(outputShape), offset, data: fill(random, contents, length) };
}

function expected({ op, x, y, offset, data }: Problem): Float32Array {
  const backend = referenceBackend();
  const source = backend.alloc(data.byteLength);
  const target = backend.alloc(elementCount(y.shape) * 4);
  backend.write(source, data);
  const kernel = backend.kernel(op, [x], [y]);
  if (kernel === null) throw new Error('the reference backend declines');
  backend.run(kernel, [{ buffer: source, offset }], [{ buffer: target, offset: 0 }]);
  return new Float32Array(backend.readSync(target));
}

const simd = cpuBackend({ targets: ['simd'] });

/** What one variant writes, margin included. */
function computed(backend: typeof simd, { op, x, y, offset, data }: Problem, variant: string): Float32Array {
  const source = backend.alloc(data.byteLength);
  const guarded = new Float32Array(elementCount(y.shape) + 2 * margin).fill(7);
  const target = backend.alloc(guarded.byteLength);
  backend.write(source, data);
  backend.write(target, guarded);
  const kernel = backend.kernel(op, [x], [y], variant);
  if (kernel === null) throw new Error(`${variant} declines`);
  backend.run(kernel, [{ buffer: source, offset }], [{ buffer: target, offset: margin }]);
  const result = new Float32Array(backend.readSync(target));
  backend.free(source);
  backend.free(target);
  return result;
}

const variantsOf = ({ op, x, y }: { op: Op; x: Layout; y: Layout }) =>
  simd.variants(op, [x], [y]).filter((name) => name.endsWith('nchw__simd128'));

/** Runs all variants, and says in words what is wrong with one. */
function check(one: Problem, seen = new Set<string>()): void {
  const want = expected(one);
  const isSum = one.op.pool.fn === 'avg';
  const taps = one.op.geometry.axes.reduce((product, { kernel }) => product * kernel, 1);
  for (const variant of variantsOf(one)) {
    seen.add(variant);
    const got = computed(simd, one, variant);
    const around = [...got.subarray(0, margin), ...got.subarray(-margin)];
    const wrong = want.findIndex((value, at) => {
      const result = got[margin + at];
      if (Object.is(result, value) || result === value) return false;
      const bound = Math.min(1e-6, (taps + 2) * 2 ** -23) * Math.max(1, Math.abs(value));
      return !(isSum && Math.abs(result - value) <= bound);
    });
    const { inputShape, axes } = one.op.geometry;
    const windows = axes.map(({ kernel, stride, dilation, padLow, padHigh }) =>
      [kernel, stride, dilation, padLow, padHigh].join(),
    );
    const what = `${variant} of [${inputShape}], windows ${windows.join(' × ')}, offset ${one.offset}`;
    if (wrong >= 0) expect.fail(`${what}: element ${wrong} is ${got[margin + wrong]}, expected ${want[wrong]}`);
    if (around.some((value) => value !== 7)) expect.fail(`${what}: wrote beyond the output`);
  }
}

const pools: readonly PoolFn[] = [
  { fn: 'max' },
  { fn: 'max' },
  { fn: 'min' },
  { fn: 'avg', divisor: 'taps' },
  { fn: 'avg', divisor: 'window' },
  { fn: 'avg', divisor: 2.5 },
];
const contents: readonly Contents[] = ['uniform', 'ties', 'special', 'negative', 'positive'];

const leading = (random: Random): Shape =>
  random.pick([[], [random.integer(1, 9)], [random.integer(1, 3), random.integer(1, 4)]]);

function randomGeometry(random: Random): WindowGeometry {
  for (;;) {
    const rank = random.pick([1, 2, 2, 2, 3] as const);
    const largest = rank === 3 ? 10 : random.pick([40, 40, 40, 90]);
    const spatial = Array.from({ length: rank }, () => random.integer(1, largest));
    const shape = [...leading(random), ...spatial];
    const outputSize = spatial.map((size) => random.pick([1, random.integer(1, size + 3)]));
    if (random.integer(0, 6) === 0) return resolveAdaptivePool({ op: 'pool', rank, outputSize }, shape);
    const kernelSize = spatial.map((size) => random.pick([1, 2, 3, 4, random.integer(1, Math.min(size, 35))]));
    const dilation = spatial.map(() => random.pick([1, 1, 1, 2, 3]));
    const padding = kernelSize.map((kernel, axis) => {
      const most = (kernel - 1) * dilation[axis];
      const half = random.integer(0, Math.floor((most + 1) / 2));
      return random.pick([0, half, [random.integer(0, most), random.integer(0, most)] as const]);
    });
    const stride = kernelSize.map((kernel) => random.pick([1, 1, 2, 2, 3, 5, kernel]));
    const ceilMode = random.integer(0, 1) === 1;
    try {
      return resolvePool({ op: 'pool', rank, kernelSize, stride, dilation, padding, ceilMode }, shape);
    } catch (error) {
      if (!isCenoteError(error)) throw error;
    }
  }
}

describe('every kernel for channels-first planes', () => {
  test('of random windows', { timeout: 60_000 }, () => {
    const random = seededRandom(11);
    const seen = new Set<string>();
    for (let round = 0; round < 450; round++) {
      check(problem(random, randomGeometry(random), random.pick(pools), random.pick(contents)), seen);
    }
    for (const down of ['rows', 'blocks']) {
      for (const across of ['neighbours', 'pairs', 'interleaved', 'blocks']) {
        for (const fn of ['max', 'min', 'avg'])
          expect(seen).toContain(`f32_${fn}pool2d_${down}_${across}_nchw__simd128`);
      }
    }
  });

  test.each([
    { name: 'k2s2', kernelSize: 2, stride: 2, padding: 0 },
    { name: 'k4s4', kernelSize: 4, stride: 4, padding: 0 },
    { name: 'k3s1', kernelSize: 3, stride: 1, padding: 1 },
    { name: 'k3s2', kernelSize: 3, stride: 2, padding: 1 },
  ])('$name at every width', ({ name, kernelSize, stride, padding }) => {
    const random = seededRandom(12);
    const seen = new Set<string>();
    for (let width = 1; width <= 68; width++) {
      for (const rank of [2, random.pick([1, 3] as const)] as const) {
        const spatial = [random.integer(4, 9), random.integer(4, 9), width].slice(-rank);
        const isFlat = rank === 3 && kernelSize === 3;
        const sizes = (size: number, flat: number) => (isFlat ? [flat, size, size] : size);
        const spec = { kernelSize: sizes(kernelSize, 1), stride: sizes(stride, 1), padding: sizes(padding, 0) };
        const shape = [...leading(random), ...spatial];
        if (width + 2 * padding < kernelSize) continue;
        const geometry = resolvePool({ op: 'pool', rank, ...spec, ceilMode: random.integer(0, 1) === 1 }, shape);
        for (const pool of [pools[0], random.pick([pools[3], pools[4]])]) {
          check(problem(random, geometry, pool, random.pick(contents)), seen);
        }
      }
    }
    const rank = name === 'k4s4' ? 1 : 2;
    for (const fn of ['max', 'avg']) expect(seen).toContain(`f32_${fn}pool${rank}d_${name}_nchw__simd128`);
  });

  test('of rows that are not evenly spaced, with columns that are', () => {
    const random = seededRandom(15);
    // Windows of rows 0–2, 2–5, 5–8 and 8–10: the two in the middle are as large, but further apart than any stride says.
    const geometry = resolveAdaptivePool({ op: 'pool', rank: 2, outputSize: [4, 8] }, [2, 3, 11, 16]);
    const seen = new Set<string>();
    for (const pool of pools) check(problem(random, geometry, pool, random.pick(contents)), seen);
    expect(seen).toContain('f32_maxpool2d_k2s2_nchw__simd128');
  });

  test('of whole planes of every size', () => {
    const random = seededRandom(13);
    for (let width = 1; width <= 150; width++) {
      const geometry = resolveGlobalPool({ op: 'pool', rank: 1 }, [random.integer(1, 3), random.integer(1, 7), width]);
      for (const pool of pools) check(problem(random, geometry, pool, random.pick(contents)));
    }
  });

  test('in strips of wide rows', () => {
    const random = seededRandom(14);
    for (const { kernelSize, stride, padding } of [
      { kernelSize: 4, stride: 4, padding: 0 },
      { kernelSize: 2, stride: 2, padding: 0 },
      { kernelSize: 3, stride: 1, padding: 1 },
      { kernelSize: 3, stride: 2, padding: 1 },
      { kernelSize: 5, stride: 3, padding: 2 },
      { kernelSize: 40, stride: 1, padding: 20 },
    ]) {
      for (const width of [1031, 4096, 5003]) {
        const geometry = resolvePool({ op: 'pool', rank: 1, kernelSize, stride, padding }, [3, width]);
        for (const pool of [pools[0], pools[2], pools[4]]) {
          check(problem(random, geometry, pool, random.pick(contents)));
        }
      }
    }
  });
});

test.each([7, 9, 63, 200, 1024])('an average of %i² equal elements has no drift', (size) => {
  const geometry = resolvePool({ op: 'pool', rank: 2, kernelSize: size }, [size, size]);
  const op: Op = { kind: 'pool', pool: { fn: 'avg', divisor: 'taps' }, geometry, indices: 'none' };
  const one = { op, x: f32(geometry.inputShape), y: f32(geometry.outputShape), offset: 0 };
  const value = Math.fround(1000.1);
  const data = new Float32Array(size * size).fill(value);
  for (const variant of variantsOf(one)) {
    expect(Math.abs(computed(simd, { ...one, data }, variant)[margin] / value - 1)).toBeLessThan(1e-6);
  }
});

test('threads change nothing', { timeout: 60_000 }, async () => {
  await using threaded = cpuBackend({ targets: ['simd'], shareAbove: -1 });
  await threaded.startThreads(2);
  const random = seededRandom(15);
  for (let round = 0; round < 60; round++) {
    const one = problem(random, randomGeometry(random), random.pick(pools), random.pick(contents));
    for (const variant of variantsOf(one)) {
      const bits = (from: typeof simd) => new Uint32Array(computed(from, one, variant).buffer);
      expect(bits(threaded)).toEqual(bits(simd));
    }
  }
});
