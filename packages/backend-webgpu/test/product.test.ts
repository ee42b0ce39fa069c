import type { Op } from '@cenote/backend';
import { type ConvSpec, resolveConv } from '@cenote/shape';
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

describe('products in tiles', () => {
  test.for([
    [1, 70, 40, 65],
    [2, 5, 33, 17],
    [1, 130, 7, 16],
    [1, 16, 3000, 10],
  ])('%j × %j × %j × %j', async ([batch, rows, inner, columns], context) => {
    if (backend === null) missing(context, gpuNeeds);
    const random = seeded(rows);
    const inputs = [
      floats(random, [batch, rows, inner], 'plain'),
      floats(random, [batch, inner, columns], 'plain'),
      floats(random, [columns], 'plain'),
    ];
    const outputs = [{ dtype: 'f32' as const, shape: [batch, rows, columns] }];
    const op: Op = { kind: 'matmul', epilogue: { bias: true, activation: 'relu' } };
    const names = await compareAll(backend, { op, inputs, outputs, relative: 2e-6 });
    expect(names.some((name) => name.includes('_tiled'))).toBe(true);
  });

  test.for<[string, Omit<ConvSpec, 'op' | 'rank'>, number[], number[]]>([
    ['5×5 of one channel', { padding: 2 }, [2, 1, 14, 12], [6, 1, 5, 5]],
    ['3×3 s2', { stride: 2, padding: 1 }, [2, 5, 13, 9], [20, 5, 3, 3]],
    ['dilated, in groups', { dilation: 2, groups: 2, padding: [1, 3] }, [1, 6, 11, 12], [8, 3, 3, 2]],
    ['channels last', { padding: 1, dataFormat: 'channelsLast' }, [2, 9, 7, 6], [18, 6, 3, 3]],
    ['1×1', {}, [3, 40, 6, 5], [33, 40, 1, 1]],
  ])('convolution and its gradients: %s', async ([, spec, inputShape, weightShape], context) => {
    if (backend === null) missing(context, gpuNeeds);
    const geometry = resolveConv({ op: 'conv2d', rank: 2, ...spec }, inputShape, weightShape);
    const groups = spec.groups ?? 1;
    const random = seeded(9);
    const x = floats(random, inputShape, 'plain');
    const weight = floats(random, weightShape, 'plain');
    const bias = floats(random, [weightShape[0]], 'plain');
    const dy = floats(random, geometry.outputShape, 'plain');
    const checks = [
      [{ kind: 'conv', geometry, groups, epilogue: { bias: true } }, [x, weight, bias], geometry.outputShape],
      [{ kind: 'convGradInput', geometry, groups }, [dy, weight], inputShape],
      [{ kind: 'convGradWeight', geometry, groups }, [x, dy], weightShape],
    ] as const;
    for (const [op, inputs, shape] of checks) {
      const names = await compareAll(backend, { op, inputs, outputs: [{ dtype: 'f32', shape }], relative: 2e-6 });
      expect(names.some((name) => name.includes('_tiled'))).toBe(true);
    }
  });
});
