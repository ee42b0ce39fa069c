import type { CenoteError } from '@cenote/shape';
import type { CompiledModule, LinearMemory } from '../platform.js';
import { workerSource } from './worker-source.js';

/** What a worker is told once. */
export interface WorkerTask {
  readonly modules: readonly CompiledModule[];
  readonly memory: LinearMemory;
  /** Its number; the caller is 0. */
  readonly thread: number;
}

/** A worker that is ready. */
export interface WorkerHandle {
  /** Ends it, whatever it does; resolves when it can write no more. */
  terminate(): Promise<void>;
}

/** What Node's and the browser's workers have in common, as far as it is used here. */
interface AnyWorker {
  postMessage(message: unknown): void;
  terminate(): unknown;
  /** Node's. */
  on?(event: 'message' | 'error' | 'exit', listener: (value: unknown) => void): void;
  unref?(): void;
  /** The browser's. */
  onmessage?: unknown;
  onerror?: unknown;
}

interface NodeThreads {
  readonly Worker: new (source: string, options: { readonly eval: boolean }) => AnyWorker;
}

interface Surroundings {
  readonly Worker?: new (url: string) => AnyWorker;
  readonly Blob?: new (parts: string[], options: { readonly type: string }) => object;
  readonly URL?: { createObjectURL(blob: object): string; revokeObjectURL(url: string): void };
  readonly setTimeout?: (callback: () => void, milliseconds: number) => unknown;
}

const surroundings = globalThis as Surroundings;

/** Makes a CenoteError. It is handed in, because what a page loads at once should share no code with what it loads later. */
export type Fail = (...facts: ConstructorParameters<typeof CenoteError>) => CenoteError;

/**
 * Starts a worker.
 *
 * @param url A script with the worker's program, for pages whose policy allows no `blob:` workers.
 * @param onExit Called when it ends without having been told to.
 * @returns Resolves when it is ready.
 * @throws CenoteError `UNSUPPORTED` where workers cannot be started.
 */
export async function startWorker(
  task: WorkerTask,
  url: string | undefined,
  onExit: () => void,
  fail: Fail,
): Promise<WorkerHandle> {
  try {
    return surroundings.Worker === undefined ? await startInNode(task, onExit) : await startOnTheWeb(task, url, onExit);
  } catch (cause) {
    throw fail({
      code: 'UNSUPPORTED',
      op: 'startThreads',
      what: 'a worker could not be started',
      got: cause instanceof Error ? cause.message : 'an error',
      expected: 'a worker',
      hint: "On a page with a content security policy, allow blob: in worker-src, or host the worker's script and give its workerUrl",
      cause,
    });
  }
}

async function startInNode(task: WorkerTask, onExit: () => void): Promise<WorkerHandle> {
  // By a name that is put together, so that bundlers for browsers do not look for it.
  const name = ['node', 'worker_threads'].join(':');
  const { Worker } = (await import(/* @vite-ignore */ /* webpackIgnore: true */ name)) as NodeThreads;
  const worker = new Worker(workerSource, { eval: true });
  let ended = false;
  const exited = new Promise<void>((resolve) => {
    worker.on?.('exit', () => {
      resolve();
      if (!ended) onExit();
    });
  });
  await new Promise<void>((resolve, reject) => {
    worker.on?.('message', () => resolve());
    worker.on?.('error', reject);
    worker.postMessage(task);
  });
  // A program whose work is done ends, whether its threads sleep or not.
  worker.unref?.();
  return {
    async terminate() {
      ended = true;
      worker.terminate();
      await exited;
    },
  };
}

async function startOnTheWeb(task: WorkerTask, url: string | undefined, onExit: () => void): Promise<WorkerHandle> {
  const { Worker, Blob, URL } = surroundings;
  if (Worker === undefined || Blob === undefined || URL === undefined) throw new Error('no workers here');
  const own = url === undefined ? URL.createObjectURL(new Blob([workerSource], { type: 'text/javascript' })) : null;
  const worker = new Worker(url ?? own ?? '');
  let ready = false;
  try {
    await new Promise<void>((resolve, reject) => {
      worker.onmessage = () => resolve();
      worker.onerror = (event: { readonly message?: string }) => {
        if (ready) onExit();
        else reject(new Error(event.message ?? 'the script was refused'));
      };
      worker.postMessage(task);
    });
    ready = true;
  } finally {
    if (own !== null) URL.revokeObjectURL(own);
  }
  return {
    async terminate() {
      worker.terminate();
      // Browsers do not say when a worker has ended; they stop it at once.
      await new Promise<void>((resolve) => surroundings.setTimeout?.(resolve, 100));
    },
  };
}
