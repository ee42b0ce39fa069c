import { CenoteError } from '@cenote/shape';
import { type WebGpuBackend, type WebGpuBackendOptions, webgpuBackend } from './backend.js';
import type { Gpu, GpuAdapter } from './gpu.js';

/** Options of {@link openWebGpu}. */
export interface OpenWebGpuOptions extends WebGpuBackendOptions {
  /** Where adapters come from; `navigator.gpu` if left out. In Node: `nodeGpu()` of `@cenote/backend-webgpu/node`. */
  readonly gpu?: Gpu;
  /** Which adapter to prefer where there are several. */
  readonly powerPreference?: 'low-power' | 'high-performance';
}

/** Features that kernels make use of where the adapter has them. */
const usefulFeatures = ['shader-f16', 'subgroups', 'timestamp-query'];

/**
 * Opens a GPU device and makes a backend on it, with the largest buffers that the adapter allows.
 *
 * @throws CenoteError `UNSUPPORTED` where there is no WebGPU, or no adapter.
 *
 * @example
 * ```ts no-run
 * const device = createDevice(await openWebGpu());
 * ```
 */
export async function openWebGpu({ gpu, powerPreference, ...options }: OpenWebGpuOptions = {}): Promise<WebGpuBackend> {
  const adapter = await findAdapter(gpu ?? browserGpu(), powerPreference);
  const { limits, features } = adapter;
  const device = await adapter.requestDevice({
    requiredFeatures: usefulFeatures.filter((feature) => features.has(feature)),
    requiredLimits: {
      maxBufferSize: limits.maxBufferSize,
      maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
    },
  });
  return webgpuBackend(device, options);
}

async function findAdapter(gpu: Gpu, powerPreference: OpenWebGpuOptions['powerPreference']): Promise<GpuAdapter> {
  const adapter = await gpu.requestAdapter(powerPreference === undefined ? {} : { powerPreference });
  if (adapter !== null) return adapter;
  throw new CenoteError({
    code: 'UNSUPPORTED',
    op: 'openWebGpu',
    what: 'no GPU adapter',
    got: 'none',
    expected: 'one',
    hint: 'Check that the driver is there and that the browser may use the GPU; the cpu device works everywhere',
  });
}

function browserGpu(): Gpu {
  const { navigator } = globalThis as { readonly navigator?: { readonly gpu?: Gpu } };
  if (navigator?.gpu !== undefined) return navigator.gpu;
  throw new CenoteError({
    code: 'UNSUPPORTED',
    op: 'openWebGpu',
    what: 'there is no WebGPU here',
    got: 'no navigator.gpu',
    expected: 'an engine with WebGPU',
    hint: 'In Node, install webgpu and pass gpu: await nodeGpu() from @cenote/backend-webgpu/node; in a browser, use a newer one, over https',
  });
}
