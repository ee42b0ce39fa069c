import { elementCount } from '@cenote/shape';
import { describe, expect, it } from 'vitest';
import { cast, permute, reshape, type Tensor } from '../src/index.js';
import { call, fromGolden, type Golden, goldens } from './beyond-pooling-goldens.js';
import './device.js';

/** `|actual − expected| ≤ tolerance · max(1, |expected|)`, element by element. */
function expectClose(actual: Tensor, [, shape, data]: Golden['y'], tolerance: number): void {
  expect(actual.shape).toEqual(shape);
  const elements = [...actual.dataSync()].map(Number);
  expect(elements.length).toBe(elementCount(shape));
  for (const [index, value] of data.map(Number).entries()) {
    const error = Math.abs(elements[index] - value) / Math.max(1, Math.abs(value));
    expect(error, `element ${index}: ${elements[index]} instead of ${value}`).toBeLessThanOrEqual(tolerance);
  }
}

const spatialRank = ({ op }: Golden) => Number(op.at(-2));

describe.each(goldens)('PyTorch: $id', (golden) => {
  it('in f64', () => {
    expectClose(call(golden, golden.inputs.map(fromGolden), golden.options), golden.y, 1e-12);
  });

  it('in f32', () => {
    const inputs = golden.inputs.map((input) => cast(fromGolden(input), 'f32'));
    const y = call(golden, inputs, golden.options);
    expect(y.dtype).toBe('f32');
    expectClose(y, golden.y, 1e-6);
  });
});

/** A picture tensor with its channels at the other end. */
function moved(x: Tensor, rank: number, to: 'first' | 'last'): Tensor {
  const batch = x.rank > rank + 1 ? [0] : [];
  const at = batch.length;
  const spatial = Array.from({ length: rank }, (_, index) => at + index + (to === 'last' ? 1 : 0));
  return permute(x, to === 'last' ? [...batch, ...spatial, at] : [...batch, x.rank - 1, ...spatial]);
}

const pooling = goldens.filter(({ op }) => op !== 'pad');
/** Whether an operation's second input is another picture rather than parameters. */
const takesTwo = ({ op }: Golden) => op.startsWith('lipPool');

describe.each(pooling)('channels last: $id', (golden) => {
  it('is the same', () => {
    const rank = spatialRank(golden);
    const inputs = golden.inputs
      .map(fromGolden)
      .map((input, position) => (position === 0 || takesTwo(golden) ? moved(input, rank, 'last') : input));
    const y = call(golden, inputs, { ...golden.options, dataFormat: 'channelsLast' });
    expectClose(golden.op.startsWith('spatialPyramid') ? y : moved(y, rank, 'first'), golden.y, 1e-12);
  });
});

const ofOne = pooling.filter((golden) => golden.inputs[0][1][0] === 1);

describe.each(ofOne)('without a batch: $id', (golden) => {
  it('is the same', () => {
    const inputs = golden.inputs
      .map(fromGolden)
      .map((input, position) => (position === 0 || takesTwo(golden) ? reshape(input, input.shape.slice(1)) : input));
    const y = call(golden, inputs, golden.options);
    expectClose(reshape(y, [1, ...y.shape]), golden.y, 1e-12);
  });
});

it('has goldens of both sorts', () => {
  expect(pooling.length).toBeGreaterThan(60);
  expect(ofOne.length).toBeGreaterThan(30);
});
