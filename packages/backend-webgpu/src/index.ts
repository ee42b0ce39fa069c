/**
 * The GPU backend: every op of the contract in WGSL, on a `GPUDevice`.
 *
 * @packageDocumentation
 */
export { type WebGpuBackend, type WebGpuBackendOptions, webgpuBackend } from './backend.js';
export type { WebGpuBuffer } from './buffer-pool.js';
export type { Gpu, GpuAdapter, GpuBuffer, GpuDevice } from './gpu.js';
export type { CanvasTarget, ImageSource, Picture } from './images.js';
export type { WebGpuKernel } from './kernel.js';
export { type OpenWebGpuOptions, openWebGpu } from './open-webgpu.js';
