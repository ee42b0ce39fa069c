import type { Layout } from '@cenote/backend';
import { describe, expect, test } from 'vitest';
import { type CpuBackend, cpuBackend } from '../src/index.js';

const vector = (elements: number): Layout => ({ dtype: 'f32', shape: [elements], strides: [1] });

function filled(backend: CpuBackend, elements: number, value: number) {
  const buffer = backend.alloc(elements * 4);
  const kernel = backend.kernel({ kind: 'fill', value }, [], [vector(elements)]);
  if (kernel === null) throw new Error('no kernel');
  backend.run(kernel, [], [{ buffer, offset: 0 }]);
  return buffer;
}

describe('cpuBackend', () => {
  test('works at once, with what the engine has', () => {
    const backend = cpuBackend();
    expect(backend.name).toBe('cpu');
    expect(backend.caps).toMatchObject({ sync: true, nan: 'kept', threads: 1 });
    expect(new Float32Array(backend.readSync(filled(backend, 3, 1.5)))).toEqual(Float32Array.of(1.5, 1.5, 1.5));
  });

  test('does with the scalar kernels alone', () => {
    const backend = cpuBackend({ targets: [] });
    const relu = [{ kind: 'unary', fn: 'relu' } as const, [vector(8)], [vector(8)]] as const;
    for (const name of backend.variants(...relu)) expect(name).toMatch(/__scalar$/);
    expect(backend.kernel(...relu)?.variant).toMatch(/__scalar$/);
  });

  test('lets variants be chosen by name', () => {
    const backend = cpuBackend();
    const relu = [{ kind: 'unary', fn: 'relu' } as const, [vector(8)], [vector(8)]] as const;
    const names = backend.variants(...relu);
    expect(names.length).toBeGreaterThan(1);
    expect(backend.kernel(...relu)?.variant).toBe(names[0]);
    for (const name of names) expect(backend.kernel(...relu, name)?.variant).toBe(name);
    expect(backend.kernel(...relu, 'f32_nothing__scalar')).toBeNull();
  });

  test('runs on memory that is not shared, as on a page that is not isolated', async () => {
    const backend = cpuBackend({ shared: false });
    expect(await backend.startThreads(2)).toBe(1);
    expect(backend.caps.threads).toBe(1);
    expect(new Float32Array(backend.readSync(filled(backend, 2, 3)))).toEqual(Float32Array.of(3, 3));
  });

  test('reads into memory that is not shared, and writes from any view', async () => {
    const backend = cpuBackend();
    const buffer = backend.alloc(16);
    backend.write(buffer, Float32Array.of(1, 2, 3, 4));
    backend.write(buffer, Float32Array.of(9, 8, 7).subarray(1, 2), 4);
    const read = await backend.read(buffer, 4, 8);
    expect(read).toBeInstanceOf(ArrayBuffer);
    expect(new Float32Array(read)).toEqual(Float32Array.of(8, 3));
  });

  test('refuses buffers that were freed', () => {
    const backend = cpuBackend();
    const buffer = filled(backend, 2, 1);
    const kernel = backend.kernel({ kind: 'fill', value: 1 }, [], [vector(2)]);
    backend.free(buffer);
    const disposed = expect.objectContaining({ code: 'DISPOSED' }) as Error;
    expect(() => backend.free(buffer)).toThrow(disposed);
    expect(() => backend.readSync(buffer)).toThrow(disposed);
    expect(() => backend.write(buffer, new Float32Array(2))).toThrow(disposed);
    expect(() => kernel && backend.run(kernel, [], [{ buffer, offset: 0 }])).toThrow(disposed);
    expect(backend.liveBuffers).toBe(0);
  });

  test('refuses everything once it is disposed of', async () => {
    const backend = cpuBackend();
    const kernel = backend.kernel({ kind: 'fill', value: 1 }, [], [vector(2)]);
    const buffer = backend.alloc(8);
    await backend[Symbol.asyncDispose]();
    const disposed = expect.objectContaining({ code: 'DISPOSED' }) as Error;
    expect(() => backend.alloc(8)).toThrow(disposed);
    expect(() => kernel && backend.run(kernel, [], [{ buffer, offset: 0 }])).toThrow(disposed);
    await expect(backend.startThreads(2)).rejects.toThrow(disposed);
  });

  test('leaves everything usable when memory runs out', () => {
    const backend = cpuBackend({ maximumBytes: 2 ** 20 });
    const before = filled(backend, 1000, 5);
    expect(() => backend.alloc(2 ** 20)).toThrow(expect.objectContaining({ code: 'OUT_OF_MEMORY' }) as Error);
    expect(backend.liveBuffers).toBe(1);
    expect(new Float32Array(backend.readSync(before)).every((value) => value === 5)).toBe(true);
    const after = filled(backend, 1000, 6);
    expect(new Float32Array(backend.readSync(after)).every((value) => value === 6)).toBe(true);
  });

  test('leaves the heap where it was after very many calls', () => {
    const backend = cpuBackend();
    const layout = vector(1000);
    const input = filled(backend, 1000, -1);
    const kernel = backend.kernel({ kind: 'unary', fn: 'relu' }, [layout], [layout]);
    if (kernel === null) throw new Error('no kernel');
    const { heapByteLength } = backend;
    for (let call = 0; call < 1_000_000; call++) {
      const output = backend.alloc(4000);
      backend.run(kernel, [{ buffer: input, offset: 0 }], [{ buffer: output, offset: 0 }]);
      backend.free(output);
    }
    expect(backend.heapByteLength).toBe(heapByteLength);
    expect(backend.liveBuffers).toBe(1);
  });

  test('says no to a number of threads that makes no sense', async () => {
    const backend = cpuBackend();
    for (const count of [0, -1, 1.5, Number.NaN, 1000]) {
      await expect(backend.startThreads(count)).rejects.toThrow(/^startThreads: no such number of threads\. Got /);
    }
  });
});
