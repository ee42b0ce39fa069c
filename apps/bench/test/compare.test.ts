import picocolors from 'picocolors';
import { expect, it } from 'vitest';
import { compareResults, comparisonText } from '../src/compare.js';
import { measured, poolRow, resultOf } from './fixture.js';

const colors = picocolors.createColors(false);

/** A run in which the copy, Cenote and PyTorch took so long. */
function runOf(floor: number, ours: number, theirs: number, spread = 0.02) {
  return resultOf([
    poolRow([
      measured({ peer: 'floor' }, floor),
      measured({ peer: 'cenote' }, ours, spread),
      measured({ peer: 'pytorch' }, theirs),
    ]),
  ]);
}

it('finds what became slower, as a multiple of the copy', () => {
  const { changes, peers } = compareResults(runOf(1, 2, 4), runOf(1, 3, 4));
  expect(changes.map(({ verdict, factor }) => [verdict, factor])).toEqual([['slower', 1.5]]);
  expect(peers).toBe(1);
});

it('finds what became faster', () => {
  expect(compareResults(runOf(1, 3, 4), runOf(1, 2, 4)).changes[0].verdict).toBe('faster');
});

it('does not blame us for a slower machine', () => {
  expect(compareResults(runOf(1, 2, 4), runOf(2, 4, 8)).changes[0]).toMatchObject({ verdict: 'same', factor: 1 });
});

it('does not take noise for a change', () => {
  expect(compareResults(runOf(1, 2, 4, 0.5), runOf(1, 2.5, 4, 0.5)).changes[0].verdict).toBe('same');
  // Beyond doubt, and too little to matter.
  expect(compareResults(runOf(1, 2, 4, 0.001), runOf(1, 2.1, 4, 0.001)).changes[0].verdict).toBe('same');
});

it('notices a row that has no time any more, and leaves out rows that only one run has', () => {
  const after = resultOf([
    poolRow([{ peer: 'cenote', layout: 'channelsFirst', threads: 1, status: 'crashed', message: 'ended with code 1' }]),
    poolRow([measured({ peer: 'cenote' }, 1)], 'another row'),
  ]);
  const comparison = compareResults(runOf(1, 2, 4), after);
  expect(comparison.changes).toEqual([]);
  expect(comparison.lost.map(({ message }) => message)).toEqual(['crashed: ended with code 1']);
});

it('warns of runs that are hard to compare', () => {
  const other = runOf(1, 2, 4);
  const after = { ...other, machine: { ...other.machine, processor: 'another' } };
  expect(compareResults(runOf(1, 2, 4), after).warnings).toEqual([
    'another processor: A <fast> processor before, another now',
  ]);
});

it('says how well two runs agree on ratios of what takes over a millisecond', () => {
  const { ratios } = compareResults(runOf(2, 4, 8), runOf(2, 5, 8.5));
  expect(ratios.map(({ entry, to, apart }) => [entry.peer, to, apart.toFixed(3)])).toEqual([
    ['cenote', 'copy', '1.250'],
    ['pytorch', 'ours', '1.176'],
    ['pytorch', 'copy', '1.063'],
  ]);
  const text = comparisonText(compareResults(runOf(2, 4, 8), runOf(2, 5, 8.5)), colors);
  expect(text).toContain('Of 3 ratios of what takes over 1 ms, 1 agree within 15 %.');
  expect(text).toContain('Furthest apart, by 25 %: Cenote to the copy in max 2×2 s2 of [1,1,8,8]');
});

it('asks no agreement of what is shorter, or was called once', () => {
  expect(compareResults(runOf(0.2, 0.4, 0.8), runOf(0.2, 0.5, 0.8)).ratios).toEqual([]);
  const once = (time: number) =>
    resultOf([poolRow([measured({ peer: 'cenote' }, 2), measured({ peer: 'jax-js', cold: true }, time)])]);
  expect(compareResults(once(1000), once(2000)).ratios).toEqual([]);
});

it('is written in 80 columns', () => {
  const text = comparisonText(compareResults(runOf(1, 2, 4), runOf(1, 3, 4)), colors);
  expect(text).toContain('Slower');
  expect(text).toContain('1 slower, 0 faster, 0 the same. The peers take 1.00 times as long as before.');
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
});
