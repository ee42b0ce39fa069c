import type { IndexKind, Op } from '@cenote/backend';
import { referenceBackend } from '@cenote/backend-reference';
import { afterAll, describe, expect, test } from 'vitest';
import { type CpuBackend, cpuBackend } from '../src/index.js';
import { execute, layoutsOf, randomFloats, randomGeometry, seeded, type TensorSpec } from './pool-grad-cases.js';

const reference = referenceBackend();
const alone = cpuBackend();
const together = cpuBackend({ shareAbove: -1 });
afterAll(() => together[Symbol.asyncDispose]());

/** Every kernel with vectors that takes the op. */
function variants(backend: CpuBackend, op: Op, inputs: readonly TensorSpec[], outputs: readonly TensorSpec[]) {
  return backend.variants(op, layoutsOf(inputs), layoutsOf(outputs)).filter((name) => !name.endsWith('scalar'));
}

describe('max and min pooling with indices', () => {
  test.each(['window', 'plane'] as const)('%s indices are the same as the reference’s', async (indices: IndexKind) => {
    await together.startThreads(2);
    const random = seeded(indices.length);
    for (let round = 0; round < 400; round++) {
      const geometry = randomGeometry(random);
      const op: Op = { kind: 'pool', pool: { fn: round % 4 === 3 ? 'min' : 'max' }, geometry, indices };
      const x = randomFloats(random, geometry.inputShape, (['ties', 'specials', 'plain'] as const)[round % 3]);
      const outputs: TensorSpec[] = [
        { dtype: 'f32', shape: geometry.outputShape },
        { dtype: indices === 'window' ? 'u8' : 'i32', shape: geometry.outputShape },
      ];
      const [inputLayouts, outputLayouts] = [layoutsOf([x]), layoutsOf(outputs)];
      const want = execute(reference, reference.kernel(op, inputLayouts, outputLayouts), [x], outputs, 0);
      const names = variants(alone, op, [x], outputs);
      expect(names.length).toBeGreaterThan(0);
      for (const name of names) {
        for (const backend of [alone, together]) {
          const kernel = backend.kernel(op, inputLayouts, outputLayouts, name);
          const got = execute(backend, kernel, [x], outputs, round % 5);
          for (const [i, values] of got.entries()) {
            const bad = values.findIndex((value, at) => value !== want[i][at] && !Object.is(value, want[i][at]));
            if (bad >= 0)
              expect.fail(
                `${name} round ${round} ${geometry.key}: output ${i} [${bad}] is ${values[bad]}, expected ${want[i][bad]}`,
              );
          }
        }
      }
    }
  });
});
