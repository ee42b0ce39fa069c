import type { PeerName } from '../peers.js';
import { PeerError, WorkerClient } from '../worker/client.js';

/** Milliseconds that a library may take to load. */
const openTimeout = 60_000;

/** The processes that measure: one for each peer and number of threads, started when first needed, again after a crash. */
export class WorkerPool {
  readonly #device: string;
  readonly #python: string;
  readonly #workers = new Map<string, WorkerClient>();
  /** Peers that cannot be opened: asked once. */
  readonly #hopeless = new Map<string, PeerError>();
  /** What was opened, by its name. */
  readonly versions = new Map<PeerName, string>();

  constructor(settings: { readonly device: string; readonly python: string }) {
    this.#device = settings.device;
    this.#python = settings.python;
  }

  /**
   * The process of a peer, with its library loaded.
   *
   * @throws {@link PeerError} when it cannot be.
   */
  async get(peer: PeerName, threads: number): Promise<WorkerClient> {
    const key = `${peer} ${threads}`;
    const hopeless = this.#hopeless.get(key);
    if (hopeless !== undefined) throw hopeless;
    const running = this.#workers.get(key);
    if (running?.alive === true) return running;
    const worker = new WorkerClient({ peer, threads, device: this.#device, python: this.#python });
    try {
      const { version } = await worker.ask({ ask: 'open', peer, threads, device: this.#device }, openTimeout);
      this.versions.set(peer, version);
    } catch (error) {
      worker.close();
      if (error instanceof PeerError) this.#hopeless.set(key, error);
      throw error;
    }
    this.#workers.set(key, worker);
    return worker;
  }

  /** Ends all processes. */
  close(): void {
    for (const worker of this.#workers.values()) worker.close();
    this.#workers.clear();
  }
}
