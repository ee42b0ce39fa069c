import { type PeerName, type Place, peers } from '../peers.js';
import type { Contender, Entry, Row } from '../result.js';
import { timingOf } from '../statistics.js';
import { type Client, PeerError } from '../worker/client.js';
import type { Case } from '../workloads/cases.js';
import { type Expectation, expectationOf, wrongness } from '../workloads/expected.js';
import { floatOperations, plainWork, touchedBytes, type Workload } from '../workloads/workload.js';
import type { WorkerPool } from './worker-pool.js';

/** How long to look. Times in milliseconds. */
export interface Budget {
  /** For the samples of a contender, all rounds together. */
  readonly samples: number;
  /** For warming up a contender. */
  readonly warmUp: number;
  readonly rounds: number;
  /** A contender whose calls are longer than `samples` may take this much in all. */
  readonly slow: number;
  /** What takes longer than this for one call is called once, or not at all where that can be foreseen. */
  readonly skip: number;
  /** What has no answer after this is ended. */
  readonly timeout: number;
}

/** Looking closely, and looking in passing. */
export const budgets: { readonly full: Budget; readonly quick: Budget } = {
  full: { samples: 300, warmUp: 60, rounds: 6, slow: 1500, skip: 6000, timeout: 20_000 },
  quick: { samples: 60, warmUp: 20, rounds: 3, slow: 250, skip: 700, timeout: 6000 },
};

/** What a measurement needs besides the case. */
export interface MeasureContext {
  /** What measures, by where. */
  readonly pools: { readonly [P in Place]: WorkerPool };
  readonly budget: Budget;
  readonly threads: readonly number[];
  readonly peers: readonly PeerName[];
  /** Told what is being done, for those who wait. */
  readonly say: (doing: string) => void;
  readonly signal: AbortSignal;
}

/** A contender that gave the right answer. */
interface Runner {
  readonly contender: Contender;
  readonly worker: Client;
  readonly key: string;
  iterations: number;
  /** Nanoseconds of a call. */
  call: number;
  cold: boolean;
  readonly rounds: number[][];
}

const milli = 1e6;

/** Who competes in a case: each peer in its layouts, with each number of threads that it can use. */
export function contendersOf(
  { workload, place }: Pick<Case, 'workload' | 'place'>,
  names: readonly PeerName[],
  threads: readonly number[],
): Contender[] {
  return names
    .filter((peer) => peer !== 'floor' && peers[peer].places.includes(place))
    .flatMap((peer) => {
      const facts = peers[peer];
      const counts = facts.threads.includes(place) ? threads : [1];
      return counts.flatMap((count) => facts.layouts(workload).map((layout) => ({ peer, layout, threads: count })));
    });
}

/** Foresees long calls from what the same contender needed for less. */
export class Foresight {
  readonly #pace = new Map<string, number>();

  /** @returns Milliseconds that a call will take, or null when nothing is known. */
  guess(contender: Contender, series: string, workload: Workload): number | null {
    const pace = this.#pace.get(`${series} ${contenderKey(contender)}`);
    return pace === undefined ? null : (pace * plainWork(workload)) / milli;
  }

  learn(contender: Contender, series: string, workload: Workload, nanoseconds: number): void {
    this.#pace.set(`${series} ${contenderKey(contender)}`, nanoseconds / plainWork(workload));
  }
}

/** Everyone's time for one case. */
export async function measureCase(each: Case, context: MeasureContext, foresight: Foresight): Promise<Row> {
  const { id, title, suite, place, series, windowSize, workload } = each;
  const pool = context.pools[place];
  const entries: Entry[] = [];
  const runners: Runner[] = [];
  const contenders = contendersOf(each, context.peers, context.threads);
  const bytes = touchedBytes(workload);
  try {
    const expectation = expectationOf(workload);
    for (const contender of contenders) {
      context.signal.throwIfAborted();
      context.say(`${title}: checking ${peers[contender.peer].title}`);
      await attempt(contender, entries, async () => {
        // Guesses suppose that work grows with the window. Ours is not to, and has to prove it.
        const foreseen = series !== null && contender.peer !== 'cenote';
        const guess = foreseen ? foresight.guess(contender, series, workload) : null;
        if (guess !== null && guess > context.budget.skip) {
          entries.push({
            ...contender,
            status: 'skipped',
            message: `a call would take about ${(guess / 1000).toFixed(1)} s`,
          });
          return;
        }
        const runner = await check(contender, each, expectation, context);
        if (series !== null) foresight.learn(contender, series, workload, runner.call);
        runners.push(runner);
      });
    }
    // After Cenote's, in whose process it is: one that was ended would take the copy along.
    if (bytes !== null && context.peers.includes('floor') && peers.floor.places.includes(place)) {
      await attempt({ peer: 'floor', layout: 'channelsFirst', threads: 1 }, entries, async (contender) => {
        const worker = await pool.get('cenote', 1);
        await worker.ask({ ask: 'prepareCopy', key: 'floor', bytes }, context.budget.timeout);
        runners.push(await warm({ contender, worker, key: 'floor', firstCall: 0 }, context.budget));
      });
    }
    await takeTurns(title, runners, entries, context);
  } finally {
    for (const { worker, key } of runners) {
      if (worker.alive) await worker.ask({ ask: 'release', key }, context.budget.timeout).catch(() => worker.close());
    }
  }
  for (const { contender, rounds, cold } of runners) {
    if (entries.some((entry) => contenderKey(entry) === contenderKey(contender))) continue;
    entries.push({ ...contender, status: 'measured', time: timingOf(rounds), cold });
  }
  const order = (entry: Contender) => {
    const index = contenders.findIndex((contender) => contenderKey(contender) === contenderKey(entry));
    return index;
  };
  entries.sort((a, b) => order(a) - order(b));
  return { id, title, suite, windowSize, bytes, operations: floatOperations(workload), entries };
}

/** Does something for a contender; when it comes to nothing, that is its entry. */
async function attempt(
  contender: Contender,
  entries: Entry[],
  work: (contender: Contender) => Promise<void>,
): Promise<void> {
  try {
    await work(contender);
  } catch (error) {
    if (!(error instanceof PeerError)) throw error;
    entries.push({ ...contender, status: error.kind, message: error.message });
  }
}

/** Has a contender prepared, and its answer compared with the definition's. */
async function check(
  contender: Contender,
  { workload, place }: Case,
  expectation: Expectation,
  { pools, budget }: MeasureContext,
): Promise<Runner> {
  const worker = await pools[place].get(contender.peer, contender.threads);
  const key = contenderKey(contender);
  const { positions } = expectation;
  const { layout } = contender;
  const { values, firstCall } = await worker.ask({ ask: 'prepare', key, workload, layout, positions }, budget.timeout);
  const wrong = wrongness(expectation, values);
  if (wrong !== null) {
    await worker.ask({ ask: 'release', key }, budget.timeout);
    throw new PeerError('wrong', wrong);
  }
  if (place !== 'gpu') return warm({ contender, worker, key, firstCall }, budget);
  // The first call compiled programs for the device, which takes longer than many a call.
  const second = await worker.ask({ ask: 'sample', key, iterations: 1, budget: 0 }, budget.timeout);
  return warm({ contender, worker, key, firstCall: second.samples[0] }, budget);
}

async function warm(
  { contender, worker, key, firstCall }: Pick<Runner, 'contender' | 'worker' | 'key'> & { firstCall: number },
  budget: Budget,
): Promise<Runner> {
  if (firstCall > budget.skip * milli) {
    return { contender, worker, key, iterations: 1, call: firstCall, cold: true, rounds: [[firstCall]] };
  }
  const calibration = { ask: 'calibrate', key, budget: budget.warmUp * milli } as const;
  const { call, iterations } = await worker.ask(calibration, budget.timeout);
  return { contender, worker, key, iterations, call, cold: false, rounds: [] };
}

/** Rounds in which everyone has a turn, each time beginning with another. */
async function takeTurns(
  title: string,
  runners: readonly Runner[],
  entries: Entry[],
  { budget, say, signal }: MeasureContext,
): Promise<void> {
  const warmed = runners.filter(({ cold }) => !cold);
  const out = new Set<Runner>();
  for (let round = 0; round < budget.rounds; round++) {
    for (let turn = 0; turn < warmed.length; turn++) {
      const runner = warmed[(round + turn) % warmed.length];
      // Long calls get fewer rounds, but as long as they last they are in all of them: ratios are taken by round.
      const affordable = Math.max(1, Math.floor((budget.slow * milli) / runner.call));
      if (out.has(runner) || round >= affordable) continue;
      signal.throwIfAborted();
      say(`${title}: round ${round + 1} of ${budget.rounds}, ${peers[runner.contender.peer].title}`);
      const { worker, key, iterations } = runner;
      const share = (budget.samples / budget.rounds) * milli;
      await attempt(runner.contender, entries, async () => {
        const { samples } = await worker.ask({ ask: 'sample', key, iterations, budget: share }, budget.timeout);
        runner.rounds.push([...samples]);
      });
      if (!worker.alive) out.add(runner);
    }
  }
}

/** A contender in a word. */
export function contenderKey({ peer, layout, threads }: Contender): string {
  return `${peer} ${layout} ${threads}`;
}
