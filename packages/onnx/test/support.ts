import type { DType, TypedArray } from '@cenote/backend';
import { cpuBackend } from '@cenote/backend-cpu';
import { referenceBackend } from '@cenote/backend-reference';
import {
  createDevice,
  type Device,
  fromData,
  isCenoteError,
  type Shape,
  setDefaultDevice,
  type Tensor,
} from '@cenote/tensor';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { expect } from 'vitest';

/** Makes a CPU device of the test file's own the default one. */
export function useCpuDevice(): Device {
  const device = createDevice(cpuBackend());
  setDefaultDevice(device);
  return device;
}

/** A device that cannot be read without waiting and has no 64-bit integers, as a GPU is. */
export function waitingDevice(): Device {
  const backend = referenceBackend();
  const caps = { ...backend.caps, sync: false, dtypes: backend.caps.dtypes.filter((dtype) => dtype !== 'i64') };
  return createDevice({
    name: 'waiting',
    caps,
    alloc: backend.alloc.bind(backend),
    free: backend.free.bind(backend),
    write: backend.write.bind(backend),
    read: backend.read.bind(backend),
    kernel: backend.kernel.bind(backend),
    run: backend.run.bind(backend),
    sync: backend.sync.bind(backend),
    [Symbol.asyncDispose]: backend[Symbol.asyncDispose].bind(backend),
  });
}

const ortTypes: Readonly<Record<DType, 'float32' | 'float64' | 'int32' | 'int64' | 'uint8' | 'int8' | 'bool'>> = {
  f32: 'float32',
  f64: 'float64',
  i32: 'int32',
  i64: 'int64',
  u8: 'uint8',
  i8: 'int8',
  bool: 'bool',
};

/** What ONNX Runtime says that a model computes, by the names of its outputs. */
export async function inOnnxRuntime(
  model: Uint8Array | string,
  inputs: Readonly<Record<string, Tensor>>,
): Promise<Record<string, { readonly shape: Shape; readonly data: readonly number[] }>> {
  const options = { logSeverityLevel: 4 as const, intraOpNumThreads: 1, interOpNumThreads: 1 };
  const session =
    typeof model === 'string'
      ? await InferenceSession.create(model, options)
      : await InferenceSession.create(model, options);
  try {
    const feeds = Object.fromEntries(
      Object.entries(inputs).map(([name, x]) => [name, new OrtTensor(ortTypes[x.dtype], x.dataSync(), [...x.shape])]),
    );
    const results = await session.run(feeds);
    return Object.fromEntries(
      Object.entries(results).map(([name, { dims, data }]) => [
        name,
        { shape: [...dims], data: Array.from(data as unknown as ArrayLike<number | bigint>, Number) },
      ]),
    );
  } finally {
    await session.release();
  }
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

/** Numbers between −2 and 2, in steps that are exact in f32. */
export function noise(shape: Shape, seed: number, dtype: DType = 'f32'): Tensor {
  const random = seededIntegers(seed);
  const count = shape.reduce((product, size) => product * size, 1);
  const whole = dtype !== 'f32' && dtype !== 'f64';
  const elements: TypedArray = Float64Array.from({ length: count }, () => {
    if (dtype === 'bool') return random(2);
    return whole ? random(200) - (dtype === 'u8' ? 0 : 100) : (random(4097) - 2048) / 1024;
  });
  return fromData(elements, shape, { dtype });
}

/** The largest difference between two lists, where NaN is equal to NaN. */
export function largestDifference(a: Iterable<number | bigint>, b: readonly number[]): number {
  const left = Array.from(a, Number);
  expect(left.length).toBe(b.length);
  return left.reduce((most, value, index) => {
    if (Object.is(value, b[index]) || value === b[index]) return most;
    const difference = Math.abs(value - b[index]);
    return Number.isNaN(difference) ? Number.POSITIVE_INFINITY : Math.max(most, difference);
  }, 0);
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
