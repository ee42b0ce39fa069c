import { type CpuBackendOptions, cpuBackend, isCpuBackend, type ThreadOptions } from '@cenote/backend-cpu';
import { CenoteError } from '@cenote/shape';
import { createDevice, type Device, getDefaultDevice } from '@cenote/tensor';

/**
 * A CPU device of your own, beside the default one: WebAssembly, with SIMD where the engine has it.
 *
 * @param options None is needed.
 * @throws CenoteError `UNSUPPORTED` where WebAssembly is missing or a content security policy forbids it.
 *
 * @example
 * ```ts
 * const device = cpu({ maximumBytes: 2 ** 28 });
 * const x = zeros([2, 3], { device });
 * ```
 */
export function cpu(options?: CpuBackendOptions): Device {
  return createDevice(cpuBackend(options));
}

/**
 * Has larger operations of a CPU device shared among threads, from when the promise resolves. Results do not depend on
 * it. In a browser the page has to be cross-origin isolated; where it is not, there stays one thread.
 *
 * @param count Threads in all, the caller's included; by default as many as the machine has cores.
 * @param options The device (the default one if left out), and where the workers' script is, if it has to be a file.
 * @returns How many threads there are.
 * @throws CenoteError `UNSUPPORTED` where workers cannot be started or the device is not a CPU device; it goes on with
 * one thread. `INVALID_ARGUMENT` for a count that makes no sense.
 *
 * @example
 * ```ts
 * console.log(await useThreads()); // 8
 * ```
 */
export async function useThreads(
  count?: number,
  { device = getDefaultDevice(), ...options }: ThreadOptions & { readonly device?: Device } = {},
): Promise<number> {
  const { backend } = device;
  if (isCpuBackend(backend)) return backend.startThreads(count, options);
  throw new CenoteError({
    code: 'UNSUPPORTED',
    op: 'useThreads',
    what: 'the device has no threads',
    got: `a ${device.name} device`,
    expected: 'a cpu device',
    hint: 'Use the default device, or one made by cpu()',
  });
}
