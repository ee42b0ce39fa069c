import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { median, ratioOf, timingOf } from '../src/statistics.js';

describe('timingOf', () => {
  it('sums up all rounds', () => {
    const time = timingOf([
      [4, 1],
      [3, 2, 5],
    ]);
    expect(time).toEqual({
      median: 3,
      lower: 2,
      upper: 4,
      fastest: 1,
      samples: 5,
      rounds: [2.5, 3],
      drift: 3 / 2.5 - 1,
    });
  });

  it('sees a machine that becomes slower, and does not count the middle round', () => {
    expect(timingOf([[10], [10], [99], [15], [15]]).drift).toBeCloseTo(0.5);
    expect(timingOf([[10]]).drift).toBe(0);
  });

  it('keeps its numbers in order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.double({ min: 1, max: 1e9, noNaN: true }), { minLength: 1 }), { minLength: 1 }),
        (rounds) => {
          const { fastest, lower, median: middle, upper, samples } = timingOf(rounds);
          expect(samples).toBe(rounds.flat().length);
          expect(fastest).toBeLessThanOrEqual(lower);
          expect(lower).toBeLessThanOrEqual(middle);
          expect(middle).toBeLessThanOrEqual(upper);
        },
      ),
    );
  });
});

describe('ratioOf', () => {
  it('compares round by round, so that a slow minute of the machine cancels out', () => {
    const ours = timingOf([[20], [60], [20]]);
    const theirs = timingOf([[10], [30], [11]]);
    expect(ratioOf(ours, theirs)).toBe(2);
  });

  it('compares the rounds that both were in', () => {
    expect(ratioOf(timingOf([[8]]), timingOf([[2], [4], [6]]))).toBe(4);
    expect(ratioOf(timingOf([[2], [4], [6]]), timingOf([[8], [8]]))).toBe((0.25 + 0.5) / 2);
  });
});

it('median leaves its argument as it is', () => {
  const values = [3, 1, 2];
  expect(median(values)).toBe(2);
  expect(values).toEqual([3, 1, 2]);
});
