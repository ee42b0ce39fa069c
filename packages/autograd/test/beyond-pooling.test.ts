import * as tensors from '@cenote/tensor';
import { fromData, generator, noGrad, randn, type Shape, type Tensor } from '@cenote/tensor';
import { describe, expect, it } from 'vitest';
import { call, fromGolden, goldens } from '../../tensor/test/beyond-pooling-goldens.js';
import { checkGradients, grad } from '../src/index.js';
import { device } from './device.js';

it.each(goldens)('gradients of PyTorch: $id', (golden) => {
  const inputs = golden.inputs.map(fromGolden);
  for (const input of inputs) input.requiresGrad = true;
  const dy = fromGolden(golden.dy);
  const before = device.liveBuffers;
  const y = call(golden, inputs, golden.options);
  const gradients = grad(y, inputs, { gradOutputs: [dy] });
  for (const [position, [, shape, expected]] of golden.gradients.entries()) {
    const gradient = gradients[position];
    expect(gradient.shape).toEqual(shape);
    const elements = gradient.dataSync('f64');
    for (const [index, value] of expected.map(Number).entries()) {
      const error = Math.abs(elements[index] - value) / Math.max(1, Math.abs(value));
      expect(error, `input ${position}, element ${index}: ${elements[index]} for ${value}`).toBeLessThan(1e-11);
    }
    gradient.dispose();
  }
  y.dispose();
  expect(device.liveBuffers).toBe(before);
});

it.each(goldens)('computes the same with and without recording: $id', (golden) => {
  const inputs = golden.inputs.map(fromGolden);
  const plain = noGrad(() => call(golden, inputs, golden.options)).dataSync();
  for (const input of inputs) input.requiresGrad = true;
  expect(call(golden, inputs, golden.options).dataSync()).toEqual(plain);
});

/** Distinct values in random order, so that no maximum and no choice changes under a small step. */
function ladder(shape: Shape): Tensor {
  const order = generator(1).permutation(shape.reduce((a, b) => a * b, 1));
  const values = Float64Array.from(order, (step) => 0.06 * (step - order.length / 2) + 0.031);
  return fromData(values, shape);
}

const noise = (...shape: number[]) => randn(shape, { dtype: 'f64', generator: generator(2) });
const picture = () => ladder([1, 2, 4, 4]);
const window = { kernelSize: 3, stride: 2, padding: 1 } as const;

const examples: readonly (readonly [name: string, fn: (...inputs: Tensor[]) => Tensor, inputs: () => Tensor[]])[] = [
  ['blurPool2d', (x) => tensors.blurPool2d(x), () => [picture()]],
  ['maxBlurPool2d', (x) => tensors.maxBlurPool2d(x, { filterSize: 3 }), () => [picture()]],
  ['adaptivePolyphaseSample2d', (x) => tensors.adaptivePolyphaseSample2d(x), () => [picture()]],
  ['softPool2d', (x) => tensors.softPool2d(x, window), () => [picture()]],
  ['lipPool2d', (x, logits) => tensors.lipPool2d(x, logits, window), () => [picture(), noise(1, 2, 4, 4)]],
  ['gemPool2d', (x, p) => tensors.gemPool2d(x, { p, eps: 0.01 }), () => [picture(), noise(2).abs().add(1)]],
  ['mixedPool2d', (x, share) => tensors.mixedPool2d(x, share, window), () => [picture(), noise(2).sigmoid()]],
  ['gatedPool2d', (x, gate) => tensors.gatedPool2d(x, gate, { stride: 1 }), () => [picture(), noise(2, 2)]],
  ['stochasticPool2d, expected', (x) => tensors.stochasticPool2d(x, window), () => [picture()]],
  [
    'stochasticPool2d, drawn',
    (x) => tensors.stochasticPool2d(x, { ...window, training: true, generator: generator(3) }),
    () => [picture()],
  ],
  ['spatialPyramidPool2d', (x) => tensors.spatialPyramidPool2d(x, [2, 1]), () => [picture()]],
  ['spatialPyramidPool2d of means', (x) => tensors.spatialPyramidPool2d(x, [3], { mode: 'avg' }), () => [picture()]],
];

describe.each(examples)('%s', (_, fn, inputs) => {
  it('has gradients that agree with finite differences', () => {
    const check = checkGradients(fn, inputs());
    expect(check.largestError, JSON.stringify(check)).toBeLessThan(1e-7);
  });

  it('has second gradients that agree with finite differences of the first', () => {
    const slope = (...leaves: Tensor[]): Tensor => {
      const tracked = leaves.map((leaf) => {
        if (leaf.requiresGrad) return leaf;
        const copy = leaf.detach();
        copy.requiresGrad = true;
        return copy;
      });
      // The square makes the second derivative of linear functions something else than 0.
      const slopes = grad(
        fn(...tracked)
          .square()
          .sum(),
        tracked,
        { createGraph: true },
      );
      return slopes
        .map((first) =>
          first
            .mul(
              fromData(
                Float64Array.from({ length: first.size }, (__, i) => ((i * 0.75) % 1) - 0.4),
                first.shape,
              ),
            )
            .sum(),
        )
        .reduce((a, b) => a.add(b));
    };
    const check = checkGradients(slope, inputs(), 1e-4);
    expect(check.largestError, JSON.stringify(check)).toBeLessThan(1e-5);
  });
});
