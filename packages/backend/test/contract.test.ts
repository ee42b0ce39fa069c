import { resolveConv, resolvePool } from '@cenote/shape';
import { describe, expect, it } from 'vitest';
import { type Backend, isSyncBackend, type Op } from '../src/index.js';

const pool = resolvePool({ op: 'maxPool2d', rank: 2, kernelSize: 3, stride: 2, padding: 1 }, [1, 2, 8, 8]);
const conv = resolveConv({ op: 'conv2d', rank: 2, padding: 'same' }, [1, 2, 8, 8], [4, 2, 3, 3]);

describe('ops', () => {
  it.each<Op>([
    { kind: 'pool', pool: { fn: 'avg', divisor: 'taps' }, geometry: pool, indices: 'none' },
    { kind: 'poolGrad', pool: { fn: 'max' }, geometry: pool, indices: 'window' },
    { kind: 'conv', geometry: conv, groups: 1, epilogue: { bias: true, activation: 'relu' } },
    { kind: 'fill', value: 7n },
    { kind: 'reduce', fn: 'sum', axes: [0, 2] },
  ])('$kind is plain data, which can be sent to another thread', (op) => {
    expect(structuredClone(op)).toEqual(op);
  });
});

describe('isSyncBackend', () => {
  it('goes by what the backend says of itself', () => {
    const backend = (sync: boolean): Backend => ({
      name: 'nothing',
      caps: { dtypes: ['f32'], sync, nan: 'kept', threads: 1, maxBufferByteLength: 0 },
      alloc: (byteLength) => ({ byteLength }),
      free: () => {},
      write: () => {},
      read: async () => new ArrayBuffer(0),
      kernel: () => null,
      run: () => {},
      sync: async () => {},
      [Symbol.asyncDispose]: async () => {},
    });
    expect([isSyncBackend(backend(true)), isSyncBackend(backend(false))]).toEqual([true, false]);
  });
});
