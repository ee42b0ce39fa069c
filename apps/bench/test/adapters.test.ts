import { describe, expect, it, type TestContext } from 'vitest';
import { missing } from '../../../tooling/vitest/missing.js';
import { peers } from '../src/peers.js';
import { type PeerError, WorkerClient } from '../src/worker/client.js';
import { expectationOf, wrongness } from '../src/workloads/expected.js';
import { checkAdapter, workloads } from './check-adapter.js';

const python = process.env.CENOTE_PYTHON ?? '/usr/bin/python3';

checkAdapter('cenote', () => import('../src/adapters/cenote.js'));
checkAdapter('plain', () => import('../src/adapters/plain.js'));
checkAdapter('tfjs-cpu', () => import('../src/adapters/tfjs-cpu.js'));
checkAdapter('tfjs-wasm', () => import('../src/adapters/tfjs-wasm.js'));
checkAdapter('ort-web', () => import('../src/adapters/ort-web.js'));
checkAdapter('ort-node', () => import('../src/adapters/ort-node.js'));

describe('pytorch', () => {
  it('gives the right answers', async (context: TestContext) => {
    const worker = new WorkerClient({ peer: 'pytorch', threads: 1, python });
    try {
      await worker.ask({ ask: 'open', peer: 'pytorch', threads: 1, device: 'default' }, 60_000);
    } catch {
      missing(context, 'PyTorch (Debian: python3-torch; another Python: CENOTE_PYTHON)');
    }
    for (const [title, workload] of workloads) {
      const expectation = expectationOf(workload);
      for (const layout of peers.pytorch.layouts(workload)) {
        const { positions } = expectation;
        const prepared = await worker
          .ask({ ask: 'prepare', key: title, workload, layout, positions }, 20_000)
          .catch((error: PeerError) => error);
        if (prepared instanceof Error) {
          // oneDNN's blocks are for the common cases only.
          expect([layout, prepared.kind], `${title} ${prepared.message}`).toEqual(['blocked', 'unsupported']);
          expect(title).not.toMatch(/^(max|avg) .×/);
          continue;
        }
        const { values } = prepared;
        expect(wrongness(expectation, values), `${title} ${layout}`).toBeNull();
        const { samples } = await worker.ask({ ask: 'sample', key: title, iterations: 2, budget: 0 }, 20_000);
        expect(samples).toHaveLength(1);
        if (!title.includes('training')) {
          const again = await worker.ask({ ask: 'check', key: title, workload, layout, positions }, 20_000);
          expect(wrongness(expectation, again.values), `${title} ${layout}, once more`).toBeNull();
        }
        await worker.ask({ ask: 'release', key: title }, 20_000);
      }
    }
    worker.close();
  });
});

describe('a worker', () => {
  it('that cannot start says so', async () => {
    const worker = new WorkerClient({ peer: 'pytorch', threads: 1, python: '/no/such/python' });
    const open = worker.ask({ ask: 'open', peer: 'pytorch', threads: 1, device: 'default' }, 10_000);
    await expect(open).rejects.toThrow(/could not start/);
    expect(worker.alive).toBe(false);
  });

  it('that ends without an answer says so', async () => {
    // Node takes the Python script for a program of its own, and ends with an error.
    const worker = new WorkerClient({ peer: 'pytorch', threads: 1, python: process.execPath });
    const open = worker.ask({ ask: 'open', peer: 'pytorch', threads: 1, device: 'default' }, 10_000);
    await expect(open).rejects.toThrow(/ended with code 1/);
  });
});
