import type { Backend, BufferHandle, Kernel, Layout, Op } from '@cenote/backend';
import { CenoteError } from '@cenote/shape';
import { KernelCache } from './kernel-cache.js';

/** In each of two generations; a training step of a deep network asks for some hundreds of different ones. */
const cachedKernels = 1024;

/**
 * Where tensors live: a backend, with an account of the memory in use. Made by {@link createDevice}.
 *
 * @example
 * ```ts
 * const device = createDevice(referenceBackend());
 * const x = zeros([2, 3], { device });
 * ```
 */
export class Device {
  readonly backend: Backend;
  #liveBuffers = 0;
  #liveBytes = 0;
  #disposed = false;
  readonly #kernels = new KernelCache(cachedKernels);

  constructor(backend: Backend) {
    this.backend = backend;
  }

  /** The backend's name: `reference`, `cpu`, `webgpu`. */
  get name(): string {
    return this.backend.name;
  }

  /** Buffers that tensors hold at the moment. */
  get liveBuffers(): number {
    return this.#liveBuffers;
  }

  /** Bytes that tensors hold at the moment. */
  get liveBytes(): number {
    return this.#liveBytes;
  }

  /** @internal Allocates a buffer and counts it. */
  allocate(byteLength: number): BufferHandle {
    this.#assertLive();
    const { maxBufferByteLength } = this.backend.caps;
    if (byteLength > maxBufferByteLength) {
      throw new CenoteError({
        code: 'OUT_OF_MEMORY',
        op: 'alloc',
        what: `a tensor is too large for the ${this.name} device`,
        got: `${byteLength} bytes`,
        expected: `at most ${maxBufferByteLength}`,
        hint: 'Split the work into smaller batches',
      });
    }
    const buffer = this.backend.alloc(byteLength);
    this.#liveBuffers++;
    this.#liveBytes += buffer.byteLength;
    return buffer;
  }

  /** @internal Gives a buffer of {@link Device.allocate} back. */
  free(buffer: BufferHandle): void {
    this.#liveBuffers--;
    this.#liveBytes -= buffer.byteLength;
    if (!this.#disposed) this.backend.free(buffer);
  }

  /** @internal The backend's kernel for an op on these layouts, or null where it declines; it is asked once. */
  kernel(op: Op, inputs: readonly Layout[], outputs: readonly Layout[]): Kernel | null {
    return this.#kernels.find(op, inputs, outputs, this.#ask);
  }

  readonly #ask = (op: Op, inputs: readonly Layout[], outputs: readonly Layout[]): Kernel | null =>
    this.backend.kernel(op, inputs, outputs);

  /** Resolves when all work that was issued is done; rejects with the first error of it. */
  sync(): Promise<void> {
    return this.backend.sync();
  }

  /** Ends the device and frees what it holds. Its tensors cannot be used any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#kernels.clear();
    await this.backend[Symbol.asyncDispose]();
  }

  #assertLive(): void {
    if (!this.#disposed) return;
    throw new CenoteError({
      code: 'DISPOSED',
      op: this.name,
      what: 'the device was disposed of',
      got: 'a disposed device',
      expected: 'a live one',
      hint: 'Create a new device with createDevice()',
    });
  }
}

/** A device over a backend, which from then on belongs to the device. */
export function createDevice(backend: Backend): Device {
  return new Device(backend);
}

let fallback: Device | (() => Device) | null = null;

/**
 * Sets the device of tensors that are created without one: a device, or a function that makes it when it is first
 * needed. The package `cenote` calls this for you.
 */
export function setDefaultDevice(device: Device | (() => Device)): void {
  fallback = device;
}

/**
 * The device of tensors that are created without one.
 *
 * @throws `NO_DEVICE` when there is none.
 */
export function getDefaultDevice(): Device {
  if (typeof fallback === 'function') fallback = fallback();
  if (fallback) return fallback;
  throw new CenoteError({
    code: 'NO_DEVICE',
    op: 'getDefaultDevice',
    what: 'there is no default device',
    got: 'none',
    expected: 'a device',
    hint: "Import from 'cenote', which brings one, or call setDefaultDevice(createDevice(backend))",
  });
}
