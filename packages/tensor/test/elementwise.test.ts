import { describe, expect, it } from 'vitest';
import * as cenote from '../src/index.js';
import { promoteTypes, type Tensor, tensor } from '../src/index.js';
import './device.js';
import { loose } from './loose.js';

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

describe('elementwise functions', () => {
  it.each<[(x: Tensor) => Tensor, number[], number[]]>([
    [cenote.neg, [1, -2], [-1, 2]],
    [cenote.abs, [-3, nan], [3, nan]],
    [cenote.sign, [-3, 0, nan], [-1, 0, nan]],
    [cenote.relu, [-1, 2, nan], [0, 2, nan]],
    [cenote.floor, [-1.5, 1.5], [-2, 1]],
    [cenote.ceil, [-1.5, 1.5], [-1, 2]],
    [cenote.round, [0.5, 1.5, -2.5], [0, 2, -2]],
    [cenote.sqrt, [4, -1], [2, nan]],
    [cenote.reciprocal, [4, 0], [0.25, inf]],
    [cenote.square, [3], [9]],
    [cenote.exp, [0], [1]],
    [cenote.log, [1, 0], [0, -inf]],
    [cenote.sigmoid, [0, 1000, -1000], [0.5, 1, 0]],
    [cenote.tanh, [0, 1000], [0, 1]],
  ])('%o', (fn, input, expected) => {
    const result = fn(tensor(input)).toArraySync();
    expect((result as number[]).map((value) => value + 0)).toEqual(expected);
  });

  it('broadcast and promote', () => {
    const x = tensor([[1], [2]]);
    expect(x.add(tensor([10, 20])).toArraySync()).toEqual([
      [11, 21],
      [12, 22],
    ]);
    expect(cenote.sub(1, x).toArraySync()).toEqual([[0], [-1]]);
    expect(cenote.add(1, 2).toArraySync()).toBe(3);
    expect(cenote.remainder(tensor([-7, 7]), tensor([3, -3])).toArraySync()).toEqual([2, -2]);
    expect(cenote.maximum(tensor([1, nan]), 2).toArraySync()).toEqual([2, nan]);
    expect(cenote.pow(tensor([2, 3]), 2).toArraySync()).toEqual([4, 9]);
    expect(cenote.div(tensor([3], { dtype: 'i32' }), 2).toArraySync()).toEqual([1.5]);
  });

  it.each([
    ['bool', 'u8', 'u8'],
    ['u8', 'i8', 'i32'],
    ['i32', 'i64', 'i64'],
    ['i64', 'f32', 'f32'],
    ['f32', 'f64', 'f64'],
    ['u8', 'u8', 'u8'],
  ] as const)('%s meets %s in %s', (a, b, expected) => {
    expect(promoteTypes(a, b)).toBe(expected);
    expect(promoteTypes(b, a)).toBe(expected);
  });

  it('do not let a plain number widen a tensor', () => {
    expect(tensor([1], { dtype: 'u8' }).add(1).dtype).toBe('u8');
    expect(tensor([1], { dtype: 'i32' }).add(0.5).dtype).toBe('f32');
    expect(tensor([1n]).add(1).dtype).toBe('i64');
    expect(tensor([1], { dtype: 'f64' }).mul(2).dtype).toBe('f64');
    expect(tensor([true]).to('i32').add(true).dtype).toBe('i32');
    expect(cenote.full([], true).dtype).toBe('bool');
  });

  it('wrap around in integers', () => {
    expect(tensor([250], { dtype: 'u8' }).add(10).toArraySync()).toEqual([4]);
    expect(
      tensor([2 ** 31 - 1], { dtype: 'i32' })
        .mul(2)
        .toArraySync(),
    ).toEqual([-2]);
    expect(
      tensor([2n ** 63n - 1n])
        .add(1)
        .dataSync('i64'),
    ).toEqual(new BigInt64Array([-(2n ** 63n)]));
  });

  it('compare and choose', () => {
    const x = tensor([1, 2, nan]);
    expect(x.gt(1).toArraySync()).toEqual([0, 1, 0]);
    expect(x.ne(x).toArraySync()).toEqual([0, 0, 1]);
    expect(cenote.where(x.gt(1), x, 0).toArraySync()).toEqual([0, 2, 0]);
    expect(cenote.where(tensor([[true], [false]]), tensor([1, 2]), -1).toArraySync()).toEqual([
      [1, 2],
      [-1, -1],
    ]);
    expect(cenote.isNan(x).toArraySync()).toEqual([0, 0, 1]);
    expect(cenote.logicalOr(cenote.logicalNot(x.gt(1)), cenote.logicalAnd(x.gt(1), x.lt(9))).toArraySync()).toEqual([
      1, 1, 1,
    ]);
  });

  it.each([
    [
      () => cenote.exp(tensor([1], { dtype: 'i32' })),
      'exp: the dtype is not one that the operation takes. Got i32; expected f32 or f64.',
    ],
    [
      () => cenote.add(tensor([true]), tensor([true])),
      'add: the dtype is not one that the operation takes. Got bool; expected any number.',
    ],
    [
      () => cenote.logicalAnd(tensor([1]), tensor([1])),
      'logicalAnd: the dtype is not one that the operation takes. Got f32; expected bool.',
    ],
    [
      () => cenote.where(tensor([1]), 1, 2),
      'where: the dtype is not one that the operation takes. Got f32; expected bool for the condition.',
    ],
    [() => cenote.add(loose.tensor([1, 2]), loose.tensor([1, 2, 3])), 'add: '],
    [
      () => cenote.cast(tensor([1]), 'f16' as never),
      'cast: not a dtype. Got f16; expected f32, f64, i32, i64, u8, i8, bool.',
    ],
  ])('refuse other dtypes and shapes (%#)', (make, message) => {
    expect(make).toThrow(message);
  });
});

describe('reductions', () => {
  const x = () =>
    tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);

  it('go over any axes', () => {
    expect(x().sum().toArraySync()).toBe(21);
    expect(x().sum(0).toArraySync()).toEqual([5, 7, 9]);
    expect(x().sum(-1, { keepDim: true }).toArraySync()).toEqual([[6], [15]]);
    expect(x().mean([0, 1]).toArraySync()).toBe(3.5);
    expect(x().prod(1).toArraySync()).toEqual([6, 120]);
    expect(x().max(0).toArraySync()).toEqual([4, 5, 6]);
    expect(x().min().toArraySync()).toBe(1);
    expect(x().argmax(1).toArraySync()).toEqual([2, 2]);
    expect(x().argmin().toArraySync()).toBe(0);
    expect(x().argmax(undefined, { keepDim: true }).toArraySync()).toEqual([[5]]);
    expect(x().transpose().argmax(0).dtype).toBe('i32');
    expect(cenote.any(x().gt(5), 1).toArraySync()).toEqual([0, 1]);
    expect(cenote.all(x().gt(0)).toArraySync()).toBe(1);
    expect(cenote.variance(x(), 1).toArraySync()).toEqual([1, 1]);
    expect(cenote.variance(x(), 1, { correction: 0, keepDim: true }).shape).toEqual([2, 1]);
    expect(cenote.norm(tensor([3, 4])).toArraySync()).toBe(5);
    expect(cenote.zeros([0, 3]).sum(0).toArraySync()).toEqual([0, 0, 0]);
  });

  it('propagate NaN', () => {
    expect(tensor([1, nan, 2]).max().toArraySync()).toBe(nan);
    expect(tensor([1, nan, 2]).argmax().toArraySync()).toBe(1);
  });

  it.each([
    [() => cenote.zeros([0]).max(), 'max: nothing to choose from. Got shape [0] over axes [0];'],
    [() => cenote.zeros([2, 0]).argmax(1), 'argmax: nothing to choose from.'],
    [() => loose.tensor([[1, 2]]).sum(2), 'sum: '],
    [() => x().to('i32').mean(), 'mean: the dtype is not one that the operation takes. Got i32;'],
  ])('refuse what they cannot do (%#)', (make, message) => {
    expect(make).toThrow(message);
  });
});

describe('softmax', () => {
  it('sums to one and is stable', () => {
    expect(tensor([1000, 1000]).softmax().toArraySync()).toEqual([0.5, 0.5]);
    expect(
      tensor([
        [0, 0],
        [0, 0],
      ])
        .softmax(0)
        .toArraySync(),
    ).toEqual([
      [0.5, 0.5],
      [0.5, 0.5],
    ]);
    expect(tensor([0, -1000]).logSoftmax().toArraySync()).toEqual([0, -1000]);
  });
});
