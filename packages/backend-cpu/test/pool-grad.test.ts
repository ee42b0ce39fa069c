import type { IndexKind, Op, PoolFn } from '@cenote/backend';
import { referenceBackend } from '@cenote/backend-reference';
import { resolveAdaptivePool, type WindowGeometry } from '@cenote/shape';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cpuBackend } from '../src/index.js';
import {
  execute,
  expectClose,
  layoutsOf,
  type Random,
  randomFloats,
  randomGeometry,
  seeded,
  type TensorSpec,
  type Values,
} from './pool-grad-cases.js';

const reference = referenceBackend();
const alone = cpuBackend();
const together = cpuBackend({ shareAbove: -1 });
beforeAll(() => together.startThreads(2));
afterAll(() => together[Symbol.asyncDispose]());

/** The gradient by every kernel with vectors, alone and shared, against the reference. Returns how many there were. */
function checkGradient(op: Op, geometry: WindowGeometry, inputs: readonly Values[], round: number): number {
  const offset = round % 5;
  const magnitude = hasSpecials(round) ? 3 : 0;
  const what = `round ${round}`;
  const outputs: TensorSpec[] = [{ dtype: 'f32', shape: geometry.inputShape }];
  const layouts = [layoutsOf(inputs), layoutsOf(outputs)] as const;
  const terms = geometry.axes.reduce((product, axis) => product * Math.max(1, ...axis.coverCount), 1);
  const [want] = execute(reference, reference.kernel(op, ...layouts), inputs, outputs, 0);
  const names = alone.variants(op, ...layouts).filter((name) => !name.endsWith('scalar'));
  for (const name of names) {
    const [got] = execute(alone, alone.kernel(op, ...layouts, name), inputs, outputs, offset);
    expectClose(got, want, { terms, magnitude }, `${what}: ${name} ${geometry.key}`);
    const [shared] = execute(together, together.kernel(op, ...layouts, name), inputs, outputs, offset);
    const bytes = (values: typeof got) => Buffer.from(values.buffer, values.byteOffset, values.byteLength);
    if (!bytes(got).equals(bytes(shared))) expect.fail(`${what}: ${name} ${geometry.key} differs with threads`);
  }
  return names.length;
}

/** In which rounds gradients may be anything, and may cancel. */
function hasSpecials(round: number): boolean {
  return round % 5 === 4;
}

/** All of one sign else, so that nothing cancels. */
function randomGradient(random: Random, geometry: WindowGeometry, round: number): Values {
  if (hasSpecials(round)) return randomFloats(random, geometry.outputShape, 'specials');
  const { dtype, shape, data } = randomFloats(random, geometry.outputShape, 'plain');
  return { dtype, shape, data: data.map((value) => Math.abs(value) + 0.1) };
}

describe('gradients of pooling', () => {
  test.each(['window', 'plane'] as const)('max and min, %s indices', (indices: IndexKind) => {
    const random = seeded(indices.length + 10);
    let kernels = 0;
    for (let round = 0; round < 300; round++) {
      const geometry = randomGeometry(random);
      const pool: PoolFn = { fn: round % 4 === 3 ? 'min' : 'max' };
      const forward: Op = { kind: 'pool', pool, geometry, indices };
      const x = randomFloats(random, geometry.inputShape, round % 2 === 0 ? 'ties' : 'specials');
      const outputs = [
        { dtype: 'f32', shape: geometry.outputShape },
        { dtype: indices === 'window' ? 'u8' : 'i32', shape: geometry.outputShape },
      ] as const;
      const kernel = reference.kernel(forward, layoutsOf([x]), layoutsOf(outputs));
      const [, chosen] = execute(reference, kernel, [x], outputs, 0);
      const inputs = [randomGradient(random, geometry, round), { ...outputs[1], data: chosen }];
      const op: Op = { kind: 'poolGrad', pool, geometry, indices };
      kernels += checkGradient(op, geometry, inputs, round);
    }
    // Images of two or three channels are for a general kernel.
    expect(kernels).toBeGreaterThan(250);
  });

  test('averages', () => {
    const random = seeded(21);
    let kernels = 0;
    for (let round = 0; round < 400; round++) {
      const geometry = randomGeometry(random);
      const divisor = (['taps', 'window', random.integer(1, 9)] as const)[round % 3];
      const op: Op = { kind: 'poolGrad', pool: { fn: 'avg', divisor }, geometry, indices: 'none' };
      kernels += checkGradient(op, geometry, [randomGradient(random, geometry, round)], round);
    }
    expect(kernels).toBeGreaterThan(350);
  });

  test('averages of whole planes', () => {
    const random = seeded(22);
    for (let round = 0; round < 60; round++) {
      const rank = ([1, 2, 3] as const)[round % 3];
      const spatial = Array.from({ length: rank }, () => random.integer(1, 9));
      const geometry = resolveAdaptivePool({ op: 'pool', rank, outputSize: 1 }, [2, 3, ...spatial]);
      const divisor = (['taps', 'window', 7] as const)[random.integer(0, 2)];
      const op: Op = { kind: 'poolGrad', pool: { fn: 'avg', divisor }, geometry, indices: 'none' };
      expect(checkGradient(op, geometry, [randomGradient(random, geometry, round)], round)).toBeGreaterThan(0);
    }
  });
});
