import { describe, expect, it } from 'vitest';
import {
  arange,
  bernoulli,
  createDevice,
  eye,
  fromData,
  full,
  fullLike,
  generator,
  linspace,
  manualSeed,
  ones,
  onesLike,
  rand,
  randint,
  randn,
  randperm,
  tensor,
  uniform,
  zeros,
  zerosLike,
} from '../src/index.js';
import { device } from './device.js';

describe('tensor', () => {
  it('takes its shape from nested arrays and its dtype from the values', () => {
    const x = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect([x.shape, x.dtype, x.rank, x.size]).toEqual([[2, 3], 'f32', 2, 6]);
    expect(x.toArraySync()).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(tensor(true).dtype).toBe('bool');
    expect(tensor([1n, 2n]).dtype).toBe('i64');
    expect(tensor(new Uint8Array([1, 2])).dtype).toBe('u8');
    expect(tensor([]).shape).toEqual([0]);
    expect(tensor([[], []]).shape).toEqual([2, 0]);
  });

  it('converts to the dtype that is asked for', () => {
    expect(tensor([1.9, -1.9, 300], { dtype: 'u8' }).toArraySync()).toEqual([1, 255, 44]);
    expect(tensor([0, 2, -1], { dtype: 'bool' }).toArraySync()).toEqual([0, 1, 1]);
    expect(tensor([1.9, -3], { dtype: 'i64' }).dataSync('i64')).toEqual(new BigInt64Array([1n, -3n]));
    expect(fromData(new Uint8Array([0, 2]), [2], { dtype: 'bool' }).toArraySync()).toEqual([0, 1]);
    expect(fromData(new Uint8Array([0, 2]), [2, 1], { dtype: 'f64' }).dataSync('f64')).toEqual(
      new Float64Array([0, 2]),
    );
  });

  it('copies: later changes to the source do not show', () => {
    const source = new Float32Array([1, 2]);
    const x = tensor(source);
    source[0] = 9;
    expect(x.toArraySync()).toEqual([1, 2]);
  });

  it.each([
    [() => tensor([[1, 2], [3]]), 'tensor: nested arrays differ on axis 1. Got an array of 1; expected an array of 2.'],
    [() => tensor([[1], 2]), 'tensor: nested arrays differ on axis 1. Got a number; expected an array of 1.'],
    [() => tensor([1, [2]]), 'tensor: nested arrays differ on axis 1. Got an array of 1; expected a number.'],
    [
      () => fromData(new Float32Array(3), [2, 2]),
      'fromData: the number of elements is not that of the shape. Got 3 elements for [2, 2]; expected 4.',
    ],
    [() => zeros([2, -1]), 'zeros: not a shape. Got [2, -1]; expected an array of whole numbers from 0 on.'],
    [() => arange(0, 5, -1), 'arange: these numbers are not a range. Got start 0, end 5, step -1;'],
    [() => arange(0, 5, 0), 'arange: these numbers are not a range.'],
    [() => bernoulli([2], 1.5), 'bernoulli: not a probability. Got 1.5; expected a number from 0 to 1.'],
    [() => tensor(new Uint16Array([1]) as never), 'tensor: no dtype matches this typed array. Got Uint16Array;'],
  ])('refuses what is not a tensor (%#)', (make, message) => {
    expect(make).toThrow(message);
  });
});

describe('filled and counted tensors', () => {
  it('have the documented values', () => {
    expect(full([2], 7).toArraySync()).toEqual([7, 7]);
    expect(ones([1, 2], { dtype: 'i32' }).dtype).toBe('i32');
    expect(zerosLike(tensor([1n])).dtype).toBe('i64');
    expect(onesLike(tensor([[1, 2]])).toArraySync()).toEqual([[1, 1]]);
    expect(fullLike(tensor([1, 2]), 3).toArraySync()).toEqual([3, 3]);
    expect(arange(4).toArraySync()).toEqual([0, 1, 2, 3]);
    expect(arange(1, 2, 0.25).toArraySync()).toEqual([1, 1.25, 1.5, 1.75]);
    expect(arange(3, 0, -1, { dtype: 'i32' }).toArraySync()).toEqual([3, 2, 1]);
    expect(arange(3, { dtype: 'i8' }).dtype).toBe('i8');
    expect(linspace(0, 1, 5).toArraySync()).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(eye(2, 3).toArraySync()).toEqual([
      [1, 0, 0],
      [0, 1, 0],
    ]);
  });
});

describe('random tensors', () => {
  it('are the same for the same seed', () => {
    manualSeed(3);
    const first = [rand([3]), randn([3]), randint(0, 9, [3]), randperm(5)].map((x) => x.toArraySync());
    manualSeed(3);
    const second = [rand([3]), randn([3]), randint(0, 9, [3]), randperm(5)].map((x) => x.toArraySync());
    expect(second).toEqual(first);
    expect(rand([3], { generator: generator(3) }).toArraySync()).toEqual(first[0]);
  });

  it('stay within their bounds', () => {
    const data = uniform([1000], { low: -2, high: 3 }).dataSync('f32');
    expect(Math.min(...data)).toBeGreaterThanOrEqual(-2);
    expect(Math.max(...data)).toBeLessThan(3);
    const ones = bernoulli([1000], 0.25)
      .dataSync('f32')
      .reduce((a, b) => a + b, 0);
    expect(ones).toBeGreaterThan(180);
    expect(ones).toBeLessThan(320);
  });
});

describe('devices', () => {
  it('are chosen per tensor, and do not mix', async () => {
    const { referenceBackend } = await import('@cenote/backend-reference');
    await using other = createDevice(referenceBackend());
    const x = ones([2], { device: other });
    expect(x.device).toBe(other);
    expect(ones([2]).device).toBe(device);
    expect(() => x.add(ones([2]))).toThrow('add: the tensors are on different devices.');
  });
});
