import { referenceBackend } from '@cenote/backend-reference';
import { createDevice, type Device, getDefaultDevice, useThreads, webgpu } from 'cenote';

/** What can compute, by the name that `--device` takes. A new device is one line here. */
const devices: { readonly [name: string]: (threads: number | undefined) => Promise<Device> } = {
  async cpu(threads) {
    await useThreads(threads);
    return getDefaultDevice();
  },
  webgpu: async () => webgpu(),
  reference: async () => createDevice(referenceBackend()),
};

/** The devices that exist, the default first. */
export const deviceNames: readonly string[] = Object.keys(devices);

/**
 * Opens one of {@link deviceNames}.
 *
 * @param threads For those that have threads: how many; one for each core if left out.
 */
export function openDevice(name: string, threads?: number): Promise<Device> {
  return devices[name](threads);
}
