import { digits, duration } from '../format.js';
import { type PeerName, peers } from '../peers.js';
import type { Result, Row } from '../result.js';
import { usageError } from '../usage-error.js';
import { cases } from '../workloads/cases.js';
import { fastest, lossesOf, measuredOf } from './ratios.js';

/** Between these, a page quotes a result. */
const marks = { begin: '<!-- bench: made by apps/bench/scripts/snapshot.mjs -->', end: '<!-- /bench -->' };

/** Who is quoted: those whom most people know. */
const quoted = ['cenote', 'pytorch', 'ort-node', 'tfjs-wasm'] as const satisfies readonly PeerName[];

/** Rows that show something of everything. */
const suites: readonly Row['suite'][] = ['pool', 'lenet', 'gemm'];

/** What a quick run leaves out, a front page leaves out as well. */
const leftOut = new Set(cases.filter(({ quick }) => !quick).map(({ id }) => id));

/** The fastest time of each on one thread. */
function cellsOf(row: Row): string[] {
  return quoted.map((peer) => {
    const best = fastest(measuredOf(row).filter((entry) => entry.peer === peer && entry.threads === 1));
    return best === null ? '–' : duration(best.time.median);
  });
}

/** A result in one table and a few sentences, for a front page. */
export function renderQuote(result: Result): string {
  const { machine, created, settings, rows } = result;
  const shown = rows.filter((row) => suites.includes(row.suite) && !leftOut.has(row.id) && cellsOf(row)[0] !== '–');
  const table = [
    ['on one thread', ...quoted.map((peer) => peers[peer].title)],
    ['---', ...quoted.map(() => '---:')],
    ...shown.map((row) => [row.title, ...cellsOf(row)]),
  ].map((cells) => `| ${cells.join(' | ')} |`);
  const [worst] = lossesOf(rows);
  const losses =
    worst === undefined
      ? 'Nobody is ahead of Cenote in any row'
      : `${lossesOf(rows).length} times a peer is ahead with the same threads, by ${digits(worst.behind)} at most`;
  const run = `${settings.quick ? 'A quick run' : 'A full run'} of ${created.slice(0, 10)} on ${machine.processor}, ${machine.processors} processors, Node ${machine.node}`;
  return [
    ...table,
    '',
    `${run}; of each library the fastest layout. ${losses}: [all rows](apps/bench/results/README.md), where we lose first.`,
  ].join('\n');
}

/**
 * Puts a quote into a page, in the place of the one that it has.
 *
 * @throws CenoteError `INVALID_ARGUMENT` when the page has no place for it.
 */
export function quoteInto(page: string, quote: string): string {
  const begin = page.indexOf(marks.begin);
  const end = page.indexOf(marks.end, begin);
  if (begin < 0 || end < 0) {
    throw usageError(
      'the page has no place for a quote',
      'no marks',
      `${marks.begin} … ${marks.end}`,
      'Add both marks',
    );
  }
  return `${page.slice(0, begin + marks.begin.length)}\n\n${quote}\n\n${page.slice(end)}`;
}
