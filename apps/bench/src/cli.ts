#!/usr/bin/env node
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { isCenoteError } from 'cenote';
import { parseCommand } from './options.js';
import { createProgress } from './progress.js';
import { rowText } from './report/text.js';
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
  if (command.kind === 'print') {
    process.stdout.write(command.text);
    return exitCodes.done;
  }
  if (command.kind !== 'run') throw new Error('not yet');
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const progress = createProgress(command.json === 'stdout' ? process.stderr : process.stdout);
  const result = await runBench(command, {
    progress,
    signal: stop.signal,
    onRow: (row, so) => progress.say(`${rowText(row, so, progress.colors)}\n`),
  });
  progress.clear();
  if (command.json === 'stdout') process.stdout.write(`${JSON.stringify(result)}\n`);
  else if (command.json !== null) writeFileSync(command.json.file, `${JSON.stringify(result)}\n`);
  return exitCodes.done;
}

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
