import {
  type Backend,
  byteSize,
  type Capabilities,
  dtypes,
  type Layout,
  type Op,
  type OpKind,
  type OpOf,
  type SyncBackend,
  type View,
} from '@cenote/backend';
import { CenoteError } from '@cenote/shape';
import { Heap } from './heap.js';
import {
  type CompiledStep,
  CpuBuffer,
  type CpuKernel,
  compilePlan,
  type KernelMemory,
  patchArguments,
} from './kernel.js';
import { compileScalar, compileSimd, type Functions, instantiate } from './modules.js';
import type { Plan, Target, Variant } from './plan.js';
import { type CompiledModule, canShareMemory, type KernelFunction, platform } from './platform.js';
import { defaultThreads } from './threads/default-threads.js';
import type { ThreadPool } from './threads/thread-pool.js';
import { variantTable } from './variants/index.js';

/** Options of {@link cpuBackend}; none is needed. */
export interface CpuBackendOptions {
  /**
   * The WebAssembly features to use where the engine has them: `simd`, and with it `relaxed`. Both by default; the scalar
   * kernels are always there.
   */
  readonly targets?: readonly Target[];
  /** How large the memory may become, in bytes: 4 GiB by default, or what the engine allows. */
  readonly maximumBytes?: number;
  /** Whether the memory can be shared with threads. Where that is possible, it is by default. */
  readonly shared?: boolean;
  /** Steps that take longer than this on one thread are shared among threads, in nanoseconds. */
  readonly shareAbove?: number;
  /** Hears of what is not an error, but should be known: a worker that was lost. The console by default. */
  readonly onWarning?: (message: string) => void;
}

/** Options of {@link CpuBackend.startThreads}. */
export interface ThreadOptions {
  /** A script with the worker's program, for pages whose content security policy allows no `blob:` workers. */
  readonly workerUrl?: string;
}

/** A backend on the CPU: WebAssembly, with SIMD where there is, and threads when they were started. */
export interface CpuBackend extends SyncBackend<CpuBuffer, CpuKernel> {
  /** Buffers that were allocated and not freed. */
  readonly liveBuffers: number;
  /** The size of the WebAssembly memory, which holds everything. It never shrinks. */
  readonly heapByteLength: number;
  /**
   * Starts threads, which take part in every larger call from then on. Where memory cannot be shared (a page that is not
   * cross-origin isolated), it stays with one.
   *
   * @param count Threads in all, the caller included; as many as the machine has cores by default.
   * @returns How many there are.
   * @throws CenoteError `UNSUPPORTED` where workers cannot be started; the backend goes on with one thread.
   */
  startThreads(count?: number, options?: ThreadOptions): Promise<number>;
  /** Names of all kernels that accept the op on these layouts, the one that is chosen first. */
  variants(op: Op, inputs: readonly Layout[], outputs: readonly Layout[]): readonly string[];
  /** As in the contract; with `variant`, that one of {@link CpuBackend.variants} and no other. */
  kernel(op: Op, inputs: readonly Layout[], outputs: readonly Layout[], variant?: string): CpuKernel | null;
}

/**
 * Makes a CPU backend. It works at once; threads are started with {@link CpuBackend.startThreads}.
 *
 * @throws CenoteError `UNSUPPORTED` where WebAssembly is missing or a content security policy forbids it.
 *
 * @example
 * ```ts
 * const device = createDevice(cpuBackend());
 * ```
 */
export function cpuBackend(options: CpuBackendOptions = {}): CpuBackend {
  return new WebAssemblyBackend(options);
}

/** Whether a backend is one that {@link cpuBackend} made, from whichever copy of the package. */
export function isCpuBackend(backend: Backend): backend is CpuBackend {
  return backend.name === 'cpu' && 'startThreads' in backend;
}

class WebAssemblyBackend implements CpuBackend {
  readonly name = 'cpu';
  readonly #heap: Heap;
  readonly #isRelaxed: boolean;
  /** The module with vectors, where there is one, and that without when it was needed; workers have them in the same order. */
  readonly #modules: CompiledModule[] = [];
  /** Every exported function, in the order of the modules. */
  readonly #functionIndex = new Map<KernelFunction, number>();
  readonly #simd: Functions | null;
  #scalar: Functions | null = null;
  readonly #shareAbove: number;
  readonly #onWarning: (message: string) => void;
  /** What kernels that were forgotten owned in the heap. */
  readonly #forgotten: FinalizationRegistry<KernelMemory>;
  #pool: ThreadPool | null = null;
  /** Frees that wait for lost workers to end: they might still write. */
  #quarantine: number[] | null = null;
  #scratch = { address: 0, byteLength: 0 };
  #liveBuffers = 0;
  #disposed = false;

  constructor({
    targets = ['simd', 'relaxed'],
    maximumBytes = 2 ** 32,
    shared,
    shareAbove,
    onWarning,
  }: CpuBackendOptions) {
    const isShared = shared ?? canShareMemory();
    const simd = compileSimd(isShared, targets);
    this.#isRelaxed = simd?.isRelaxed ?? false;
    this.#heap = new Heap({ shared: isShared, maximumBytes });
    this.#simd = simd && this.#instantiate(simd.module);
    // Where it is the only one it is needed at once, and an engine that does not compile is noticed here.
    if (simd === null) this.#scalarFunctions();
    this.#shareAbove = shareAbove ?? 40_000;
    this.#onWarning = onWarning ?? ((message) => platform.console?.warn(message));
    this.#forgotten = new FinalizationRegistry((memory) => {
      for (const address of memory) this.#release(address);
    });
  }

  get caps(): Capabilities {
    return {
      dtypes,
      sync: true,
      nan: 'kept',
      threads: this.#pool?.threads ?? 1,
      maxBufferByteLength: this.#heap.maximumBytes,
    };
  }

  get liveBuffers(): number {
    return this.#liveBuffers;
  }

  get heapByteLength(): number {
    return this.#heap.byteLength;
  }

  async startThreads(count = defaultThreads(), { workerUrl }: ThreadOptions = {}): Promise<number> {
    this.#checkAlive();
    if (!Number.isInteger(count) || count < 1 || count > 256) {
      throw new CenoteError({
        code: 'INVALID_ARGUMENT',
        op: 'startThreads',
        what: 'no such number of threads',
        got: String(count),
        expected: 'a whole number from 1 to 256',
        hint: 'Leave it out for one thread per core',
      });
    }
    await this.#stopThreads();
    if (!this.#heap.isShared || count === 1) return 1;
    this.#scalarFunctions();
    // Loaded when it is wanted: most pages stay with one thread.
    const { ThreadPool } = await import('./threads/thread-pool.js');
    const pool = await ThreadPool.start(this.#heap, this.#modules, count, {
      workerUrl,
      onLost: () => this.#loseThreads(),
      fail: (facts) => new CenoteError(facts),
    });
    if (this.#disposed) {
      await pool.stop();
      this.#checkAlive();
    }
    this.#pool = pool;
    this.#dropScratch();
    return count;
  }

  alloc(byteLength: number): CpuBuffer {
    this.#checkAlive();
    const buffer = new CpuBuffer(byteLength, this.#heap.allocate(byteLength));
    this.#liveBuffers++;
    return buffer;
  }

  free(buffer: CpuBuffer): void {
    const { address } = buffer;
    if (address === 0) throw freedError(buffer);
    buffer.address = 0;
    this.#liveBuffers--;
    this.#release(address);
  }

  write(target: CpuBuffer, source: ArrayBufferView, byteOffset = 0): void {
    if (target.address === 0) throw freedError(target);
    this.#heap.bytes.set(
      new Uint8Array(source.buffer, source.byteOffset, source.byteLength),
      target.address + byteOffset,
    );
  }

  readSync(source: CpuBuffer, byteOffset = 0, byteLength: number = source.byteLength - byteOffset): ArrayBuffer {
    if (source.address === 0) throw freedError(source);
    const start = source.address + byteOffset;
    const copy = new Uint8Array(byteLength);
    copy.set(this.#heap.bytes.subarray(start, start + byteLength));
    return copy.buffer;
  }

  async read(source: CpuBuffer, byteOffset?: number, byteLength?: number): Promise<ArrayBuffer> {
    return this.readSync(source, byteOffset, byteLength);
  }

  variants(op: Op, inputs: readonly Layout[], outputs: readonly Layout[]): readonly string[] {
    return [...this.#plans(op, inputs, outputs)].map(({ name }) => name);
  }

  kernel(op: Op, inputs: readonly Layout[], outputs: readonly Layout[], variant?: string): CpuKernel | null {
    this.#checkAlive();
    for (const { name, plan, target } of this.#plans(op, inputs, outputs)) {
      if (variant !== undefined && name !== variant) continue;
      const functions = (target === 'scalar' ? null : this.#simd) ?? this.#scalarFunctions();
      const sizes = (layouts: readonly Layout[]) => layouts.map(({ dtype }) => byteSize[dtype]);
      const elementBytes = { input: sizes(inputs), output: sizes(outputs) };
      const { kernel, memory } = compilePlan(name, plan, this.#heap, elementBytes, functions);
      this.#forgotten.register(kernel, memory);
      return kernel;
    }
    return null;
  }

  run(kernel: CpuKernel, inputs: readonly View<CpuBuffer>[], outputs: readonly View<CpuBuffer>[]): void {
    this.#checkAlive();
    for (const { buffer } of inputs) if (buffer.address === 0) throw freedError(buffer);
    for (const { buffer } of outputs) if (buffer.address === 0) throw freedError(buffer);
    if (kernel.temporaries.length === 0) {
      for (const step of kernel.steps) this.#runStep(step, inputs, outputs, []);
      return;
    }
    const temporaries: number[] = [];
    try {
      for (const byteLength of kernel.temporaries) temporaries.push(this.#heap.allocate(byteLength));
      for (const step of kernel.steps) this.#runStep(step, inputs, outputs, temporaries);
    } finally {
      for (const address of temporaries) this.#release(address);
    }
  }

  async sync(): Promise<void> {
    // Work is done when `run` returns.
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    await this.#stopThreads();
  }

  *#plans(
    op: Op,
    inputs: readonly Layout[],
    outputs: readonly Layout[],
  ): Generator<{ readonly name: string; readonly plan: Plan; readonly target: Target }> {
    for (const { target, plan } of variantsOf(op.kind, op)) {
      if (target !== 'scalar' && this.#simd === null) continue;
      const made = plan(inputs, outputs);
      if (made !== null) yield { name: made.name + this.#suffix(target), plan: made, target };
    }
  }

  /** How names of kernels end. */
  #suffix(target: Target): string {
    if (target === 'scalar') return '__scalar';
    return target === 'relaxed' && this.#isRelaxed ? '__relaxed' : '__simd128';
  }

  #instantiate(module: CompiledModule): Functions {
    const functions = instantiate(module, this.#heap.memory);
    this.#modules.push(module);
    for (const one of Object.values(functions)) this.#functionIndex.set(one, this.#functionIndex.size);
    return functions;
  }

  /** The module without vectors is compiled when it is needed: what pools is mostly in the other. */
  #scalarFunctions(): Functions {
    this.#scalar ??= this.#instantiate(compileScalar(this.#heap.isShared));
    return this.#scalar;
  }

  #runStep(
    step: CompiledStep,
    inputs: readonly View<CpuBuffer>[],
    outputs: readonly View<CpuBuffer>[],
    temporaries: readonly number[],
  ): void {
    patchArguments(this.#heap, step, inputs, outputs, temporaries);
    const { units, nanoseconds, scratchBytes = 0 } = step.source;
    if (units === 0) return;
    const scratch = scratchBytes === 0 ? 0 : this.#scratchFor(scratchBytes);
    if (this.#pool !== null && units > 1 && nanoseconds > this.#shareAbove) {
      const index = this.#functionIndex.get(step.run) ?? 0;
      if (this.#pool.run(step, index, scratch, this.#scratch.byteLength)) return;
      this.#loseThreads();
    }
    step.run(step.block, 0, units, scratch);
  }

  /** Scratch memory for every thread; that of the caller comes first. */
  #scratchFor(byteLength: number): number {
    if (byteLength > this.#scratch.byteLength) {
      this.#dropScratch();
      const rounded = Math.ceil(byteLength / 64) * 64;
      this.#scratch = {
        address: this.#heap.allocate(rounded * (this.#pool?.threads ?? 1)),
        byteLength: rounded,
      };
    }
    return this.#scratch.address;
  }

  #dropScratch(): void {
    if (this.#scratch.byteLength > 0) this.#release(this.#scratch.address);
    this.#scratch = { address: 0, byteLength: 0 };
  }

  #release(address: number): void {
    if (this.#quarantine === null) this.#heap.free(address);
    else this.#quarantine.push(address);
  }

  /** A worker ended, or does not answer. What it may still write to stays out of use until it cannot any more. */
  #loseThreads(): void {
    const pool = this.#pool;
    if (pool === null) return;
    this.#pool = null;
    this.#quarantine ??= [];
    this.#onWarning(
      'cenote: a worker thread was lost. Its work was done again, and everything goes on with one thread; startThreads() starts new ones.',
    );
    const release = () => {
      const waiting = this.#quarantine ?? [];
      this.#quarantine = null;
      for (const address of waiting) this.#heap.free(address);
    };
    pool.stop().then(release, release);
  }

  async #stopThreads(): Promise<void> {
    const pool = this.#pool;
    this.#pool = null;
    await pool?.stop();
  }

  #checkAlive(): void {
    if (!this.#disposed) return;
    throw new CenoteError({
      code: 'DISPOSED',
      op: 'cpu backend',
      what: 'backend used after it was disposed of',
      got: 'a disposed backend',
      expected: 'one that is in use',
      hint: 'Make a new one with cpuBackend()',
    });
  }
}

/** The variants of an op's kind, with the op; a function of its own so that the compiler sees the two belong together. */
function variantsOf<K extends OpKind>(
  kind: K,
  op: OpOf<K>,
): {
  readonly target: Target;
  readonly plan: (inputs: readonly Layout[], outputs: readonly Layout[]) => Plan | null;
}[] {
  const variants: readonly Variant<K>[] = variantTable[kind];
  return variants.map((variant) => ({
    target: variant.target,
    plan: (inputs, outputs) => variant.plan(op, inputs, outputs),
  }));
}

function freedError(buffer: CpuBuffer): CenoteError {
  return new CenoteError({
    code: 'DISPOSED',
    op: 'cpu backend',
    what: 'buffer used after it was freed',
    got: `a freed buffer of ${buffer.byteLength} bytes`,
    expected: 'a buffer that is allocated',
    hint: 'Free a buffer only after its last use',
  });
}
