import { byteSize, digits, duration } from '../format.js';
import { layoutTitles, peers } from '../peers.js';
import type { Measured, Result, Row } from '../result.js';
import { ratioOf } from '../statistics.js';
import { type Html, html } from './html.js';
import { bandwidthPlot, floorPlot, hasThreads, peersIn, timePlot, windowPlot } from './plots.js';
import { floorOf, lossesOf, measuredOf, oursFor, oursMissing, troublesOf } from './ratios.js';
import { style } from './style.js';

/** The report: one page that needs no network and no script, in light, dark and print. */
export function renderHtml(result: Result): string {
  const { rows } = result;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Cenote beside its peers</title>
<style>${style}</style>
</head>
<body><main>
<h1>Cenote beside its peers</h1>
${machine(result)}
${losses(rows)}
${troubles(rows)}
${pooling(result)}
${windows(result)}
${arithmetic(result)}
${inBrowser(result)}
${others(result)}
${details(result)}
</main></body></html>
`;
  return page.text;
}

function machine({ machine: facts, versions, settings, peaks, created }: Result): Html {
  const threads = settings.threads.join(' and ');
  return html`<p class="quiet">${facts.processor}, ${facts.processors} processors, ${byteSize(facts.memoryBytes)} of memory;
${facts.system}; Node ${facts.node} (V8 ${facts.v8}); ${threads} threads; ${created.slice(0, 16).replace('T', ' ')} UTC;
${Math.round(settings.seconds)} s${settings.quick ? ', a quick run' : ''}.
${Object.entries(versions)
  .map(([peer, version]) => `${peer} ${version}`)
  .join(', ')}${Object.keys(versions).length === 0 ? '' : '.'}
${Object.entries(peaks).map(([name, peak]) =>
  peak === null ? null : html`Registers alone (${name}): ${digits(peak)} GFLOP/s on one thread. `,
)}</p>
<p>Every answer was compared with the definition before it was timed, and once more after. Times are medians of whole calls, the result
allocated and given back in each; contenders took turns, each library in a process of its own. The <em>copy</em> is
<code>Float32Array.set</code> of as many bytes as input and output have together.</p>`;
}

function losses(rows: readonly Row[]): Html | null {
  if (rows.length === 0) return null;
  const found = lossesOf(rows);
  const missing = oursMissing(rows);
  const layout = (entry: Measured, row: Row) => (row.bytes === null ? '' : layoutTitles[entry.layout]);
  return html`<section><h2>Where we lose</h2>
${
  found.length === 0
    ? html`<p>${missing ?? 'Nowhere in this run.'}</p>`
    : html`<div class="scroll"><table><thead><tr><th>row</th><th>ours</th><th>threads</th><th>ahead</th><th>ours takes</th></tr></thead><tbody>
${found.map(
  ({ row, ours, theirs, behind }) =>
    html`<tr><th scope="row">${row.title}</th><td>${layout(ours, row)}</td><td>${ours.threads}</td><td>${peers[theirs.peer].title} ${layout(theirs, row)}</td><td>${digits(behind)} ×</td></tr>`,
)}</tbody></table></div>${missing === null ? null : html`<p>${missing}</p>`}`
}</section>`;
}

function troubles(rows: readonly Row[]): Html | null {
  const found = troublesOf(rows);
  if (found.length === 0) return null;
  return html`<section><h2>Without a time</h2><ul>${found.map(
    ({ peer, status, count, message }) =>
      html`<li><b>${peers[peer].title}</b>: ${status} in ${count} ${count === 1 ? 'row' : 'rows'}. ${message}</li>`,
  )}</ul></section>`;
}

function figure(title: string, picture: Html, names: readonly (keyof typeof peers)[]): Html {
  return html`<figure><figcaption>${title}</figcaption>
<ul class="legend">${names.map(
    (name) => html`<li><i style="background:var(--${name})"></i>${peers[name].title}</li>`,
  )}</ul>
<div class="scroll">${picture}</div></figure>`;
}

/** Numbers of threads of a run for which there is something to show. */
function threadCounts(result: Result): number[] {
  return result.settings.threads.filter((threads) => hasThreads(result, threads));
}

function onThreads(threads: number): string {
  return threads === 1 ? 'one thread' : `${threads} threads`;
}

function pooling(result: Result): Html | null {
  const rows = result.rows.filter(({ suite, entries }) => suite === 'pool' && entries.length > 0);
  if (!rows.some((row) => measuredOf(row).length > 0)) return null;
  const names = peersIn(rows);
  return html`<section><h2>Pooling</h2>
<p>Cenote in both layouts, and whoever is fastest among the other libraries: in JavaScript and WebAssembly, and in machine
code.</p>
${threadCounts(result).map((threads) => [
  figure(`Beside a copy, ${onThreads(threads)}`, floorPlot(rows, threads), names),
  figure(`Bandwidth, ${onThreads(threads)}`, bandwidthPlot(rows, threads), names),
])}</section>`;
}

function inBrowser(result: Result): Html | null {
  const rows = result.rows.filter((row) => row.suite === 'browser' && measuredOf(row).length > 0);
  const onGpu = rows.filter((row) => floorOf(row) === null);
  const onCpu = rows.filter((row) => !onGpu.includes(row));
  if (rows.length === 0) return null;
  return html`<section><h2>Pooling in a browser</h2>
<p>On cross-origin isolated pages in Chromium, each library on a page of its own. GPUs are the adapters named above:
those in software say nothing about a GPU.</p>
${
  onCpu.length === 0
    ? null
    : threadCounts(result).map((threads) =>
        figure(`Beside a copy, ${onThreads(threads)}`, floorPlot(onCpu, threads), peersIn(onCpu)),
      )
}
${onGpu.length === 0 ? null : figure('Time of a call', timePlot(onGpu, 1), peersIn(onGpu))}</section>`;
}

function windows(result: Result): Html | null {
  const rows = result.rows.filter(({ suite }) => suite === 'window');
  if (!rows.some((row) => measuredOf(row).length > 0)) return null;
  const functions = (['max', 'avg'] as const).filter((fn) =>
    rows.some((row) => row.title.startsWith(fn) && measuredOf(row).length > 0),
  );
  return html`<section><h2>Cost against window size</h2>
<p>Pooling [1,16,512,512] with stride 1; each library in its faster layout. A line that ends early is of a library that
would have taken too long.</p>
${threadCounts(result).map((threads) =>
  functions.map((fn) =>
    figure(
      `${fn === 'max' ? 'Maximum' : 'Average'}, ${onThreads(threads)}`,
      windowPlot(rows, fn, threads),
      peersIn(rows),
    ),
  ),
)}</section>`;
}

function arithmetic(result: Result): Html | null {
  const rows = result.rows.filter(({ suite }) => suite === 'lenet' || suite === 'gemm');
  if (!rows.some((row) => measuredOf(row).length > 0)) return null;
  return html`<section><h2>LeNet and matrix products</h2>
${threadCounts(result).map((threads) => figure(`Time of a call, ${onThreads(threads)}`, timePlot(rows, threads), peersIn(rows)))}
</section>`;
}

function others({ startup, size, memory }: Result): Html | null {
  if (startup.length + size.length + memory.length === 0) return null;
  const cell = (value: number | null, format: (value: number) => string) => (value === null ? '–' : format(value));
  return html`<section><h2>Start, size, memory</h2>
${
  startup.length === 0
    ? null
    : html`<table><caption>From import to the first pooled result, in a new process</caption>
<thead><tr><th></th><th>first result</th><th>whole process</th><th></th></tr></thead><tbody>${startup.map(
        ({ peer, firstResult, process, message }) =>
          html`<tr><th scope="row">${peers[peer].title}</th><td>${cell(firstResult?.median ?? null, duration)}</td><td>${cell(process?.median ?? null, duration)}</td><td>${message}</td></tr>`,
      )}</tbody></table>`
}
${
  size.length === 0
    ? null
    : html`<table><caption>What a browser has to load for a first pooling</caption>
<thead><tr><th></th><th>minified</th><th>gzipped</th><th></th></tr></thead><tbody>${size.map(
        ({ name, minified, gzipped, message }) =>
          html`<tr><th scope="row">${name}</th><td>${cell(minified, byteSize)}</td><td>${cell(gzipped, byteSize)}</td><td>${message}</td></tr>`,
      )}</tbody></table>`
}
${
  memory.length === 0
    ? null
    : html`<table><caption>Memory that is still held after so many calls</caption>
<thead><tr><th></th><th>calls</th><th>heap</th><th>process</th><th></th></tr></thead><tbody>${memory.map(
        ({ peer, calls, heapGrowth, residentGrowth, message }) =>
          html`<tr><th scope="row">${peers[peer].title}</th><td>${calls}</td><td>${cell(heapGrowth, byteSize)}</td><td>${cell(residentGrowth, byteSize)}</td><td>${message}</td></tr>`,
      )}</tbody></table>`
}</section>`;
}

function details(result: Result): Html | null {
  if (result.rows.length === 0) return null;
  return html`<section><h2>Every row</h2>${result.rows.map((row) => detail(row))}</section>`;
}

function detail(row: Row): Html {
  const floor = floorOf(row);
  return html`<h3>${row.title}</h3><div class="scroll"><table>
<thead><tr><th></th><th>layout</th><th>threads</th><th>median</th><th>quartiles</th><th>samples</th><th>drift</th><th>× copy</th><th>GFLOP/s</th><th>× ours</th></tr></thead>
<tbody>${row.entries.map((entry) => {
    const name = html`<th scope="row">${peers[entry.peer].title}</th><td>${
      row.bytes === null || entry.peer === 'floor' ? '' : layoutTitles[entry.layout]
    }</td><td>${entry.threads}</td>`;
    if (entry.status !== 'measured') {
      return html`<tr class="quiet">${name}<td colspan="7" class="words">${entry.status}: ${entry.message}</td></tr>`;
    }
    const { time } = entry;
    const ours = entry.peer === 'cenote' || entry.peer === 'floor' ? null : oursFor(entry, row);
    return html`<tr${entry.peer === 'cenote' ? html` class="ours"` : null}>${name}<td>${duration(time.median)}</td><td>${
      entry.cold ? 'one call' : `${duration(time.lower)} – ${duration(time.upper)}`
    }</td><td>${time.samples}</td><td>${`${time.drift < 0 ? '−' : '+'}${Math.abs(time.drift * 100).toFixed(0)} %`}</td><td>${
      floor === null || entry.peer === 'floor' ? '' : digits(ratioOf(time, floor.time))
    }</td><td>${row.operations === null ? '' : digits(row.operations / time.median)}</td><td>${
      ours === null ? '' : digits(ratioOf(time, ours.time))
    }</td></tr>`;
  })}</tbody></table></div>`;
}
