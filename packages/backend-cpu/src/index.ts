/**
 * The CPU backend: every op of the contract in WebAssembly, with SIMD and threads.
 *
 * @packageDocumentation
 */
export { type CpuBackend, type CpuBackendOptions, cpuBackend, isCpuBackend, type ThreadOptions } from './backend.js';
export type { CpuBuffer, CpuKernel } from './kernel.js';
export type { Target } from './plan.js';

/**
 * The program of the workers, for pages whose content security policy allows no `blob:`: served as a file, its address is the
 * `workerUrl` of `startThreads`. It is loaded when it is asked for.
 *
 * @example
 * ```ts no-run
 * import { workerSource } from '@cenote/backend-cpu';
 * import { writeFile } from 'node:fs/promises';
 *
 * await writeFile('public/cenote-worker.js', await workerSource());
 * ```
 */
export async function workerSource(): Promise<string> {
  return (await import('./threads/worker-source.js')).workerSource;
}
