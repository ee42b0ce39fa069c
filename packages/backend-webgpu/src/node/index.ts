/**
 * WebGPU in Node, by the package `webgpu` (Dawn).
 *
 * @packageDocumentation
 */
import { CenoteError } from '@cenote/shape';
import type { Gpu } from '../gpu.js';

const pinned = Symbol.for('cenote.webgpu');

/** Where the instance is kept: Dawn crashes the process when it is collected. */
interface Pinned {
  [pinned]?: Gpu;
}

/**
 * What is `navigator.gpu` in a browser. One for the whole process.
 *
 * @throws CenoteError `UNSUPPORTED` when the package `webgpu` is not installed, or does not run here.
 *
 * @example
 * ```ts no-run
 * const device = createDevice(await openWebGpu({ gpu: await nodeGpu() }));
 * ```
 */
export async function nodeGpu(): Promise<Gpu> {
  const place = globalThis as Pinned;
  place[pinned] ??= await create();
  return place[pinned];
}

async function create(): Promise<Gpu> {
  try {
    const { create } = await import('webgpu');
    return create([]);
  } catch (cause) {
    throw new CenoteError({
      code: 'UNSUPPORTED',
      op: 'nodeGpu',
      what: 'the package webgpu cannot be loaded',
      got: cause instanceof Error ? cause.message.split('\n', 1)[0] : 'an error',
      expected: 'webgpu 0.6.2, which brings WebGPU to Node',
      hint: 'Install it: npm install webgpu@0.6.2',
      cause,
    });
  }
}
