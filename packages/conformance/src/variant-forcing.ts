import type { Backend, Kernel, Layout, Op } from '@cenote/backend';

/**
 * What a backend with several kernels for one op implements besides {@link Backend}, so that the conformance runner can
 * try every one of them on every case and not only the one that would be chosen.
 *
 * `variants` lists all kernels that accept the op on these layouts, by {@link Kernel.variant}; the one that
 * `Backend.kernel` returns is among them. It is empty exactly when `Backend.kernel` returns `null`.
 */
export interface VariantForcing<K extends Kernel = Kernel> {
  /** Names of all kernels that accept `op` on these layouts. */
  variants(op: Op, inputs: readonly Layout[], outputs: readonly Layout[]): readonly string[];
  /** As {@link Backend.kernel}, but this kernel and no other; `null` when it is not one of `variants`. */
  kernel(op: Op, inputs: readonly Layout[], outputs: readonly Layout[], variant?: string): K | null;
}

/** Whether a backend lets its kernels be chosen by name. */
export function forcesVariants(backend: Backend): backend is Backend & VariantForcing {
  return 'variants' in backend && typeof backend.variants === 'function';
}

/**
 * What a backend implements besides {@link Backend} to have its memory accounted for.
 */
export interface BufferCounting {
  /** Buffers that were allocated and not freed. */
  readonly liveBuffers: number;
}

/** Whether a backend counts its buffers. */
export function countsBuffers(backend: Backend): backend is Backend & BufferCounting {
  return 'liveBuffers' in backend && typeof backend.liveBuffers === 'number';
}
