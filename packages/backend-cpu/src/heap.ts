import { CenoteError } from '@cenote/shape';
import { type LinearMemory, newMemory, pageBytes } from './platform.js';

/** Every block starts at a multiple of this: a cache line, and enough for any vector. */
const alignment = 64;
/** The first page belongs to the threads' control block; no block has address 0. */
const heapStart = pageBytes;
/** Growing takes a while, so that it is done in large steps. */
const growthBytes = 2 ** 24;
/** How many larger size classes are looked at for a free block before the heap grows: up to half as large again. */
const classesAbove = 4;

/**
 * Memory of the WebAssembly modules, with what was freed kept by size for what comes next: a block that was used before
 * is already mapped, which a fresh one is not.
 *
 * Sizes are rounded up to classes, eight for each doubling. When the memory cannot grow any more, neighbouring free
 * blocks are joined.
 */
export class Heap {
  readonly memory: LinearMemory;
  /** Whether several threads can see the memory. */
  readonly isShared: boolean;
  readonly #maximumBytes: number;
  /** Addresses of free blocks, by size class. */
  readonly #free: number[][] = [];
  /** Size class of each block that is in use, by its address in units of {@link alignment}. */
  readonly #classOf = new Map<number, number>();
  #top = heapStart;
  /** Views of the whole memory. They go stale when it grows: read them from here each time. */
  bytes: Uint8Array<ArrayBufferLike>;
  words: Int32Array<ArrayBufferLike>;

  constructor(options: { readonly shared: boolean; readonly maximumBytes: number }) {
    const { memory, maximumBytes } = newMemory(options);
    this.memory = memory;
    this.isShared = options.shared;
    this.#maximumBytes = maximumBytes;
    this.bytes = new Uint8Array(memory.buffer);
    this.words = new Int32Array(memory.buffer);
  }

  /** How large the memory may become. */
  get maximumBytes(): number {
    return this.#maximumBytes;
  }

  /** How large the memory is. It never shrinks. */
  get byteLength(): number {
    return this.bytes.byteLength;
  }

  /**
   * The address of at least `byteLength` bytes that hold garbage, aligned to a cache line.
   *
   * @throws CenoteError `OUT_OF_MEMORY` when the memory is at its limit, or the engine does not let it grow.
   */
  allocate(byteLength: number): number {
    const wanted = sizeClass(byteLength);
    for (let one = wanted; one <= wanted + classesAbove; one++) {
      const address = this.#free[one]?.pop();
      if (address !== undefined) {
        this.#classOf.set(address, one);
        return address;
      }
    }
    return this.#extend(wanted, byteLength);
  }

  /** Gives a block back. */
  free(address: number): void {
    const one = this.#classOf.get(address);
    if (one === undefined) return;
    this.#classOf.delete(address);
    const list = this.#free[one];
    if (list === undefined) this.#free[one] = [address];
    else list.push(address);
  }

  #extend(one: number, asked: number): number {
    const size = classBytes(one);
    if (!this.#reach(this.#top + size)) {
      this.#joinFreeBlocks();
      const reused = this.#split(one);
      if (reused !== null) return reused;
      if (!this.#reach(this.#top + size)) throw this.#outOfMemory(asked);
    }
    const address = this.#top;
    this.#top += size;
    this.#classOf.set(address, one);
    return address;
  }

  /** Makes the memory reach up to `end`. */
  #reach(end: number): boolean {
    const present = this.byteLength;
    if (end <= present) return true;
    if (end > this.#maximumBytes) return false;
    const target = Math.min(this.#maximumBytes, Math.max(end, present + Math.max(growthBytes, present / 8)));
    if (!this.#grow(target) && !this.#grow(end)) return false;
    return true;
  }

  #grow(end: number): boolean {
    try {
      this.memory.grow(Math.ceil((end - this.byteLength) / pageBytes));
    } catch {
      return false;
    }
    this.bytes = new Uint8Array(this.memory.buffer);
    this.words = new Int32Array(this.memory.buffer);
    return true;
  }

  /** Turns free neighbours into single blocks, and free blocks at the end into memory that was never used. */
  #joinFreeBlocks(): void {
    const blocks = this.#free
      .flatMap((addresses, one) => addresses.map((address) => ({ address, end: address + classBytes(one) })))
      .sort((a, b) => a.address - b.address);
    this.#free.length = 0;
    let joined: { address: number; end: number } | null = null;
    for (const block of [...blocks, null]) {
      if (joined !== null && block !== null && block.address === joined.end) {
        joined.end = block.end;
        continue;
      }
      if (joined !== null) this.#keep(joined.address, joined.end);
      joined = block;
    }
  }

  /** Puts a stretch of free memory into the lists, in the largest pieces that size classes allow. */
  #keep(start: number, end: number): void {
    if (end === this.#top) {
      this.#top = start;
      return;
    }
    let address = start;
    while (address < end) {
      let one = sizeClass(end - address);
      if (classBytes(one) > end - address) one--;
      this.#free[one] ??= [];
      this.#free[one].push(address);
      address += classBytes(one);
    }
  }

  /** Cuts a block out of the smallest free one that is large enough. */
  #split(one: number): number | null {
    for (let larger = one; larger < this.#free.length; larger++) {
      const address = this.#free[larger]?.pop();
      if (address === undefined) continue;
      const end = address + classBytes(one);
      if (end < address + classBytes(larger)) this.#keep(end, address + classBytes(larger));
      this.#classOf.set(address, one);
      return address;
    }
    return null;
  }

  #outOfMemory(byteLength: number): CenoteError {
    return new CenoteError({
      code: 'OUT_OF_MEMORY',
      op: 'cpu backend',
      what: 'no memory for a buffer',
      got: `${byteLength} bytes, with ${this.#classOf.size} blocks in use and the memory at ${this.byteLength} bytes`,
      expected: `at most ${this.#maximumBytes} bytes in all, and no more than the engine gives`,
      hint: 'Dispose of tensors that are no longer used, or use a smaller batch',
    });
  }
}

/** Up to 1024 bytes every multiple of the alignment is a class (1 to 16); beyond, eight for each doubling. */
export function sizeClass(byteLength: number): number {
  if (byteLength <= 1024) return Math.max(1, Math.ceil(byteLength / alignment));
  const exponent = 31 - Math.clz32(byteLength - 1);
  const step = 2 ** (exponent - 3);
  return 16 + (exponent - 10) * 8 + Math.ceil(byteLength / step) - 8;
}

/** The size of the blocks of a class. */
export function classBytes(one: number): number {
  if (one <= 16) return one * alignment;
  const exponent = 10 + Math.floor((one - 17) / 8);
  return 2 ** (exponent - 3) * (((one - 17) % 8) + 9);
}
