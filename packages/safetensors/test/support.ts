import { referenceBackend } from '@cenote/backend-reference';
import { createDevice, type Device, isCenoteError, setDefaultDevice } from '@cenote/tensor';
import { expect } from 'vitest';

/** Makes a device of the test file's own the default one. */
export function useReferenceDevice(): Device {
  const device = createDevice(referenceBackend());
  setDefaultDevice(device);
  return device;
}

/** A file with this header, as JSON or as the text that is given, and these data. */
export function fileOf(header: unknown, data: Uint8Array = new Uint8Array(0)): Uint8Array {
  const text = typeof header === 'string' ? header : JSON.stringify(header);
  return joined(lengthOf(Buffer.byteLength(text)), Buffer.from(text), data);
}

/** The number in front of a header. */
export function lengthOf(length: number | bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  return bytes;
}

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** The message of the CenoteError that a promise is rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (isCenoteError(error)) return error.message;
    throw error;
  }
  return expect.fail('nothing was thrown');
}

/** Random whole numbers, the same for the same seed (mulberry32). */
export function seededIntegers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}
