import { fromData, scope, type Tensor } from '@cenote/tensor';
import { describe, expect, it } from 'vitest';
import { checkGradients, grad } from '../src/index.js';
import { rules } from '../src/rules/index.js';
import { device } from './device.js';
import { examples } from './primitives.js';

describe('first-order gradients', () => {
  it('have an example for every primitive', () => {
    const covered = new Set(examples.flatMap(({ primitives }) => primitives));
    expect([...covered].sort()).toEqual(Object.keys(rules).sort());
  });

  it.each(examples)('agree with finite differences: $name', ({ fn, inputs }) => {
    const check = checkGradients(fn, inputs());
    expect(check.largestError, JSON.stringify(check)).toBeLessThan(1e-6);
  });

  it.each(examples)('leave no memory behind: $name', ({ fn, inputs }) => {
    const before = device.liveBuffers;
    scope(() => {
      const leaves = inputs().map((input) => {
        input.requiresGrad = true;
        return input;
      });
      fn(...leaves)
        .sum()
        .backward();
    });
    expect(device.liveBuffers).toBe(before);
  });
});

/** A random-looking direction of `x`'s shape. */
function direction(x: Tensor): Tensor {
  const values = Float64Array.from({ length: x.size }, (_, index) => ((index * 0.7548776662466927) % 1) - 0.4);
  return fromData(values, x.shape);
}

describe('second-order gradients', () => {
  const smooth = examples.filter(({ firstOrderOnly }) => firstOrderOnly === undefined);

  it.each(smooth)('agree with finite differences of the first: $name', ({ fn, inputs }) => {
    // The slope of fn along a direction, as a function of the inputs: its gradient is a row of the Hessian.
    const slope = (...leaves: Tensor[]): Tensor => {
      const tracked = leaves.map((leaf) => {
        if (leaf.requiresGrad) return leaf;
        const copy = leaf.detach();
        copy.requiresGrad = true;
        return copy;
      });
      // The square makes the second derivative of linear functions something else than 0.
      const y = fn(...tracked);
      const slopes = grad(y.mul(y).sum(), tracked, { createGraph: true });
      return slopes.map((gradient) => gradient.mul(direction(gradient)).sum()).reduce((a, b) => a.add(b));
    };
    const check = checkGradients(slope, inputs(), 1e-4);
    expect(check.largestError, JSON.stringify(check)).toBeLessThan(1e-4);
  });

  const rough = examples.filter(({ firstOrderOnly }) => firstOrderOnly !== undefined);

  it.each(rough)('are refused where there are none: $name', ({ fn, inputs }) => {
    const leaves = inputs();
    for (const leaf of leaves) leaf.requiresGrad = true;
    expect(() => {
      const [first] = grad(fn(...leaves).sum(), leaves, { createGraph: true });
      first.sum().backward();
    }).toThrow(/cannot be differentiated/);
  });
});
