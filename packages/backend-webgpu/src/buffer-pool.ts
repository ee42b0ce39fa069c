import type { BufferHandle } from '@cenote/backend';
import { type GpuBuffer, type GpuDevice, usage } from './gpu.js';

/** A GPU buffer, which serves one tensor after another. */
export interface GpuMemory {
  readonly buffer: GpuBuffer;
  /** A number of its own, by which bind groups are found again. */
  readonly id: number;
  /** The batch of commands that used it last; it may not have been submitted yet. */
  lastBatch: number;
}

/** Memory of the GPU backend. */
export class WebGpuBuffer implements BufferHandle {
  readonly byteLength: number;
  /** Null once it was freed. */
  memory: GpuMemory | null;

  constructor(byteLength: number, memory: GpuMemory) {
    this.byteLength = byteLength;
    this.memory = memory;
  }
}

/** Sizes are rounded up to classes, four for each doubling, and to whole cache lines. */
export function roundedSize(byteLength: number): number {
  if (byteLength <= 256) return 256;
  const exponent = Math.floor(Math.log2(byteLength - 1));
  const step = 2 ** Math.max(8, exponent - 2);
  return Math.ceil(byteLength / step) * step;
}

/**
 * GPU buffers, with those that were freed kept by size for what comes next, up to a cap; beyond it they are destroyed.
 * Commands run in the order of submission, so that a freed buffer can be used again at once by later commands.
 */
export class BufferPool {
  readonly #device: GpuDevice;
  readonly #maxFreeBytes: number;
  readonly #watch: () => void;
  readonly #free = new Map<number, GpuMemory[]>();
  #nextId = 1;
  #freeBytes = 0;
  #allBytes = 0;

  /**
   * @param maxFreeBytes How many bytes of freed buffers are kept at most.
   * @param watch Waits for the answer of an error scope that was pushed around the making of a buffer.
   */
  constructor(device: GpuDevice, maxFreeBytes: number, watch: () => void) {
    this.#device = device;
    this.#maxFreeBytes = maxFreeBytes;
    this.#watch = watch;
  }

  /** Bytes of all GPU buffers, in use and kept. */
  get allBytes(): number {
    return this.#allBytes;
  }

  /** Memory of at least so many bytes, holding garbage. */
  take(byteLength: number): GpuMemory {
    const size = roundedSize(byteLength);
    const kept = this.#free.get(size)?.pop();
    if (kept !== undefined) {
      this.#freeBytes -= size;
      return kept;
    }
    this.#device.pushErrorScope('out-of-memory');
    const buffer = this.#device.createBuffer({
      label: 'cenote tensor',
      size,
      usage: usage.storage | usage.copySource | usage.copyTarget,
    });
    this.#watch();
    this.#allBytes += size;
    return { buffer, id: this.#nextId++, lastBatch: -1 };
  }

  /** Whether memory that is put back now would be kept. */
  hasRoomFor({ buffer }: GpuMemory): boolean {
    return this.#freeBytes + buffer.size <= this.#maxFreeBytes;
  }

  /** Takes memory back: keeps it, or destroys it when too much is kept already. */
  put(memory: GpuMemory): void {
    const { size } = memory.buffer;
    if (!this.hasRoomFor(memory)) {
      this.#allBytes -= size;
      memory.buffer.destroy();
      return;
    }
    const list = this.#free.get(size);
    if (list === undefined) this.#free.set(size, [memory]);
    else list.push(memory);
    this.#freeBytes += size;
  }

  /** Destroys what is kept. */
  clear(): void {
    for (const list of this.#free.values()) for (const { buffer } of list) buffer.destroy();
    this.#free.clear();
    this.#allBytes -= this.#freeBytes;
    this.#freeBytes = 0;
  }
}
