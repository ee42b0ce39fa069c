import type { BufferHandle } from '@cenote/backend';
import { CenoteError } from '@cenote/shape';

/** Memory of the reference backend: an `ArrayBuffer` until it is freed. */
export class ReferenceBuffer implements BufferHandle {
  readonly byteLength: number;
  #data: ArrayBuffer | null;

  /**
   * @param byteLength The size that was asked for.
   * @param data At least as long.
   */
  constructor(byteLength: number, data: ArrayBuffer) {
    this.byteLength = byteLength;
    this.#data = data;
  }

  /**
   * The memory.
   *
   * @throws CenoteError `DISPOSED` after the buffer was freed.
   */
  get data(): ArrayBuffer {
    return this.#data ?? this.#throwFreed();
  }

  /** Takes the memory away; from now on the buffer cannot be used. */
  release(): ArrayBuffer {
    const data = this.data;
    this.#data = null;
    return data;
  }

  #throwFreed(): never {
    throw new CenoteError({
      code: 'DISPOSED',
      op: 'reference backend',
      what: 'buffer used after it was freed',
      got: `a freed buffer of ${this.byteLength} bytes`,
      expected: 'a buffer that is allocated',
      hint: 'Free a buffer only after its last use',
    });
  }
}

/** Keeps the memory of freed buffers, by size, for buffers of the same size that come later. */
export class BufferPool {
  readonly #freeBySize = new Map<number, ArrayBuffer[]>();
  readonly #maxBytes: number;
  #bytes = 0;

  /** @param maxBytes How much to keep at most; what is freed beyond that is left to the garbage collector. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Memory of exactly `byteLength` bytes that was put here before, if there is any. */
  take(byteLength: number): ArrayBuffer | undefined {
    const data = this.#freeBySize.get(byteLength)?.pop();
    if (data !== undefined) this.#bytes -= byteLength;
    return data;
  }

  /** Keeps memory that nobody uses any more. */
  put(data: ArrayBuffer): void {
    if (this.#bytes + data.byteLength > this.#maxBytes) return;
    const free = this.#freeBySize.get(data.byteLength);
    if (free === undefined) this.#freeBySize.set(data.byteLength, [data]);
    else free.push(data);
    this.#bytes += data.byteLength;
  }

  /** Lets go of everything. */
  clear(): void {
    this.#freeBySize.clear();
    this.#bytes = 0;
  }
}
