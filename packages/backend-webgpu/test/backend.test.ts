import type { Layout } from '@cenote/backend';
import { resolvePool } from '@cenote/shape';
import { afterEach, describe, expect, test } from 'vitest';
import { missing } from '../../../tooling/vitest/missing.js';
import {
  type GpuDevice,
  openWebGpu,
  type WebGpuBackend,
  type WebGpuBackendOptions,
  webgpuBackend,
} from '../src/index.js';
import { findGpu, gpuNeeds } from './gpu.js';

const gpu = await findGpu();
const opened: WebGpuBackend[] = [];

afterEach(async () => {
  for (const backend of opened.splice(0)) await backend[Symbol.asyncDispose]();
});

async function open(
  context: Parameters<typeof missing>[0],
  options: WebGpuBackendOptions = {},
): Promise<WebGpuBackend> {
  if (gpu === null) missing(context, gpuNeeds);
  const backend = await openWebGpu({ gpu, ...options });
  opened.push(backend);
  return backend;
}

const vector = (elements: number, dtype: 'f32' | 'u8' = 'f32'): Layout => ({ dtype, shape: [elements], strides: [1] });

function run(backend: WebGpuBackend, value: number, elements: number) {
  const kernel = backend.kernel({ kind: 'fill', value }, [], [vector(elements)]);
  if (kernel === null) throw new Error('no kernel');
  const buffer = backend.alloc(elements * 4);
  backend.run(kernel, [], [{ buffer, offset: 0 }]);
  return buffer;
}

const floats = async (backend: WebGpuBackend, buffer: Parameters<WebGpuBackend['read']>[0]) => [
  ...new Float32Array(await backend.read(buffer)),
];

describe('memory', () => {
  test('stays at its cap, however much is made and freed', async (context) => {
    const cap = 2 ** 20;
    const backend = await open(context, { maxFreeBytes: cap });
    for (let round = 0; round < 10_000; round++) {
      const buffer = backend.alloc(1000 + (round % 50) * 997);
      backend.free(buffer);
    }
    expect(backend.liveBuffers).toBe(0);
    expect(backend.gpuByteLength).toBeLessThanOrEqual(cap);
    await backend.sync();
  });

  test('that is freed serves later work, in order with what was recorded before', async (context) => {
    const backend = await open(context);
    const first = run(backend, 1, 8);
    const copy = backend.kernel({ kind: 'copy' }, [vector(8)], [vector(8)]);
    const kept = backend.alloc(32);
    if (copy !== null) backend.run(copy, [{ buffer: first, offset: 0 }], [{ buffer: kept, offset: 0 }]);
    backend.free(first);
    const second = backend.alloc(32);
    backend.write(second, new Float32Array(8).fill(2));
    expect(await floats(backend, kept)).toEqual(new Array(8).fill(1));
    expect(await floats(backend, second)).toEqual(new Array(8).fill(2));
  });

  test('larger than the adapter binds is refused, and all goes on', async (context) => {
    const backend = await open(context);
    expect(() => backend.alloc(backend.caps.maxBufferByteLength + 1)).toThrow(
      expect.objectContaining({ code: 'OUT_OF_MEMORY' }) as Error,
    );
    expect(await floats(backend, run(backend, 3, 2))).toEqual([3, 3]);
  });

  test('takes and gives bytes at any offset', async (context) => {
    const backend = await open(context);
    const buffer = backend.alloc(11);
    backend.write(
      buffer,
      Uint8Array.from({ length: 11 }, (_, i) => i),
    );
    backend.write(buffer, Uint8Array.of(101, 102, 103), 5);
    expect([...new Uint8Array(await backend.read(buffer))]).toEqual([0, 1, 2, 3, 4, 101, 102, 103, 8, 9, 10]);
    expect([...new Uint8Array(await backend.read(buffer, 3, 4))]).toEqual([3, 4, 101, 102]);
  });
});

describe('errors', () => {
  test('of a buffer that was freed', async (context) => {
    const backend = await open(context);
    const buffer = backend.alloc(8);
    backend.free(buffer);
    const disposed = expect.objectContaining({ code: 'DISPOSED' }) as Error;
    expect(() => backend.free(buffer)).toThrow(disposed);
    await expect(backend.read(buffer)).rejects.toThrow(disposed);
  });

  test('of a backend that was disposed of', async (context) => {
    const backend = await open(context);
    await backend[Symbol.asyncDispose]();
    expect(() => backend.alloc(8)).toThrow(expect.objectContaining({ code: 'DISPOSED' }) as Error);
  });

  test('of a lost device say so, and a new one can be made', async (context) => {
    const backend = await open(context);
    const buffer = run(backend, 1, 4);
    await backend.sync();
    backend.device.destroy();
    await backend.device.lost;
    await Promise.resolve();
    const lost = expect.objectContaining({ code: 'DEVICE_LOST' }) as Error;
    await expect(backend.read(buffer)).rejects.toThrow(lost);
    expect(() => backend.alloc(8)).toThrow(lost);
    const next = await open(context);
    expect(await floats(next, run(next, 2, 3))).toEqual([2, 2, 2]);
  });
});

describe('kernels', () => {
  test('share pipelines, and batches keep the order of the calls', async (context) => {
    const backend = await open(context);
    const geometry = resolvePool({ op: 'maxPool2d', rank: 2, kernelSize: 2 }, [1, 1, 4, 4]);
    const x: Layout = { dtype: 'f32', shape: [1, 1, 4, 4], strides: [16, 16, 4, 1] };
    const y: Layout = { dtype: 'f32', shape: [1, 1, 2, 2], strides: [4, 4, 2, 1] };
    const input = backend.alloc(64);
    backend.write(
      input,
      Float32Array.from({ length: 16 }, (_, i) => i),
    );
    const kernel = backend.kernel({ kind: 'pool', pool: { fn: 'max' }, geometry, indices: 'none' }, [x], [y]);
    if (kernel === null) throw new Error('no kernel');
    for (let call = 0; call < 1000; call++) {
      const output = backend.alloc(16);
      backend.run(kernel, [{ buffer: input, offset: 0 }], [{ buffer: output, offset: 0 }]);
      backend.free(output);
    }
    const output = backend.alloc(16);
    backend.run(kernel, [{ buffer: input, offset: 0 }], [{ buffer: output, offset: 0 }]);
    expect(await floats(backend, output)).toEqual([5, 7, 13, 15]);
  });
});

describe('timing', () => {
  test('gives a time to each run, in order, however many there are', async (context) => {
    const backend = await open(context);
    if (!backend.device.features.has('timestamp-query')) missing(context, 'an adapter with timestamp-query');
    const stop = backend.startTiming();
    for (let call = 0; call < 1100; call++) backend.free(run(backend, call, call === 500 ? 1_000_000 : 1));
    const times = await stop();
    expect(times.length).toBe(1100);
    for (const time of times) expect(time).toBeGreaterThanOrEqual(0);
    expect(Math.max(...times)).toBeGreaterThan(0);
    expect(await floats(backend, run(backend, 3, 2))).toEqual([3, 3]);
  });
});

describe('limits', () => {
  /** The same device, saying that it can do less. */
  function limited(device: GpuDevice, limits: Partial<GpuDevice['limits']>): GpuDevice {
    const less = { ...readLimits(device.limits), ...limits };
    return new Proxy(device, {
      get(target, key) {
        if (key === 'limits') return less;
        const value: unknown = Reflect.get(target, key, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  }

  function readLimits(limits: GpuDevice['limits']): GpuDevice['limits'] {
    const {
      maxBufferSize,
      maxStorageBufferBindingSize,
      maxComputeWorkgroupsPerDimension,
      maxStorageBuffersPerShaderStage,
      minUniformBufferOffsetAlignment,
    } = limits;
    return {
      maxBufferSize,
      maxStorageBufferBindingSize,
      maxComputeWorkgroupsPerDimension,
      maxStorageBuffersPerShaderStage,
      minUniformBufferOffsetAlignment,
    };
  }

  test('of workgroups along an axis are kept: work goes on along the next one', async (context) => {
    const full = await open(context);
    const backend = webgpuBackend(limited(full.device, { maxComputeWorkgroupsPerDimension: 64 }));
    const geometry = resolvePool({ op: 'maxPool2d', rank: 2, kernelSize: 2 }, [1, 64, 60, 60]);
    const x: Layout = { dtype: 'f32', shape: geometry.inputShape, strides: [230_400, 3600, 60, 1] };
    const y: Layout = { dtype: 'f32', shape: geometry.outputShape, strides: [57_600, 900, 30, 1] };
    const source = backend.alloc(230_400 * 4);
    backend.write(
      source,
      Float32Array.from({ length: 230_400 }, (_, i) => i),
    );
    const op = { kind: 'pool', pool: { fn: 'max' }, geometry, indices: 'none' } as const;
    for (const name of backend.variants(op, [x], [y])) {
      const kernel = backend.kernel(op, [x], [y], name);
      if (kernel === null) throw new Error('no kernel');
      const target = backend.alloc(57_600 * 4);
      backend.run(kernel, [{ buffer: source, offset: 0 }], [{ buffer: target, offset: 0 }]);
      const values = await floats(backend, target);
      expect(values.every((value, i) => value === maximumAt(i))).toBe(true);
      backend.free(target);
    }
    await backend.sync();
  });

  /** Of pooling 2 × 2 over planes of 60 × 60 numbers in ascending order: the last of each window. */
  function maximumAt(i: number): number {
    const [plane, row, column] = [Math.floor(i / 900), Math.floor((i % 900) / 30), i % 30];
    return plane * 3600 + (2 * row + 1) * 60 + 2 * column + 1;
  }

  test('of a binding are kept: a larger tensor is refused with the sizes, and all goes on', async (context) => {
    const full = await open(context);
    const backend = webgpuBackend(limited(full.device, { maxStorageBufferBindingSize: 4096 }));
    expect(backend.caps.maxBufferByteLength).toBe(4096);
    expect(() => backend.alloc(4100)).toThrow(
      /larger than the GPU binds at once\. Got 4100 bytes; expected at most 4096/,
    );
    expect(await floats(backend, run(backend, 3, 1024))).toEqual(new Array(1024).fill(3));
  });
});

test('declines no dtype but f64 and i64', async (context) => {
  const backend = await open(context);
  expect(backend.caps.dtypes).toEqual(['f32', 'i32', 'u8', 'i8', 'bool']);
});
