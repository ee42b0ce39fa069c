#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { isCenoteError } from 'cenote';
import { type OutputSettings, parseCommand } from './options.js';
import { createProgress, type Progress } from './progress.js';
import { renderReport } from './report/render.js';
import type { RunResult } from './result.js';
import { runLenet } from './run.js';
import { evaluationText } from './text-report.js';
import { assertWritable, writeWholeFile } from './write-file.js';

/** What programs that call this one go by. */
const exitCodes = { done: 0, failed: 1, misused: 2, interrupted: 130 };

/** One Ctrl-C can arrive twice, from the terminal and from npm: what follows this soon is the same one. */
const sameKeyPress = 500;

/** Stops cleanly at the first signal and at once at the second. */
function stopOnSignals(): AbortController {
  const stop = new AbortController();
  let first = Number.NaN;
  const onSignal = () => {
    const now = performance.now();
    if (Number.isNaN(first)) {
      first = now;
      stop.abort();
    } else if (now - first > sameKeyPress) {
      process.exit(exitCodes.interrupted);
    }
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return stop;
}

async function main(): Promise<number> {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  const folder = process.cwd();
  const command = parseCommand(process.argv.slice(2), { folder, version, columns: process.stdout.columns });
  if (command.kind === 'print') {
    process.stdout.write(command.text);
    return exitCodes.done;
  }
  const { request } = command;
  const { json, report, save, saveWeights } = request.output;
  if (typeof json === 'object' && json !== null) assertWritable('--json', json.file);
  if (report !== null) assertWritable('--report', report);
  if (save !== null) assertWritable('--save', save);
  if (saveWeights !== null) assertWritable('--save-weights', saveWeights);

  const { signal } = stopOnSignals();
  // With JSON on standard output, people read on standard error.
  const progress = createProgress(json === 'stdout' ? process.stderr : process.stdout);
  signal.addEventListener('abort', () => progress.say('Stopping after this batch. Ctrl-C again ends at once.'));
  try {
    const result = await runLenet(request, { progress, signal, version });
    conclude(result, request.output, progress);
  } catch (error) {
    progress.clear();
    if (!signal.aborted || error !== signal.reason) throw error;
    progress.say('Stopped before there was anything to train on.');
  }
  return signal.aborted ? exitCodes.interrupted : exitCodes.done;
}

/** Writes what was asked for, and says how it went. */
function conclude(result: RunResult, { json, report, save, saveWeights }: OutputSettings, progress: Progress): void {
  const { evaluation, history, settings, data } = result;
  const partial = result.status === 'interrupted';
  if (evaluation === null) progress.say('Nothing was trained.');
  else progress.say(`\n${evaluationText(evaluation, data.classNames, progress.colors)}`);
  if (partial) {
    const trained = history.batches.at(-1)?.epoch ?? 0;
    progress.say(`\nStopped after ${trained.toFixed(2)} of ${settings.epochs} epochs.`);
  }
  progress.say('');
  if (save !== null) {
    const epoch = history.epochs.at(-1)?.epoch;
    progress.say(
      epoch === undefined ? 'Checkpoint  none: no epoch was completed' : `Checkpoint  ${save}, after epoch ${epoch}`,
    );
  }
  // After an evaluation there are weights that learned something, and they were written before it.
  if (saveWeights !== null)
    progress.say(`Weights     ${evaluation === null ? 'none: nothing was trained' : saveWeights}`);
  if (json === 'stdout') process.stdout.write(`${JSON.stringify(result)}\n`);
  else if (json !== null) {
    writeWholeFile(json.file, `${JSON.stringify(result)}\n`);
    progress.say(`Result      ${json.file}`);
  }
  if (report !== null) {
    writeWholeFile(report, renderReport(result));
    progress.say(`Report      ${report}${partial ? ' (partial)' : ''}`);
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
    process.exitCode = error.code === 'INVALID_ARGUMENT' && error.op === 'lenet' ? exitCodes.misused : exitCodes.failed;
  } else {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = exitCodes.failed;
  }
}
