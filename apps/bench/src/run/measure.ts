import { type PeerName, type Place, peers } from '../peers.js';
import type { Contender, Entry, Row } from '../result.js';
import { timingOf } from '../statistics.js';
import { type Client, PeerError } from '../worker/client.js';
import type { Case } from '../workloads/cases.js';
import { type Expectation, expectationOf, wrongness } from '../workloads/expected.js';
import { floatOperations, plainWork, touchedBytes, type Workload } from '../workloads/workload.js';
import { type PaceKeeper, slowed } from './pace.js';
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
  /** For a row, everything together: samples share what preparing and checking leave of it, but get a quarter at least. */
  readonly row: number;
  /** For waiting, within a row, until the machine is at its own pace. */
  readonly patience: number;
  /** For all rows together: what they have left when some took longer. */
  readonly allRows: number;
  /** What takes longer than this for one call is called once. */
  readonly once: number;
  /** What would take longer than this is not called, where that can be foreseen. */
  readonly skip: number;
  /** What has no answer after this is ended. */
  readonly timeout: number;
}

/** Looking closely, and looking in passing. */
export const budgets: { readonly full: Budget; readonly quick: Budget } = {
  full: {
    samples: 300,
    warmUp: 50,
    rounds: 8,
    slow: 1200,
    row: 15_000,
    patience: 4000,
    allRows: 680_000,
    once: 1000,
    skip: 1000,
    timeout: 6000,
  },
  quick: {
    samples: 60,
    warmUp: 20,
    rounds: 3,
    slow: 250,
    row: 3500,
    patience: 500,
    allRows: 40_000,
    once: 500,
    skip: 700,
    timeout: 6000,
  },
};

/** What a measurement needs besides the case. */
export interface MeasureContext {
  /** What measures, by where. */
  readonly pools: { readonly [P in Place]: WorkerPool };
  readonly budget: Budget;
  readonly pace: PaceKeeper;
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

/** Samples get so much of what they would like to have, however late it is. */
const leastPart = 0.3;

/** With fewer rounds, one that was disturbed would have a say. */
const leastRounds = (call: number) => (call < 500 * milli ? 3 : 2);

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

/**
 * Everyone's time for one case.
 *
 * @param time Milliseconds that it should take, if it can.
 */
export async function measureCase(
  each: Case,
  context: MeasureContext,
  foresight: Foresight,
  time = context.budget.row,
): Promise<Row> {
  const { id, title, suite, place, series, windowSize, workload } = each;
  const pool = context.pools[place];
  const entries: Entry[] = [];
  const runners: Runner[] = [];
  let paces: number[] = [];
  const start = performance.now();
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
        // What takes for ever on one thread takes half of it on two.
        const hopeless = entries.some(
          ({ peer, layout, status }) => status === 'timeout' && peer === contender.peer && layout === contender.layout,
        );
        if (hopeless) throw new PeerError('timeout', 'no answer with another number of threads either');
        const learn = (call: number) => {
          if (series !== null) foresight.learn(contender, series, workload, call);
        };
        runners.push(await check(contender, each, expectation, context, learn));
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
    // What the last check of each will take is set aside.
    const checks = runners.reduce((sum, { call, cold }) => sum + (cold ? 0 : call / milli), 0);
    paces = await takeTurns(title, runners, entries, context, time - checks - (performance.now() - start));
    context.say(`${title}: checking once more`);
    for (const runner of runners)
      await attempt(runner.contender, entries, () => checkAgain(runner, each, expectation, context));
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
  return {
    id,
    title,
    suite,
    windowSize,
    bytes,
    operations: floatOperations(workload),
    pace: context.pace.factor(paces),
    entries,
  };
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

/**
 * Has a contender prepared, and its answer compared with the definition's.
 *
 * @param learn Told how many nanoseconds the first call took, or has taken when it was given up.
 */
async function check(
  contender: Contender,
  { workload, place }: Case,
  expectation: Expectation,
  { pools, budget }: MeasureContext,
  learn: (call: number) => void,
): Promise<Runner> {
  const worker = await pools[place].get(contender.peer, contender.threads);
  const key = contenderKey(contender);
  const { positions } = expectation;
  const { layout } = contender;
  const prepare = { ask: 'prepare', key, workload, layout, positions } as const;
  const { values, firstCall } = await worker.ask(prepare, budget.timeout).catch((error: unknown) => {
    if (error instanceof PeerError && error.kind === 'timeout') learn(budget.timeout * milli);
    throw error;
  });
  learn(firstCall);
  const wrong = wrongness(expectation, values);
  if (wrong !== null) {
    await worker.ask({ ask: 'release', key }, budget.timeout);
    throw new PeerError('wrong', wrong);
  }
  let call = firstCall;
  if (place === 'gpu' || (firstCall > budget.once * milli && firstCall < 2 * budget.once * milli)) {
    // First calls compile programs, or fetch memory from the system, which may take longer than many a call.
    const second = await worker.ask({ ask: 'sample', key, iterations: 1, budget: 0 }, budget.timeout);
    call = second.samples[0];
  }
  const runner = await warm({ contender, worker, key, firstCall: call }, budget);
  learn(runner.call);
  return runner;
}

/** Compares the answer once more after the samples: whoever was fast by being wrong has no time. */
async function checkAgain(
  { contender, worker, key, cold }: Runner,
  { workload }: Case,
  expectation: Expectation,
  { budget }: MeasureContext,
): Promise<void> {
  // The only call of a cold one is the one that was checked, and a copy has no answer.
  if (cold || contender.peer === 'floor' || !worker.alive) return;
  const { positions } = expectation;
  const { layout } = contender;
  let values: readonly (number | null)[];
  if (workload.kind === 'lenet' && workload.pass === 'training') {
    // Every step has changed the parameters: the first step is taken anew, by what has made all the others.
    await worker.ask({ ask: 'release', key }, budget.timeout);
    ({ values } = await worker.ask({ ask: 'prepare', key, workload, layout, positions }, budget.timeout));
  } else {
    ({ values } = await worker.ask({ ask: 'check', key, workload, layout, positions }, budget.timeout));
  }
  const wrong = wrongness(expectation, values);
  if (wrong !== null) throw new PeerError('wrong', `after the samples, ${wrong}`);
}

async function warm(
  { contender, worker, key, firstCall }: Pick<Runner, 'contender' | 'worker' | 'key'> & { firstCall: number },
  { once, samples, warmUp, timeout }: Budget,
): Promise<Runner> {
  const runner = { contender, worker, key, iterations: 1, call: firstCall };
  if (firstCall > once * milli) return { ...runner, cold: true, rounds: [[firstCall]] };
  // Compilers had time enough in a call as long as this.
  if (firstCall > samples * milli) return { ...runner, cold: false, rounds: [] };
  const { call, iterations } = await worker.ask({ ask: 'calibrate', key, budget: warmUp * milli }, timeout);
  return { ...runner, call, iterations, cold: false, rounds: [] };
}

/**
 * Rounds in which everyone has a turn, each time beginning with another. A round in which the machine is slowed down is done
 * again, as long as there is patience.
 *
 * @param left Milliseconds that the row has left.
 * @returns The machine's pace in each round.
 */
async function takeTurns(
  title: string,
  runners: readonly Runner[],
  entries: Entry[],
  { budget, pace, say, signal }: MeasureContext,
  left: number,
): Promise<number[]> {
  const warmed = runners.filter(({ cold }) => !cold);
  // What everyone would like to have, and the part of it that there is time for.
  const wishes = warmed.map(({ call }) =>
    Math.max(budget.samples, Math.min(budget.slow, (budget.rounds * call) / milli)),
  );
  const part = Math.min(1, Math.max(leastPart, left / wishes.reduce((sum, wish) => sum + wish, 0)));
  const share = (budget.samples / budget.rounds) * part * milli;
  const out = new Set<Runner>();
  const paces: number[] = [];
  let patience = budget.patience;
  for (let round = 0; round < budget.rounds; round++) {
    patience = await pace.settled(patience);
    const start = performance.now();
    const taken = new Map<Runner, number[]>();
    const seen = [pace.measure()];
    for (let turn = 0; turn < warmed.length; turn++) {
      const runner = warmed[(round + turn) % warmed.length];
      // Long calls get fewer rounds, but as long as they last they are in all of them: ratios are taken by round.
      const affordable = Math.max(leastRounds(runner.call), Math.floor((budget.slow * part * milli) / runner.call));
      if (out.has(runner) || round >= affordable) continue;
      signal.throwIfAborted();
      say(`${title}: round ${round + 1} of ${budget.rounds}, ${peers[runner.contender.peer].title}`);
      const { worker, key, iterations } = runner;
      await attempt(runner.contender, entries, async () => {
        const { samples } = await worker.ask({ ask: 'sample', key, iterations, budget: share }, budget.timeout);
        taken.set(runner, [...samples]);
      });
      if (!worker.alive) out.add(runner);
      seen.push(pace.measure());
    }
    const spent = performance.now() - start;
    if (pace.factor(seen) > slowed && patience > spent) {
      patience -= spent;
      round--;
      continue;
    }
    paces.push(...seen);
    for (const [runner, samples] of taken) runner.rounds.push(samples);
  }
  return paces;
}

/** A contender in a word. */
export function contenderKey({ peer, layout, threads }: Contender): string {
  return `${peer} ${layout} ${threads}`;
}
