import { type PeerName, peers } from '../peers.js';
import type { MemoryFacts } from '../result.js';
import { startProcess, WorkerPool } from '../run/worker-pool.js';
import { PeerError } from '../worker/client.js';
import type { PoolWorkload } from '../workloads/workload.js';

/** Large enough for what is lost to be noticed, small enough for many calls. */
const workload: PoolWorkload = {
  kind: 'pool',
  fn: 'max',
  pass: 'forward',
  input: [4, 16, 32, 32],
  window: { kind: 'sliding', kernel: [2, 2], stride: [2, 2], padding: [0, 0] },
};

/** What a run of this suite needs. */
export interface MemoryOptions {
  readonly peers: readonly PeerName[];
  readonly calls: number;
  /** Milliseconds for the calls of a peer: a slow one makes fewer. */
  readonly budget: number;
  readonly say: (doing: string) => void;
  readonly signal: AbortSignal;
}

/** How much memory is gone after many calls whose results were given back: in a fresh process for each library. */
export async function measureMemory({
  peers: names,
  calls,
  budget,
  say,
  signal,
}: MemoryOptions): Promise<MemoryFacts[]> {
  const facts: MemoryFacts[] = [];
  for (const peer of names) {
    // PyTorch's process is Python's, whose heap cannot be asked in the same way.
    if (peer === 'floor' || peer === 'plain' || peer === 'pytorch' || !peers[peer].places.includes('node')) continue;
    signal.throwIfAborted();
    say(`memory: ${peers[peer].title}`);
    const pool = new WorkerPool(startProcess(''), 'default');
    try {
      const worker = await pool.get(peer, 1);
      const layout = peers[peer].layouts(workload)[0];
      await worker.ask({ ask: 'prepare', key: 'memory', workload, layout, positions: [0] }, budget + 10_000);
      const answer = await worker.ask({ ask: 'memory', key: 'memory', calls, budget: budget * 1e6 }, budget + 20_000);
      facts.push({ peer, ...answer, message: null });
    } catch (error) {
      if (!(error instanceof PeerError)) throw error;
      facts.push({ peer, calls: 0, heapGrowth: null, residentGrowth: null, message: error.message });
    } finally {
      pool.close();
    }
  }
  return facts;
}
