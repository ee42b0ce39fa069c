import { type Open, type Peer, type Prepared, type Surroundings, Unsupported } from '../adapters/adapter.js';
import type { PeerName } from '../peers.js';
import { calibrate, now, sample } from '../sampler.js';
import { channelsLastIndex } from '../workloads/inputs.js';
import { type PoolWorkload, pooledShape } from '../workloads/workload.js';
import { prepareCopy, preparePeak } from './floor.js';
import type { Answers, Ask, Reply } from './protocol.js';

/** Loads adapters, by the peer's name. */
export type Adapters = { readonly [P in PeerName]?: () => Promise<{ readonly open: Open }> };

/** What can be asked where the memory of a process is not to be seen. */
export type PlainAsk = Exclude<Ask, { readonly ask: 'memory' }>;

/** Something that can be timed; a copy has no answer. */
type PreparedCall = Pick<Prepared, 'run' | 'dispose'> & Partial<Pick<Prepared, 'output'>>;

/** Answers what the bench asks, one thing after the other: the same in a process and on a page. */
export class Answering {
  readonly #adapters: Adapters;
  readonly #surroundings: Surroundings;
  #peer: Peer | null = null;
  readonly #prepared = new Map<string, PreparedCall>();

  constructor(adapters: Adapters, surroundings: Surroundings) {
    this.#adapters = adapters;
    this.#surroundings = surroundings;
  }

  /** @throws Whatever the peer throws. */
  async answer(ask: PlainAsk): Promise<Answers[PlainAsk['ask']]> {
    switch (ask.ask) {
      case 'open': {
        const adapter = await this.#adapters[ask.peer]?.();
        if (adapter === undefined) throw new Error(`there is no adapter for ${ask.peer}`);
        this.#peer = await adapter.open({ ...ask, surroundings: this.#surroundings });
        return { version: this.#peer.version, threads: this.#peer.threads };
      }
      case 'prepare':
        return this.#prepare(ask);
      case 'check': {
        const output = await this.find(ask.key).output?.();
        if (output === undefined) throw new Error(`${ask.key} has no answer`);
        return { values: valuesAt(ask, output) };
      }
      case 'prepareCopy':
        this.#prepared.set(ask.key, prepareCopy(ask.bytes));
        return {};
      case 'preparePeak': {
        const { run, operations } = preparePeak(ask.relaxed);
        this.#prepared.set(ask.key, { run });
        return { operations };
      }
      case 'calibrate':
        return calibrate(this.find(ask.key).run, ask.budget);
      case 'sample':
        return { samples: await sample(this.find(ask.key).run, ask.iterations, ask.budget) };
      case 'release': {
        await this.#prepared.get(ask.key)?.dispose?.();
        this.#prepared.delete(ask.key);
        return {};
      }
    }
  }

  async #prepare(ask: Ask & { ask: 'prepare' }): Promise<Answers['prepare']> {
    if (this.#peer === null) throw new Error('no peer was opened');
    const prepared = await this.#peer.prepare(ask.workload, ask.layout);
    this.#prepared.set(ask.key, prepared);
    const start = now();
    const output = await prepared.output();
    const firstCall = now() - start;
    return { values: valuesAt(ask, output), firstCall };
  }

  /** What was prepared under a key. */
  find(key: string): PreparedCall {
    const found = this.#prepared.get(key);
    if (found === undefined) throw new Error(`nothing is prepared as ${key}`);
    return found;
  }
}

/** A result at the places that were asked for. */
function valuesAt(
  { workload, layout, positions }: Extract<Ask, { readonly positions: readonly number[] }>,
  output: Float32Array,
): number[] {
  if (workload.kind !== 'pool' || layout !== 'channelsLast') return positions.map((place) => output[place]);
  const shape = resultShape(workload);
  return positions.map((place) => output[channelsLastIndex(place, shape)]);
}

function resultShape(workload: PoolWorkload): readonly number[] {
  return workload.pass === 'backward' ? workload.input : pooledShape(workload);
}

/** A reply, whether there is an answer or not. */
export async function replyWith(answer: () => Promise<unknown>): Promise<Reply> {
  try {
    return { ok: true, answer: await answer() };
  } catch (error) {
    return { ok: false, kind: error instanceof Unsupported ? 'unsupported' : 'failed', message: message(error) };
  }
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
