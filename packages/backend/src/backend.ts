import type { Shape } from '@cenote/shape';
import type { DType } from './dtype.js';
import type { Op } from './op.js';

/** How the elements of a tensor lie in a buffer. */
export interface Layout {
  readonly dtype: DType;
  readonly shape: Shape;
  /** In elements; never negative; 0 on an axis that is broadcast. */
  readonly strides: readonly number[];
}

/** Memory that a backend allocated. Only the backend that made it knows what is inside. */
export interface BufferHandle {
  /** The size that was asked for. */
  readonly byteLength: number;
}

/** A compiled op: what {@link Backend.kernel} returns and {@link Backend.run} takes. */
export interface Kernel {
  /** Which of the backend's kernels was chosen, e.g. `f32_maxpool2d_k2s2_nchw__simd128`. Shown in profiles and tests. */
  readonly variant: string;
}

/** A place in a buffer. The {@link Layout} that goes with it was given when the kernel was made. */
export interface View<B extends BufferHandle = BufferHandle> {
  readonly buffer: B;
  /** Where the first element is, in elements of the layout's dtype. */
  readonly offset: number;
}

/** What a backend can do. */
export interface Capabilities {
  /** Element types that it stores. */
  readonly dtypes: readonly DType[];
  /** Whether it is a {@link SyncBackend}. */
  readonly sync: boolean;
  /** Whether its kernels see NaN; a backend that may lose it says so. */
  readonly nan: 'kept' | 'mayBeLost';
  /** How many threads share the work; 1 where there is no such thing. */
  readonly threads: number;
  /** The largest buffer that can be allocated, in bytes. */
  readonly maxBufferByteLength: number;
}

/**
 * What computes: ten methods over buffers, with no idea of tensors or gradients. Write one against this package alone
 * and check it with `@cenote/conformance`.
 *
 * Arguments were validated by the caller: a backend may trust shapes, dtypes, layouts and offsets.
 */
export interface Backend<B extends BufferHandle = BufferHandle, K extends Kernel = Kernel> extends AsyncDisposable {
  /** Short name for messages: `cpu`, `webgpu`, `reference`. */
  readonly name: string;
  readonly caps: Capabilities;
  /** Memory of at least `byteLength` bytes, aligned for any dtype, holding garbage. Throws `OUT_OF_MEMORY`. */
  alloc(byteLength: number): B;
  /** Gives a buffer back. Work that was issued before and uses it still completes correctly. */
  free(buffer: B): void;
  /** Copies bytes in, ordered with `run`. */
  write(target: B, source: ArrayBufferView, byteOffset?: number): void;
  /** Copies bytes out, after everything that was issued before. Errors of earlier work surface here. */
  read(source: B, byteOffset?: number, byteLength?: number): Promise<ArrayBuffer>;
  /** A kernel for `op` on these layouts, or `null`: "lower it for me". */
  kernel(op: Op, inputs: readonly Layout[], outputs: readonly Layout[]): K | null;
  /** Runs a kernel of {@link kernel}, in issue order with everything else. */
  run(kernel: K, inputs: readonly View<B>[], outputs: readonly View<B>[]): void;
  /** Resolves when all issued work is done; rejects with the first error of it. */
  sync(): Promise<void>;
}

/** A backend whose results can be read without waiting. */
export interface SyncBackend<B extends BufferHandle = BufferHandle, K extends Kernel = Kernel> extends Backend<B, K> {
  /** As {@link Backend.read}, at once. */
  readSync(source: B, byteOffset?: number, byteLength?: number): ArrayBuffer;
}

/** Whether results of this backend can be read without waiting. */
export function isSyncBackend(backend: Backend): backend is SyncBackend {
  return backend.caps.sync;
}

/** A backend whose work goes on after `run` has returned, and that can tell how long each kernel took. */
export interface TimingBackend<B extends BufferHandle = BufferHandle, K extends Kernel = Kernel> extends Backend<B, K> {
  /**
   * Measures every `run` from now on.
   *
   * @returns Ends that, and resolves to the milliseconds of each run, in order.
   * @throws CenoteError `UNSUPPORTED` where the device has no clock.
   */
  startTiming(): () => Promise<readonly number[]>;
}

/** Whether a backend measures its kernels itself. */
export function isTimingBackend(backend: Backend): backend is TimingBackend {
  return 'startTiming' in backend && typeof backend.startTiming === 'function';
}
