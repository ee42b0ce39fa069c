import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { benchmarkResults } from '../src/benchmarks/benchmark-page.js';
import { fastestTimes, peerTitles, type Snapshot, type SnapshotRow, section } from '../src/benchmarks/snapshot.js';
import { windowPlot } from '../src/benchmarks/window-plot.js';
import { readJson } from '../src/reference/read-json.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const snapshot = readJson<Snapshot>(join(root, 'apps/bench/results/snapshot.json'));

function row(
  windowSize: number,
  entries: readonly (readonly [peer: string, threads: number, median: number])[],
): SnapshotRow {
  return {
    id: 'a row',
    title: 'max',
    suite: 'window',
    windowSize,
    entries: entries.map(([peer, threads, median]) => ({ peer, threads, status: 'measured', time: { median } })),
  };
}

test('of each peer the fastest layout counts, with as many threads; a copy always', () => {
  const times = fastestTimes(
    row(3, [
      ['floor', 1, 5],
      ['cenote', 1, 20],
      ['cenote', 1, 10],
      ['cenote', 2, 1],
      ['pytorch', 2, 3],
    ]),
    2,
  );
  expect(times).toEqual([
    { peer: 'cenote', median: 1 },
    { peer: 'pytorch', median: 3 },
    { peer: 'floor', median: 5 },
  ]);
});

test('every peer of the committed run has a name', () => {
  const measured = snapshot.rows.flatMap(({ entries }) => entries.filter(({ time }) => time !== undefined));
  expect(measured.filter(({ peer }) => peerTitles[peer] === undefined)).toEqual([]);
});

test('sections are found, and missing ones are an error', () => {
  expect(section('# A\n\n## B\n\ntext\n\n## C\n', 'B')).toBe('text');
  expect(section('## C\n\nlast\n', 'C')).toBe('last');
  expect(() => section('# A', 'B')).toThrow('no section "B"');
});

test('lines go through their points', () => {
  const svg = windowPlot([row(3, [['cenote', 1, 1e6]]), row(30, [['cenote', 1, 1e7]])], 'plot', 'window');
  // Decades from 1 ms to 10 ms: the line goes from one corner of the frame to the other.
  expect(svg).toContain('<polyline class="line cenote" points="64,330 560,16"/>');
});

describe.each(['en', 'zh'] as const)('the page in %s', (locale) => {
  const page = benchmarkResults(root, locale);

  test('says first where we lose, in the words of the benchmarks', () => {
    expect(/^## .*\{#(\w+)\}$/m.exec(page)?.[1]).toBe('losses');
    const written = readFileSync(join(root, 'apps/bench/results/README.md'), 'utf8');
    const losses = section(written, 'Where we lose').split('\n').slice(2);
    for (const line of losses) expect(page).toContain(line);
  });

  test('shows every row that was timed', () => {
    for (const { title, suite } of snapshot.rows) {
      if (suite === 'window') continue;
      expect(page).toContain(`<caption>${title}, `);
    }
  });
});
