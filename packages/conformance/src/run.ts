import type { Backend, OpKind } from '@cenote/backend';
import type { ConformanceCase } from './case.js';
import { conformanceCases } from './cases/index.js';
import { type ConformanceCheck, caseCheck, Declined, type Findings } from './check.js';
import { contractChecks } from './contract-checks.js';
import { judge, type KnownFailure, strayEntries } from './known-failures.js';
import { lawChecks } from './laws/index.js';
import { randomCases } from './random/index.js';
import type { ConformanceReport, ConformanceResult } from './result.js';
import { countsBuffers } from './variant-forcing.js';

/** A backend, or how to make one. One that was made here is disposed of at the end. */
export type BackendSource = Backend | (() => Backend | Promise<Backend>);

/** What is checked. */
export interface ConformanceOptions {
  /** The cases; {@link conformanceCases} by default. */
  readonly cases?: readonly ConformanceCase[];
  /** Seed of random cases and laws; 1 by default. */
  readonly randomSeed?: number;
  /** How many random cases; 300 by default. */
  readonly randomCount?: number;
  /** How often each law is tried, every time with other shapes and numbers; 12 by default. */
  readonly lawRounds?: number;
  /** What is known to fail, one by one. An entry that no longer fails, or names no check, is a failure. */
  readonly knownFailures?: readonly KnownFailure[];
  /** Kinds of ops that the backend must not decline; `copy` and `fill` by default, which nothing else can stand in for. */
  readonly required?: readonly OpKind[];
}

/**
 * Checks a backend: golden cases from PyTorch, random cases against the reference backend, laws, and the rules of the
 * contract about memory and order.
 *
 * @param source The backend, which is left as it was, or a function that makes one, which is disposed of at the end.
 * @param options What is checked; `onResult` is called after every check.
 * @returns All results. It does not throw when a check fails; what a backend throws is a failure of that check.
 *
 * @example
 * ```ts
 * const report = await runConformance(() => referenceBackend());
 * console.log(report.ok, report.counts);
 * ```
 */
export async function runConformance(
  source: BackendSource,
  options: ConformanceOptions & { readonly onResult?: (result: ConformanceResult) => void } = {},
): Promise<ConformanceReport> {
  const made = typeof source === 'function';
  const backend = made ? await source() : source;
  const { knownFailures = [] } = options;
  const checks = conformanceChecks(options);
  const counts = { pass: 0, fail: 0, expectedFailure: 0, unexpectedPass: 0, declined: 0 };
  const results: ConformanceResult[] = [];
  const add = (result: ConformanceResult) => {
    counts[result.status]++;
    results.push(result);
    options.onResult?.(result);
  };
  try {
    for (const check of checks) add(await runCheck(check, backend, knownFailures));
    for (const result of strayEntries(checks, knownFailures)) add(result);
  } finally {
    if (made) await backend[Symbol.asyncDispose]();
  }
  return { ok: counts.fail === 0 && counts.unexpectedPass === 0, counts, results };
}

/** Everything that {@link runConformance} checks, in order. */
export function conformanceChecks(options: ConformanceOptions = {}): readonly ConformanceCheck[] {
  const { cases = conformanceCases(), randomSeed = 1, randomCount = 300, lawRounds = 12 } = options;
  const required = new Set<OpKind>(options.required ?? ['copy', 'fill']);
  return [
    ...contractChecks(),
    ...[...cases, ...randomCases(randomSeed, randomCount)].map((one) => caseCheck(one, required)),
    ...lawChecks(randomSeed, lawRounds),
  ];
}

/** Runs one check, and makes sure that it left no buffers behind. */
export async function runCheck(
  check: ConformanceCheck,
  backend: Backend,
  knownFailures: readonly KnownFailure[],
): Promise<ConformanceResult> {
  return judge(check.id, await findingsOf(check, backend), knownFailures);
}

async function findingsOf(check: ConformanceCheck, backend: Backend): Promise<Findings> {
  const before = countsBuffers(backend) ? backend.liveBuffers : 0;
  try {
    const findings = await check.run(backend);
    const left = countsBuffers(backend) ? backend.liveBuffers - before : 0;
    if (left === 0) return findings;
    return { attempts: [{ variant: '', failure: `${left} buffers more are alive than before` }] };
  } catch (error) {
    if (error instanceof Declined) return { declined: error.message };
    return { attempts: [{ variant: '', failure: `threw ${String(error)}` }] };
  }
}
