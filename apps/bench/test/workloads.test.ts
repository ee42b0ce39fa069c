import { shape } from 'cenote';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timedSuites } from '../src/result.js';
import { cases } from '../src/workloads/cases.js';
import { expectationOf, positionsIn, wrongness } from '../src/workloads/expected.js';
import { channelsLastIndex, poolInput, toChannelsLast, valueAt, values } from '../src/workloads/inputs.js';
import { plainPool } from '../src/workloads/plain-pool.js';
import { type PoolWorkload, plainWork, pooledShape, touchedBytes, windowsOf } from '../src/workloads/workload.js';

const pooling = fc
  .record({
    fn: fc.constantFrom('max' as const, 'avg' as const),
    axes: fc.array(
      fc
        .record({ size: fc.integer({ min: 1, max: 9 }), kernel: fc.integer({ min: 1, max: 5 }) })
        .chain(({ size, kernel }) =>
          fc.record({
            size: fc.constant(Math.max(size, kernel)),
            kernel: fc.constant(kernel),
            stride: fc.integer({ min: 1, max: 4 }),
            padding: fc.integer({ min: 0, max: Math.floor(kernel / 2) }),
          }),
        ),
      { minLength: 1, maxLength: 3 },
    ),
  })
  .map(
    ({ fn, axes }): PoolWorkload => ({
      kind: 'pool',
      fn,
      pass: 'forward',
      input: [2, 3, ...axes.map(({ size }) => size)],
      window: {
        kind: 'sliding',
        kernel: axes.map(({ kernel }) => kernel),
        stride: axes.map(({ stride }) => stride),
        padding: axes.map(({ padding }) => padding),
      },
    }),
  );

describe('inputs', () => {
  it('are the same from run to run, from −1 up to 1, and exact in f32', () => {
    const first = values(1, 4);
    expect([...first].map((value) => value * 2 ** 23)).toEqual([...first].map((value) => Math.round(value * 2 ** 23)));
    const many = values(2, 10_000);
    expect(Math.min(...many)).toBeGreaterThanOrEqual(-1);
    expect(Math.max(...many)).toBeLessThan(1);
    expect(Math.abs(many.reduce((sum, value) => sum + value) / many.length)).toBeLessThan(0.02);
    expect(valueAt(1, 0)).not.toBe(valueAt(2, 0));
  });

  it('move to the last axis', () => {
    const data = Float32Array.from({ length: 12 }, (_, index) => index);
    const last = toChannelsLast(data, [1, 3, 2, 2]);
    expect([...last]).toEqual([0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]);
    for (let index = 0; index < 12; index++) {
      expect(last[channelsLastIndex(index, [1, 3, 2, 2])]).toBe(index);
    }
  });
});

describe('the definition', () => {
  it('agrees with plain loops', () => {
    fc.assert(
      fc.property(pooling, (workload) => {
        const expectation = expectationOf(workload);
        const y = plainPool(workload)(poolInput(workload));
        expect(
          wrongness(
            expectation,
            expectation.positions.map((position) => y[position]),
          ),
        ).toBeNull();
      }),
      { numRuns: 60 },
    );
  });

  it('has the shapes of @cenote/shape', () => {
    fc.assert(
      fc.property(pooling, (workload) => {
        if (workload.window.kind !== 'sliding') return;
        const { kernel: kernelSize, stride, padding } = workload.window;
        const axes = workload.input.length - 2;
        if (axes !== 1 && axes !== 2 && axes !== 3) return;
        const { outputShape } = shape.resolvePool(
          { op: 'test', rank: axes, kernelSize, stride, padding },
          workload.input,
        );
        expect(pooledShape(workload)).toEqual([...outputShape]);
      }),
    );
  });

  it('has adaptive windows as in PyTorch', () => {
    const [axis] = windowsOf({
      kind: 'pool',
      fn: 'avg',
      pass: 'forward',
      input: [1, 1, 5],
      window: { kind: 'adaptive', output: [3] },
    });
    expect([[...axis.starts], [...axis.ends]]).toEqual([
      [0, 1, 3],
      [2, 4, 5],
    ]);
  });

  it('says what is wrong with an answer', () => {
    const expectation = { positions: [0, 7], values: [1, 2], tolerance: 0 };
    expect(wrongness(expectation, [1, 2])).toBeNull();
    expect(wrongness(expectation, [1, 3])).toBe('1 of 2 checked values are wrong: 3 instead of 2 at 7');
    expect(wrongness(expectation, [null, 2])).toContain('null instead of 1');
    expect(wrongness(expectation, [1])).toBe('gave 1 of 2 values');
  });

  it('looks at both ends of a result', () => {
    const positions = positionsIn(1_000_003);
    expect(positions[0]).toBe(0);
    expect(positions.at(-1)).toBe(1_000_002);
    expect(new Set(positions).size).toBeGreaterThan(2000);
    expect(positionsIn(3)).toEqual([0, 1, 2]);
  });
});

describe('cases', () => {
  it('have names of their own, and some for a quick run in every suite', () => {
    expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length);
    const quick = new Set(cases.filter((each) => each.quick).map(({ suite }) => suite));
    expect(quick).toEqual(new Set(timedSuites));
  });

  it('count bytes and work', () => {
    const workload: PoolWorkload = {
      kind: 'pool',
      fn: 'max',
      pass: 'forward',
      input: [1, 2, 4, 4],
      window: { kind: 'sliding', kernel: [2, 2], stride: [2, 2], padding: [0, 0] },
    };
    expect(touchedBytes(workload)).toBe(4 * (32 + 8));
    expect(plainWork(workload)).toBe(32);
  });
});
