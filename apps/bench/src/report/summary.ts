import { byteSize, digits, duration } from '../format.js';
import { layoutTitles, peers } from '../peers.js';
import type { Colors } from '../progress.js';
import type { Result } from '../result.js';
import { slowed } from '../run/pace.js';
import { type Loss, lossesOf, oursMissing, troublesOf } from './ratios.js';
import { table } from './text.js';

/** The end of a run for a terminal of 80 columns. Where Cenote loses comes first. */
export function summaryText(result: Result, colors: Colors): string {
  return [
    lossesText(result, colors),
    troublesText(result, colors),
    paceText(result, colors),
    startupText(result, colors),
    sizeText(result, colors),
    memoryText(result, colors),
    machineText(result, colors),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** How many losses a terminal gets to see; the other outputs have all. */
const mostLosses = 20;

function lossesText({ rows }: Result, colors: Colors): string {
  if (rows.length === 0) return '';
  const title = colors.bold('Where we lose');
  const losses = lossesOf(rows);
  const missing = oursMissing(rows);
  if (losses.length === 0) return `${title}\n  ${missing ?? 'Nowhere in this run.'}`;
  const lines = losses.slice(0, mostLosses).map(lossCells);
  const rest = losses.length - lines.length;
  return [
    `${title}: ${losses.length} times a peer is ahead with the same threads`,
    table(['', 'ours', 'thr', 'ahead', '', '× theirs'], lines, colors),
    ...(missing === null ? [] : [colors.yellow(` ${missing}`)]),
    ...(rest > 0 ? [colors.dim(` and ${rest} more, less far behind`)] : []),
  ].join('\n');
}

function lossCells({ row, ours, theirs, behind }: Loss): string[] {
  const layout = (entry: Loss['ours']) => (row.bytes === null ? '' : layoutTitles[entry.layout]);
  return [
    row.title.length > 34 ? `${row.title.slice(0, 33)}…` : row.title,
    layout(ours),
    String(ours.threads),
    peers[theirs.peer].short,
    layout(theirs),
    digits(behind),
  ];
}

function troublesText({ rows }: Result, colors: Colors): string {
  const troubles = troublesOf(rows);
  if (troubles.length === 0) return '';
  const lines = troubles.map(({ peer, status, count, message }) => {
    const text = `  ${peers[peer].title}: ${status} in ${count} ${count === 1 ? 'row' : 'rows'}: ${message}`;
    return text.length > 80 ? `${text.slice(0, 79)}…` : text;
  });
  return [colors.bold('Without a time'), ...lines].join('\n');
}

function paceText({ rows }: Result, colors: Colors): string {
  const disturbed = rows.filter(({ pace }) => pace !== null && pace > slowed);
  if (disturbed.length === 0) return '';
  const worst = Math.max(...disturbed.map(({ pace }) => pace ?? 1));
  const count = disturbed.length === 1 ? 'One row was' : `${disturbed.length} rows were`;
  return colors.yellow(`${count} measured while the machine was up to ${digits(worst)} times slower than at its best.`);
}

function startupText({ startup }: Result, colors: Colors): string {
  if (startup.length === 0) return '';
  const lines = startup.map(({ peer, firstResult, process, message }) => [
    peers[peer].title,
    firstResult === null ? '–' : duration(firstResult.median),
    process === null ? '–' : duration(process.median),
    message === null ? '' : message.slice(0, 30),
  ]);
  return [
    colors.bold('From import to the first pooled result, in a new process'),
    table(['', 'first result', 'whole process', ''], lines, colors),
  ].join('\n');
}

function sizeText({ size }: Result, colors: Colors): string {
  if (size.length === 0) return '';
  const lines = size.map(({ name, minified, gzipped, message }) => [
    name,
    minified === null ? '–' : byteSize(minified),
    gzipped === null ? '–' : byteSize(gzipped),
    message === null ? '' : message.slice(0, 30),
  ]);
  return [
    colors.bold('What a browser has to load for a first pooling'),
    table(['', 'minified', 'gzipped', ''], lines, colors),
  ].join('\n');
}

function memoryText({ memory }: Result, colors: Colors): string {
  if (memory.length === 0) return '';
  const lines = memory.map(({ peer, calls, heapGrowth, residentGrowth, message }) => [
    peers[peer].title,
    String(calls),
    heapGrowth === null ? '–' : byteSize(heapGrowth),
    residentGrowth === null ? '–' : byteSize(residentGrowth),
    message === null ? '' : message.slice(0, 30),
  ]);
  return [
    colors.bold('Memory that is still held after so many calls'),
    table(['', 'calls', 'heap', 'process', ''], lines, colors),
  ].join('\n');
}

function machineText({ machine, versions, settings, peaks }: Result, colors: Colors): string {
  const versionList = Object.entries(versions).map(([peer, version]) => `${peer} ${version}`);
  const peakList = Object.entries(peaks).map(
    ([name, peak]) => `${name} ${peak === null ? 'not in this engine' : `${digits(peak)} GFLOP/s`}`,
  );
  const lines = [
    `${machine.processor}, ${machine.processors} processors, ${byteSize(machine.memoryBytes)}`,
    `${machine.system}, Node ${machine.node}, V8 ${machine.v8}`,
    ...wrapped(versionList),
    ...wrapped(peakList),
    `${settings.threads.join(' and ')} ${settings.threads.length === 1 && settings.threads[0] === 1 ? 'thread' : 'threads'}, ${Math.round(settings.seconds)} s${settings.quick ? ', a quick run' : ''}`,
  ];
  return [colors.bold('Measured on'), ...lines.map((line) => `  ${line}`)].join('\n');
}

/** A list with commas in lines of at most 76 characters. */
function wrapped(parts: readonly string[]): string[] {
  return parts.reduce<string[]>((lines, part) => {
    const last = lines.at(-1);
    if (last !== undefined && last.length + part.length + 2 <= 76) lines[lines.length - 1] = `${last}, ${part}`;
    else lines.push(part);
    return lines;
  }, []);
}
