import type { ReduceFn } from '@cenote/backend';
import { afterAll, describe, expect, test } from 'vitest';
import { missing } from '../../../tooling/vitest/missing.js';
import { openWebGpu } from '../src/index.js';
import { compareAll, floats, seeded } from './against-reference.js';
import { findGpu, gpuNeeds } from './gpu.js';

const gpu = await findGpu();
const backend = gpu === null ? null : await openWebGpu({ gpu });

afterAll(async () => {
  await backend?.[Symbol.asyncDispose]();
});

describe('reductions by threads that share a result', () => {
  test.for<[shape: number[], axes: number[]]>([
    [[3, 1000], [1]],
    [[3, 1003], [1]],
    [[1003, 3], [0]],
    [[500, 12], [0]],
    [
      [8, 6, 5, 12],
      [0, 2, 3],
    ],
    [
      [8, 6, 5, 7],
      [0, 2, 3],
    ],
    [
      [6, 5, 7, 8],
      [0, 1, 2],
    ],
    [
      [4, 5, 6],
      [0, 2],
    ],
    [[20000], [0]],
    [[70001], [0]],
  ])('of %j over %j', async ([shape, axes], context) => {
    if (backend === null) missing(context, gpuNeeds);
    for (const fn of ['sum', 'max', 'min'] satisfies ReduceFn[]) {
      const inputs = [floats(seeded(shape.length), shape, fn === 'sum' ? 'plain' : 'specials')];
      const outputs = [{ dtype: 'f32' as const, shape: shape.map((size, axis) => (axes.includes(axis) ? 1 : size)) }];
      const op = { kind: 'reduce', fn, axes } as const;
      const names = await compareAll(backend, { op, inputs, outputs, ...(fn === 'sum' && { relative: 1e-6 }) });
      expect(names.some((name) => name.includes('_together'))).toBe(true);
    }
  });
});
