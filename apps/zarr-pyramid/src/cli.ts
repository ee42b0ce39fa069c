#!/usr/bin/env node
import { isCenoteError } from 'cenote';
import { parse } from './options.js';
import { makePyramid, type Summary } from './pyramid.js';

/** What programs that call this one go by. */
const exitCodes = { done: 0, failed: 1, misused: 2, interrupted: 130 };

/** Milliseconds between two lines of progress. */
const interval = 500;

/** Tells how far it is: on a terminal in one line, elsewhere in a line now and then. */
function createProgress() {
  const { stderr } = process;
  let last = 0;
  return {
    show(text: string, final: boolean): void {
      const now = performance.now();
      if (!final && now - last < (stderr.isTTY ? interval / 5 : 4 * interval)) return;
      last = now;
      stderr.write(stderr.isTTY ? `\r\u001b[K${text}${final ? '\n' : ''}` : `${text}\n`);
    },
  };
}

function describe({ out, dtype, shapes, seconds, residentBytes, heldBytes }: Summary): string {
  const size = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;
  return [
    ...shapes.map((shape, level) => `level ${level}  ${shape.join(' × ')} ${dtype}`),
    `${out}, ${seconds.toFixed(1)} s, ${size(residentBytes)} of memory at most, ${size(heldBytes)} of it for a tile`,
    '',
  ].join('\n');
}

/** Stops after the current tile at the first signal and at once at the second. */
function stopOnSignals(): AbortController {
  const stop = new AbortController();
  // One Ctrl-C can arrive twice, from the terminal and from npm: what follows this soon is the same one.
  const sameKeyPress = 500;
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
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, onSignal);
  return stop;
}

async function main(): Promise<number> {
  const request = parse(process.argv.slice(2), process.cwd());
  if (request.kind === 'print') {
    process.stdout.write(request.text);
    return exitCodes.done;
  }
  const stop = stopOnSignals();
  const progress = createProgress();
  try {
    const summary = await makePyramid(request, {
      signal: stop.signal,
      onTile: (level, done, count) =>
        progress.show(`level ${level} of ${request.levels}: ${done} of ${count} tiles`, done === count),
    });
    process.stdout.write(request.json ? `${JSON.stringify(summary)}\n` : describe(summary));
    return exitCodes.done;
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    process.stderr.write('\nStopped. Nothing was written.\n');
    return exitCodes.interrupted;
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${isCenoteError(error) ? error.message : error instanceof Error ? error.stack : error}\n`);
  const misused = isCenoteError(error) && error.code === 'INVALID_ARGUMENT' && error.op === 'zarr-pyramid';
  process.exitCode = misused ? exitCodes.misused : exitCodes.failed;
}
