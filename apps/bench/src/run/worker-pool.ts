import type { PeerName } from '../peers.js';
import { type Client, PeerError, WorkerClient } from '../worker/client.js';

/** Milliseconds that a library may take to load. */
const openTimeout = 60_000;

/** Starts what measures a peer. */
export type StartClient = (peer: PeerName, threads: number) => Client | Promise<Client>;

/** Starts processes of Node, and of Python for PyTorch. */
export const startProcess =
  (python: string): StartClient =>
  (peer, threads) =>
    new WorkerClient({ peer, threads, python });

/**
 * The processes or pages that measure: one for each peer and number of threads, started when first needed, again after a
 * crash.
 */
export class WorkerPool {
  readonly #device: string;
  readonly #start: StartClient;
  readonly #workers = new Map<string, Client>();
  /** Peers that cannot be opened: asked once. */
  readonly #hopeless = new Map<string, PeerError>();
  /** What was opened, by its name. */
  readonly versions = new Map<PeerName, string>();

  /**
   * @param start Starts one of them.
   * @param device What Cenote computes on.
   */
  constructor(start: StartClient, device: string) {
    this.#start = start;
    this.#device = device;
  }

  /**
   * What measures a peer, with its library loaded.
   *
   * @throws {@link PeerError} when it cannot be.
   */
  async get(peer: PeerName, threads: number): Promise<Client> {
    const key = `${peer} ${threads}`;
    const hopeless = this.#hopeless.get(key);
    if (hopeless !== undefined) throw hopeless;
    const running = this.#workers.get(key);
    if (running?.alive === true) return running;
    let worker: Client | null = null;
    try {
      worker = await this.#start(peer, threads);
      const { version } = await worker.ask({ ask: 'open', peer, threads, device: this.#device }, openTimeout);
      this.versions.set(peer, version);
    } catch (error) {
      worker?.close();
      if (error instanceof PeerError) this.#hopeless.set(key, error);
      throw error;
    }
    this.#workers.set(key, worker);
    return worker;
  }

  /** Ends all of them. */
  close(): void {
    for (const worker of this.#workers.values()) worker.close();
    this.#workers.clear();
  }
}
