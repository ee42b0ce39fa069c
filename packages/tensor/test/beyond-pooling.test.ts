import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  adaptivePolyphaseSample1d,
  adaptivePolyphaseSample2d,
  adaptivePolyphaseSample3d,
  add,
  arange,
  avgPool2d,
  blurPool1d,
  blurPool2d,
  blurPool3d,
  type DType,
  exp,
  eye,
  fromData,
  full,
  gatedPool2d,
  gemPool2d,
  generator,
  globalAvgPool,
  lipPool2d,
  maxBlurPool2d,
  maxPool2d,
  mixedPool2d,
  mul,
  ones,
  type PaddingMode,
  pad,
  rand,
  randn,
  reshape,
  roll,
  scope,
  slice,
  softPool2d,
  spatialPyramidPool1d,
  spatialPyramidPool2d,
  stochasticPool2d,
  sub,
  type Tensor,
  tensor,
  zeros,
} from '../src/index.js';
import { device } from './device.js';

const square = (size: number) => reshape(arange(size * size), [size, size]);
const noise = (shape: readonly number[], seed: number, dtype: DType = 'f64') =>
  randn(shape, { dtype, generator: generator(seed) });
const numbers = (x: Tensor) => [...x.dataSync()].map(Number);
const largestDifference = (a: Tensor, b: Tensor) => {
  expect(a.shape).toEqual(b.shape);
  return Math.max(0, ...numbers(sub(a, b)).map(Math.abs));
};

describe('blurPool and maxBlurPool', () => {
  it('smooth an identity', () => {
    const zeroPadded = { filterSize: 3, paddingMode: 'zeros' } as const;
    expect(blurPool2d(eye(5), zeroPadded).toArraySync()).toEqual([
      [0.3125, 0.0625, 0],
      [0.0625, 0.375, 0.0625],
      [0, 0.0625, 0.3125],
    ]);
    expect(maxBlurPool2d(eye(5), zeroPadded).toArraySync()).toEqual([
      [0.5625, 0.3125],
      [0.3125, 0.875],
    ]);
    expect(maxBlurPool2d(eye(5), { filterSize: 3 }).toArraySync()).toEqual([
      [1, 0.5],
      [0.5, 0.875],
    ]);
  });

  it.each([1, 2, 3, 4, 5, 6, 7])('have a filter of %d taps with the sum 1', (filterSize) => {
    const one = pad(ones([1]), [[6, 6]]);
    const response = numbers(blurPool1d(one, { filterSize, stride: 1, paddingMode: 'zeros' }));
    const taps = response.filter((value) => value > 0);
    expect(taps.length).toBe(filterSize);
    expect(taps.reduce((a, b) => a + b)).toBe(1);
    expect(taps.map((tap) => tap * 2 ** (filterSize - 1))).toEqual(
      [[1], [1, 1], [1, 2, 1], [1, 3, 3, 1], [1, 4, 6, 4, 1], [1, 5, 10, 10, 5, 1], [1, 6, 15, 20, 15, 6, 1]][
        filterSize - 1
      ],
    );
  });

  it('halve, with four taps, unless told otherwise', () => {
    const x = noise([1, 2, 8, 9], 1);
    const explicit = blurPool2d(x, { filterSize: 4, stride: 2, paddingMode: 'reflect' });
    expect(blurPool2d(x).toArraySync()).toEqual(explicit.toArraySync());
    expect(explicit.shape).toEqual([1, 2, 4, 5]);
    const dense = maxPool2d(x, 2, { stride: 1 });
    expect(maxBlurPool2d(x).toArraySync()).toEqual(blurPool2d(dense).toArraySync());
  });

  it.each(['reflect', 'replicate', 'circular'] as const)('keep what is constant, with %s', (paddingMode) => {
    const y = blurPool3d(full([2, 5, 6, 4], 1.5), { filterSize: 5, paddingMode });
    expect(new Set(numbers(y))).toEqual(new Set([1.5]));
  });

  it('with one tap only subsample', () => {
    expect(blurPool2d(square(4), { filterSize: 1 }).toArraySync()).toEqual([
      [0, 2],
      [8, 10],
    ]);
  });

  it('keep every so many results of a stride of 1', () => {
    const x = noise([2, 9, 11], 2);
    for (const paddingMode of ['zeros', 'reflect', 'replicate', 'circular'] as const) {
      const all = blurPool2d(x, { filterSize: 5, stride: 1, paddingMode });
      const some = blurPool2d(x, { filterSize: 5, stride: [2, 3], paddingMode });
      expect(largestDifference(some, slice(all, [null, [0, null, 2], [0, null, 3]]))).toBe(0);
    }
  });

  it('move with their input around a ring, in steps of the stride', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 7 }), fc.integer(), fc.integer(), (filterSize, down, right) =>
        scope(() => {
          const x = noise([2, 8, 10], 3);
          const options = { filterSize, paddingMode: 'circular' } as const;
          const moved = blurPool2d(roll(x, [2 * (down % 9), 2 * (right % 9)], [1, 2]), options);
          const expected = roll(blurPool2d(x, options), [down % 9, right % 9], [1, 2]);
          expect(largestDifference(moved, expected)).toBe(0);
        }),
      ),
      { numRuns: 30, seed: 1 },
    );
  });

  it('take nothing at all', () => {
    expect(blurPool2d(zeros([0, 3, 6, 6])).shape).toEqual([0, 3, 3, 3]);
    expect(blurPool2d(zeros([2, 0, 6, 6])).shape).toEqual([2, 0, 3, 3]);
    expect(maxBlurPool2d(zeros([0, 3, 7, 6])).shape).toEqual([0, 3, 3, 3]);
  });
});

describe('adaptivePolyphaseSample', () => {
  it('keeps the component with the largest norm, of each example', () => {
    expect(adaptivePolyphaseSample2d(square(4)).toArraySync()).toEqual([
      [5, 7],
      [13, 15],
    ]);
    const x = tensor([[[9, 0, 1, 0]], [[0, 2, 0, -3]]]);
    expect(adaptivePolyphaseSample1d(x).toArraySync()).toEqual([[[9, 1]], [[2, -3]]]);
  });

  it('takes the channels of an example together', () => {
    const x = tensor([
      [
        [3, 0, 0, 0, 0, 0],
        [0, 4, 0, 4, 0, 0],
      ],
    ]);
    expect(adaptivePolyphaseSample1d(x, { stride: 3 }).toArraySync()).toEqual([
      [
        [3, 0],
        [0, 4],
      ],
    ]);
    expect(adaptivePolyphaseSample1d(x, { stride: 2 }).toArraySync()).toEqual([
      [
        [0, 0, 0],
        [4, 4, 0],
      ],
    ]);
  });

  it('compares by the norm that is asked for', () => {
    const x = tensor([3, 2, 0, 2, 0, 2]);
    const kept = (p: number) => adaptivePolyphaseSample1d(x, { p }).toArraySync();
    expect(kept(1)).toEqual([2, 2, 2]);
    expect(kept(2)).toEqual([2, 2, 2]);
    expect(kept(3)).toEqual([3, 0, 0]);
    expect(kept(Number.POSITIVE_INFINITY)).toEqual([3, 0, 0]);
  });

  it('takes the first of equals, and copes with zeros, infinities and NaN', () => {
    expect(adaptivePolyphaseSample1d(tensor([1, -1, 2, 2])).toArraySync()).toEqual([1, 2]);
    expect(adaptivePolyphaseSample1d(zeros([4])).toArraySync()).toEqual([0, 0]);
    const infinite = tensor([5, 1, 5, Number.NEGATIVE_INFINITY]);
    expect(adaptivePolyphaseSample1d(infinite).toArraySync()).toEqual([1, Number.NEGATIVE_INFINITY]);
    expect(adaptivePolyphaseSample1d(tensor([1, 2, Number.NaN, 4])).toArraySync()).toEqual([1, Number.NaN]);
    expect(numbers(adaptivePolyphaseSample1d(tensor([1e-45, 0, 0, 0])))[0]).toBeGreaterThan(0);
    expect(adaptivePolyphaseSample1d(tensor([1e38, 2e38, 2e38, 2e38])).toArraySync()).toEqual(
      tensor([2e38, 2e38]).toArraySync(),
    );
  });

  /** Whether `b` is `a`, moved around a ring. */
  const sameUpToShift = (a: Tensor, b: Tensor) => {
    const [height, width] = a.shape.slice(-2);
    const wanted = String(numbers(b));
    return Array.from({ length: height * width }, (_, at) => [Math.floor(at / width), at % width]).some(
      (shift) => String(numbers(roll(a, shift, [-2, -1]))) === wanted,
    );
  };

  it.each<[string, DType, number, (x: Tensor) => Tensor]>([
    ['f64', 'f64', 2, (x) => x],
    ['f32', 'f32', 2, (x) => x],
    ['p = 1', 'f32', 1, (x) => x],
    ['p = 2.5', 'f32', 2.5, (x) => x],
    ['p = Infinity', 'f32', Number.POSITIVE_INFINITY, (x) => x],
    // Sums of such numbers depend on their order by far more than a unit in the last place.
    ['widely different magnitudes', 'f32', 2, (x) => exp(mul(x, 6))],
  ])('is the same up to a shift, exactly, whatever the shift: %s', (_, dtype, p, prepare) => {
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(11), fc.nat(11), fc.constantFrom(1, 2, 3, 4, 6), (seed, down, right, stride) =>
        scope(() => {
          const x = prepare(noise([2, 12, 12], seed, dtype));
          const y = adaptivePolyphaseSample2d(x, { stride, p });
          const moved = adaptivePolyphaseSample2d(roll(x, [down, right], [1, 2]), { stride, p });
          expect(sameUpToShift(y, moved)).toBe(true);
        }),
      ),
      { numRuns: 60, seed: 2 },
    );
  });

  it('also where norms differ by less than a float can hold', () => {
    // Beside 63 ones, the sums of squares 63.25 and 63.250001 are the same f32.
    const row = (odd: number, even: number) => [...new Array<number>(126).fill(1), even, odd];
    const x = tensor(row(0.500001, 0.5));
    expect(numbers(adaptivePolyphaseSample1d(x)).at(-1)).toBe(Math.fround(0.500001));
    expect(numbers(adaptivePolyphaseSample1d(roll(x, 1, 0))).at(0)).toBe(Math.fround(0.500001));
  });

  it('where plain subsampling is not', () => {
    const x = noise([1, 8, 8], 5);
    const plain = (input: Tensor) => slice(input, [null, [0, null, 2], [0, null, 2]]);
    expect(sameUpToShift(plain(x), plain(roll(x, 1, 2)))).toBe(false);
  });

  it('takes other ranks, strides and nothing at all', () => {
    expect(adaptivePolyphaseSample3d(noise([1, 2, 4, 6, 3], 1), { stride: [2, 3, 1] }).shape).toEqual([1, 2, 2, 2, 3]);
    expect(adaptivePolyphaseSample2d(zeros([0, 2, 4, 4])).shape).toEqual([0, 2, 2, 2]);
    expect(adaptivePolyphaseSample2d(zeros([3, 0, 4, 4])).shape).toEqual([3, 0, 2, 2]);
    expect(adaptivePolyphaseSample2d(square(3), { stride: 1 }).toArraySync()).toEqual(square(3).toArraySync());
  });
});

describe('softPool', () => {
  it('weighs by the exponential', () => {
    const y = numbers(softPool2d(square(4), 2));
    for (const [index, value] of [4.6591, 6.6591, 12.6591, 14.6591].entries()) {
      expect(y[index]).toBeCloseTo(value, 4);
    }
  });

  it.each(['f32', 'f64'] as const)('is finite for every finite input in %s', (dtype) => {
    const largest = dtype === 'f32' ? 3.4028234663852886e38 : Number.MAX_VALUE;
    const extremes = [largest, -largest, 0, largest, 1e-45, -1e-45, 800, -800, 89, -largest, -largest, -largest];
    const x = tensor(extremes, { dtype });
    for (const kernelSize of [1, 2, 3, 4]) {
      const windows = reshape(x, [1, extremes.length]);
      const y = numbers(softPool2d(windows, [1, kernelSize], { stride: 1 }));
      const top = numbers(maxPool2d(windows, [1, kernelSize], { stride: 1 }));
      for (const [index, value] of y.entries()) {
        expect(Number.isFinite(value)).toBe(true);
        // Weights add up to 1 but for a rounding.
        expect(value - top[index]).toBeLessThanOrEqual(2 ** -52 * Math.abs(top[index]));
      }
    }
    expect(numbers(softPool2d(full([2, 2], largest, { dtype }), 2))).toEqual([largest]);
    expect(numbers(softPool2d(full([3, 3], -largest, { dtype }), 2, { stride: 1 }))).toEqual(
      new Array(4).fill(-largest),
    );
  });

  it('does not take padding for a tap', () => {
    for (const value of [-5, 0, 5]) {
      const y = softPool2d(full([5, 6], value, { dtype: 'f64' }), 3, { stride: 2, padding: 1, ceilMode: true });
      expect(y.shape).toEqual([3, 4]);
      for (const element of numbers(y)) expect(element).toBeCloseTo(value, 12);
    }
  });

  it('moves with a constant that is added, and lies between the mean and the maximum', () => {
    const x = noise([2, 7, 7], 1);
    const options = { stride: 2, padding: 1, dilation: 2 } as const;
    const y = softPool2d(x, 3, options);
    expect(largestDifference(add(y, 100), softPool2d(add(x, 100), 3, options))).toBeLessThan(1e-12);
    const top = numbers(maxPool2d(x, 3, options));
    const average = numbers(avgPool2d(x, 3, { ...options, countIncludePad: false }));
    for (const [index, value] of numbers(y).entries()) {
      expect(value).toBeLessThan(top[index]);
      expect(value).toBeGreaterThan(average[index]);
    }
  });
});

describe('lipPool', () => {
  const options = { stride: 2, padding: 1, ceilMode: true } as const;

  it('is what its logits make it', () => {
    const x = noise([2, 6, 7], 1);
    const average = avgPool2d(x, 3, { ...options, countIncludePad: false });
    expect(largestDifference(lipPool2d(x, full(x.shape, -700, { dtype: 'f64' }), 3, options), average)).toBeLessThan(
      1e-15,
    );
    expect(largestDifference(lipPool2d(x, mul(x, 1e6), 3, options), maxPool2d(x, 3, options))).toBeLessThan(1e-12);
    expect(lipPool2d(x, x, 3, options).toArraySync()).toEqual(softPool2d(x, 3, options).toArraySync());
  });

  it('is as in its example', () => {
    const logits = tensor([
      [0, 0],
      [0, Math.log(3)],
    ]);
    expect(lipPool2d(add(square(2), 1), logits, 2).itemSync()).toBeCloseTo(3, 6);
  });
});

describe('gemPool', () => {
  it('is the mean for p = 1, a cubic mean for 3, and the maximum at the end', () => {
    const x = reshape(square(4), [1, 1, 4, 4]);
    expect(gemPool2d(x).itemSync()).toBeCloseTo(9.654894, 5);
    expect(gemPool2d(x).shape).toEqual([1, 1, 1, 1]);
    expect(gemPool2d(add(x, 1), { p: 1 }).itemSync()).toBeCloseTo(8.5, 5);
    expect(gemPool2d(x, { p: 1e6 }).itemSync()).toBeCloseTo(15, 3);
  });

  it('raises what is smaller than eps', () => {
    expect(gemPool2d(tensor([[-5, 0]]), { eps: 0.25 }).itemSync()).toBeCloseTo(0.25, 7);
    expect(gemPool2d(full([2, 2], -1)).itemSync()).toBeCloseTo(1e-6, 12);
  });

  it('does not overflow', () => {
    expect(gemPool2d(full([2, 2], 1e38)).itemSync() / 1e38).toBeCloseTo(1, 6);
    expect(gemPool2d(tensor([[1e30, 1]]), { p: 50 }).itemSync() / 1e30).toBeCloseTo(0.5 ** (1 / 50), 6);
  });

  it('takes p of each channel', () => {
    const x = reshape(square(4), [2, 2, 4]);
    const p = tensor([1, 3]);
    const [first, second] = numbers(gemPool2d(x, { p }));
    expect(first).toBeCloseTo(gemPool2d(slice(x, [[0, 1]]), { p: 1 }).itemSync(), 6);
    expect(second).toBeCloseTo(gemPool2d(slice(x, [[1, 2]]), { p: 3 }).itemSync(), 5);
  });
});

describe('mixedPool and gatedPool', () => {
  const x = noise([2, 3, 6, 6], 1);
  const options = { stride: 2, padding: 1, countIncludePad: false } as const;

  it('at the ends are the one or the other, to the bit', () => {
    const average = avgPool2d(x, 3, options).toArraySync();
    const { countIncludePad: _, ...window } = options;
    const largest = maxPool2d(x, 3, window).toArraySync();
    expect(mixedPool2d(x, 0, 3, options).toArraySync()).toEqual(average);
    expect(mixedPool2d(x, 1, 3, options).toArraySync()).toEqual(largest);
    expect(gatedPool2d(x, full([3, 3], 1e-300, { dtype: 'f64' }), options).toArraySync()).toEqual(
      mixedPool2d(x, 0.5, 3, options).toArraySync(),
    );
  });

  it('count padding as avgPool does', () => {
    const one = ones([1, 2, 2]);
    const padded = { kernelSize: 2, padding: 1, stride: 2 } as const;
    expect(numbers(mixedPool2d(one, 0.5, padded))).toEqual([0.625, 0.625, 0.625, 0.625]);
    expect(numbers(mixedPool2d(one, 0.5, { ...padded, countIncludePad: false }))).toEqual([1, 1, 1, 1]);
  });

  it('gate by what is in the window', () => {
    const plane = tensor([[1, 2, 0, 8]]);
    const gate = tensor([[1, -1]]);
    const y = numbers(gatedPool2d(plane, gate));
    const sigmoid = (value: number) => 1 / (1 + Math.exp(-value));
    expect(y[0]).toBeCloseTo(2 * sigmoid(-1) + 1.5 * (1 - sigmoid(-1)), 6);
    expect(y[1]).toBeCloseTo(8 * sigmoid(-8) + 4 * (1 - sigmoid(-8)), 6);
  });

  it('gate windows that overhang', () => {
    const plane = noise([5, 5], 2);
    const gate = noise([2, 2], 3);
    const overhanging = gatedPool2d(plane, gate, { ceilMode: true });
    const [whole, cut] = [
      slice(overhanging, [
        [0, 2],
        [0, 2],
      ]),
      gatedPool2d(
        slice(plane, [
          [0, 4],
          [0, 4],
        ]),
        gate,
      ),
    ];
    expect(largestDifference(whole, cut)).toBe(0);
    expect(overhanging.shape).toEqual([3, 3]);
    const corner = slice(plane, [4, 4]).itemSync();
    expect(slice(overhanging, [2, 2]).itemSync()).toBeCloseTo(corner, 12);
  });

  it('take nothing at all', () => {
    expect(gatedPool2d(zeros([2, 0, 4, 4]), zeros([2, 2])).shape).toEqual([2, 0, 2, 2]);
    expect(mixedPool2d(zeros([0, 2, 4, 4]), 0.5, 2).shape).toEqual([0, 2, 2, 2]);
  });
});

describe('stochasticPool', () => {
  const training = (seed: number) => ({ training: true, generator: generator(seed) });

  it('when evaluated is the mean with the activations as weights', () => {
    expect(
      stochasticPool2d(
        tensor([
          [1, 0],
          [0, 3],
        ]),
        2,
      ).itemSync(),
    ).toBeCloseTo(2.5, 6);
    expect(
      stochasticPool2d(
        tensor([
          [1, -4],
          [-9, 3],
        ]),
        2,
      ).itemSync(),
    ).toBeCloseTo(2.5, 6);
    expect(stochasticPool2d(zeros([2, 2]), 2).itemSync()).toBe(0);
    expect(stochasticPool2d(full([2, 2], 2e38), 2).itemSync() / 2e38).toBeCloseTo(1, 6);
    expect(stochasticPool2d(full([2, 2], 1e-42), 2).itemSync()).toBeGreaterThan(0);
  });

  it('while training draws elements in proportion', () => {
    const count = 4000;
    const x = reshape(tensor([1, 2, 0, 5]), [1, 1, 2, 2]);
    const y = numbers(stochasticPool2d(x.expand([count, 1, 2, 2]), 2, training(1)));
    for (const [value, chance] of [
      [1, 1 / 8],
      [2, 2 / 8],
      [0, 0],
      [5, 5 / 8],
    ]) {
      const seen = y.filter((element) => element === value).length;
      // Five standard deviations of a binomial distribution.
      expect(Math.abs(seen - count * chance)).toBeLessThanOrEqual(5 * Math.sqrt(count * chance * (1 - chance)));
    }
  });

  it('draws what is in the window, never padding, nor a zero beside something', () => {
    const x = rand([3, 2, 5, 7], { generator: generator(2) });
    const options = { kernelSize: 3, stride: 2, padding: 1, ceilMode: true } as const;
    const y = stochasticPool2d(x, { ...options, ...training(3) });
    const values = new Set(numbers(x));
    for (const value of numbers(y)) expect(values.has(value) && value > 0).toBe(true);
    const sparse = tensor([[0, 0, 0, 1e-30, 0, 0, 0, 0]]);
    for (let seed = 0; seed < 50; seed++) {
      expect(numbers(stochasticPool2d(sparse, [1, 4], training(seed)))).toEqual([Math.fround(1e-30), 0]);
    }
  });

  it('gives 0 where nothing is positive', () => {
    expect(numbers(stochasticPool2d(full([4, 4], -1), 2, training(1)))).toEqual([0, 0, 0, 0]);
  });

  it('is decided by the seed, and goes on', () => {
    const x = rand([1, 4, 8, 8], { generator: generator(4) });
    const draw = (options: object) => stochasticPool2d(x, 2, { training: true, ...options }).toArraySync();
    expect(draw({ generator: generator(5) })).toEqual(draw({ generator: generator(5) }));
    const random = generator(5);
    expect(draw({ generator: random })).not.toEqual(draw({ generator: random }));
    const before = random.state().drawn;
    stochasticPool2d(x, 2, { generator: random });
    expect(random.state().drawn).toBe(before);
  });

  it('has its evaluation as its mean', () => {
    const x = rand([1, 1, 4, 4], { generator: generator(6), dtype: 'f64' });
    const draws = stochasticPool2d(x.expand([3000, 1, 4, 4]), 2, training(7));
    expect(largestDifference(draws.mean(0, { keepDim: true }), stochasticPool2d(x, 2))).toBeLessThan(0.03);
  });
});

describe('spatialPyramidPool', () => {
  it('joins levels, channels and cells, in this order', () => {
    const x = reshape(arange(32), [1, 2, 4, 4]);
    expect(spatialPyramidPool2d(x, [2, 1]).toArraySync()).toEqual([[5, 7, 13, 15, 21, 23, 29, 31, 15, 31]]);
    expect(spatialPyramidPool2d(x, [1], { mode: 'avg' }).toArraySync()).toEqual(
      reshape(globalAvgPool(x), [1, 2]).toArraySync(),
    );
  });

  it('has one length for all sizes', () => {
    for (const [height, width] of [
      [4, 4],
      [5, 9],
      [1, 3],
      [13, 2],
    ]) {
      expect(spatialPyramidPool2d(noise([2, 3, height, width], 1), [4, 2, 1]).shape).toEqual([2, 63]);
    }
  });

  it('takes other ranks, dtypes and nothing at all', () => {
    expect(spatialPyramidPool1d(arange(4), [2]).toArraySync()).toEqual([1, 3]);
    expect(
      spatialPyramidPool2d(
        tensor(
          [
            [1, 2],
            [3, 4],
          ],
          { dtype: 'u8' },
        ),
        [1, 2],
      ).toArraySync(),
    ).toEqual([4, 1, 2, 3, 4]);
    expect(spatialPyramidPool2d(zeros([0, 2, 4, 4]), [2, 1]).shape).toEqual([0, 10]);
    expect(spatialPyramidPool2d(zeros([3, 0, 4, 4]), [2, 1]).shape).toEqual([3, 0]);
  });
});

it('all leave their inputs alone, and nothing behind', () => {
  const x = noise([2, 2, 6, 6], 1);
  const p = tensor([2, 3], { dtype: 'f64' });
  const gate = noise([2, 2], 2);
  const modes: readonly PaddingMode[] = ['zeros', 'reflect', 'replicate', 'circular'];
  const before = device.liveBuffers;
  for (const y of [
    ...modes.map((paddingMode) => blurPool2d(x, { paddingMode })),
    maxBlurPool2d(x),
    adaptivePolyphaseSample2d(x),
    adaptivePolyphaseSample2d(x, { p: Number.POSITIVE_INFINITY }),
    softPool2d(x, 3, { padding: 1 }),
    lipPool2d(x, x, 2),
    gemPool2d(x, { p }),
    mixedPool2d(x, p, 2),
    mixedPool2d(x, 0, 2),
    gatedPool2d(x, gate),
    stochasticPool2d(x, 2),
    stochasticPool2d(x, 2, { training: true }),
    spatialPyramidPool2d(x, [3, 1]),
  ]) {
    y.dispose();
  }
  expect(device.liveBuffers).toBe(before);
  expect(fromData(x.dataSync(), x.shape).shape).toEqual(x.shape);
});
