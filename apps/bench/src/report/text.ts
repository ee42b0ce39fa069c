import Table from 'cli-table3';
import { digits, duration } from '../format.js';
import { layoutTitles, peers } from '../peers.js';
import type { Colors } from '../progress.js';
import type { Entry, Measured, Result, Row } from '../result.js';
import { ratioOf } from '../statistics.js';
import { floorOf, oursFor } from './ratios.js';

const thinRules: Table.TableConstructorOptions['chars'] = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: ' ',
};

/** Columns of numbers under their heads, the first column to the left. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], colors: Colors): string {
  const text = new Table({
    chars: thinRules,
    style: { head: [], border: [], 'padding-left': 1, 'padding-right': 0, compact: true },
    colAligns: head.map((_, column) => (column === 0 ? 'left' : 'right')),
    head: head.map((each) => colors.dim(each)),
  });
  text.push(...rows.map((row) => [...row]));
  return text.toString();
}

/** A row for a terminal of 80 columns: who takes how long, beside the floor and beside Cenote. */
export function rowText(row: Row, { peaks }: Pick<Result, 'peaks'>, colors: Colors): string {
  const floor = floorOf(row);
  const peak = Math.max(0, ...Object.values(peaks).map((each) => each ?? 0));
  const lines = row.entries
    .filter(({ status }) => status === 'measured')
    .map((entry) => measuredLine(entry as Measured, row, floor, peak, colors));
  const unit = row.operations === null ? '× copy' : 'GFLOP/s';
  const head = ['', 'layout', 'thr', 'median', 'quartiles', unit, '× ours'];
  return [
    colors.bold(row.title),
    lines.length === 0 ? '  nothing was measured' : table(head, lines, colors),
    ...row.entries.flatMap((entry) => troubleLine(entry, colors)),
  ].join('\n');
}

function measuredLine(
  entry: Measured,
  row: Row,
  floor: Measured | null,
  peak: number,
  colors: Colors,
): readonly string[] {
  const { peer, layout, threads, time } = entry;
  const ours = oursFor(entry, row);
  const spread = `±${(((time.upper - time.lower) / 2 / time.median) * 100).toFixed(0)}%`;
  const toOurs = ours === null || peer === 'cenote' || peer === 'floor' ? null : ratioOf(time, ours.time);
  const toFloor = floor === null || peer === 'floor' ? '' : digits(ratioOf(time, floor.time));
  const rate = row.operations === null ? null : row.operations / time.median;
  const share = rate !== null && row.suite === 'gemm' && peak > 0 ? ` ${((rate / peak) * 100).toFixed(0)}%` : '';
  const noise = entry.cold ? 'once' : `${spread}${Math.abs(time.drift) > 0.1 ? '~' : ''}`;
  return [
    peer === 'cenote' ? colors.cyan(peers[peer].title) : peers[peer].title,
    row.bytes === null || peer === 'floor' ? '' : layoutTitles[layout],
    String(threads),
    duration(time.median),
    noise,
    rate === null ? toFloor : `${digits(rate)}${share}`,
    toOurs === null ? '' : toOurs < 1 ? colors.yellow(digits(toOurs)) : digits(toOurs),
  ];
}

/** What a sceptic wants to know of an entry without a time. That a peer has no such operation is no trouble. */
function troubleLine(entry: Entry, colors: Colors): string[] {
  if (entry.status === 'measured' || entry.status === 'unsupported') return [];
  const who = `${peers[entry.peer].title}, ${layoutTitles[entry.layout]}, ${entry.threads} thr`;
  const text = `  ${who}: ${entry.status}: ${entry.message.replaceAll(/\s+/g, ' ')}`;
  const short = text.length > 80 ? `${text.slice(0, 79)}…` : text;
  return [entry.status === 'skipped' ? colors.dim(short) : colors.yellow(short)];
}
