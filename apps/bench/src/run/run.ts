import type { ChromiumHost } from '../browser/chromium-host.js';
import { describeMachine } from '../machine.js';
import type { RunRequest } from '../options.js';
import type { Progress } from '../progress.js';
import type { Result, Row, SuiteName } from '../result.js';
import { measureMemory } from '../suites/memory.js';
import { measureSize } from '../suites/size.js';
import { measureStartup } from '../suites/startup.js';
import { type Case, cases } from '../workloads/cases.js';
import { budgets, Foresight, type MeasureContext, measureCase } from './measure.js';
import { Pace, slowed } from './pace.js';
import { measurePeaks } from './peaks.js';
import { startProcess, WorkerPool } from './worker-pool.js';

/** What watches a run. */
export interface RunOptions {
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Told of each row when it is there. */
  readonly onRow: (row: Row, result: Result) => void;
}

/** Measures what was asked for. A signal ends it after the row that is being measured, with the rows until then. */
export async function runBench(request: RunRequest, { progress, signal, onRow }: RunOptions): Promise<Result> {
  const start = performance.now();
  const opened: { chromium?: ChromiumHost } = {};
  // Loaded for those who measure there: what drives a browser is large.
  const host = async () => {
    const { ChromiumHost } = await import('../browser/chromium-host.js');
    opened.chromium ??= new ChromiumHost();
    return opened.chromium;
  };
  const pools = {
    node: new WorkerPool(startProcess(request.python), request.device),
    chromium: new WorkerPool(async (peer) => (await host()).open(peer), 'default'),
    gpu: new WorkerPool(async (peer) => (await host()).openOnGpu(peer), 'webgpu'),
  };
  const closeAll = async () => {
    for (const pool of Object.values(pools)) pool.close();
    await opened.chromium?.close();
  };
  const result: Result = {
    format: 'cenote-bench',
    version: 1,
    created: new Date().toISOString(),
    settings: {
      quick: request.quick,
      threads: [...request.threads],
      device: request.device,
      suites: [...request.suites],
      filter: request.filter?.source ?? null,
      peers: [...request.peers],
      seconds: 0,
    },
    machine: describeMachine(),
    versions: {},
    rows: [],
    peaks: {},
    startup: [],
    size: [],
    memory: [],
  };
  const context: MeasureContext = {
    pools,
    budget: request.quick ? budgets.quick : budgets.full,
    pace: new Pace(),
    threads: request.threads,
    peers: request.peers,
    say: (doing) => progress.show(doing),
    signal,
  };
  const foresight = new Foresight();
  try {
    const wanted = cases.filter(
      ({ suite, title, quick }) =>
        request.suites.includes(suite) && (quick || !request.quick) && (request.filter?.test(title) ?? true),
    );
    const begin = performance.now();
    for (const [index, each] of wanted.entries()) {
      signal.throwIfAborted();
      if (each.suite === 'gemm' && Object.keys(result.peaks).length === 0) {
        result.peaks = await measurePeaks(context);
      }
      const left = (context.budget.allRows - (performance.now() - begin)) / (wanted.length - index);
      const row = await measureCase(each, context, foresight, Math.min(context.budget.row, left));
      result.rows.push(row);
      onRow(row, result);
    }
    await measureAgain(wanted, result, context, foresight, begin + context.budget.allRows);
    // These want the machine for themselves: other libraries' threads end before.
    await closeAll();
    await measureOthers(request, result, { say: context.say, signal });
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error;
  } finally {
    await closeAll();
  }
  result.versions = Object.fromEntries([
    ...pools.node.versions,
    ...(opened.chromium?.versions ?? []),
    ...[...pools.chromium.versions]
      .filter(([peer]) => peer !== 'plain')
      .map(([peer, version]) => [`${peer} in Chromium`, version] as const),
    ...[...pools.gpu.versions].map(([peer, version]) => [`${peer} on a GPU`, version] as const),
  ]);
  result.settings.seconds = (performance.now() - start) / 1000;
  return result;
}

/** Measures the rows again during which the machine was slowed down, the worst first, while there is time. */
async function measureAgain(
  wanted: readonly Case[],
  result: Result,
  context: MeasureContext,
  foresight: Foresight,
  end: number,
): Promise<void> {
  const disturbed = result.rows
    .map((row, index) => ({ index, pace: row.pace ?? 1 }))
    .filter(({ pace }) => pace > slowed)
    .sort((a, b) => b.pace - a.pace);
  for (const { index, pace } of disturbed) {
    if (performance.now() > end) return;
    context.signal.throwIfAborted();
    context.say(`${wanted[index].title}: again, the machine was slowed down`);
    const row = await measureCase(wanted[index], context, foresight);
    if ((row.pace ?? 1) < pace) result.rows[index] = row;
  }
}

/** The suites that are not of calls beside one another. */
async function measureOthers(
  { suites, peers, python, quick, filter }: RunRequest,
  result: Result,
  { say, signal }: Pick<MeasureContext, 'say' | 'signal'>,
): Promise<void> {
  // A filter is for rows: who gives one wants some rows, and not to wait for what has none.
  const wants = (suite: SuiteName) => suites.includes(suite) && filter === null;
  if (wants('startup')) {
    result.startup = await measureStartup({ peers, python, rounds: quick ? 2 : 5, say, signal });
  }
  if (wants('size')) result.size = await measureSize(say);
  if (wants('memory')) {
    const [calls, budget] = quick ? [2000, 1500] : [50_000, 3000];
    result.memory = await measureMemory({ peers, calls, budget, say, signal });
  }
}
