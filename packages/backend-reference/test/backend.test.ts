import { dtypes, isSyncBackend } from '@cenote/backend';
import { isCenoteError } from '@cenote/shape';
import { describe, expect, it } from 'vitest';
import { referenceBackend } from '../src/index.js';

const layout = { dtype: 'f32', shape: [3], strides: [1] } as const;

describe('what it says of itself', () => {
  it('is a synchronous backend of every dtype', () => {
    const backend = referenceBackend();
    expect(backend.name).toBe('reference');
    expect(isSyncBackend(backend)).toBe(true);
    expect(backend.caps.dtypes).toEqual(dtypes);
    expect(backend.caps).toMatchObject({ nan: 'kept', threads: 1 });
  });

  it('names its kernels by dtype and op', () => {
    const backend = referenceBackend();
    const variant = (kernel: { variant: string } | null) => kernel?.variant;
    expect(variant(backend.kernel({ kind: 'unary', fn: 'exp' }, [layout], [layout]))).toBe('f32_unary_exp__reference');
    expect(variant(backend.kernel({ kind: 'copy' }, [layout], [{ ...layout, dtype: 'i64' }]))).toBe(
      'f32_copy_i64__reference',
    );
    const matrix = { dtype: 'f64', shape: [1, 1, 1], strides: [1, 1, 1] } as const;
    const epilogue = { bias: true, activation: 'relu' } as const;
    expect(variant(backend.kernel({ kind: 'matmul', epilogue }, [matrix, matrix, layout], [matrix]))).toBe(
      'f64_matmul_bias_relu__reference',
    );
  });
});

describe('buffers', () => {
  it('are counted until they are freed', () => {
    const backend = referenceBackend();
    const a = backend.alloc(10);
    const b = backend.alloc(0);
    expect([backend.liveBuffers, backend.liveBytes]).toEqual([2, 10]);
    expect([a.byteLength, b.byteLength]).toEqual([10, 0]);
    backend.free(a);
    expect([backend.liveBuffers, backend.liveBytes]).toEqual([1, 0]);
    backend.free(b);
    expect([backend.liveBuffers, backend.liveBytes]).toEqual([0, 0]);
  });

  it('hold what was written, at the place it was written to', async () => {
    const backend = referenceBackend();
    const buffer = backend.alloc(8);
    backend.write(buffer, new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]));
    backend.write(buffer, new Uint8Array([0, 9, 10, 0]).subarray(1, 3), 5);
    expect([...new Uint8Array(backend.readSync(buffer))]).toEqual([1, 2, 3, 4, 5, 9, 10, 8]);
    expect([...new Uint8Array(backend.readSync(buffer, 4))]).toEqual([5, 9, 10, 8]);
    expect([...new Uint8Array(await backend.read(buffer, 1, 2))]).toEqual([2, 3]);
    const float = backend.alloc(4);
    backend.write(float, new Float32Array([1.5]));
    expect(new Float32Array(backend.readSync(float))).toEqual(new Float32Array([1.5]));
  });

  it('read a copy, of the size that was asked for', () => {
    const backend = referenceBackend();
    const buffer = backend.alloc(3);
    backend.write(buffer, new Uint8Array([1, 2, 3]));
    const bytes = backend.readSync(buffer);
    expect(bytes.byteLength).toBe(3);
    new Uint8Array(bytes)[0] = 99;
    expect(new Uint8Array(backend.readSync(buffer))[0]).toBe(1);
  });

  it('use memory again, but never memory that is in use', () => {
    const backend = referenceBackend();
    const first = backend.alloc(64);
    backend.free(first);
    const second = backend.alloc(60);
    const third = backend.alloc(64);
    backend.write(second, new Uint8Array(60).fill(2));
    backend.write(third, new Uint8Array(64).fill(3));
    expect(new Uint8Array(backend.readSync(second)).every((byte) => byte === 2)).toBe(true);
    expect(new Uint8Array(backend.readSync(third)).every((byte) => byte === 3)).toBe(true);
  });

  it('cannot be used once they are freed, even when their memory lives on', async () => {
    const backend = referenceBackend();
    const freed = backend.alloc(12);
    const other = backend.alloc(12);
    backend.free(freed);
    const kernel = backend.kernel({ kind: 'unary', fn: 'neg' }, [layout], [layout]);
    if (kernel === null) throw new Error('no kernel');
    const view = (buffer: typeof freed) => [{ buffer, offset: 0 }];
    const uses = [
      () => backend.free(freed),
      () => backend.readSync(freed),
      () => backend.write(freed, new Uint8Array(1)),
      () => backend.run(kernel, view(freed), view(other)),
      () => backend.run(kernel, view(other), view(freed)),
    ];
    for (const use of uses) expect(codeOf(use)).toBe('DISPOSED');
    await expect(backend.read(freed)).rejects.toMatchObject({ code: 'DISPOSED' });
    expect([backend.liveBuffers, backend.liveBytes]).toEqual([1, 12]);
    expect(messageOf(() => backend.readSync(freed))).toMatchInlineSnapshot(
      `"reference backend: buffer used after it was freed. Got a freed buffer of 12 bytes; expected a buffer that is allocated. Free a buffer only after its last use."`,
    );
  });

  it('that do not fit are refused', () => {
    const backend = referenceBackend();
    expect(codeOf(() => backend.alloc(2 ** 60))).toBe('OUT_OF_MEMORY');
    expect(codeOf(() => backend.alloc(backend.caps.maxBufferByteLength + 1))).toBe('OUT_OF_MEMORY');
    expect([backend.liveBuffers, backend.liveBytes]).toEqual([0, 0]);
  });
});

describe('kernels', () => {
  it('run as often as wanted, on any buffers', () => {
    const backend = referenceBackend();
    const kernel = backend.kernel({ kind: 'unary', fn: 'neg' }, [layout], [layout]);
    if (kernel === null) throw new Error('no kernel');
    const x = backend.alloc(16);
    const y = backend.alloc(16);
    backend.write(x, new Float32Array([1, 2, 3, 4]));
    backend.write(y, new Float32Array([0, 0, 0, 0]));
    backend.run(kernel, [{ buffer: x, offset: 0 }], [{ buffer: y, offset: 1 }]);
    expect([...new Float32Array(backend.readSync(y))]).toEqual([0, -1, -2, -3]);
    backend.run(kernel, [{ buffer: y, offset: 1 }], [{ buffer: x, offset: 0 }]);
    expect([...new Float32Array(backend.readSync(x))]).toEqual([1, 2, 3, 4]);
  });

  it('are not for dtypes that an op does not take', () => {
    const backend = referenceBackend();
    const bool = { ...layout, dtype: 'bool' } as const;
    expect(backend.kernel({ kind: 'binary', fn: 'add' }, [bool, bool], [bool])).toBeNull();
  });
});

it('is of no use after it was disposed of', async () => {
  const backend = referenceBackend();
  const buffer = backend.alloc(4);
  await backend.sync();
  await backend[Symbol.asyncDispose]();
  expect(codeOf(() => backend.alloc(4))).toBe('DISPOSED');
  backend.free(buffer);
  expect(backend.liveBuffers).toBe(0);
});

function errorOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}

function codeOf(action: () => unknown): string | undefined {
  const error = errorOf(action);
  return isCenoteError(error) ? error.code : undefined;
}

function messageOf(action: () => unknown): string | undefined {
  const error = errorOf(action);
  return isCenoteError(error) ? error.message : undefined;
}
