import { dtypes, type IndexKind, type PoolFn } from '@cenote/backend';
import {
  type DataFormat,
  elementCount,
  resolvePool,
  type Shape,
  type SpatialRank,
  type WindowGeometry,
} from '@cenote/shape';
import { describe, expect, it } from 'vitest';
import {
  evaluate,
  hasKernel,
  moved,
  numbersOf,
  type Operand,
  operand,
  randomNumbers,
  randomValues,
  toNumbers,
} from './harness.js';
import { type RandomPool, randomPool } from './random-window.js';

const nan = Number.NaN;
const extremes: PoolFn[] = [{ fn: 'max' }, { fn: 'min' }];
const averages: PoolFn[] = [
  { fn: 'avg', divisor: 'taps' },
  { fn: 'avg', divisor: 'window' },
  { fn: 'avg', divisor: 3 },
];

function pool(fn: PoolFn, geometry: WindowGeometry, x: Operand): number[] {
  const result = { dtype: x.dtype, shape: geometry.outputShape };
  return numbersOf({ kind: 'pool', pool: fn, geometry, indices: 'none' }, [x], result);
}

function indicesOf(fn: PoolFn, geometry: WindowGeometry, indices: 'plane' | 'window', x: Operand): Operand {
  const dtype = indices === 'plane' ? 'i32' : 'u8';
  const shape = geometry.outputShape;
  const [, values] = evaluate(
    { kind: 'pool', pool: fn, geometry, indices },
    [x],
    [
      { dtype: x.dtype, shape },
      { dtype, shape },
    ],
  );
  return operand(dtype, values, shape);
}

function poolGrad(
  fn: PoolFn,
  geometry: WindowGeometry,
  inputs: readonly Operand[],
  indices: IndexKind = 'none',
): number[] {
  const result = { dtype: inputs[0].dtype, shape: geometry.inputShape };
  return numbersOf({ kind: 'poolGrad', pool: fn, geometry, indices }, inputs, result);
}

describe('the gradient of max', () => {
  it('goes to what was chosen, and adds up where windows overlap', () => {
    const geometry = resolvePool({ op: 'maxPool1d', rank: 1, kernelSize: 2, stride: 1 }, [4]);
    const x = operand('f32', [1, 7, 3, 3]);
    const dy = operand('f32', [10, 20, 30]);
    for (const kind of ['plane', 'window'] as const) {
      const indices = indicesOf({ fn: 'max' }, geometry, kind, x);
      expect(poolGrad({ fn: 'max' }, geometry, [dy, indices], kind)).toEqual([0, 30, 30, 0]);
    }
    const lowest = indicesOf({ fn: 'min' }, geometry, 'plane', x);
    expect(poolGrad({ fn: 'min' }, geometry, [dy, lowest], 'plane')).toEqual([10, 0, 50, 0]);
  });

  it('accumulates in f64', () => {
    const geometry = resolvePool({ op: 'maxPool1d', rank: 1, kernelSize: 3, stride: 1 }, [5]);
    const indices = operand('i32', [2, 2, 2]);
    expect(poolGrad({ fn: 'max' }, geometry, [operand('f32', [2 ** 30, 1, -(2 ** 30)]), indices], 'plane')).toEqual([
      0, 0, 1, 0, 0,
    ]);
  });

  it('takes integers, which wrap around', () => {
    const geometry = resolvePool({ op: 'maxPool1d', rank: 1, kernelSize: 2, stride: 1 }, [3]);
    const indices = operand('u8', [1, 0]);
    expect(poolGrad({ fn: 'max' }, geometry, [operand('u8', [200, 100]), indices], 'window')).toEqual([0, 44, 0]);
    expect(poolGrad({ fn: 'max' }, geometry, [operand('i64', [2n, 3n]), indices], 'window')).toEqual([0, 5, 0]);
  });
});

describe('the gradient of avg', () => {
  it('is shared out with the divisor of the forward pass', () => {
    const geometry = resolvePool({ op: 'avgPool1d', rank: 1, kernelSize: 3, stride: 2, padding: 1 }, [3]);
    const dy = operand('f32', [6, 12]);
    expect(poolGrad({ fn: 'avg', divisor: 'taps' }, geometry, [dy])).toEqual([3, 9, 6]);
    expect(poolGrad({ fn: 'avg', divisor: 'window' }, geometry, [dy])).toEqual([2, 6, 4]);
    expect(poolGrad({ fn: 'avg', divisor: 2 }, geometry, [dy])).toEqual([3, 9, 6]);
  });

  it('is 0 where no window looks', () => {
    const geometry = resolvePool({ op: 'avgPool1d', rank: 1, kernelSize: 1, stride: 2 }, [4]);
    expect(poolGrad({ fn: 'avg', divisor: 'taps' }, geometry, [operand('f32', [5, 6])])).toEqual([5, 0, 6, 0]);
  });
});

describe('the gradient of lp', () => {
  const geometry = resolvePool({ op: 'lpPool1d', rank: 1, kernelSize: 2 }, [2]);
  const lpGrad = (p: number, x: number[], y: number, dy = 1) =>
    poolGrad({ fn: 'lp', p }, geometry, [operand('f64', [dy]), operand('f64', x), operand('f64', [y])]);

  it('is sign(x) · (|x| / y)^(p − 1)', () => {
    expect(lpGrad(2, [3, -4], 5, 10)).toEqual([6, -8]);
    expect(lpGrad(1, [3, -4], 7)).toEqual([1, -1]);
    expect(lpGrad(3, [1, -2], 2)).toEqual([0.25, -1]);
  });

  it('is 0 where y is 0, and where x is', () => {
    expect(lpGrad(2, [0, 0], 0)).toEqual([0, 0]);
    expect(lpGrad(2, [0, 0], 0, nan)).toEqual([0, 0]);
    expect(lpGrad(1, [0, 4], 4)).toEqual([0, 1]);
    expect(lpGrad(0.5, [0, 4], 4)).toEqual([0, 1]);
  });

  it('does not overflow or vanish on the way', () => {
    expect(lpGrad(3, [1e300, 1e300], 1e300)).toEqual([1, 1]);
    expect(lpGrad(3, [1e-300, -1e-300], 1e-300)).toEqual([1, -1]);
  });
});

describe('which dtypes have which gradient', () => {
  it.each(dtypes)('%s', (dtype) => {
    const geometry = resolvePool({ op: 'maxPool1d', rank: 1, kernelSize: 2 }, [2]);
    const has = (fn: PoolFn, indices: IndexKind) => {
      const inputs = [
        { dtype, shape: [1] },
        { dtype: 'i32', shape: [1] },
        { dtype, shape: [1] },
      ] as const;
      return hasKernel({ kind: 'poolGrad', pool: fn, geometry, indices }, inputs, [{ dtype, shape: [2] }]);
    };
    const float = dtype === 'f32' || dtype === 'f64';
    expect(has({ fn: 'max' }, 'plane')).toBe(dtype !== 'bool');
    expect(has({ fn: 'max' }, 'none')).toBe(false);
    expect(has({ fn: 'avg', divisor: 'taps' }, 'none')).toBe(float);
    expect(has({ fn: 'lp', p: 2 }, 'none')).toBe(float);
  });
});

describe('gradients on random windows', () => {
  const random = randomNumbers(14);
  const specs: RandomPool[] = [];
  for (let round = 0; round < 20; round++) {
    for (const rank of [1, 2, 3] as SpatialRank[]) {
      for (const dataFormat of ['channelsFirst', 'channelsLast'] as DataFormat[]) {
        for (const leading of ['none', 'channels', 'batch'] as const) {
          specs.push(randomPool(rank, dataFormat, leading, random));
        }
      }
    }
  }
  const floats = (shape: Shape) => operand('f64', randomValues('f64', elementCount(shape), random), shape);

  it('of averages are the transpose: ⟨avg(x), dy⟩ = ⟨x, dx⟩', () => {
    for (const { geometry } of specs) {
      const x = floats(geometry.inputShape);
      const dy = floats(geometry.outputShape);
      for (const fn of averages) {
        const dx = poolGrad(fn, geometry, [moved(dy, random)]);
        expect(dot(dx, x)).toBeCloseTo(dot(pool(fn, geometry, x), dy), 10);
      }
    }
  });

  it('of extremes are the transpose of a choice, by either index', () => {
    for (const { geometry } of specs) {
      const x = floats(geometry.inputShape);
      const dy = floats(geometry.outputShape);
      for (const fn of extremes) {
        const [byPlane, byTap] = (['plane', 'window'] as const).map((kind) =>
          poolGrad(fn, geometry, [moved(dy, random), moved(indicesOf(fn, geometry, kind, x), random)], kind),
        );
        expect(byTap).toEqual(byPlane);
        expect(dot(byPlane, x)).toBeCloseTo(dot(pool(fn, geometry, x), dy), 10);
        // Everything arrives somewhere.
        expect(total(byPlane)).toBeCloseTo(total(dy.values), 10);
      }
    }
  });

  it('of lp agree with differences', () => {
    for (const { geometry } of specs.slice(0, 90)) {
      for (const p of [1.5, 2, 3]) {
        const fn: PoolFn = { fn: 'lp', p };
        const x = floats(geometry.inputShape);
        const dy = floats(geometry.outputShape);
        const y = operand('f64', pool(fn, geometry, x), geometry.outputShape);
        const dx = poolGrad(fn, geometry, [dy, moved(x, random), y]);
        // Along a random direction, at a distance at which f64 differences are good to about 1e-9.
        const direction = floats(geometry.inputShape);
        const step = 1e-5;
        const at = (t: number) => dot(pool(fn, geometry, shifted(x, direction, t)), dy);
        const difference = (at(step) - at(-step)) / (2 * step);
        expect(Math.abs(dot(dx, direction) - difference)).toBeLessThan(1e-3 * (1 + Math.abs(difference)));
      }
    }
  });
});

function dot(a: readonly number[], b: Operand): number {
  return a.reduce((sum, value, i) => sum + value * Number(b.values[i]), 0);
}

function total(values: Iterable<number | bigint>): number {
  let sum = 0;
  for (const value of values) sum += Number(value);
  return sum;
}

function shifted(x: Operand, direction: Operand, t: number): Operand {
  return operand(
    'f64',
    toNumbers(x.values).map((value, i) => value + t * Number(direction.values[i])),
    x.shape,
  );
}
