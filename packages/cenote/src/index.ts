/**
 * The front door: everything that a program needs, and a CPU device that is there without ceremony.
 *
 * @packageDocumentation
 */
import { setDefaultDevice } from '@cenote/tensor';
import { cpu } from './cpu.js';

export * from '@cenote/autograd';
export type { CpuBackendOptions, ThreadOptions } from '@cenote/backend-cpu';
export type { CanvasTarget, GpuBuffer, ImageSource, OpenWebGpuOptions } from '@cenote/backend-webgpu';
export * as data from '@cenote/data';
export * as nn from '@cenote/nn';
export * as shape from '@cenote/shape';
export * from '@cenote/tensor';
export { cpu, useThreads } from './cpu.js';
export { type FromImageOptions, fromImage, gpuBufferOf, toCanvas } from './pictures.js';
export { webgpu } from './webgpu.js';

setDefaultDevice(() => cpu());
