import { describe, expect, it } from 'vitest';
import type { PeerName } from '../src/peers.js';
import { budgets, Foresight, type MeasureContext, measureCase } from '../src/run/measure.js';
import { Pace, type PaceKeeper } from '../src/run/pace.js';
import { WorkerPool } from '../src/run/worker-pool.js';
import { type Client, PeerError } from '../src/worker/client.js';
import type { Answers, Ask } from '../src/worker/protocol.js';
import type { Case } from '../src/workloads/cases.js';
import { expectationOf } from '../src/workloads/expected.js';
import type { Workload } from '../src/workloads/workload.js';

const pooling: Workload = {
  kind: 'pool',
  fn: 'max',
  pass: 'forward',
  input: [1, 1, 4, 4],
  window: { kind: 'sliding', kernel: [2, 2], stride: [2, 2], padding: [0, 0] },
};

function caseOf(workload: Workload): Case {
  return { id: 'a', title: 'a', suite: 'pool', place: 'node', series: 'a', windowSize: null, quick: true, workload };
}

/** What a contender that only pretends does when it is asked. */
interface Script {
  /** Nanoseconds of a call. */
  readonly call?: number;
  /** What is added to the answers, by what was asked, in turn. */
  readonly errors?: { readonly prepare?: number[]; readonly check?: number[] };
  readonly hangs?: boolean;
}

/** A machine that is so much slower than at its best, each time one looks; at its best when there is no more to see. */
function paceOf(factors: number[]): PaceKeeper {
  return {
    measure: () => factors.shift() ?? 1,
    factor: (measured) => Math.max(...measured, 1),
    settled: async (patience) => patience,
  };
}

/** Measures a workload with Cenote and PyTorch, who do as they are told; gives the row and what they were asked. */
async function measure(
  workload: Workload,
  scripts: { readonly [P in PeerName]?: Script },
  threads = [1],
  time?: number,
  pace = paceOf([]),
) {
  const asked: string[] = [];
  const { values } = expectationOf(workload);
  const start = (peer: PeerName): Client => {
    const { call = 1e6, errors = {}, hangs = false } = scripts[peer] ?? {};
    const answer = (ask: Ask): Answers[Ask['ask']] => {
      asked.push(`${peer} ${ask.ask}`);
      if (ask.ask === 'open') return { version: '1', threads: ask.threads };
      if (ask.ask === 'prepare' || ask.ask === 'check') {
        if (hangs) throw new PeerError('timeout', 'no answer');
        const error = errors[ask.ask]?.shift() ?? 0;
        return { values: values.map((value) => value + error), firstCall: call };
      }
      if (ask.ask === 'calibrate') return { call, iterations: 1 };
      return ask.ask === 'sample' ? { samples: [call] } : {};
    };
    return {
      alive: true,
      // The answer is that of the question.
      ask: async <A extends Ask>(ask: A) => answer(ask) as Answers[A['ask']],
      close: () => {},
    };
  };
  const pool = new WorkerPool(start, 'default');
  const context: MeasureContext = {
    pools: { node: pool, chromium: pool, gpu: pool },
    budget: budgets.full,
    pace,
    threads,
    peers: ['cenote', 'pytorch'],
    say: () => {},
    signal: new AbortController().signal,
  };
  const row = await measureCase(caseOf(workload), context, new Foresight(), time);
  const statuses = row.entries.map(({ peer, status }) => `${peer} ${status}`);
  const count = (what: string) => asked.filter((each) => each === what).length;
  return { row, statuses, asked, count };
}

describe('the answer', () => {
  it('is checked before the samples and after them', async () => {
    const { statuses, count } = await measure(pooling, {});
    expect(new Set(statuses)).toEqual(new Set(['cenote measured', 'pytorch measured']));
    expect(count('cenote prepare')).toBe(count('cenote check'));
  });

  it('that becomes wrong leaves a contender without a time', async () => {
    const { row, statuses } = await measure(pooling, { pytorch: { errors: { check: [0, 1, 0] } } });
    expect(statuses.filter((status) => status === 'pytorch wrong')).toHaveLength(1);
    const wrong = row.entries.find(({ status }) => status === 'wrong');
    expect(wrong).toMatchObject({
      message: expect.stringMatching(/^after the samples, 4 of 4 checked values are wrong/),
    });
  });

  it('of a training step is that of the first one, taken anew', async () => {
    const training = { kind: 'lenet', pass: 'training', batch: 1 } as const;
    const { statuses, count } = await measure(training, { pytorch: { errors: { prepare: [0, 1] } } });
    expect(statuses).toEqual(['cenote measured', 'pytorch wrong']);
    expect([count('pytorch prepare'), count('pytorch check')]).toEqual([2, 0]);
  });
});

describe('time', () => {
  it('that is short makes fewer rounds of long calls, and never too few', async () => {
    const slow = { pytorch: { call: 150e6 } };
    const leisurely = await measure(pooling, slow);
    const hurried = await measure(pooling, slow, [1], 0);
    expect(leisurely.count('pytorch sample')).toBeGreaterThan(hurried.count('pytorch sample'));
    const contenders = hurried.row.entries.filter(({ peer }) => peer === 'pytorch').length;
    expect(hurried.count('pytorch sample')).toBe(3 * contenders);
  });

  it('that a contender takes for ever is not spent again with more threads', async () => {
    const { statuses, count } = await measure(pooling, { pytorch: { hangs: true } }, [1, 2]);
    expect(new Set(statuses)).toEqual(new Set(['cenote measured', 'pytorch timeout']));
    expect(count('pytorch prepare')).toBe(statuses.filter((status) => status === 'pytorch timeout').length / 2);
  });
});

describe('a machine that is slowed down', () => {
  const contenders = { cenote: {}, pytorch: {} };
  const { rounds } = budgets.full;

  it('has its rounds done again', async () => {
    const { count, row } = await measure(pooling, contenders, [1], undefined, paceOf([1.5, 1, 1]));
    const { count: undisturbed } = await measure(pooling, contenders);
    expect(undisturbed('pytorch sample')).toBeGreaterThanOrEqual(rounds);
    expect(count('pytorch sample') / undisturbed('pytorch sample')).toBe((rounds + 1) / rounds);
    expect(row.pace).toBe(1);
    const [first] = row.entries;
    expect(first.status === 'measured' && first.time.rounds.length).toBe(rounds);
  });

  it('is told of when patience is at an end', async () => {
    const impatient = { ...paceOf(Array<number>(1000).fill(1.5)), settled: async () => 0 };
    const { count, row } = await measure(pooling, contenders, [1], undefined, impatient);
    const { count: undisturbed } = await measure(pooling, contenders);
    expect(count('pytorch sample')).toBe(undisturbed('pytorch sample'));
    expect(row.pace).toBe(1.5);
  });

  it('is waited for no longer than that', async () => {
    const pace = new Pace();
    pace.measure = () => 10;
    pace.factor = () => 2;
    expect(await pace.settled(500)).toBe(100);
    pace.factor = () => 1;
    expect(await pace.settled(500)).toBe(500);
  });
});
