import type { Heap } from '../heap.js';
import type { CompiledStep } from '../kernel.js';
import type { CompiledModule } from '../platform.js';
import { control, firstUnit } from './control-block.js';
import { type Fail, startWorker, type WorkerHandle } from './start-worker.js';

/** So many chunks for each thread: enough that one which is held up does not hold up the others. */
const chunksPerThread = 4;
/** How often the caller looks before it goes to sleep, or where it may not sleep, between two looks at the clock. */
const looks = 5000;
/** How long the caller sleeps at most before it looks again, in milliseconds. */
const nap = 10;
/** After so many naps without any progress, and as many times what its own longest chunk took, a worker counts as lost. */
const patience = 200;

/** Workers that share the steps of kernels with the caller: fork and join over shared memory. */
export class ThreadPool {
  readonly #heap: Heap;
  readonly #workers: readonly WorkerHandle[];
  readonly #mayWait: boolean;
  readonly #fail: Fail;
  /** Set when a worker has ended or does not answer: nothing is shared from then on. */
  #lost = false;

  private constructor(heap: Heap, workers: readonly WorkerHandle[], fail: Fail) {
    this.#heap = heap;
    this.#fail = fail;
    this.#workers = workers;
    this.#mayWait = mayWait(heap.words);
  }

  /**
   * @param count Threads in all, the caller included.
   * @param onLost Called once when a worker is lost.
   */
  static async start(
    heap: Heap,
    modules: readonly CompiledModule[],
    count: number,
    options: { readonly workerUrl: string | undefined; readonly onLost: () => void; readonly fail: Fail },
  ): Promise<ThreadPool> {
    Atomics.store(heap.words, control.stop, 0);
    let pool: ThreadPool | null = null;
    const lose = () => {
      if (pool === null || pool.#lost) return;
      pool.#lost = true;
      options.onLost();
    };
    const started = await Promise.allSettled(
      Array.from({ length: count - 1 }, (_, index) =>
        startWorker({ modules, memory: heap.memory, thread: index + 1 }, options.workerUrl, lose, options.fail),
      ),
    );
    const workers = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const failure = started.find((one) => one.status === 'rejected');
    if (failure !== undefined) {
      await Promise.all(workers.map((worker) => worker.terminate()));
      throw failure.reason;
    }
    pool = new ThreadPool(heap, workers, options.fail);
    return pool;
  }

  /** Threads in all, the caller included. */
  get threads(): number {
    return this.#workers.length + 1;
  }

  /** Whether a worker was lost, so that the pool must not be used any more. */
  get isLost(): boolean {
    return this.#lost;
  }

  /**
   * Runs a step on all threads, and returns when it is complete.
   *
   * @param functionIndex The number of its function among those of all modules.
   * @param scratch Scratch memory for all threads, one after the other.
   * @returns Whether it was completed; if not, a worker was lost on the way and the step has to be run again.
   */
  run(step: CompiledStep, functionIndex: number, scratch: number, scratchBytes: number): boolean {
    const { words } = this.#heap;
    const { units } = step.source;
    const chunks = Math.min(units, this.threads * chunksPerThread);
    words[control.function] = functionIndex;
    words[control.block] = step.block;
    words[control.units] = units;
    words[control.chunks] = chunks;
    words[control.scratch] = scratch;
    words[control.scratchBytes] = scratchBytes;
    Atomics.store(words, control.completed, 0);
    Atomics.store(words, control.unclaimed, chunks);
    Atomics.add(words, control.epoch, 1);
    Atomics.notify(words, control.epoch);
    let own = 0;
    let longest = 0;
    for (
      let left = Atomics.sub(words, control.unclaimed, 1);
      left > 0;
      left = Atomics.sub(words, control.unclaimed, 1)
    ) {
      const start = Date.now();
      step.run(step.block, firstUnit(left - 1, chunks, units), firstUnit(left, chunks, units), scratch);
      longest = Math.max(longest, Date.now() - start);
      own++;
    }
    if (!this.#join(chunks - own, longest)) return false;
    if (Atomics.load(words, control.failed) === 0) return true;
    Atomics.store(words, control.failed, 0);
    throw this.#fail({
      code: 'UNSUPPORTED',
      op: step.source.function,
      what: 'a kernel failed in a worker',
      got: 'a trap',
      expected: 'none',
      hint: 'This is a defect of the CPU backend; run with one thread to see where it happens, and report it',
    });
  }

  /** Ends the workers; resolves when none of them can write any more. */
  async stop(): Promise<void> {
    this.#lost = true;
    const { words } = this.#heap;
    Atomics.store(words, control.stop, 1);
    Atomics.add(words, control.epoch, 1);
    Atomics.notify(words, control.epoch);
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  /** Waits until workers have completed so many chunks. False when they stopped making progress. */
  #join(expected: number, longest: number): boolean {
    const { words } = this.#heap;
    let completed = Atomics.load(words, control.completed);
    let idle = 0;
    let waited = 0;
    while (completed < expected) {
      for (let look = 0; look < looks && Atomics.load(words, control.completed) === completed; look++);
      const start = Date.now();
      if (this.#mayWait) Atomics.wait(words, control.completed, completed, nap);
      else while (Date.now() - start < nap && Atomics.load(words, control.completed) === completed);
      const now = Atomics.load(words, control.completed);
      if (now !== completed) {
        completed = now;
        idle = 0;
        waited = 0;
        continue;
      }
      // Naps are counted, not only time: a computer that was asleep has not waited.
      idle++;
      waited += Math.min(Date.now() - start, 2 * nap);
      if (idle >= patience && waited >= patience * longest) {
        this.#lost = true;
        return false;
      }
    }
    return true;
  }
}

/** Whether this thread may sleep: the main thread of a browser may not. */
function mayWait(words: Int32Array<ArrayBufferLike>): boolean {
  try {
    Atomics.wait(words, control.epoch, Atomics.load(words, control.epoch) + 1, 0);
    return true;
  } catch {
    return false;
  }
}
