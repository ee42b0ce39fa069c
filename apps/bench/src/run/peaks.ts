import { PeerError } from '../worker/client.js';
import type { MeasureContext } from './measure.js';

/**
 * How much arithmetic the engine can do when memory has no part in it, in GFLOP/s: what a matrix product is held against.
 * Null where the engine has no such instructions.
 */
export async function measurePeaks({ pools, budget, say }: MeasureContext): Promise<Record<string, number | null>> {
  const peaks: Record<string, number | null> = {};
  for (const [name, relaxed] of [
    ['mul and add', false],
    ['relaxed madd', true],
  ] as const) {
    say(`GEMM: what registers alone can do, ${name}`);
    try {
      const worker = await pools.node.get('cenote', 1);
      const { operations } = await worker.ask({ ask: 'preparePeak', key: name, relaxed }, budget.timeout);
      const long = { ask: 'calibrate', key: name, budget: 100e6 } as const;
      const { call } = await worker.ask(long, budget.timeout);
      peaks[name] = operations / call;
      await worker.ask({ ask: 'release', key: name }, budget.timeout);
    } catch (error) {
      if (!(error instanceof PeerError)) throw error;
      peaks[name] = null;
    }
  }
  return peaks;
}
