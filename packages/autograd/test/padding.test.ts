import { generator, pad, randn, roll } from '@cenote/tensor';
import { expect, it } from 'vitest';
import { checkGradients } from '../src/index.js';
import './device.js';

const x = () => randn([2, 3, 4], { dtype: 'f64', generator: generator(1) });

it.each(['constant', 'reflect', 'replicate', 'circular'] as const)('pad with mode %s has right gradients', (mode) => {
  const widths = [
    [0, 0],
    [2, 1],
    [1, 3],
  ] as const;
  expect(checkGradients((input) => pad(input, widths, { mode }), [x()]).largestError).toBeLessThan(1e-9);
});

it('roll has right gradients', () => {
  expect(checkGradients((input) => roll(input, [2, -3], [0, 2]), [x()]).largestError).toBeLessThan(1e-9);
});
