import { writeFileSync } from 'node:fs';
import type { Reporter, SerializedError, TestCase, TestModule } from 'vitest/node';

/** A log gets a sign of life this often, so that nothing is silent for three seconds. */
const heartbeatMilliseconds = 2000;

/** What `npm test` counts. */
export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/**
 * Counts results for `npm test` and writes them as JSON to the file that `CENOTE_TEST_COUNTS` names. A file that does
 * not load, a hook that throws and an error outside any test each count as one failure, next to the tests that failed.
 *
 * Where there is no terminal it also says every few seconds what is running, because Vitest's own reporter is silent
 * until a file is done.
 */
export default class SummaryReporter implements Reporter {
  readonly #running = new Set<string>();
  #finished = 0;
  #timer: NodeJS.Timeout | undefined;

  onTestRunStart(): void {
    if (process.stdout.isTTY) return;
    this.#timer = setInterval(() => {
      process.stdout.write(`  … ${this.#finished} tests done, running ${[...this.#running].join(', ')}\n`);
    }, heartbeatMilliseconds);
  }

  onTestModuleStart(module: TestModule): void {
    this.#running.add(module.relativeModuleId);
  }

  onTestModuleEnd(module: TestModule): void {
    this.#running.delete(module.relativeModuleId);
  }

  onTestCaseResult(_test: TestCase): void {
    this.#finished++;
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    clearInterval(this.#timer);
    const file = process.env.CENOTE_TEST_COUNTS;
    if (file !== undefined) writeFileSync(file, JSON.stringify(count(modules, unhandledErrors)));
  }
}

function count(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): Counts {
  const counts: Counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
  for (const module of modules) {
    counts.failed += module.errors().length;
    for (const suite of module.children.allSuites()) counts.failed += suite.errors().length;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed') counts.passed++;
      else if (state === 'failed') counts.failed++;
      else counts.skipped++;
    }
  }
  return counts;
}
