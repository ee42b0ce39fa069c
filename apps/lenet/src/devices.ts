import { type Device, getDefaultDevice } from 'cenote';

/** What can compute, by the name that `--device` takes. A new device is one line here. */
const devices: { readonly [name: string]: () => Promise<Device> } = {
  reference: async () => getDefaultDevice(),
};

/** The devices that exist, the default first. */
export const deviceNames: readonly string[] = Object.keys(devices);

/** Opens one of {@link deviceNames}. */
export function openDevice(name: string): Promise<Device> {
  return devices[name]();
}
