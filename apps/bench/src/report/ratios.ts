import type { PeerName } from '../peers.js';
import type { Contender, Entry, Measured, Row } from '../result.js';
import { ratioOf } from '../statistics.js';

function isMeasured(entry: Entry): entry is Measured {
  return entry.status === 'measured';
}

/** What was measured of a row. */
export function measuredOf({ entries }: Row): Measured[] {
  return entries.filter(isMeasured);
}

/** The copy of the same bytes. */
export function floorOf(row: Row): Measured | null {
  return measuredOf(row).find(({ peer }) => peer === 'floor') ?? null;
}

/**
 * What Cenote needs where a peer needs its time: with the same threads, in the same layout. A peer's own blocks are held
 * against the faster of ours.
 */
export function oursFor({ layout, threads }: Contender, row: Row): Measured | null {
  const ours = measuredOf(row).filter((entry) => entry.peer === 'cenote' && entry.threads === threads);
  const same = ours.filter((entry) => entry.layout === layout);
  return fastest(same.length > 0 ? same : ours);
}

/** The entry with the smallest median. */
export function fastest(entries: readonly Measured[]): Measured | null {
  return entries.reduce<Measured | null>(
    (best, entry) => (best === null || entry.time.median < best.time.median ? entry : best),
    null,
  );
}

/** A row in which somebody is ahead of Cenote. */
export interface Loss {
  readonly row: Row;
  readonly ours: Measured;
  readonly theirs: Measured;
  /** How many times as long as theirs ours takes: above 1. */
  readonly behind: number;
  /** Whether the peer is ahead in the very layout, or only because its data lies differently. */
  readonly sameLayout: boolean;
}

/** Where Cenote loses, worst first: each row and number of threads once, with the peer that is furthest ahead. */
export function lossesOf(rows: readonly Row[]): Loss[] {
  return rows
    .flatMap((row) => {
      const all = measuredOf(row);
      const ours = all.filter(({ peer }) => peer === 'cenote');
      const theirs = all.filter(({ peer }) => peer !== 'cenote' && peer !== 'floor');
      return ours.flatMap((mine): Loss[] => {
        const rivals = theirs.filter(({ threads }) => threads === mine.threads);
        const sameLayout = fastest(rivals.filter(({ layout }) => layout === mine.layout));
        const anyLayout = fastest(rivals);
        const rival = sameLayout !== null && behind(mine, sameLayout) > 1 ? sameLayout : anyLayout;
        if (rival === null || behind(mine, rival) <= 1) return [];
        return [
          { row, ours: mine, theirs: rival, behind: behind(mine, rival), sameLayout: rival.layout === mine.layout },
        ];
      });
    })
    .sort((a, b) => b.behind - a.behind);
}

function behind(ours: Measured, theirs: Measured): number {
  return ratioOf(ours.time, theirs.time);
}

/** A sentence on where Cenote itself gave no time: no loss that could be put in numbers, and none to be silent about. */
export function oursMissing(rows: readonly Row[]): string | null {
  const count = rows.filter(({ entries }) =>
    entries.some(({ peer, status }) => peer === 'cenote' && status !== 'measured'),
  ).length;
  return count === 0 ? null : `Cenote has no time in ${count} ${count === 1 ? 'row' : 'rows'}.`;
}

/** What went wrong with a peer, once for all rows in which it did. */
export interface Trouble {
  readonly peer: PeerName;
  readonly status: Entry['status'];
  readonly count: number;
  /** The first one. */
  readonly message: string;
}

/** Peers that were expected to give a time and did not; what a peer has no operation for is not among them. */
export function troublesOf(rows: readonly Row[]): Trouble[] {
  const troubles = new Map<string, Trouble>();
  for (const { title, entries } of rows) {
    for (const entry of entries) {
      if (entry.status === 'measured' || entry.status === 'unsupported') continue;
      const key = `${entry.peer} ${entry.status}`;
      const before = troubles.get(key);
      troubles.set(key, {
        peer: entry.peer,
        status: entry.status,
        count: (before?.count ?? 0) + 1,
        message: before?.message ?? `${title}: ${entry.message}`,
      });
    }
  }
  return [...troubles.values()];
}
