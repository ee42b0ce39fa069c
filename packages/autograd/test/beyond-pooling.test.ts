import { noGrad } from '@cenote/tensor';
import { expect, it } from 'vitest';
import { call, fromGolden, goldens } from '../../tensor/test/beyond-pooling-goldens.js';
import { grad } from '../src/index.js';
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
