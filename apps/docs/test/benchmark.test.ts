import { cpu, fromData, type Tensor } from 'cenote';
import { describe, expect, test } from 'vitest';
import { entryOf, plainAnswer } from '../src/figures/benchmark/contend.js';
import { digits, median, medianTime, timeText } from '../src/figures/benchmark/measure.js';
import { largestDifference } from '../src/figures/benchmark/plain-loops.js';
import { contenders, nothingMeasured, reported, taking, timeKey } from '../src/figures/benchmark/protocol.js';
import { benchInput, benchRows, elementCounts, pooled } from '../src/figures/benchmark/rows.js';

describe('rows', () => {
  test.each(benchRows)('the plain loops and the library agree: $title', (bench) => {
    const x: Tensor = fromData(benchInput(bench), bench.shape);
    const y = pooled(bench, x);
    expect(y.size).toBe(elementCounts(bench).output);
    // Sums of up to 49 terms, in another order.
    expect(largestDifference(y.dataSync('f32'), plainAnswer(bench))).toBeLessThan(1e-6);
  });

  test.each(contenders.filter((name) => name !== 'threads' && name !== 'webgpu'))(
    '%s gives the answer',
    async (name) => {
      const [bench] = benchRows;
      const entry = entryOf(name, bench, { cpu: cpu({ shared: false }), threads: null, threadCount: 1, webgpu: null });
      entry?.call();
      expect(largestDifference((await entry?.answer()) ?? new Float32Array(), plainAnswer(bench))).toBe(0);
      entry?.dispose();
    },
  );

  test('what there is not takes no part', () => {
    const devices = { cpu: cpu({ shared: false }), threads: null, threadCount: 1, webgpu: null };
    expect(entryOf('webgpu', benchRows[0], devices)).toBeNull();
    expect(taking(nothingMeasured)).toEqual(['copy', 'plain', 'cenote']);
    expect(taking({ ...nothingMeasured, threads: 4, webgpu: 'webgpu' })).toEqual(contenders);
  });
});

test('an answer of another size, or with NaN, differs', () => {
  expect(largestDifference(Float32Array.of(1), Float32Array.of(1, 2))).toBe(Number.POSITIVE_INFINITY);
  expect(largestDifference(Float32Array.of(Number.NaN), Float32Array.of(1))).toBe(Number.POSITIVE_INFINITY);
  expect(largestDifference(Float32Array.of(4, 2), Float32Array.of(4, 1))).toBe(0.5);
});

describe('medianTime', () => {
  /** A clock that the work moves. */
  function work(milliseconds: number) {
    let time = 0;
    let calls = 0;
    const timed = {
      call() {
        time += milliseconds;
        calls++;
      },
    };
    return { timed, now: () => time, calls: () => calls };
  }

  test('is the time of one call', async () => {
    const { timed, now, calls } = work(0.25);
    expect(await medianTime(timed, { roundMilliseconds: 10, rounds: 5, now })).toBeCloseTo(250_000, 6);
    expect(calls()).toBeGreaterThan(5 * 40);
  });

  test('takes one call for a round when that is enough', async () => {
    const { timed, now, calls } = work(50);
    await medianTime(timed, { roundMilliseconds: 10, rounds: 3, now });
    expect(calls()).toBe(3);
  });

  test('counts what is waited for', async () => {
    const { timed, now } = work(1);
    const waiting = { call() {}, finish: async () => timed.call() };
    expect(await medianTime(waiting, { roundMilliseconds: 0.5, rounds: 3, now })).toBeCloseTo(1e6, 6);
  });

  test('medians', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
  });
});

test('times are written with three digits', () => {
  expect([5.678, 56.78, 567.8].map(digits)).toEqual(['5.68', '56.8', '568']);
  expect([950, 1520, 2.5e6, 3e9].map(timeText)).toEqual(['950 ns', '1.52 µs', '2.50 ms', '3.00 s']);
});

test('reports add up', () => {
  let measurement = reported(nothingMeasured, { kind: 'ready', threads: 2, isolated: true, webgpu: null });
  measurement = reported(measurement, { kind: 'measured', row: 'max2', contender: 'copy', nanoseconds: 10 });
  measurement = reported(measurement, { kind: 'wrong', row: 'max2', contender: 'plain', difference: 1 });
  expect([...measurement.times]).toEqual([
    [timeKey('max2', 'copy'), 10],
    [timeKey('max2', 'plain'), null],
  ]);
  expect(reported(measurement, { kind: 'done' }).state).toBe('done');
  expect(reported(measurement, { kind: 'failed', message: 'no' })).toMatchObject({ state: 'failed', message: 'no' });
});
