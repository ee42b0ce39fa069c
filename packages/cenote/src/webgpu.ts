import type { OpenWebGpuOptions } from '@cenote/backend-webgpu';
import { createDevice, type Device } from '@cenote/tensor';

/**
 * A GPU device: WebGPU in browsers and Deno, and in Node by the package `webgpu`, which has to be installed beside.
 * Its code is loaded when it is asked for.
 *
 * @param options None is needed.
 * @throws CenoteError `UNSUPPORTED` where there is no WebGPU or no adapter, with what to do about it.
 *
 * @example
 * ```ts no-run
 * const device = await webgpu();
 * const x = randn([8, 64, 224, 224], { device });
 * const y = maxPool2d(x, 2);
 * console.log(await y.mean().item());
 * ```
 */
export async function webgpu(options: OpenWebGpuOptions = {}): Promise<Device> {
  const { openWebGpu } = await import('@cenote/backend-webgpu');
  const needsGpu = options.gpu === undefined && !hasNavigatorGpu();
  return createDevice(await openWebGpu(needsGpu ? { ...options, gpu: await gpuOfNode() } : options));
}

function hasNavigatorGpu(): boolean {
  const { navigator } = globalThis as { readonly navigator?: { readonly gpu?: unknown } };
  return navigator?.gpu !== undefined;
}

/** In Node; elsewhere `undefined`, so that the error says what a browser lacks. */
async function gpuOfNode(): Promise<OpenWebGpuOptions['gpu']> {
  const { process } = globalThis as { readonly process?: { readonly versions?: { readonly node?: string } } };
  if (process?.versions?.node === undefined) return undefined;
  // By a name that is put together, so that bundlers for browsers do not look for what only Node has.
  const entry = ['@cenote/backend-webgpu', 'node'].join('/');
  const { nodeGpu } = (await import(/* @vite-ignore */ /* webpackIgnore: true */ entry)) as NodeEntry;
  return nodeGpu();
}

interface NodeEntry {
  nodeGpu(): Promise<NonNullable<OpenWebGpuOptions['gpu']>>;
}
