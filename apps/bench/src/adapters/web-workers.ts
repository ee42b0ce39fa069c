import { resolveObjectURL } from 'node:buffer';
import { Worker as Thread } from 'node:worker_threads';

/** What a worker's script finds around it in a browser, made of what Node has. */
const surroundings = `
const { parentPort } = require('node:worker_threads');
globalThis.self = globalThis;
globalThis.postMessage = (message) => parentPort.postMessage(message);
parentPort.on('message', (data) => globalThis.onmessage({ data }));
`;

/** A browser's `Worker` over Node's, as far as a library needs it that starts scripts from blobs. */
class WebWorker {
  onmessage: ((event: { readonly data: unknown }) => void) | null = null;
  onerror: ((event: { readonly message: string }) => void) | null = null;
  readonly #thread: Promise<Thread>;

  constructor(url: string) {
    this.#thread = this.#start(url);
    this.#thread.catch((error: unknown) => this.onerror?.({ message: String(error) }));
  }

  async #start(url: string): Promise<Thread> {
    const script = resolveObjectURL(url);
    if (script === undefined) throw new Error(`no script at ${url}`);
    const thread = new Thread(surroundings + (await script.text()), { eval: true });
    thread.on('message', (data) => this.onmessage?.({ data }));
    thread.on('error', (error) => this.onerror?.({ message: error.message }));
    return thread;
  }

  postMessage(message: unknown): void {
    void this.#thread.then((thread) => thread.postMessage(message));
  }

  terminate(): void {
    void this.#thread.then((thread) => thread.terminate());
  }
}

/** Gives this process the browser's `Worker`, and says that there are so many processors. */
export function installWorkers(processors: number): void {
  Object.defineProperty(globalThis, 'Worker', { value: WebWorker, configurable: true });
  Object.defineProperty(globalThis, 'navigator', { value: { hardwareConcurrency: processors }, configurable: true });
}
