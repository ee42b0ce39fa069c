// Runs in a browser, on a page or in a worker: checks the backend and leaves the report as a global, or posts it.
import { runConformance } from '@cenote/conformance';
import { cpuBackend } from '../../src/index.js';

/** What the test is told. */
export interface PageReport {
  readonly isolated: boolean;
  readonly threads: number;
  readonly passed: number;
  /** Ids and messages of what did not pass. */
  readonly failures: readonly string[];
  /** For which targets kernels ran: `scalar`, `simd128`, `relaxed`. */
  readonly targets: readonly string[];
  readonly error?: string;
}

async function check(threads: number): Promise<PageReport> {
  // Threads are worth their waking only for larger work; here everything is shared, so that it is tested.
  const backend = cpuBackend({ shareAbove: -1 });
  const count = await backend.startThreads(threads);
  const { results, counts } = await runConformance(backend, { randomCount: 100, lawRounds: 3 });
  await backend[Symbol.asyncDispose]();
  return {
    isolated: Reflect.get(globalThis, 'crossOriginIsolated') === true,
    threads: count,
    passed: counts.pass,
    failures: results.filter(({ status }) => status !== 'pass').map(({ id, message }) => `${id}: ${message}`),
    targets: [
      ...new Set(results.flatMap(({ variants }) => variants.map((name) => name.split('__')[1] ?? ''))),
    ].toSorted(),
  };
}

/** What is posted between the page and its worker, or the test and the page. */
interface Surroundings {
  readonly document?: unknown;
  readonly location: { readonly search: string };
  postMessage(message: unknown): void;
  report?: PageReport;
}

const surroundings = globalThis as unknown as Surroundings;
const threads = Number(new URLSearchParams(surroundings.location.search).get('threads') ?? 1);
const report = await check(threads).catch(
  (error: unknown): PageReport => ({
    isolated: false,
    threads: 0,
    passed: 0,
    failures: [],
    targets: [],
    error: String(error),
  }),
);
if (surroundings.document === undefined) surroundings.postMessage(report);
else surroundings.report = report;
