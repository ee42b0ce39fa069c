import type { DType, OpOf, PoolFn } from '@cenote/backend';
import { contiguousStrides, isCenoteError, resolveAdaptivePool, resolvePool, type WindowGeometry } from '@cenote/shape';
import { afterAll, expect, test } from 'vitest';
import { cpuBackend } from '../src/index.js';
import { compare, output, place, type Random } from './generic-harness.js';
import { seededRandom } from './seeded-random.js';

const alone = cpuBackend({ targets: ['simd'] });
const together = cpuBackend({ targets: ['simd'], shareAbove: -1 });
afterAll(() => together[Symbol.asyncDispose]());

const pools: readonly PoolFn[] = [
  { fn: 'max' },
  { fn: 'min' },
  { fn: 'avg', divisor: 'taps' },
  { fn: 'avg', divisor: 'window' },
  { fn: 'avg', divisor: 7 },
  { fn: 'avg', divisor: -2 },
  { fn: 'avg', divisor: 2.5 },
];

function randomGeometry(random: Random, width: number): WindowGeometry {
  for (;;) {
    const rank = random.pick([1, 2, 2, 2, 3] as const);
    const spatial = [random.integer(1, 6), random.integer(1, 9), width].slice(-rank);
    const channels = random.integer(1, 5);
    const isLast = random.oneIn(3);
    const shape = [random.integer(1, 2), ...(isLast ? [...spatial, channels] : [channels, ...spatial])];
    const dataFormat = isLast ? 'channelsLast' : 'channelsFirst';
    try {
      if (random.oneIn(9)) {
        const outputSize = spatial.map((size, axis) => random.integer(1, axis === rank - 1 ? 3 : size));
        return resolveAdaptivePool({ op: 'pool', rank, outputSize, dataFormat }, shape);
      }
      const kernelSize = spatial.map(() => random.pick([1, 2, 2, 3, 3, 4, 5, random.integer(1, 20)]));
      const dilation = spatial.map(() => random.pick([1, 1, 1, 2, 3]));
      const padding = kernelSize.map((kernel) => random.integer(0, Math.floor(kernel / 2)));
      const stride = kernelSize.map((kernel) => random.pick([1, 2, 2, 3, 5, kernel]));
      const ceilMode = random.oneIn(2);
      return resolvePool({ op: 'pool', rank, kernelSize, stride, dilation, padding, ceilMode, dataFormat }, shape);
    } catch (error) {
      if (!isCenoteError(error)) throw error;
    }
  }
}

/** Gaps between rows, planes and images, as views have them. */
function strides(random: Random, geometry: WindowGeometry): readonly number[] {
  const { inputShape, dataFormat, rank } = geometry;
  const inner = inputShape.length - (dataFormat === 'channelsLast' ? 2 : 1);
  let next = contiguousStrides(inputShape)[Math.max(0, inner - 1)];
  return contiguousStrides(inputShape)
    .map((stride, axis) => ({ stride, axis }))
    .reverse()
    .map(({ stride, axis }) => {
      if (axis >= inner || rank === 1) return stride;
      const own = next;
      next = own * inputShape[axis] + random.pick([0, 0, 3]);
      return own;
    })
    .reverse();
}

/** Compares with the reference, bit for bit, and with two threads. */
async function check(
  random: Random,
  dtype: DType,
  geometry: WindowGeometry,
  pool: PoolFn,
): Promise<string | undefined> {
  const op: OpOf<'pool'> = { kind: 'pool', pool, geometry, indices: 'none' };
  const x = place(random, dtype, geometry.inputShape, strides(random, geometry));
  const y = output(random, dtype, geometry.outputShape);
  expect(compare([alone, together], op, [x], [y])).toBe(null);
  return alone.variants(op, [x], [y]).find((name) => name.includes('rows'));
}

test('8-bit integers are pooled as by the reference, at every width', { timeout: 60_000 }, async () => {
  await together.startThreads(2);
  const random = seededRandom(21);
  const seen = new Set<string | undefined>();
  for (let round = 0; round < 1400; round++) {
    const dtype = random.pick(['u8', 'i8'] as const);
    const geometry = randomGeometry(random, 1 + (round % 90));
    seen.add(await check(random, dtype, geometry, random.pick(pools)));
  }
  for (const dtype of ['u8', 'i8']) {
    for (const fn of ['max', 'min', 'avg']) {
      for (const layout of ['2d_rows_nchw', '2d_rows_nhwc', '1d_rows_nchw', '3d_rows_nchw']) {
        expect(seen).toContain(`${dtype}_${fn}pool${layout}__simd128`);
      }
    }
  }
});

test('averages of many elements are rounded as by the reference', () => {
  const random = seededRandom(22);
  const geometry = resolvePool({ op: 'pool', rank: 2, kernelSize: [257, 1] }, [257, 2048]);
  for (const divisor of [1, 2, 3, 4, 6, 7, 9, 12, 16, 25, 32, 100, 255, 256, 257, 32_766]) {
    const op: OpOf<'pool'> = { kind: 'pool', pool: { fn: 'avg', divisor }, geometry, indices: 'none' };
    for (const dtype of ['u8', 'i8'] as const) {
      // About as large as what the average is clamped to.
      const largest = Math.min(dtype === 'u8' ? 255 : 127, divisor);
      const element = () => random.integer(dtype === 'u8' ? 0 : -largest, largest);
      const x = place(random, dtype, geometry.inputShape, contiguousStrides(geometry.inputShape), element);
      expect(compare([alone], op, [x], [output(random, dtype, geometry.outputShape)])).toBe(null);
    }
  }
});
