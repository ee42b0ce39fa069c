import { afterAll, describe, expect, it } from 'vitest';
import { findChromium } from '../../../tooling/browser/chromium.js';
import { missing } from '../../../tooling/vitest/missing.js';
import { ChromiumHost } from '../src/browser/chromium-host.js';
import { type PeerName, peers } from '../src/peers.js';
import type { Client } from '../src/worker/client.js';
import { expectationOf, wrongness } from '../src/workloads/expected.js';
import type { PoolWorkload } from '../src/workloads/workload.js';

/** Milliseconds: only for what hangs. */
const timeout = 60_000;
const chromium = 'Chromium (Debian: chromium; another one: CENOTE_CHROMIUM)';

const workload: PoolWorkload = {
  kind: 'pool',
  fn: 'avg',
  pass: 'forward',
  input: [2, 3, 7, 9],
  window: { kind: 'sliding', kernel: [3, 3], stride: [2, 2], padding: [1, 1] },
};
const expectation = expectationOf(workload);
const { positions } = expectation;

describe('a page in Chromium', () => {
  const host = new ChromiumHost();
  afterAll(() => host.close(), timeout);

  async function checkAnswers(client: Client, peer: PeerName, threads: number, device: string): Promise<void> {
    const opened = await client.ask({ ask: 'open', peer, threads, device }, timeout);
    expect(opened).toEqual({ version: expect.stringMatching(/^\d+\.\d+\.\d+/), threads });
    for (const layout of peers[peer].layouts(workload)) {
      const { values } = await client.ask({ ask: 'prepare', key: layout, workload, layout, positions }, timeout);
      expect(wrongness(expectation, values), layout).toBeNull();
      const { samples } = await client.ask({ ask: 'sample', key: layout, iterations: 2, budget: 0 }, timeout);
      expect(samples).toHaveLength(1);
      const again = await client.ask({ ask: 'check', key: layout, workload, layout, positions }, timeout);
      expect(wrongness(expectation, again.values), `${layout}, once more`).toBeNull();
      await client.ask({ ask: 'release', key: layout }, timeout);
    }
    client.close();
  }

  it.for(['cenote', 'tfjs-wasm', 'ort-web', 'jax-js'] as const)(
    'gives the right answers on two threads: %s',
    { timeout: 3 * timeout },
    async (peer, context) => {
      if (findChromium() === null) missing(context, chromium);
      await checkAnswers(await host.open(peer), peer, 2, 'default');
    },
  );

  it.for(['cenote', 'tfjs-webgpu', 'tfjs-webgl'] as const)(
    'gives the right answers on a GPU: %s',
    { timeout: 3 * timeout },
    async (peer, context) => {
      if (findChromium() === null) missing(context, chromium);
      await checkAnswers(await host.openOnGpu(peer), peer, 1, 'webgpu');
      expect(host.versions.get(peer === 'tfjs-webgl' ? 'WebGL' : 'WebGPU')).toMatch(/\w/);
    },
  );

  it('that has no answer is ended, and says so', { timeout: 3 * timeout }, async (context) => {
    if (findChromium() === null) missing(context, chromium);
    const client = await host.open('plain');
    await client.ask({ ask: 'open', peer: 'plain', threads: 1, device: 'default' }, timeout);
    const unknown = client.ask({ ask: 'sample', key: 'nothing', iterations: 1, budget: 0 }, timeout);
    await expect(unknown).rejects.toMatchObject({ kind: 'failed', message: 'nothing is prepared as nothing' });
    const layout = 'channelsFirst';
    await client.ask({ ask: 'prepare', key: 'long', workload, layout, positions }, timeout);
    const long = client.ask({ ask: 'sample', key: 'long', iterations: 1, budget: 1e15 }, 200);
    await expect(long).rejects.toMatchObject({ kind: 'timeout' });
    expect(client.alive).toBe(false);
    await expect(client.ask({ ask: 'release', key: 'long' }, timeout)).rejects.toMatchObject({ kind: 'timeout' });
  });

  it('is not there for a peer that needs Node', { timeout: 3 * timeout }, async (context) => {
    if (findChromium() === null) missing(context, chromium);
    await expect(host.open('ort-node')).rejects.toMatchObject({
      kind: 'failed',
      message: 'there is no page for ort-node',
    });
  });
});

it('without a browser, says what is needed', async () => {
  const host = new ChromiumHost(() => null);
  await expect(host.open('cenote')).rejects.toMatchObject({
    kind: 'failed',
    message: expect.stringMatching(/^no Chromium/),
  });
  await host.close();
});
