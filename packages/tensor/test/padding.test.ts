import { isCenoteError } from '@cenote/shape';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arange, type EdgeMode, generator, pad, randn, reshape, roll, slice, tensor, zeros } from '../src/index.js';
import { device } from './device.js';
import { loose } from './loose.js';

describe('pad', () => {
  it('puts a constant around, as before', () => {
    expect(pad(tensor([1, 2]), [[1, 2]]).toArraySync()).toEqual([0, 1, 2, 0, 0]);
    expect(pad(tensor([1, 2]), [[1, 0]], 7).toArraySync()).toEqual([7, 1, 2]);
    expect(pad(tensor([1, 2]), [[1, 0]], { value: 7 }).toArraySync()).toEqual([7, 1, 2]);
    expect(pad(tensor([1, 2]), [[1, 0]], { mode: 'constant' }).toArraySync()).toEqual([0, 1, 2]);
  });

  it.each<[EdgeMode, number[], number[]]>([
    ['reflect', [2, 1], [3, 2, 1, 2, 3, 2]],
    ['reflect', [0, 2], [1, 2, 3, 2, 1]],
    ['replicate', [2, 1], [1, 1, 1, 2, 3, 3]],
    ['replicate', [0, 5], [1, 2, 3, 3, 3, 3, 3, 3]],
    ['circular', [2, 1], [2, 3, 1, 2, 3, 1]],
    ['circular', [3, 3], [1, 2, 3, 1, 2, 3, 1, 2, 3]],
  ])('%s by %j', (mode, [low, high], expected) => {
    expect(pad(tensor([1, 2, 3]), [[low, high]], { mode }).toArraySync()).toEqual(expected);
  });

  it('pads several axes at once, corners included', () => {
    const x = reshape(arange(6), [2, 3]);
    const widths = [
      [1, 0],
      [1, 1],
    ] as const;
    expect(pad(x, widths, { mode: 'reflect' }).toArraySync()).toEqual([
      [4, 3, 4, 5, 4],
      [1, 0, 1, 2, 1],
      [4, 3, 4, 5, 4],
    ]);
    expect(pad(x, widths, { mode: 'circular' }).toArraySync()).toEqual([
      [5, 3, 4, 5, 3],
      [2, 0, 1, 2, 0],
      [5, 3, 4, 5, 3],
    ]);
  });

  it.each(['f32', 'f64', 'i32', 'i64', 'u8', 'i8', 'bool'] as const)('keeps %s', (dtype) => {
    const y = pad(tensor([1, 0], { dtype }), [[0, 1]], { mode: 'replicate' });
    expect([y.dtype, [...y.dataSync()].map(Number)]).toEqual([dtype, [1, 0, 0]]);
  });

  it('with no widths is the same, in a handle of its own, even of nothing', () => {
    const x = zeros([0, 2]);
    const y = pad(
      x,
      [
        [0, 0],
        [1, 1],
      ],
      { mode: 'reflect' },
    );
    expect(y.shape).toEqual([0, 4]);
    expect(pad(zeros([0]), [[0, 0]], { mode: 'replicate' }).shape).toEqual([0]);
  });

  it.each(['reflect', 'replicate', 'circular'] as const)('%s leaves nothing behind', (mode) => {
    const x = randn([2, 3, 4], { dtype: 'f64', generator: generator(1) });
    const widths = [
      [0, 0],
      [2, 1],
      [1, 3],
    ] as const;
    const before = device.liveBuffers;
    pad(x, widths, { mode }).dispose();
    expect(device.liveBuffers).toBe(before);
  });

  it('agrees with a walk around the ring', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.nat(6), fc.nat(6), (size, low, high) => {
        fc.pre(low <= size && high <= size);
        const y = pad(arange(size), [[low, high]], { mode: 'circular' });
        const expected = Array.from({ length: low + size + high }, (_, index) => (index - low + size) % size);
        expect(y.toArraySync()).toEqual(expected);
      }),
    );
  });
});

describe('roll', () => {
  it('moves elements around', () => {
    expect(roll(arange(4), 1, 0).toArraySync()).toEqual([3, 0, 1, 2]);
    expect(roll(arange(4), -5, -1).toArraySync()).toEqual([1, 2, 3, 0]);
    expect(roll(reshape(arange(6), [2, 3]), [1, 1], [0, 1]).toArraySync()).toEqual([
      [5, 3, 4],
      [2, 0, 1],
    ]);
    expect(roll(zeros([0, 2]), 3, 0).shape).toEqual([0, 2]);
  });

  it('is undone by the opposite', () => {
    const x = randn([3, 5], { dtype: 'f64', generator: generator(2) });
    expect(roll(roll(x, [2, -3], [0, 1]), [-2, 3], [0, 1]).toArraySync()).toEqual(x.toArraySync());
  });

  it('is the middle of a circular padding', () => {
    const x = randn([7], { generator: generator(3) });
    const ring = pad(x, [[3, 3]], { mode: 'circular' });
    expect(slice(ring, [[1, 8]]).toArraySync()).toEqual(roll(x, 2, 0).toArraySync());
  });
});

describe('refusals', () => {
  const x = () => loose.zeros([2, 3]);
  const mode = (name: string) => ({ mode: name as EdgeMode });
  it.each<[() => unknown, string]>([
    [() => pad(x(), [[1, 1]]), 'pad: the widths do not fit. Got [[1,1]]; expected 2 pairs'],
    [() => pad(tensor([1]), [[-1, 0]]), 'pad: the widths do not fit'],
    [() => pad(tensor([1]), [[0.5, 0]]), 'pad: the widths do not fit'],
    [() => pad(tensor([1]), [1] as never), 'pad: the widths do not fit. Got [1];'],
    [() => pad(tensor([1]), 1 as never), 'pad: the widths do not fit. Got 1;'],
    [
      () => pad(tensor([1]), [[1, 0]], '1' as never),
      'pad: the value is not one that the tensor can hold. Got value 1 for f32',
    ],
    [() => pad(tensor([1]), [[1, 0]], { value: '1' as never }), 'pad: the value is not one that the tensor can hold'],
    [
      () => pad(tensor([1], { dtype: 'i64' }), [[1, 0]], 0.5),
      'pad: the value is not one that the tensor can hold. Got value 0.5 for i64; expected a whole number',
    ],
    [
      () => pad(tensor([1, 2, 3]), [[3, 0]], mode('reflect')),
      "pad: not enough elements to pad with on axis 0. Got widths [3, 0] with mode 'reflect' around 3; expected at most 2",
    ],
    [() => pad(tensor([1]), [[0, 1]], mode('reflect')), 'expected at most 0 on each side'],
    [
      () =>
        pad(
          zeros([2, 0]),
          [
            [0, 0],
            [0, 1],
          ],
          mode('reflect'),
        ),
      'on axis 1',
    ],
    [() => pad(tensor([1, 2, 3]), [[0, 4]], mode('circular')), 'around 3; expected at most 3 on each side'],
    [
      () => pad(zeros([0]), [[1, 0]], mode('replicate')),
      "with mode 'replicate' around 0; expected at least one element",
    ],
    [
      () => pad(tensor([1]), [[0, 0]], mode('mirror')),
      "pad: no such padding. Got mode 'mirror'; expected 'constant', 'reflect', 'replicate', 'circular'",
    ],
    [() => pad(tensor([1]), [[0, 0]], mode('toString')), 'pad: no such padding'],
    [
      () => pad(tensor([1, 2]), [[1, 0]], { mode: 'reflect', value: 0 }),
      "pad: a value has no meaning with mode 'reflect'. Got value 0;",
    ],
    [() => roll(x(), 1.5, 0), 'roll: shifts and axes do not fit. Got shifts [1.5], axes [0]'],
    [() => roll(x(), [1, 2], 0), 'roll: shifts and axes do not fit'],
    [() => roll(x(), 1, 2), 'roll: no such axis'],
    [() => roll(x(), [1, 1], [0, -2]), 'roll: axis 0 is named twice'],
  ])('%#', (call, message) => {
    const before = device.liveBuffers;
    let caught: unknown;
    try {
      call();
    } catch (error) {
      caught = error;
    }
    expect(isCenoteError(caught) && caught.code).toBe('INVALID_ARGUMENT');
    expect(String(caught)).toContain(message);
    // What was made to be refused, and nothing else.
    expect(device.liveBuffers - before).toBeLessThanOrEqual(1);
  });
});
