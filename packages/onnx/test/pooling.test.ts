import * as nn from '@cenote/nn';
import { isCenoteError } from '@cenote/shape';
import { scope } from '@cenote/tensor';
import { describe, expect, test } from 'vitest';
import { exportOnnx } from '../src/index.js';
import { decode } from '../src/proto/codec.js';
import { modelProto } from '../src/proto/schema.js';
import { inOnnxRuntime, largestDifference, noise, seededIntegers, useCpuDevice } from './support.js';

useCpuDevice();

interface Geometry {
  readonly rank: 1 | 2 | 3;
  readonly kernelSize: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly (readonly [number, number])[] | 'same' | 'sameLower' | 'valid';
  readonly dilation: readonly number[];
  readonly ceilMode: boolean;
  readonly shape: readonly number[];
}

function randomGeometry(random: (below: number) => number): Geometry {
  const rank = ([1, 2, 2, 3] as const)[random(4)];
  const perAxis = (value: () => number) => Array.from({ length: rank }, value);
  const kernelSize = perAxis(() => 1 + random(rank === 3 ? 3 : 5));
  const dilated = random(3) === 0;
  const sides = random(10);
  return {
    rank,
    kernelSize,
    stride: perAxis(() => 1 + random(3)),
    padding:
      sides < 7
        ? kernelSize.map((kernel) => [random(kernel), random(kernel)] as const)
        : (['same', 'sameLower', 'valid'] as const)[sides - 7],
    dilation: perAxis(() => (dilated ? 1 + random(3) : 1)),
    ceilMode: random(2) === 0,
    shape: [1 + random(2), 1 + random(3), ...perAxis(() => 1 + random(rank === 1 ? 20 : 9))],
  };
}

const layers = {
  maxPool: (g) => [nn.maxPool1d, nn.maxPool2d, nn.maxPool3d][g.rank - 1](g),
  minPool: (g) => [nn.minPool1d, nn.minPool2d, nn.minPool3d][g.rank - 1](g),
  avgPool: (g, random) =>
    [nn.avgPool1d, nn.avgPool2d, nn.avgPool3d][g.rank - 1]({ ...g, countIncludePad: random(2) === 0 }),
  'avgPool with divisorOverride': (g, random) =>
    [nn.avgPool1d, nn.avgPool2d, nn.avgPool3d][g.rank - 1]({ ...g, divisorOverride: 1 + random(9) }),
  lpPool: (g, random) => [nn.lpPool1d, nn.lpPool2d, nn.lpPool3d][g.rank - 1](1 + random(3), g),
  adaptiveAvgPool: (g, random) =>
    [nn.adaptiveAvgPool1d, nn.adaptiveAvgPool2d, nn.adaptiveAvgPool3d][g.rank - 1](
      g.shape.slice(2).map((size) => 1 + random(size)),
    ),
  adaptiveMaxPool: (g, random) =>
    [nn.adaptiveMaxPool1d, nn.adaptiveMaxPool2d, nn.adaptiveMaxPool3d][g.rank - 1](
      g.shape.slice(2).map((size) => 1 + random(size)),
    ),
  globalAvgPool: () => nn.globalAvgPool(),
  globalMaxPool: () => nn.globalMaxPool(),
  globalLpPool: (_g, random) => nn.globalLpPool(1 + random(3)),
} satisfies Record<string, (geometry: Geometry, random: (below: number) => number) => nn.Module>;

/** The operators that one layer of a kind may become: one that pools, and what ONNX needs around it. */
const around = new Set([
  'Neg',
  'Pad',
  'Mul',
  'MaxPool',
  'AveragePool',
  'LpPool',
  'GlobalAveragePool',
  'GlobalMaxPool',
  'GlobalLpPool',
]);

const refusals =
  /windows of adaptive pooling differ in size|ONNX Runtime takes padding below|last window of ceil mode has another number/;

describe('300 random geometries agree with ONNX Runtime', () => {
  test.each(Object.entries(layers))('%s', { timeout: 240_000 }, async (kind, make) => {
    let checked = 0;
    for (let seed = 1; checked < 300; seed++) {
      const random = seededIntegers(seed * 7919 + kind.length);
      const geometry = randomGeometry(random);
      const layer: nn.Module = make(geometry, random);
      const where = `seed ${seed}: ${JSON.stringify(layer.describe())} of [${geometry.shape}]`;
      let bytes: Uint8Array;
      try {
        bytes = (await exportOnnx(layer, { inputShape: geometry.shape })).bytes;
      } catch (error) {
        if (!isCenoteError(error)) throw new Error(where, { cause: error });
        // What ONNX cannot express is said with a reason; other windows do not fit the input, here as anywhere.
        if (error.code === 'UNSUPPORTED') expect(error.message, where).toMatch(refusals);
        continue;
      }
      const operators = decode(modelProto, bytes).graph?.node.map(({ opType }) => opType) ?? [];
      expect(
        operators.filter((name) => !around.has(name)),
        where,
      ).toEqual([]);
      expect(
        operators.filter((name) => name.includes('Pool')),
        where,
      ).toHaveLength(1);
      const x = noise(geometry.shape, seed);
      const y = scope(() => layer.forward(x));
      const { output } = await inOnnxRuntime(bytes, { input: x }).catch((error: unknown) => {
        throw new Error(where, { cause: error });
      });
      expect(output.shape, where).toEqual(y.shape);
      // Sums of at most 125 numbers below 8, in another order.
      expect(largestDifference(y.dataSync(), output.data), where).toBeLessThan(
        kind.includes('ax') || kind === 'minPool' ? 1e-30 : 1e-5,
      );
      y.dispose();
      x.dispose();
      checked++;
    }
  });
});
