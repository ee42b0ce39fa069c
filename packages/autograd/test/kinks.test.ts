import { abs, max, maximum, minimum, pow, relu, type Tensor, tensor } from '@cenote/tensor';
import { describe, expect, it } from 'vitest';
import { grad } from '../src/index.js';
import './device.js';

const nan = Number.NaN;

// Where finite differences say nothing, PyTorch 1.13 does: these are its gradients of the sum.
describe('gradients at ties, kinks and NaN are those of PyTorch', () => {
  it.each<[string, (...inputs: Tensor[]) => Tensor, number[][], number[][]]>([
    [
      'maximum',
      maximum,
      [
        [1, 2, 3],
        [1, 3, 2],
      ],
      [
        [0.5, 0, 1],
        [0.5, 1, 0],
      ],
    ],
    [
      'minimum',
      minimum,
      [
        [1, 2, 3],
        [1, 3, 2],
      ],
      [
        [0.5, 1, 0],
        [0.5, 0, 1],
      ],
    ],
    ['relu', relu, [[nan, 0, -1, 2]], [[1, 0, 0, 1]]],
    ['abs', abs, [[0, -2, 3]], [[0, -1, 1]]],
    ['max', (x) => max(x), [[2, 1, 2]], [[0.5, 0, 0.5]]],
    [
      'pow of exponent 0',
      pow,
      [
        [0, 2],
        [0, 0],
      ],
      [
        [0, 0],
        [0, Math.fround(Math.LN2)],
      ],
    ],
    [
      'pow of base 0',
      pow,
      [
        [0, 0],
        [2, 1],
      ],
      [
        [0, 1],
        [0, 0],
      ],
    ],
  ])('%s', (_, fn, inputs, expected) => {
    const leaves = inputs.map((values) => tensor(values, { requiresGrad: true }));
    const gradients = grad(fn(...leaves).sum(), leaves).map((gradient) => gradient.toArraySync());
    expect(gradients).toEqual(expected);
  });
});
