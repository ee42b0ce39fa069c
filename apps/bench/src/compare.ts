import { digits, duration } from './format.js';
import { layoutTitles, peers } from './peers.js';
import type { Colors } from './progress.js';
import { floorOf, measuredOf, oursFor } from './report/ratios.js';
import { table } from './report/text.js';
import type { Measured, Result, Row } from './result.js';
import { median, ratioOf } from './statistics.js';

/** Cenote's time for a row in two runs. */
export interface Change {
  readonly row: Row;
  readonly before: Measured;
  readonly after: Measured;
  /** How many times as long it takes now, in multiples of the copy where there is one. */
  readonly factor: number;
  readonly verdict: 'slower' | 'faster' | 'same';
}

/** A ratio that two runs have both found: to the copy of the same bytes, or to Cenote's time. */
export interface Ratio {
  readonly row: Row;
  readonly entry: Measured;
  readonly to: 'copy' | 'ours';
  /** How many times as large it is now; at least 1 where it is the other way round, too. */
  readonly apart: number;
}

/** What became of Cenote between two runs. */
export interface Comparison {
  readonly changes: readonly Change[];
  /** Rows that had a time and have none any more, with what is said instead. */
  readonly lost: readonly { readonly row: Row; readonly message: string }[];
  /** The factor of the peers, in the middle: what changed without us. Null without peers. */
  readonly peers: number | null;
  /** All ratios of calls over a millisecond, those furthest apart first. */
  readonly ratios: readonly Ratio[];
  /** What makes the two runs hard to compare. */
  readonly warnings: readonly string[];
}

/** Less than this is not looked at: machines differ by as much from one minute to the next. */
const smallest = 0.1;

/**
 * Compares Cenote's times in two runs. A change counts when it is more than a tenth and the middle halves of the samples
 * do not touch, both as multiples of the copy where the row has one: a slower machine is no regression.
 */
export function compareResults(before: Result, after: Result): Comparison {
  const changes: Change[] = [];
  const lost: { row: Row; message: string }[] = [];
  const peerFactors: number[] = [];
  for (const row of before.rows) {
    const other = after.rows.find(({ id }) => id === row.id);
    if (other === undefined) continue;
    for (const old of measuredOf(row)) {
      if (old.peer === 'floor') continue;
      const now = other.entries.find(
        ({ peer, layout, threads }) => peer === old.peer && layout === old.layout && threads === old.threads,
      );
      if (now === undefined) continue;
      if (now.status !== 'measured') {
        if (old.peer === 'cenote') lost.push({ row, message: `${now.status}: ${now.message}` });
        continue;
      }
      const change = changeOf(row, old, now, unitOf(row), unitOf(other));
      if (old.peer === 'cenote') changes.push(change);
      else peerFactors.push(change.factor);
    }
  }
  return {
    changes: changes.sort((a, b) => b.factor - a.factor),
    lost,
    peers: peerFactors.length === 0 ? null : median(peerFactors),
    ratios: ratiosOf(before, after),
    warnings: warningsOf(before, after),
  };
}

/** Nanoseconds: what takes longer is to have the same ratios every time. */
const steady = 1e6;

/** Two runs agree on a ratio that differs by no more than this. */
const agreed = 1.15;

function ratiosOf(before: Result, after: Result): Ratio[] {
  const ratios = before.rows.flatMap((row) => {
    const other = after.rows.find(({ id }) => id === row.id);
    if (other === undefined) return [];
    return measuredOf(row).flatMap((entry): Ratio[] => {
      const now = measuredOf(other).find(
        ({ peer, layout, threads }) => peer === entry.peer && layout === entry.layout && threads === entry.threads,
      );
      // A single call says nothing of how well others would agree.
      if (now === undefined || entry.peer === 'floor' || entry.cold || now.cold) return [];
      if (Math.min(entry.time.median, now.time.median) < steady) return [];
      const references = [
        ['copy', floorOf(row), floorOf(other)],
        ['ours', entry.peer === 'cenote' ? null : oursFor(entry, row), oursFor(now, other)],
      ] as const;
      return references.flatMap(([to, old, recent]): Ratio[] => {
        if (old === null || recent === null) return [];
        const change = ratioOf(now.time, recent.time) / ratioOf(entry.time, old.time);
        return [{ row, entry, to, apart: Math.max(change, 1 / change) }];
      });
    });
  });
  return ratios.sort((a, b) => b.apart - a.apart);
}

/** How well two runs agree, in a line or two. */
function agreementText(ratios: readonly Ratio[]): string[] {
  if (ratios.length === 0) return [];
  const close = ratios.filter(({ apart }) => apart <= agreed).length;
  const [{ row, entry, to, apart }] = ratios;
  const percent = (factor: number) => `${((factor - 1) * 100).toFixed(0)} %`;
  return [
    `Of ${ratios.length} ratios of what takes over 1 ms, ${close} agree within ${percent(agreed)}.\n` +
      `Furthest apart, by ${percent(apart)}: ${peers[entry.peer].title} to ${to === 'copy' ? 'the copy' : 'ours'} in ${row.title}`,
  ];
}

/** What a row is counted in: its copy, or nanoseconds. */
function unitOf(row: Row): number {
  return floorOf(row)?.time.median ?? 1;
}

function changeOf(row: Row, before: Measured, after: Measured, unitBefore: number, unitAfter: number): Change {
  const scale = unitBefore / unitAfter;
  const factor = (after.time.median / before.time.median) * scale;
  const slower = after.time.lower * scale > before.time.upper && factor > 1 + smallest;
  const faster = after.time.upper * scale < before.time.lower && factor < 1 / (1 + smallest);
  return { row, before, after, factor, verdict: slower ? 'slower' : faster ? 'faster' : 'same' };
}

function warningsOf(before: Result, after: Result): string[] {
  const warnings: string[] = [];
  const differing = (['processor', 'processors', 'node'] as const).filter(
    (fact) => before.machine[fact] !== after.machine[fact],
  );
  for (const fact of differing) {
    warnings.push(`another ${fact}: ${before.machine[fact]} before, ${after.machine[fact]} now`);
  }
  if (before.settings.quick !== after.settings.quick) warnings.push('one run was quick, the other was not');
  return warnings;
}

/** A comparison for a terminal of 80 columns. */
export function comparisonText({ changes, lost, peers: others, ratios, warnings }: Comparison, colors: Colors): string {
  const count = (verdict: Change['verdict']) => changes.filter((change) => change.verdict === verdict).length;
  const part = (verdict: 'slower' | 'faster') => {
    const found = changes.filter((change) => change.verdict === verdict);
    if (verdict === 'faster') found.reverse();
    if (found.length === 0) return [];
    const lines = found.map(({ row, before, after, factor }) => [
      row.title.length > 40 ? `${row.title.slice(0, 39)}…` : row.title,
      row.bytes === null ? '' : layoutTitles[before.layout],
      String(before.threads),
      duration(before.time.median),
      duration(after.time.median),
      digits(factor),
    ]);
    const title = verdict === 'slower' ? colors.yellow(colors.bold('Slower')) : colors.bold('Faster');
    return [`${title}\n${table(['', '', 'thr', 'before', 'now', '×'], lines, colors)}`];
  };
  return [
    ...warnings.map((warning) => colors.yellow(`Beware: ${warning}`)),
    ...lost.map(({ row, message }) => colors.yellow(`No time any more for ${row.title}: ${message}`)),
    ...part('slower'),
    ...part('faster'),
    `${count('slower')} slower, ${count('faster')} faster, ${count('same')} the same.` +
      (others === null ? '' : ` The peers take ${digits(others)} times as long as before.`),
    ...agreementText(ratios),
  ].join('\n\n');
}
