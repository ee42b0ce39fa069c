import { createInterface } from 'node:readline';
import { type Open, type Peer, type Prepared, Unsupported } from '../adapters/adapter.js';
import type { PeerName } from '../peers.js';
import { calibrate, sample } from '../sampler.js';
import { channelsLastIndex } from '../workloads/inputs.js';
import { type PoolWorkload, pooledShape } from '../workloads/workload.js';
import { prepareCopy, preparePeak } from './floor.js';
import { memoryAfter } from './memory.js';
import { type Answers, type Ask, answerMark, type Reply } from './protocol.js';

/** The adapters, each loaded only in the process that measures it. PyTorch's worker is a script of its own. */
const adapters: { readonly [P in PeerName]?: () => Promise<{ readonly open: Open }> } = {
  cenote: () => import('../adapters/cenote.js'),
  plain: () => import('../adapters/plain.js'),
  'tfjs-cpu': () => import('../adapters/tfjs-cpu.js'),
  'tfjs-wasm': () => import('../adapters/tfjs-wasm.js'),
  'ort-web': () => import('../adapters/ort-web.js'),
  'ort-node': () => import('../adapters/ort-node.js'),
  'jax-js': () => import('../adapters/jax-js.js'),
};

/** Answers what the bench asks, one thing after the other. */
class Worker {
  #peer: Peer | null = null;
  readonly #prepared = new Map<string, Pick<Prepared, 'run' | 'dispose'>>();

  async answer(ask: Ask): Promise<Answers[Ask['ask']]> {
    switch (ask.ask) {
      case 'open': {
        const adapter = await adapters[ask.peer]?.();
        if (adapter === undefined) throw new Error(`there is no adapter for ${ask.peer}`);
        this.#peer = await adapter.open(ask);
        return { version: this.#peer.version, threads: this.#peer.threads };
      }
      case 'prepare':
        return this.#prepare(ask);
      case 'prepareCopy':
        this.#prepared.set(ask.key, prepareCopy(ask.bytes));
        return {};
      case 'preparePeak': {
        const { run, operations } = preparePeak(ask.relaxed);
        this.#prepared.set(ask.key, { run });
        return { operations };
      }
      case 'calibrate':
        return calibrate(this.#find(ask.key).run, ask.budget);
      case 'sample':
        return { samples: await sample(this.#find(ask.key).run, ask.iterations, ask.budget) };
      case 'memory':
        return memoryAfter(this.#find(ask.key).run, ask.calls, ask.budget);
      case 'release': {
        await this.#prepared.get(ask.key)?.dispose?.();
        this.#prepared.delete(ask.key);
        return {};
      }
    }
  }

  async #prepare({ key, workload, layout, positions }: Ask & { ask: 'prepare' }): Promise<Answers['prepare']> {
    if (this.#peer === null) throw new Error('no peer was opened');
    const prepared = await this.#peer.prepare(workload, layout);
    this.#prepared.set(key, prepared);
    const start = process.hrtime.bigint();
    const output = await prepared.output();
    const firstCall = Number(process.hrtime.bigint() - start);
    const shape = workload.kind === 'pool' ? resultShape(workload) : null;
    const places =
      shape !== null && layout === 'channelsLast'
        ? positions.map((position) => channelsLastIndex(position, shape))
        : positions;
    return { values: places.map((place) => output[place]), firstCall };
  }

  #find(key: string): Pick<Prepared, 'run' | 'dispose'> {
    const found = this.#prepared.get(key);
    if (found === undefined) throw new Error(`nothing is prepared as ${key}`);
    return found;
  }
}

function resultShape(workload: PoolWorkload): readonly number[] {
  return workload.pass === 'backward' ? workload.input : pooledShape(workload);
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function serve(): Promise<void> {
  const worker = new Worker();
  for await (const line of createInterface({ input: process.stdin })) {
    let reply: Reply;
    try {
      reply = { ok: true, answer: await worker.answer(JSON.parse(line) as Ask) };
    } catch (error) {
      const kind = error instanceof Unsupported ? 'unsupported' : 'failed';
      reply = { ok: false, kind, message: message(error) };
    }
    process.stdout.write(`${answerMark}${JSON.stringify(reply)}\n`);
  }
  // Thread pools of peers would keep the process alive.
  process.exit(0);
}

await serve();
