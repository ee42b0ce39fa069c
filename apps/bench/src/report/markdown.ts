import { byteSize, digits, duration } from '../format.js';
import { layoutTitles, peers } from '../peers.js';
import type { Entry, Measured, Result, Row, TimedSuite } from '../result.js';
import { ratioOf } from '../statistics.js';
import { floorOf, lossesOf, measuredOf, oursFor, oursMissing, troublesOf } from './ratios.js';

const suiteTitles: { readonly [S in TimedSuite]: string } = {
  pool: 'Pooling',
  window: 'Cost against window size',
  lenet: 'LeNet',
  gemm: 'Matrix products',
  browser: 'In a browser',
};

/** The tables of a result as Markdown, for the pages that quote them. */
export function renderMarkdown(result: Result): string {
  return `${[
    '<!-- Made from the JSON file beside it by `bench render`. Do not edit. -->',
    '# Results',
    machineText(result),
    lossesText(result),
    ...Object.entries(suiteTitles).flatMap(([suite, title]) => {
      const rows = result.rows.filter((row) => row.suite === suite);
      return rows.length === 0 ? [] : [`## ${title}`, ...rows.map((row) => rowText(row, result))];
    }),
    ...othersText(result),
    troublesText(result),
  ]
    .filter((part) => part !== '')
    .join('\n\n')}\n`;
}

function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const rule = head.map((_, column) => (column === 0 ? '---' : '---:'));
  return [row(head), row(rule), ...lines.map(row)].join('\n');
}

function machineText({ machine, settings, versions, peaks, created }: Result): string {
  const facts = [
    `${machine.processor}, ${machine.processors} processors, ${byteSize(machine.memoryBytes)} of memory`,
    `${machine.system}, Node ${machine.node} (V8 ${machine.v8})`,
    Object.entries(versions)
      .map(([peer, version]) => `${peer} ${version}`)
      .join(', '),
    ...Object.entries(peaks).map(
      ([name, peak]) =>
        `registers alone, ${name}: ${peak === null ? 'not in this engine' : `${digits(peak)} GFLOP/s on one thread`}`,
    ),
    `${settings.quick ? 'a quick run' : 'a full run'} of ${created.slice(0, 10)}, ${Math.round(settings.seconds)} s`,
  ];
  return facts
    .filter((fact) => fact !== '')
    .map((fact) => `- ${fact}`)
    .join('\n');
}

function lossesText({ rows }: Result): string {
  if (rows.length === 0) return '';
  const losses = lossesOf(rows);
  const missing = oursMissing(rows);
  if (losses.length === 0) return `## Where we lose\n\n${missing ?? 'Nowhere in this run.'}`;
  const layout = (entry: Measured, row: Row) => (row.bytes === null ? '' : ` ${layoutTitles[entry.layout]}`);
  const lines = losses.map(({ row, ours, theirs, behind }) => [
    row.title,
    `Cenote${layout(ours, row)}`,
    String(ours.threads),
    `${peers[theirs.peer].title}${layout(theirs, row)}`,
    digits(behind),
  ]);
  return `## Where we lose\n\n${table(['', 'ours', 'threads', 'ahead', 'ours takes times as long'], lines)}${missing === null ? '' : `\n\n${missing}`}`;
}

function rowText(row: Row, { peaks }: Result): string {
  const floor = floorOf(row);
  const peak = Math.max(0, ...Object.values(peaks).map((each) => each ?? 0));
  const lines = measuredOf(row).map((entry) => [
    peers[entry.peer].title,
    ...(row.bytes === null ? [] : [entry.peer === 'floor' ? '' : layoutTitles[entry.layout]]),
    String(entry.threads),
    duration(entry.time.median),
    entry.cold ? 'one call' : `${duration(entry.time.lower)} – ${duration(entry.time.upper)}`,
    ...(row.bytes === null
      ? []
      : [floor === null || entry.peer === 'floor' ? '' : digits(ratioOf(entry.time, floor.time))]),
    ...(row.operations === null ? [] : [digits(row.operations / entry.time.median)]),
    ...(row.suite === 'gemm' && peak > 0
      ? [`${(((row.operations ?? 0) / entry.time.median / peak / entry.threads) * 100).toFixed(0)} %`]
      : []),
    toOurs(entry, row),
  ]);
  const head = [
    '',
    ...(row.bytes === null ? [] : ['layout']),
    'threads',
    'median',
    'quartiles',
    ...(row.bytes === null ? [] : ['× copy']),
    ...(row.operations === null ? [] : ['GFLOP/s']),
    ...(row.suite === 'gemm' && peak > 0 ? ['of the peak'] : []),
    '× ours',
  ];
  return `### ${row.title}\n\n${lines.length === 0 ? 'Nothing was measured.' : table(head, lines)}`;
}

function toOurs(entry: Entry & { status: 'measured' }, row: Row): string {
  const ours = oursFor(entry, row);
  if (ours === null || entry.peer === 'cenote' || entry.peer === 'floor') return '';
  return digits(ratioOf(entry.time, ours.time));
}

function othersText({ startup, size, memory }: Result): string[] {
  const or = (value: number | null, format: (value: number) => string, message: string | null) =>
    value === null ? (message ?? '–').replaceAll(/\s+/g, ' ') : format(value);
  const parts: string[] = [];
  if (startup.length > 0) {
    const lines = startup.map(({ peer, firstResult, process, message }) => [
      peers[peer].title,
      or(firstResult?.median ?? null, duration, message),
      or(process?.median ?? null, duration, null),
    ]);
    parts.push('## From import to the first pooled result', table(['', 'first result', 'whole process'], lines));
  }
  if (size.length > 0) {
    const lines = size.map(({ name, minified, gzipped, message }) => [
      name,
      or(minified, byteSize, message),
      or(gzipped, byteSize, null),
    ]);
    parts.push('## What a browser has to load', table(['', 'minified', 'gzipped'], lines));
  }
  if (memory.length > 0) {
    const lines = memory.map(({ peer, calls, heapGrowth, residentGrowth, message }) => [
      peers[peer].title,
      String(calls),
      or(heapGrowth, byteSize, message),
      or(residentGrowth, byteSize, null),
    ]);
    parts.push('## Memory still held after many calls', table(['', 'calls', 'heap', 'process'], lines));
  }
  return parts;
}

function troublesText({ rows }: Result): string {
  const troubles = troublesOf(rows);
  if (troubles.length === 0) return '';
  const lines = troubles.map(
    ({ peer, status, count, message }) =>
      `- ${peers[peer].title}: ${status} in ${count} ${count === 1 ? 'row' : 'rows'}, first in ${message.replaceAll(/\s+/g, ' ')}`,
  );
  return `## Without a time\n\n${lines.join('\n')}`;
}
