/**
 * The CPU backend: every op of the contract in WebAssembly, with SIMD and threads.
 *
 * @packageDocumentation
 */
export { type CpuBackend, type CpuBackendOptions, cpuBackend, isCpuBackend, type ThreadOptions } from './backend.js';
export type { CpuBuffer, CpuKernel } from './kernel.js';
export type { Target } from './plan.js';
export { workerSource } from './threads/worker-source.js';
