#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { isCenoteError } from 'cenote';
import { compareResults, comparisonText } from './compare.js';
import { assertWritable, readPage, readResult, writeWholeFile } from './files.js';
import { parseCommand, type RenderRequest, type RunRequest } from './options.js';
import { createProgress, type Progress } from './progress.js';
import { renderMarkdown } from './report/markdown.js';
import { quoteInto, renderQuote } from './report/quote.js';
import { summaryText } from './report/summary.js';
import { rowText } from './report/text.js';
import type { Result } from './result.js';
import { runBench } from './run/run.js';
import { appFolder } from './versions.js';

/** What programs that call this one go by. */
const exitCodes = { done: 0, failed: 1, misused: 2, interrupted: 130 };

async function main(): Promise<number> {
  const { version } = JSON.parse(readFileSync(join(appFolder(), 'package.json'), 'utf8')) as { version: string };
  const command = parseCommand(process.argv.slice(2), {
    folder: process.cwd(),
    version,
    processors: availableParallelism(),
    columns: process.stdout.columns,
  });
  switch (command.kind) {
    case 'print':
      process.stdout.write(command.text);
      return exitCodes.done;
    case 'compare': {
      const { colors, say } = createProgress(process.stdout);
      const comparison = compareResults(readResult(command.before), readResult(command.after));
      say(comparisonText(comparison, colors));
      const worse = comparison.lost.length > 0 || comparison.changes.some(({ verdict }) => verdict === 'slower');
      return command.strict && worse ? exitCodes.failed : exitCodes.done;
    }
    case 'render':
      await render(command);
      return exitCodes.done;
    case 'run':
      return run(command);
  }
}

/** Stops after the current row at the first signal and at once at the second. */
function stopOnSignals(progress: Progress): AbortSignal {
  const stop = new AbortController();
  // One Ctrl-C can arrive twice, from the terminal and from npm: what follows this soon is the same one.
  const sameKeyPress = 500;
  let first = Number.NaN;
  const onSignal = () => {
    const now = performance.now();
    if (Number.isNaN(first)) {
      first = now;
      stop.abort();
      progress.say('Stopping. Ctrl-C again ends at once.');
    } else if (now - first > sameKeyPress) {
      process.exit(exitCodes.interrupted);
    }
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return stop.signal;
}

async function run(request: RunRequest): Promise<number> {
  const { json, html, markdown } = request;
  if (json !== null && json !== 'stdout') assertWritable('--json', json.file);
  if (html !== null) assertWritable('--html', html);
  if (markdown !== null) assertWritable('--markdown', markdown);
  // With JSON on standard output, people read on standard error.
  const progress = createProgress(json === 'stdout' ? process.stderr : process.stdout);
  const signal = stopOnSignals(progress);
  const result = await runBench(request, {
    progress,
    signal,
    onRow: (row, so) => progress.say(`${rowText(row, so, progress.colors)}\n`),
  });
  progress.clear();
  progress.say(summaryText(result, progress.colors));
  if (json === 'stdout') process.stdout.write(`${JSON.stringify(result)}\n`);
  else if (json !== null) {
    writeWholeFile(json.file, `${toJson(result)}\n`);
    progress.say(`\nResult    ${json.file}`);
  }
  await write(result, request, progress);
  return signal.aborted ? exitCodes.interrupted : exitCodes.done;
}

/** With six digits of what was measured: the others would only make two files differ. */
function toJson(result: Result): string {
  const rounded = (_key: string, value: unknown) =>
    typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(6)) : value;
  return JSON.stringify(result, rounded, 2);
}

async function render(request: RenderRequest): Promise<void> {
  const progress = createProgress(process.stdout);
  const result = readResult(request.result);
  for (const row of result.rows) progress.say(`${rowText(row, result, progress.colors)}\n`);
  progress.say(summaryText(result, progress.colors));
  await write(result, request, progress);
  if (request.quote === null) return;
  writeWholeFile(request.quote, quoteInto(readPage(request.quote), renderQuote(result)));
  progress.say(`Quote     ${request.quote}`);
}

async function write(
  result: Result,
  { html, markdown }: Pick<RunRequest, 'html' | 'markdown'>,
  progress: Progress,
): Promise<void> {
  if (html !== null) {
    // What draws the plots is large.
    const { renderHtml } = await import('./report/html-report.js');
    writeWholeFile(html, renderHtml(result));
    progress.say(`Report    ${html}`);
  }
  if (markdown !== null) {
    writeWholeFile(markdown, renderMarkdown(result));
    progress.say(`Tables    ${markdown}`);
  }
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever read it has heard enough: `… | head`.
  if (error.code === 'EPIPE') process.exit(exitCodes.done);
  throw error;
});

try {
  process.exitCode = await main();
} catch (error) {
  if (isCenoteError(error)) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = error.code === 'INVALID_ARGUMENT' && error.op === 'bench' ? exitCodes.misused : exitCodes.failed;
  } else {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = exitCodes.failed;
  }
}
