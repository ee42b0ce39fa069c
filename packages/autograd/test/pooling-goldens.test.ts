import type { Tensor } from '@cenote/tensor';
import { describe, expect, it } from 'vitest';
import './device.js';
import { callOf, filled, outputGradient, type PoolingGolden, poolingGoldens } from './pooling-goldens.js';

/** How many units in the last place a result may be off: only averages and norms round. */
function allowance({ f }: PoolingGolden, gradient: boolean): number {
  if (f.startsWith('lp')) return 16;
  if (/avg/i.test(f)) return gradient ? 4 : 2;
  return 0;
}

function expectClose(actual: Tensor, expected: readonly (number | string)[], ulps: number, label: string): void {
  const single = actual.dtype === 'f32';
  const epsilon = single ? 2 ** -23 : 2 ** -52;
  const values = actual.dataSync();
  expect(values.length, label).toBe(expected.length);
  for (const [i, text] of expected.entries()) {
    const value = Number(values[i]);
    const goal = single ? Math.fround(Number(text)) : Number(text);
    const same = value === goal || (Number.isNaN(value) && Number.isNaN(goal));
    if (!same && !(Math.abs(value - goal) <= ulps * epsilon * Math.abs(goal))) {
      expect.fail(`${label}: element ${i} is ${value}, and ${goal} in PyTorch`);
    }
  }
}

const functions = [...new Set(poolingGoldens.map(({ f }) => f))];

describe('random calls give what PyTorch gives, forward and backward', () => {
  it('hundreds of them, of every function', () => {
    expect(poolingGoldens.length).toBeGreaterThanOrEqual(600);
    expect(functions.length).toBe(19);
  });

  it.each(functions)('%s', (name) => {
    for (const golden of poolingGoldens.filter(({ f }) => f === name)) {
      for (const dtype of golden.dtype ? [golden.dtype] : (['f64', 'f32'] as const)) {
        const label = `${name} seed ${golden.seed} ${dtype}`;
        const x = filled(golden.kind, golden.seed, golden.x, dtype, true);
        const result = callOf(golden, dtype)(x);
        const output = 'output' in result ? result.output : result;
        expect(output.shape, label).toEqual(golden.y[0]);
        expectClose(output, golden.y[1], allowance(golden, false), label);
        if ('output' in result) expectClose(result.indices, golden.i ?? [], 0, `indices of ${label}`);
        if (!golden.dx) continue;
        output.backward(outputGradient(golden, dtype));
        if (!x.grad) throw new Error(`${label}: no gradient`);
        expectClose(x.grad, golden.dx, allowance(golden, true), `gradient of ${label}`);
      }
    }
  });
});
