import { entryOf, openDevices, plainAnswer } from './contend.js';
import { medianTime } from './measure.js';
import { largestDifference } from './plain-loops.js';
import { contenders, type Report } from './protocol.js';
import { benchRows } from './rows.js';

// Measures every row, and is ended by its page when that has seen enough.

/** What WebGPU may be away from a CPU: it sums in another order. */
const tolerance = 1e-5;

function report(message: Report): void {
  postMessage(message);
}

async function measureAll(): Promise<void> {
  const devices = await openDevices();
  const { threadCount, webgpu } = devices;
  report({
    kind: 'ready',
    threads: threadCount,
    isolated: globalThis.crossOriginIsolated,
    webgpu: webgpu === null ? null : webgpu.name,
  });
  for (const bench of benchRows) {
    const expected = plainAnswer(bench);
    for (const contender of contenders) {
      const entry = entryOf(contender, bench, devices);
      if (entry === null) continue;
      const difference = largestDifference(await entry.answer(), expected);
      if (difference > tolerance) {
        report({ kind: 'wrong', row: bench.id, contender, difference });
      } else {
        const options = { roundMilliseconds: 12, rounds: 7, now: () => performance.now() };
        const nanoseconds = await medianTime(entry, options);
        report({ kind: 'measured', row: bench.id, contender, nanoseconds });
      }
      entry.dispose();
    }
  }
  report({ kind: 'done' });
}

measureAll().catch((error: unknown) => {
  report({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
});
