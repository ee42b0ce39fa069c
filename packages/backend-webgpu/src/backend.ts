import type { Capabilities, DType, Layout, Op, OpKind, OpOf, TimingBackend, View } from '@cenote/backend';
import { CenoteError } from '@cenote/shape';
import { BufferPool, type GpuMemory, WebGpuBuffer } from './buffer-pool.js';
import { type GpuBuffer, type GpuDevice, mapModeRead, usage } from './gpu.js';
import { type CanvasTarget, drawPicture, type ImageSource, type Picture, readPicture } from './images.js';
import { type CompiledStep, PipelineCache, type WebGpuKernel } from './kernel.js';
import { KernelClock } from './kernel-clock.js';
import type { GpuFeatures, Plan, Variant } from './plan.js';
import { freedError, Recorder } from './recorder.js';
import { variantTable } from './variants/index.js';

/** Options of {@link webgpuBackend}; none is needed. */
export interface WebGpuBackendOptions {
  /** How many bytes of freed buffers are kept for what comes next; 512 MiB by default. */
  readonly maxFreeBytes?: number;
}

/** A backend on the GPU. */
export interface WebGpuBackend extends TimingBackend<WebGpuBuffer, WebGpuKernel> {
  /** The device that it computes on. */
  readonly device: GpuDevice;
  /** Buffers that were allocated and not freed. */
  readonly liveBuffers: number;
  /** Bytes of all GPU buffers, those that are kept for later included. */
  readonly gpuByteLength: number;
  /** Names of all kernels that accept the op on these layouts, the one that is chosen first. */
  variants(op: Op, inputs: readonly Layout[], outputs: readonly Layout[]): readonly string[];
  /** As in the contract; with `variant`, that one of {@link WebGpuBackend.variants} and no other. */
  kernel(op: Op, inputs: readonly Layout[], outputs: readonly Layout[], variant?: string): WebGpuKernel | null;
  /** The GPU buffer of a tensor's memory, for interop: it belongs to the backend, and lives until it is freed. */
  gpuBuffer(buffer: WebGpuBuffer): GpuBuffer;
  /** Reads a picture into planes of f32 between 0 and 1, from the start of a buffer. */
  readPicture(source: ImageSource, target: WebGpuBuffer, picture: Picture): void;
  /** Draws planes of f32 onto a canvas, which gets their size. */
  drawPicture(source: View<WebGpuBuffer>, picture: Picture, canvas: CanvasTarget): void;
}

/**
 * Makes a backend on a `GPUDevice`, which from then on belongs to it.
 *
 * @example
 * ```ts no-run
 * const adapter = await navigator.gpu.requestAdapter();
 * const device = createDevice(webgpuBackend(await adapter.requestDevice()));
 * ```
 */
export function webgpuBackend(device: GpuDevice, options: WebGpuBackendOptions = {}): WebGpuBackend {
  return new GpuBackend(device, options);
}

const dtypes: readonly DType[] = ['f32', 'i32', 'u8', 'i8', 'bool'];

class GpuBackend implements WebGpuBackend {
  readonly name = 'webgpu';
  readonly device: GpuDevice;
  readonly #features: GpuFeatures;
  readonly #pool: BufferPool;
  readonly #recorder: Recorder;
  readonly #pipelines: PipelineCache;
  #liveBuffers = 0;
  #clock: KernelClock | null = null;
  #disposed = false;

  constructor(device: GpuDevice, { maxFreeBytes = 2 ** 29 }: WebGpuBackendOptions) {
    this.device = device;
    const { limits, features } = device;
    const software = device.adapterInfo?.architecture === 'swiftshader';
    this.#features = {
      subgroups: features.has('subgroups'),
      halfPrecision: features.has('shader-f16'),
      maxBindingBytes: Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize),
      maxWorkgroupsPerAxis: limits.maxComputeWorkgroupsPerDimension,
      busyThreads: software ? 64 : 2 ** 16,
      software,
    };
    this.#recorder = new Recorder(device);
    this.#pool = new BufferPool(device, maxFreeBytes, () => this.#recorder.watch('alloc', 1));
    this.#pipelines = new PipelineCache(device);
    device.lost.then(
      ({ reason, message }) => {
        if (!this.#disposed) this.#recorder.latch(lostError(reason, message));
      },
      () => undefined,
    );
  }

  get caps(): Capabilities {
    return {
      dtypes,
      sync: false,
      nan: 'kept',
      threads: 1,
      maxBufferByteLength: this.#features.maxBindingBytes,
    };
  }

  get liveBuffers(): number {
    return this.#liveBuffers;
  }

  get gpuByteLength(): number {
    return this.#pool.allBytes;
  }

  alloc(byteLength: number): WebGpuBuffer {
    this.#checkUsable();
    if (byteLength > this.#features.maxBindingBytes) throw outOfMemory(byteLength, this.#features.maxBindingBytes);
    const memory = this.#pool.take(byteLength);
    this.#liveBuffers++;
    return new WebGpuBuffer(byteLength, memory);
  }

  free(buffer: WebGpuBuffer): void {
    const memory = memoryOf(buffer);
    buffer.memory = null;
    this.#liveBuffers--;
    if (!this.#disposed) this.#giveBack(memory);
  }

  write(target: WebGpuBuffer, source: ArrayBufferView, byteOffset = 0): void {
    this.#checkUsable();
    const memory = memoryOf(target);
    const bytes = new Uint8Array(source.byteLength + 3 - ((source.byteLength + 3) % 4));
    bytes.set(new Uint8Array(source.buffer, source.byteOffset, source.byteLength));
    if (byteOffset % 4 === 0 && (source.byteLength % 4 === 0 || byteOffset + source.byteLength >= target.byteLength)) {
      // What is written to a queue comes before commands that are not submitted yet.
      if (memory.lastBatch === this.#recorder.batch) this.#recorder.flush();
      this.device.queue.writeBuffer(memory.buffer, byteOffset, bytes);
      return;
    }
    this.#writeUnaligned(target, bytes, byteOffset, source.byteLength);
  }

  async read(
    source: WebGpuBuffer,
    byteOffset = 0,
    byteLength: number = source.byteLength - byteOffset,
  ): Promise<ArrayBuffer> {
    this.#checkUsable();
    const { buffer } = memoryOf(source);
    const start = byteOffset - (byteOffset % 4);
    const size = Math.ceil((byteOffset + byteLength - start) / 4) * 4;
    if (size === 0) {
      await this.sync();
      return new ArrayBuffer(0);
    }
    const staging = this.device.createBuffer({
      label: 'cenote read',
      size,
      usage: usage.mapRead | usage.copyTarget,
    });
    try {
      this.#recorder.copy(buffer, start, staging, 0, size);
      this.#recorder.flush();
      const mapped = staging.mapAsync(mapModeRead, 0, size).catch((cause: unknown) => {
        throw this.#recorder.error ?? lostError('unknown', String(cause));
      });
      await Promise.all([mapped, this.#recorder.settle()]);
      this.#throwLatched();
      const copy = staging.getMappedRange(0, size).slice(byteOffset - start, byteOffset - start + byteLength);
      staging.unmap();
      return copy;
    } finally {
      staging.destroy();
    }
  }

  variants(op: Op, inputs: readonly Layout[], outputs: readonly Layout[]): readonly string[] {
    return [...this.#plans(op, inputs, outputs)].map(({ name }) => name);
  }

  kernel(op: Op, inputs: readonly Layout[], outputs: readonly Layout[], variant?: string): WebGpuKernel | null {
    this.#checkUsable();
    for (const { name, plan } of this.#plans(op, inputs, outputs)) {
      if (variant === undefined || name === variant) return this.#compile(name, plan, op, inputs, outputs);
    }
    return null;
  }

  /** Commands that are submitted on their own, in order with what was recorded. */
  #alone(label: string, submit: () => void): void {
    this.#recorder.flush();
    this.device.pushErrorScope('validation');
    try {
      submit();
    } finally {
      this.#recorder.watch(label, 1);
    }
  }

  #compile(name: string, plan: Plan, op: Op, inputs: readonly Layout[], outputs: readonly Layout[]): WebGpuKernel {
    this.device.pushErrorScope('validation');
    const kernel = this.#pipelines.compile(name, plan, () => this.#unaligned(op, inputs, outputs));
    this.#recorder.watch(name, 1);
    return kernel;
  }

  /** The first kernel that takes views wherever they begin; the last of each list does. */
  #unaligned(op: Op, inputs: readonly Layout[], outputs: readonly Layout[]): WebGpuKernel {
    for (const { name, plan } of this.#plans(op, inputs, outputs)) {
      if (plan.aligned !== true) return this.#compile(name, plan, op, inputs, outputs);
    }
    throw new CenoteError({
      code: 'UNSUPPORTED',
      op: op.kind,
      what: 'no kernel takes a view that begins here',
      got: 'an offset that is no multiple of 4 elements',
      expected: 'one that is',
      hint: 'Copy the view with contiguous()',
    });
  }

  run(kernel: WebGpuKernel, inputs: readonly View<WebGpuBuffer>[], outputs: readonly View<WebGpuBuffer>[]): void {
    this.#checkUsable();
    if (kernel.unaligned !== null && !(inputs.every(isAligned) && outputs.every(isAligned))) {
      this.run(kernel.unaligned(), inputs, outputs);
      return;
    }
    const temporaries = kernel.temporaries.map((byteLength) => this.#pool.take(byteLength));
    const record = () => {
      for (const step of kernel.steps) this.#dispatch(step, inputs, outputs, temporaries);
    };
    if (this.#clock === null) record();
    else this.#recorder.timed(this.#clock.next(), kernel.steps.length, record);
    for (const memory of temporaries) this.#giveBack(memory);
  }

  async sync(): Promise<void> {
    this.#checkUsable();
    this.#recorder.flush();
    await Promise.all([this.device.queue.onSubmittedWorkDone(), this.#recorder.settle()]);
    this.#throwLatched();
  }

  startTiming(): () => Promise<readonly number[]> {
    this.#checkUsable();
    if (!this.device.features.has('timestamp-query')) {
      throw new CenoteError({
        code: 'UNSUPPORTED',
        op: 'profile',
        what: 'this GPU device has no clock',
        got: 'a device without timestamp-query',
        expected: 'one with it',
        hint: 'Use an adapter that offers timestamp-query, and open the device with webgpu(), which asks for it',
      });
    }
    const clock = new KernelClock(this.device);
    this.#clock = clock;
    return async () => {
      if (this.#clock === clock) this.#clock = null;
      await this.sync();
      return clock.read();
    };
  }

  gpuBuffer(buffer: WebGpuBuffer): GpuBuffer {
    return memoryOf(buffer).buffer;
  }

  readPicture(source: ImageSource, target: WebGpuBuffer, picture: Picture): void {
    this.#checkUsable();
    this.#alone('fromImage', () => readPicture(this.device, source, memoryOf(target).buffer, picture));
  }

  drawPicture({ buffer, offset }: View<WebGpuBuffer>, picture: Picture, canvas: CanvasTarget): void {
    this.#checkUsable();
    this.#alone('toCanvas', () => drawPicture(this.device, memoryOf(buffer).buffer, offset, picture, canvas));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#recorder.dispose();
    this.#pool.clear();
    this.device.destroy();
  }

  #dispatch(
    step: CompiledStep,
    inputs: readonly View<WebGpuBuffer>[],
    outputs: readonly View<WebGpuBuffer>[],
    temporaries: readonly GpuMemory[],
  ): void {
    const memories: GpuMemory[] = [];
    const offsets: number[] = [];
    for (const { kind, index } of step.bindings) {
      if (kind === 'temporary') {
        memories.push(temporaries[index]);
        offsets.push(0);
        continue;
      }
      const { buffer, offset } = (kind === 'input' ? inputs : outputs)[index];
      memories.push(memoryOf(buffer));
      offsets.push(offset);
    }
    this.#recorder.dispatch(step, memories, offsets);
  }

  #giveBack(memory: GpuMemory): void {
    // Memory that is destroyed has to outlive the commands that use it.
    if (!this.#pool.hasRoomFor(memory)) {
      if (memory.lastBatch === this.#recorder.batch) this.#recorder.flush();
      this.#recorder.forget(memory.id);
    }
    this.#pool.put(memory);
  }

  /** Bytes that do not fill whole words go through a buffer of their own, and a kernel that copies bytes. */
  #writeUnaligned(target: WebGpuBuffer, bytes: Uint8Array<ArrayBuffer>, byteOffset: number, byteLength: number): void {
    const layout: Layout = { dtype: 'u8', shape: [byteLength], strides: [1] };
    const kernel = this.kernel({ kind: 'copy' }, [layout], [layout]);
    if (kernel === null || byteLength === 0) return;
    const memory = this.#pool.take(bytes.byteLength);
    if (memory.lastBatch === this.#recorder.batch) this.#recorder.flush();
    this.device.queue.writeBuffer(memory.buffer, 0, bytes);
    const source = new WebGpuBuffer(bytes.byteLength, memory);
    for (const step of kernel.steps) {
      this.#dispatch(step, [{ buffer: source, offset: 0 }], [{ buffer: target, offset: byteOffset }], []);
    }
    this.#giveBack(memory);
  }

  *#plans(
    op: Op,
    inputs: readonly Layout[],
    outputs: readonly Layout[],
  ): Generator<{ readonly name: string; readonly plan: Plan }> {
    if ([...inputs, ...outputs].some(({ dtype }) => !dtypes.includes(dtype))) return;
    const seen = new Set<string>();
    for (const plan of plansOf(op.kind, op, inputs, outputs, this.#features)) {
      // A list may have a variant twice: in front for what it is best at, and behind for everything else.
      if (seen.has(plan.name)) continue;
      seen.add(plan.name);
      yield { name: `${plan.name}__wgsl`, plan };
    }
  }

  #throwLatched(): void {
    const { error } = this.#recorder;
    if (error !== null) throw error;
  }

  #checkUsable(): void {
    if (this.#recorder.error?.code === 'DEVICE_LOST') throw this.#recorder.error;
    if (!this.#disposed) return;
    throw new CenoteError({
      code: 'DISPOSED',
      op: 'webgpu backend',
      what: 'backend used after it was disposed of',
      got: 'a disposed backend',
      expected: 'one that is in use',
      hint: 'Make a new one with webgpuBackend()',
    });
  }
}

/** The plans for an op; a function of its own so that the compiler sees that kind and op belong together. */
function* plansOf<K extends OpKind>(
  kind: K,
  op: OpOf<K>,
  inputs: readonly Layout[],
  outputs: readonly Layout[],
  features: GpuFeatures,
): Generator<Plan> {
  const variants: readonly Variant<K>[] = variantTable[kind];
  for (const variant of variants) {
    const plan = variant.plan(op, inputs, outputs, features);
    if (plan !== null) yield plan;
  }
}

function isAligned({ offset }: View): boolean {
  return offset % 4 === 0;
}

function memoryOf({ memory }: WebGpuBuffer): GpuMemory {
  if (memory === null) throw freedError();
  return memory;
}

function outOfMemory(byteLength: number, most: number): CenoteError {
  return new CenoteError({
    code: 'OUT_OF_MEMORY',
    op: 'webgpu backend',
    what: 'a buffer is larger than the GPU binds at once',
    got: `${byteLength} bytes`,
    expected: `at most ${most}`,
    hint: 'Split the work into smaller batches, or ask the adapter for higher limits',
  });
}

function lostError(reason: string, message: string): CenoteError {
  return new CenoteError({
    code: 'DEVICE_LOST',
    op: 'webgpu backend',
    what: 'the GPU device was lost',
    got: message === '' ? reason : `${reason}: ${message}`,
    expected: 'a device that is there',
    hint: 'Make a new device; tensors of the lost one are gone',
  });
}
