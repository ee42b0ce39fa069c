import type { ReduceFn } from '@cenote/backend';
import { contiguousStrides } from '@cenote/shape';
import { describe, expect, test } from 'vitest';
import { cpuBackend } from '../src/index.js';
import { check, contiguous, type Placed, Seeded, sizeOf } from './elementwise-harness.js';

/** Everything is shared, however small, so that the work is cut at every place. */
const threaded = cpuBackend({ shareAbove: -1 });
await threaded.startThreads(2);

const fns: readonly ReduceFn[] = ['sum', 'max', 'min'];

describe.each([
  ['one thread', cpuBackend()],
  ['two threads', threaded],
])('%s', (_name, backend) => {
  /** Values are up to 2. Errors of a sum grow like the root of its terms. */
  const reduce = (x: Placed, fn: ReduceFn, axes: readonly number[], random: Seeded): readonly string[] => {
    const shape = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
    const terms = sizeOf(x) / shape.reduce((product, size) => product * size, 1);
    const allowed =
      fn === 'sum' ? { ulps: 1, absolute: Math.min(terms, 16 * Math.sqrt(terms)) * 2 ** -22, special: false } : {};
    return check(backend, { kind: 'reduce', fn, axes }, [x], contiguous('f32', shape, random), random, allowed);
  };

  test('reductions of random shapes over random axes', () => {
    const random = new Seeded(11);
    const seen = new Set<string>();
    for (let i = 0; i < 500; i++) {
      const shape = random.shape(i % 5 === 0 ? 400 : 40);
      const axes = shape.map((_, axis) => axis).filter(() => random.integer(0, 1) === 1);
      for (const name of reduce(random.place('f32', shape), random.pick(fns), axes, random)) seen.add(name);
    }
    for (const fn of fns) {
      expect(seen).toContain(`f32_reduce_${fn}_rows__simd128`);
      expect(seen).toContain(`f32_reduce_${fn}_columns__simd128`);
    }
  });

  test('long reductions, in chunks', () => {
    const random = new Seeded(12);
    const cases: readonly (readonly [readonly number[], readonly number[]])[] = [
      [[100_003], [0]],
      [[3, 40_001], [1]],
      [
        [32, 6, 28, 28],
        [0, 2, 3],
      ],
      [[5000, 19], [0]],
      [[3, 5001, 6], [1]],
      [
        [7, 300, 5, 40, 3],
        [1, 3],
      ],
      [[2000, 3], [0]],
    ];
    for (const [shape, axes] of cases) {
      for (const fn of fns) {
        const x: Placed = { dtype: 'f32', shape, strides: contiguousStrides(shape), offset: 3 };
        expect(reduce(x, fn, axes, random)).toHaveLength(1);
      }
    }
  });

  test('softmax', () => {
    const random = new Seeded(13);
    for (let i = 0; i < 300; i++) {
      const shape = i < 80 ? [random.integer(1, 5), i + 1] : [...random.shape(90), random.integer(1, 9)];
      const axis = i < 80 ? 1 : random.integer(0, shape.length - 1);
      const log = random.integer(0, 1) === 1;
      const x = random.place('f32', shape);
      const special = random.integer(0, 9) === 0;
      const allowed = log ? { ulps: 2, absolute: 2 ** -20 } : { ulps: 20, absolute: 2 ** -126 };
      const y = contiguous('f32', shape, random);
      check(backend, { kind: 'softmax', axis, log }, [x], y, random, { ...allowed, special });
    }
  });
});

test('results do not depend on the number of threads', () => {
  const single = cpuBackend();
  const random = new Seeded(14);
  const data = Float32Array.from({ length: 200_000 }, () => random.next() - 0.5);
  for (const [shape, axes] of [
    [[200_000], [0]],
    [
      [40, 5, 1000],
      [0, 2],
    ],
    [[20_000, 10], [0]],
  ] as const) {
    const results = [single, threaded].map((backend) => {
      const x = { dtype: 'f32', shape, strides: contiguousStrides(shape) } as const;
      const reduced = shape.map((size, axis) => ((axes as readonly number[]).includes(axis) ? 1 : size));
      const y = { dtype: 'f32', shape: reduced, strides: contiguousStrides(reduced) } as const;
      const kernel = backend.kernel({ kind: 'reduce', fn: 'sum', axes }, [x], [y]);
      if (kernel === null) throw new Error('declined');
      expect(kernel.variant).toContain('chunks');
      const buffers = [backend.alloc(data.byteLength), backend.alloc(4000)];
      backend.write(buffers[0], data);
      backend.run(kernel, [{ buffer: buffers[0], offset: 0 }], [{ buffer: buffers[1], offset: 0 }]);
      return new Float32Array(backend.readSync(buffers[1], 0, sizeOf(y) * 4));
    });
    expect(results[0]).toEqual(results[1]);
  }
});
