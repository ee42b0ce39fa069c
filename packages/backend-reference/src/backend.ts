import {
  type Capabilities,
  dtypes,
  type Layout,
  type Op,
  type OpKind,
  type OpOf,
  type SyncBackend,
} from '@cenote/backend';
import { CenoteError } from '@cenote/shape';
import { BufferPool, ReferenceBuffer } from './buffer.js';
import type { ReferenceKernel, ReferenceView } from './kernel.js';
import { kernelTable } from './kernel-table.js';
import { Workspace } from './workspace.js';

/** How much freed memory is kept for buffers of the same size, so that a training loop does not allocate at all. */
const maxPooledBytes = 2 ** 28;

/** A `SyncBackend` that counts what is allocated. */
export interface ReferenceBackend extends SyncBackend<ReferenceBuffer, ReferenceKernel> {
  /** Buffers that were allocated and not freed. */
  readonly liveBuffers: number;
  /** The bytes that were asked for in them. */
  readonly liveBytes: number;
}

/**
 * Makes a reference backend: every op for every dtype that the contract lets it have, in plain loops on one thread.
 *
 * Floats are computed and accumulated in f64 and rounded once, when the result is stored; integers wrap around. Work is
 * done when `run` returns. A buffer that was freed cannot be used: that throws `DISPOSED`.
 *
 * @example
 * ```ts
 * const backend = referenceBackend();
 * const layout = { dtype: 'f32', shape: [3], strides: [1] } as const;
 * const x = backend.alloc(12);
 * const y = backend.alloc(12);
 * backend.write(x, new Float32Array([-1, 0, 2]));
 * const kernel = backend.kernel({ kind: 'unary', fn: 'relu' }, [layout], [layout]);
 * if (kernel !== null) backend.run(kernel, [{ buffer: x, offset: 0 }], [{ buffer: y, offset: 0 }]);
 * new Float32Array(backend.readSync(y)); // [0, 0, 2]
 * ```
 */
export function referenceBackend(): ReferenceBackend {
  return new PlainLoops();
}

class PlainLoops implements ReferenceBackend {
  readonly name = 'reference';
  readonly caps: Capabilities = {
    dtypes,
    sync: true,
    nan: 'kept',
    threads: 1,
    maxBufferByteLength: 2 ** 32,
  };
  readonly #workspace = new Workspace();
  readonly #pool = new BufferPool(maxPooledBytes);
  #liveBuffers = 0;
  #liveBytes = 0;
  #disposed = false;

  get liveBuffers(): number {
    return this.#liveBuffers;
  }

  get liveBytes(): number {
    return this.#liveBytes;
  }

  alloc(byteLength: number): ReferenceBuffer {
    this.#checkAlive();
    // Whole 8-byte words, so that the memory can be seen as an array of any dtype.
    const size = Math.ceil(byteLength / 8) * 8;
    const data = this.#pool.take(size) ?? this.#newMemory(size);
    this.#liveBuffers++;
    this.#liveBytes += byteLength;
    return new ReferenceBuffer(byteLength, data);
  }

  free(buffer: ReferenceBuffer): void {
    const data = buffer.release();
    this.#liveBuffers--;
    this.#liveBytes -= buffer.byteLength;
    if (!this.#disposed) this.#pool.put(data);
  }

  write(target: ReferenceBuffer, source: ArrayBufferView, byteOffset = 0): void {
    const bytes = new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
    new Uint8Array(target.data, byteOffset, bytes.length).set(bytes);
  }

  readSync(source: ReferenceBuffer, byteOffset = 0, byteLength: number = source.byteLength - byteOffset): ArrayBuffer {
    return source.data.slice(byteOffset, byteOffset + byteLength);
  }

  async read(source: ReferenceBuffer, byteOffset?: number, byteLength?: number): Promise<ArrayBuffer> {
    return this.readSync(source, byteOffset, byteLength);
  }

  kernel(op: Op, inputs: readonly Layout[], outputs: readonly Layout[]): ReferenceKernel | null {
    return buildKernel(op.kind, op, inputs, outputs, this.#workspace);
  }

  run(kernel: ReferenceKernel, inputs: readonly ReferenceView[], outputs: readonly ReferenceView[]): void {
    this.#checkAlive();
    kernel.run(inputs, outputs);
  }

  async sync(): Promise<void> {
    // Work is done when `run` returns.
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    this.#pool.clear();
    this.#workspace.clear();
  }

  #newMemory(byteLength: number): ArrayBuffer {
    if (byteLength > this.caps.maxBufferByteLength) throw this.#outOfMemory(byteLength);
    try {
      return new ArrayBuffer(byteLength);
    } catch (cause) {
      throw this.#outOfMemory(byteLength, cause);
    }
  }

  #outOfMemory(byteLength: number, cause?: unknown): CenoteError {
    return new CenoteError({
      code: 'OUT_OF_MEMORY',
      op: 'reference backend',
      what: 'no memory for a buffer',
      got: `${byteLength} bytes, with ${this.#liveBytes} bytes in ${this.#liveBuffers} live buffers`,
      expected: `at most ${this.caps.maxBufferByteLength} bytes, and no more than the engine can still allocate`,
      hint: 'Dispose of tensors that are no longer used, or use a smaller batch',
      cause,
    });
  }

  #checkAlive(): void {
    if (!this.#disposed) return;
    throw new CenoteError({
      code: 'DISPOSED',
      op: 'reference backend',
      what: 'backend used after it was disposed of',
      got: 'a disposed backend',
      expected: 'one that is in use',
      hint: 'Make a new one with referenceBackend()',
    });
  }
}

/** Looks up the builder for the kind of the op; a function of its own so that the compiler sees the two belong together. */
function buildKernel<K extends OpKind>(
  kind: K,
  op: OpOf<K>,
  inputs: readonly Layout[],
  outputs: readonly Layout[],
  workspace: Workspace,
): ReferenceKernel | null {
  return kernelTable[kind](op, inputs, outputs, workspace);
}
