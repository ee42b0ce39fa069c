import { strayEntries } from './known-failures.js';
import type { ConformanceResult } from './result.js';
import { type BackendSource, type ConformanceOptions, conformanceChecks, runCheck } from './run.js';

/** One check as a test of whatever test runner there is. */
export interface ConformanceTest {
  /** The check's id. */
  readonly name: string;
  /**
   * Runs it.
   *
   * @returns The result, when it is not `fail` or `unexpectedPass`: a runner may mark `declined` ones as skipped.
   * @throws {@link ConformanceFailure} otherwise.
   */
  run(): Promise<ConformanceResult>;
}

/** A failed check, as test runners want it. */
export class ConformanceFailure extends Error {
  readonly result: ConformanceResult;

  constructor(result: ConformanceResult) {
    super(`${result.id}: ${result.message}`);
    this.name = 'ConformanceFailure';
    this.result = result;
  }
}

/**
 * The checks of {@link runConformance} as a list of tests, in the order in which they want to be run.
 *
 * @param source A backend that is live for as long as the tests run. A function is called once, by the first test; what
 * it made is disposed of by the last test, which is called `dispose`.
 *
 * @example
 * ```ts
 * import { conformanceTests } from '@cenote/conformance';
 * import { test } from 'vitest';
 *
 * for (const { name, run } of conformanceTests(() => myBackend())) {
 *   test(name, async ({ skip }) => {
 *     const { status, message } = await run();
 *     if (status === 'declined') skip(message);
 *   });
 * }
 * ```
 */
export function* conformanceTests(
  source: BackendSource,
  options: ConformanceOptions = {},
): Generator<ConformanceTest, void> {
  const { knownFailures = [] } = options;
  const checks = conformanceChecks(options);
  let backend: ReturnType<Extract<BackendSource, () => unknown>> | undefined;
  const open = () => {
    backend ??= typeof source === 'function' ? source() : source;
    return backend;
  };
  const assert = (result: ConformanceResult) => {
    if (result.status === 'fail' || result.status === 'unexpectedPass') throw new ConformanceFailure(result);
    return result;
  };
  for (const check of checks) {
    yield {
      name: check.id,
      run: async () => assert(await runCheck(check, await open(), knownFailures)),
    };
  }
  for (const result of strayEntries(checks, knownFailures)) {
    yield { name: `known failure ${result.id}`, run: async () => assert(result) };
  }
  if (typeof source !== 'function') return;
  yield {
    name: 'dispose',
    run: async () => {
      if (backend !== undefined) await (await backend)[Symbol.asyncDispose]();
      return { id: 'dispose', status: 'pass', variants: [], message: '' };
    },
  };
}
