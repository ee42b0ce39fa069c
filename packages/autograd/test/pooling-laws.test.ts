import {
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  adaptiveAvgPool3d,
  adaptiveMaxPool1d,
  adaptiveMaxPool2d,
  adaptiveMaxPool3d,
  avgPool1d,
  avgPool2d,
  avgPool3d,
  conv1d,
  conv2d,
  conv3d,
  type DataFormat,
  fractionalMaxPool2d,
  fractionalMaxPool3d,
  fromData,
  full,
  generator,
  isCenoteError,
  lpPool1d,
  lpPool2d,
  lpPool3d,
  maxPool1d,
  maxPool2d,
  maxPool3d,
  maxUnpool1d,
  maxUnpool2d,
  maxUnpool3d,
  minPool1d,
  minPool2d,
  minPool3d,
  ones,
  type PooledWithIndices,
  permute,
  rand,
  relu,
  reshape,
  slice,
  sub,
  type Tensor,
} from '@cenote/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkGradients } from '../src/index.js';
import './device.js';

/** A window with the input that it slides over: `[N, C, …spatial]`. */
interface Sample {
  readonly rank: 1 | 2 | 3;
  readonly shape: readonly number[];
  readonly kernelSize: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly (readonly [number, number])[];
  readonly dilation: readonly number[];
  readonly ceilMode: boolean;
  readonly seed: number;
}

type Window = Omit<Sample, 'rank' | 'shape' | 'seed'> & { readonly dataFormat?: DataFormat };
type Pool = (x: Tensor, window: Window) => Tensor;

const samples: fc.Arbitrary<Sample> = fc.constantFrom<1 | 2 | 3>(1, 2, 3).chain((rank) => {
  const perAxis = <T>(value: fc.Arbitrary<T>) => fc.array(value, { minLength: rank, maxLength: rank });
  const pair = fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 1 }));
  return fc.record({
    rank: fc.constant(rank),
    shape: fc
      .tuple(
        fc.integer({ min: 1, max: 2 }),
        fc.integer({ min: 1, max: 3 }),
        perAxis(fc.integer({ min: 2, max: rank === 3 ? 4 : 7 })),
      )
      .map(([batch, channels, spatial]) => [batch, channels, ...spatial]),
    kernelSize: perAxis(fc.integer({ min: 1, max: 3 })),
    stride: perAxis(fc.integer({ min: 1, max: 3 })),
    padding: perAxis(pair),
    dilation: perAxis(fc.integer({ min: 1, max: 2 })),
    ceilMode: fc.boolean(),
    seed: fc.nat(1e6),
  });
});

const maxima: readonly Pool[] = [(x, w) => maxPool1d(x, w), (x, w) => maxPool2d(x, w), (x, w) => maxPool3d(x, w)];
const minima: readonly Pool[] = [(x, w) => minPool1d(x, w), (x, w) => minPool2d(x, w), (x, w) => minPool3d(x, w)];
const averages: readonly Pool[] = [(x, w) => avgPool1d(x, w), (x, w) => avgPool2d(x, w), (x, w) => avgPool3d(x, w)];
const overTaps: readonly Pool[] = [
  (x, w) => avgPool1d(x, { ...w, countIncludePad: false }),
  (x, w) => avgPool2d(x, { ...w, countIncludePad: false }),
  (x, w) => avgPool3d(x, { ...w, countIncludePad: false }),
];
const norms: readonly Pool[] = [(x, w) => lpPool1d(x, 3, w), (x, w) => lpPool2d(x, 3, w), (x, w) => lpPool3d(x, 3, w)];
const located: readonly ((x: Tensor, window: Window) => PooledWithIndices)[] = [
  (x, w) => maxPool1d(x, { ...w, returnIndices: true }),
  (x, w) => maxPool2d(x, { ...w, returnIndices: true }),
  (x, w) => maxPool3d(x, { ...w, returnIndices: true }),
];
const every: { readonly [name: string]: readonly Pool[] } = {
  max: maxima,
  min: minima,
  avg: averages,
  'avg over valid taps': overTaps,
  lp: norms,
};

/** Numbers that are all different, so that nothing is near a tie: multiples of 1/16, exact in every sum here. */
function distinct(shape: readonly number[], seed: number, requiresGrad = false): Tensor {
  const count = shape.reduce((a, b) => a * b, 1);
  const order = generator(seed).permutation(count);
  const values = Float64Array.from(order, (at) => (at - Math.floor(count / 2)) / 16);
  return fromData(values, shape, { dtype: 'f64', requiresGrad });
}

/** Checks a law on windows that fit their input. */
function holds(law: (sample: Sample) => void, numRuns = 60): void {
  fc.assert(
    fc.property(samples, (sample) => {
      try {
        maxima[sample.rank - 1](ones(sample.shape), sample);
      } catch (error) {
        if (!isCenoteError(error)) throw error;
        fc.pre(false);
      }
      law(sample);
    }),
    { numRuns },
  );
}

const numbers = (x: Tensor) => [...x.dataSync()].map(Number);
const total = (x: Tensor) => x.sum().itemSync();

function expectNumbersClose(actual: Tensor, expected: Tensor): void {
  expect(actual.shape).toEqual(expected.shape);
  const goal = numbers(expected);
  for (const [i, value] of numbers(actual).entries()) expect(Math.abs(value - goal[i])).toBeLessThan(1e-12);
}

function toLast(x: Tensor): Tensor {
  return permute(x, [0, ...Array.from({ length: x.rank - 2 }, (_, i) => i + 2), 1]);
}

describe.each(Object.entries(every))('%s pooling', (_, pools) => {
  it('is the same with channels last, forward and backward', () => {
    holds(({ rank, shape, seed, ...window }) => {
      const pool = pools[rank - 1];
      const first = distinct(shape, seed, true);
      const last = distinct(shape, seed, true);
      const y = pool(first, window);
      const z = pool(toLast(last), { ...window, dataFormat: 'channelsLast' });
      expect(numbers(z)).toEqual(numbers(toLast(y)));
      const dy = distinct(y.shape, seed + 1);
      y.backward(dy);
      z.backward(toLast(dy).clone());
      if (!first.grad || !last.grad) throw new Error('no gradient');
      expectNumbersClose(last.grad, first.grad);
    });
  });

  it('in 1d and 2d is the same in 3d with unit axes', () => {
    holds(({ rank, shape, seed, ...window }) => {
      const x = distinct(shape, seed);
      const y = pools[rank - 1](x, window);
      const missing = 3 - rank;
      const unit = <T>(value: T, rest: readonly T[]) => [...new Array<T>(missing).fill(value), ...rest];
      const z = pools[2](reshape(x, [shape[0], shape[1], ...unit(1, shape.slice(2))]), {
        ...window,
        kernelSize: unit(1, window.kernelSize),
        stride: unit(1, window.stride),
        padding: unit<readonly [number, number]>([0, 0], window.padding),
        dilation: unit(1, window.dilation),
      });
      expect(z.shape.slice(2 + missing)).toEqual(y.shape.slice(2));
      expect(numbers(z)).toEqual(numbers(y));
    });
  });

  it('pools each item and channel by itself, with a batch or without', () => {
    holds(({ rank, shape, seed, ...window }) => {
      const x = distinct(shape, seed);
      const y = pools[rank - 1](x, window);
      const item = slice(x, [shape[0] - 1]);
      expect(numbers(pools[rank - 1](item, window))).toEqual(numbers(slice(y, [shape[0] - 1])));
      const plane = slice(item, [0]);
      expect(numbers(pools[rank - 1](plane, window))).toEqual(numbers(slice(y, [shape[0] - 1, 0])));
    });
  });

  it('moves by one output when its input moves by a stride', () => {
    holds(({ rank, shape, seed, ...drawn }) => {
      const window = { ...drawn, padding: drawn.padding.map(() => [0, 0] as const), ceilMode: false };
      const { kernelSize, dilation, stride } = window;
      fc.pre(shape.slice(2).every((size, axis) => size > dilation[axis] * (kernelSize[axis] - 1)));
      const step = stride[rank - 1];
      const x = distinct(shape.with(-1, shape[rank + 1] + step), seed);
      const rest = <T>(range: T) => [...new Array<null>(rank + 1).fill(null), range];
      const y = pools[rank - 1](x, window);
      const moved = pools[rank - 1](slice(x, rest([step, shape[rank + 1] + step] as const)), window);
      expect(numbers(moved)).toEqual(numbers(slice(y, rest([1, y.shape[rank + 1]] as const))));
    });
  });

  it('of no items is no items', () => {
    holds(({ rank, shape, seed, ...window }) => {
      const y = pools[rank - 1](distinct(shape, seed), window);
      const none = pools[rank - 1](full([0, ...shape.slice(1)], 0), window);
      expect(none.shape).toEqual([0, ...y.shape.slice(1)]);
    }, 20);
  });
});

describe('maxima and minima', () => {
  it('of a shifted input are shifted', () => {
    holds(({ rank, shape, seed, ...window }) => {
      const x = distinct(shape, seed);
      for (const pools of [maxima, minima]) {
        const expected = numbers(pools[rank - 1](x, window).add(3.5));
        expect(numbers(pools[rank - 1](x.add(3.5), window))).toEqual(expected);
      }
    });
  });

  it('are each other, negated', () => {
    holds(({ rank, shape, seed, ...window }) => {
      const x = distinct(shape, seed);
      expect(numbers(minima[rank - 1](x, window))).toEqual(numbers(maxima[rank - 1](x.neg(), window).neg()));
    });
  });

  it('pass on all of the gradient: Σdx = Σdy', () => {
    holds(({ rank, shape, seed, ...window }) => {
      const x = distinct(shape, seed, true);
      const y = maxima[rank - 1](x, window);
      const dy = distinct(y.shape, seed + 1);
      y.backward(dy);
      if (!x.grad) throw new Error('no gradient');
      expect(total(x.grad)).toBe(total(dy));
    });
  });

  it('come back to their places by unpooling', () => {
    const unpools = [maxUnpool1d, maxUnpool2d, maxUnpool3d].map(
      (unpool) =>
        (pooled: PooledWithIndices, options: { kernelSize: readonly number[]; outputSize: readonly number[] }) =>
          unpool(pooled.output, pooled.indices, options),
    );
    holds(({ rank, shape, seed, kernelSize }) => {
      const spatial = shape.slice(2);
      fc.pre(kernelSize.every((kernel, axis) => kernel <= spatial[axis]));
      const x = distinct(shape, seed);
      const plain = { kernelSize, stride: kernelSize, padding: spatial.map(() => [0, 0] as const) };
      const window = { ...plain, dilation: spatial.map(() => 1), ceilMode: false };
      const pooled = located[rank - 1](x, window);
      const y = unpools[rank - 1](pooled, { kernelSize, outputSize: shape });
      const places = numbers(y);
      const kept = new Set(numbers(pooled.output));
      // Every maximum is where it was, and there are zeros elsewhere.
      expect(places).toEqual(numbers(x).map((value) => (kept.has(value) ? value : 0)));
    });
  });
});

describe('averages', () => {
  it('over valid taps pass on all of the gradient: Σdx = Σdy', () => {
    holds(({ rank, shape, seed, ...window }) => {
      const x = distinct(shape, seed, true);
      const y = overTaps[rank - 1](x, window);
      const dy = distinct(y.shape, seed + 1);
      y.backward(dy);
      if (!x.grad) throw new Error('no gradient');
      expect(Math.abs(total(x.grad) - total(dy))).toBeLessThan(1e-10);
    });
  });

  it('are depthwise convolutions with equal weights', () => {
    holds(({ rank, shape, seed, ...window }) => {
      fc.pre(!window.ceilMode);
      const taps = window.kernelSize.reduce((a, b) => a * b, 1);
      const x = distinct(shape, seed);
      const weight = full([shape[1], 1, ...window.kernelSize], 1 / taps, { dtype: 'f64' });
      const { stride, padding, dilation } = window;
      const options = { stride, padding, dilation, groups: shape[1] };
      const convs: readonly (() => Tensor)[] = [
        () => conv1d(x, weight, null, options),
        () => conv2d(x, weight, null, options),
        () => conv3d(x, weight, null, options),
      ];
      expectNumbersClose(averages[rank - 1](x, window), convs[rank - 1]());
    });
  });
});

describe('adaptive pooling', () => {
  it('to the size of the input is the identity', () => {
    const pools: readonly ((x: Tensor, size: readonly number[]) => readonly Tensor[])[] = [
      (x, size) => [adaptiveAvgPool1d(x, size), adaptiveMaxPool1d(x, size)],
      (x, size) => [adaptiveAvgPool2d(x, size), adaptiveMaxPool2d(x, size)],
      (x, size) => [adaptiveAvgPool3d(x, size), adaptiveMaxPool3d(x, size)],
    ];
    holds(({ rank, shape, seed }) => {
      const x = distinct(shape, seed);
      for (const y of pools[rank - 1](x, shape.slice(2))) expect(numbers(y)).toEqual(numbers(x));
    });
  });
});

describe('fractional pooling', () => {
  const shapes = fc.record({
    height: fc.integer({ min: 3, max: 9 }),
    width: fc.integer({ min: 3, max: 9 }),
    kernel: fc.integer({ min: 1, max: 3 }),
    seed: fc.nat(1e6),
  });

  it('takes every output from its input, and is the same with channels last and for one plane in depth', () => {
    fc.assert(
      fc.property(shapes, ({ height, width, kernel, seed }) => {
        const x = distinct([2, 3, height, width], seed, true);
        const outputSize = [Math.ceil((height - kernel + 1) / 2), Math.ceil((width - kernel + 1) / 2)];
        const randomSamples = rand([2, 3, 2], { dtype: 'f64', generator: generator(seed) });
        const options = { outputSize, randomSamples, returnIndices: true } as const;
        const { output, indices } = fractionalMaxPool2d(x, kernel, options);
        expect(output.shape).toEqual([2, 3, ...outputSize]);
        const values = numbers(x);
        const plane = height * width;
        const at = numbers(indices).map((position, i) => {
          return values[Math.floor(i / (outputSize[0] * outputSize[1])) * plane + position];
        });
        expect(at).toEqual(numbers(output));

        const last = fractionalMaxPool2d(toLast(x.detach()), kernel, { ...options, dataFormat: 'channelsLast' });
        expect(numbers(last.output)).toEqual(numbers(toLast(output)));
        expect(numbers(last.indices)).toEqual(numbers(toLast(indices)));

        // In depth, height and width come in another order.
        const [w, h] = [slice(randomSamples, [null, null, [0, 1]]), slice(randomSamples, [null, null, [1, 2]])];
        const columns = [w, h, w].map((column) => numbers(column));
        const samples3 = columns[0].flatMap((_, i) => [columns[0][i], columns[1][i], columns[2][i]]);
        const deep = fractionalMaxPool3d(reshape(x, [2, 3, 1, height, width]), [1, kernel, kernel], {
          outputSize: [1, ...outputSize],
          randomSamples: fromData(Float64Array.from(samples3), [2, 3, 3]),
        });
        expect(numbers(deep)).toEqual(numbers(output));

        const dy = distinct(output.shape, seed + 1);
        output.backward(dy);
        if (!x.grad) throw new Error('no gradient');
        expect(total(x.grad)).toBe(total(dy));
      }),
      { numRuns: 60 },
    );
  });
});

describe("D2L's exercises", () => {
  it('max(a, b) = relu(a − b) + b builds max pooling with windows of 2 × 2', () => {
    const larger = (a: Tensor, b: Tensor) => relu(sub(a, b)).add(b);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 4 }),
        fc.nat(1e6),
        (rows, columns, seed) => {
          const x = distinct([1, 2, 2 * rows, 2 * columns], seed);
          const corner = (row: number, column: number) =>
            slice(x, [null, null, [row, 2 * rows, 2], [column, 2 * columns, 2]]);
          const built = larger(larger(corner(0, 0), corner(0, 1)), larger(corner(1, 0), corner(1, 1)));
          expect(numbers(built)).toEqual(numbers(maxPool2d(x, 2)));
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('gradients', () => {
  it.each(Object.entries(every))('of %s agree with finite differences away from ties', (_, pools) => {
    holds(({ rank, shape, seed, ...window }) => {
      // Away from 0 too, where norms have a corner.
      const x = distinct(shape, seed).add(0.011);
      const { largestError } = checkGradients((input) => pools[rank - 1](input, window), [x]);
      expect(largestError).toBeLessThan(1e-6);
    }, 12);
  });
});

describe('large windows', () => {
  it('have averages within 1e-6 of the exact ones', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 300 }), fc.nat(1e6), (h, w, seed) => {
        const x = rand([1, h, w], { generator: generator(seed) }).add(1000);
        const exact = numbers(x).reduce((a, b) => a + b, 0) / (h * w);
        expect(Math.abs(avgPool2d(x, [h, w]).itemSync() / exact - 1)).toBeLessThan(1e-6);
      }),
      { numRuns: 12 },
    );
  });

  it('the average of 1024 × 1024 times 1000.1 is 1000.1', () => {
    const x = full([1, 1, 1024, 1024], 1000.1);
    for (const y of [avgPool2d(x, 1024), adaptiveAvgPool2d(x, 1), avgPool2d(x, 1024, { countIncludePad: false })]) {
      expect(Math.abs(y.itemSync() / 1000.1 - 1)).toBeLessThan(1e-6);
    }
  });
});
