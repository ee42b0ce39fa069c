import type { PoolFn } from '@cenote/backend';
import { type PoolSpec, resolveAdaptivePool, resolvePool, type Shape, type WindowGeometry } from '@cenote/shape';
import { afterAll, describe, expect, test } from 'vitest';
import { missing } from '../../../tooling/vitest/missing.js';
import { openWebGpu } from '../src/index.js';
import { compareAll, floats, reference, seeded, type Values } from './against-reference.js';
import { findGpu, gpuNeeds } from './gpu.js';

const gpu = await findGpu();
const backend = gpu === null ? null : await openWebGpu({ gpu });

afterAll(async () => {
  await backend?.[Symbol.asyncDispose]();
});

const max: PoolFn = { fn: 'max' };
const min: PoolFn = { fn: 'min' };
const average: PoolFn = { fn: 'avg', divisor: 'taps' };
const padded: PoolFn = { fn: 'avg', divisor: 'window' };

function window(inputShape: Shape, spec: Omit<PoolSpec, 'op' | 'rank'> & { rank?: 1 | 2 | 3 }): WindowGeometry {
  return resolvePool({ op: 'pool', rank: 2, ...spec }, inputShape);
}

/** Forward poolings, with the kernel that is to be chosen. */
const forward: readonly (readonly [name: string, geometry: WindowGeometry, pool: PoolFn, chosen: string])[] = [
  ['2×2 s2, rows in fours', window([2, 3, 8, 16], { kernelSize: 2 }), max, 'f32_maxPool_block1x4_w4'],
  ['2×2 s2, a block that overhangs', window([2, 3, 8, 12], { kernelSize: 2 }), max, 'f32_maxPool_block1x4_w4'],
  ['2×2 s2, odd rows', window([2, 3, 9, 13], { kernelSize: 2 }), average, 'f32_avgPool_block1x4'],
  ['3×3 s2 p1', window([1, 3, 12, 16], { kernelSize: 3, stride: 2, padding: 1 }), max, 'f32_maxPool_block2x4_w4'],
  ['3×3 s1 p1', window([1, 2, 7, 12], { kernelSize: 3, stride: 1, padding: 1 }), min, 'f32_minPool_block2x4_w4'],
  ['3×3 s1 p1', window([1, 2, 7, 12], { kernelSize: 3, stride: 1, padding: 1 }), average, 'f32_avgPool_block2x4_w4'],
  ['3×3 s1 p1', window([1, 2, 7, 13], { kernelSize: 3, stride: 1, padding: 1 }), padded, 'f32_avgPool_block2x4'],
  [
    '3×3 s2, ceil',
    window([1, 2, 8, 8], { kernelSize: 3, stride: 2, padding: 1, ceilMode: true }),
    padded,
    'f32_avgPool_block2x4_w4',
  ],
  ['5×3 s3×2', window([1, 2, 12, 16], { kernelSize: [5, 3], stride: [3, 2] }), max, 'f32_maxPool_block2x4_w4'],
  [
    'channels last, in fours',
    window([2, 9, 7, 8], { kernelSize: 3, stride: 2, padding: 1, dataFormat: 'channelsLast' }),
    max,
    'f32_maxPool_block2x2_c4',
  ],
  [
    'channels last, odd',
    window([2, 9, 7, 6], { kernelSize: 3, stride: 1, padding: 1, dataFormat: 'channelsLast' }),
    average,
    'f32_avgPool_block2x4',
  ],
  ['1d 4 s4', window([3, 2, 64], { rank: 1, kernelSize: 4 }), max, 'f32_maxPool_block1x4_w4'],
  ['3d 2×2×2', window([2, 2, 4, 6, 8], { rank: 3, kernelSize: 2 }), max, 'f32_maxPool_block1x4_w4'],
  [
    '3d 3×3×3 p1',
    window([1, 2, 5, 6, 8], { rank: 3, kernelSize: 3, stride: 1, padding: 1 }),
    average,
    'f32_avgPool_block2x4_w4',
  ],
];

describe('pooling', () => {
  test.for(forward)('%s', async ([, geometry, pool, chosen], context) => {
    if (backend === null) missing(context, gpuNeeds);
    const random = seeded(7);
    const inputs = [floats(random, geometry.inputShape, pool.fn === 'avg' ? 'plain' : 'specials')];
    const outputs = [{ dtype: 'f32' as const, shape: geometry.outputShape }];
    const op = { kind: 'pool', pool, geometry, indices: 'none' } as const;
    const relative = pool.fn === 'avg' ? 1e-6 : undefined;
    const names = await compareAll(backend, { op, inputs, outputs, ...(relative !== undefined && { relative }) });
    expect(names[0]).toBe(`${chosen}__wgsl`);
  });

  test.for(forward.filter(([, , { fn }]) => fn !== 'avg'))('with indices: %s', async ([, geometry, pool], context) => {
    if (backend === null) missing(context, gpuNeeds);
    for (const [indices, dtype] of [
      ['plane', 'i32'],
      ['window', 'u8'],
    ] as const) {
      const inputs = [floats(seeded(3), geometry.inputShape, 'specials')];
      const outputs = [
        { dtype: 'f32' as const, shape: geometry.outputShape },
        { dtype, shape: geometry.outputShape },
      ];
      const names = await compareAll(backend, { op: { kind: 'pool', pool, geometry, indices }, inputs, outputs });
      expect(names[0]).toMatch(/Index_(c4|four)__wgsl$/);
    }
  });

  test.for(forward)('gradient: %s', async ([, geometry, pool], context) => {
    if (backend === null) missing(context, gpuNeeds);
    const random = seeded(5);
    const dy = floats(random, geometry.outputShape, 'plain');
    const outputs = [{ dtype: 'f32' as const, shape: geometry.inputShape }];
    const kinds = pool.fn === 'avg' ? (['none'] as const) : (['plane', 'window'] as const);
    for (const indices of kinds) {
      const inputs: Values[] = [dy];
      if (indices !== 'none') {
        const x = floats(random, geometry.inputShape, 'ties');
        const chosen = [
          { dtype: 'f32' as const, shape: geometry.outputShape },
          { dtype: indices === 'plane' ? ('i32' as const) : ('u8' as const), shape: geometry.outputShape },
        ];
        const [, data] = reference({ kind: 'pool', pool, geometry, indices }, [x], chosen);
        inputs.push({ ...chosen[1], data });
      }
      const op = { kind: 'poolGrad', pool, geometry, indices } as const;
      const names = await compareAll(backend, { op, inputs, outputs, relative: 1e-6 });
      expect(names[0]).toContain('_block');
    }
  });

  test.for([
    ['dilated', window([1, 2, 9, 11], { kernelSize: 3, stride: 1, dilation: 2, padding: 2 })],
    [
      'dilated, four channels',
      window([1, 9, 11, 4], { kernelSize: 3, dilation: 2, stride: 2, dataFormat: 'channelsLast' }),
    ],
    ['uneven', resolveAdaptivePool({ op: 'pool', rank: 2, outputSize: [3, 4] }, [2, 3, 10, 11])],
    [
      'uneven, four channels',
      resolveAdaptivePool({ op: 'pool', rank: 2, outputSize: 3, dataFormat: 'channelsLast' }, [1, 10, 11, 8]),
    ],
  ] as const)('%s windows', async ([, geometry], context) => {
    if (backend === null) missing(context, gpuNeeds);
    for (const pool of [max, average]) {
      const inputs = [floats(seeded(2), geometry.inputShape, pool.fn === 'avg' ? 'plain' : 'specials')];
      const outputs = [{ dtype: 'f32' as const, shape: geometry.outputShape }];
      const op = { kind: 'pool', pool, geometry, indices: 'none' } as const;
      const names = await compareAll(backend, { op, inputs, outputs, ...(pool.fn === 'avg' && { relative: 1e-6 }) });
      expect(names[0]).toContain('_loop');
    }
  });

  test.for([
    ['planes', [2, 5, 7, 9], 'channelsFirst'],
    ['planes in fours', [2, 3, 8, 12], 'channelsFirst'],
    ['channels', [2, 7, 9, 5], 'channelsLast'],
    ['channels in fours', [2, 9, 7, 8], 'channelsLast'],
    ['a large plane', [1, 2, 129, 65], 'channelsFirst'],
    ['many in few channels', [1, 129, 64, 4], 'channelsLast'],
  ] as const)('global, of %s', async ([, shape, dataFormat], context) => {
    if (backend === null) missing(context, gpuNeeds);
    const geometry = resolveAdaptivePool({ op: 'pool', rank: 2, outputSize: 1, dataFormat }, shape);
    for (const pool of [max, min, average]) {
      const inputs = [floats(seeded(11), shape, pool.fn === 'avg' ? 'plain' : 'specials')];
      const outputs = [{ dtype: 'f32' as const, shape: geometry.outputShape }];
      const op = { kind: 'pool', pool, geometry, indices: 'none' } as const;
      const names = await compareAll(backend, { op, inputs, outputs, ...(pool.fn === 'avg' && { relative: 1e-6 }) });
      expect(names.some((name) => name.includes('_together'))).toBe(true);
    }
  });

  test.for([
    ['7×7 s1 p3', window([1, 2, 16, 20], { kernelSize: 7, stride: 1, padding: 3 })],
    ['15×15 s1 p7, odd', window([2, 1, 33, 27], { kernelSize: 15, stride: 1, padding: 7 })],
    ['31×31 s2 p15', window([1, 1, 40, 48], { kernelSize: 31, stride: 2, padding: 15 })],
    [
      '9×9 s1, four channels',
      window([1, 20, 18, 4], { kernelSize: 9, stride: 1, padding: 4, dataFormat: 'channelsLast' }),
    ],
    [
      '9×9 s3, ceil',
      window([1, 20, 18, 3], { kernelSize: 9, stride: 3, padding: 2, ceilMode: true, dataFormat: 'channelsLast' }),
    ],
    ['1d 100 s1', window([2, 3, 300], { rank: 1, kernelSize: 100, stride: 1, padding: 50 })],
    ['3d 5×5×5', window([1, 1, 9, 10, 12], { rank: 3, kernelSize: 5, stride: 1, padding: 2 })],
    ['uneven', resolveAdaptivePool({ op: 'pool', rank: 2, outputSize: [3, 4] }, [1, 2, 30, 41])],
  ] as const)('large windows, axis by axis: %s', async ([, geometry], context) => {
    if (backend === null) missing(context, gpuNeeds);
    for (const pool of [max, min, average, padded]) {
      const inputs = [floats(seeded(13), geometry.inputShape, pool.fn === 'avg' ? 'plain' : 'specials')];
      const outputs = [{ dtype: 'f32' as const, shape: geometry.outputShape }];
      const op = { kind: 'pool', pool, geometry, indices: 'none' } as const;
      const names = await compareAll(backend, { op, inputs, outputs, ...(pool.fn === 'avg' && { relative: 1e-6 }) });
      expect(names.some((name) => name.includes('_separable'))).toBe(true);
    }
  });
});
