import { type Backend, type BufferHandle, isSyncBackend, type Op } from '@cenote/backend';
import { isCenoteError } from '@cenote/shape';
import { type ConformanceCheck, Declined, type Findings, singleAttempt } from './check.js';
import { countsBuffers } from './variant-forcing.js';

/** The rules of the contract that are about memory and order, not about numbers. */
export function contractChecks(): readonly ConformanceCheck[] {
  return Object.entries(rules).map(([name, rule]) => ({
    id: `contract/${name}`,
    async run(backend) {
      const bench = new Bench(backend);
      try {
        return await rule(bench);
      } finally {
        bench.freeAll();
      }
    },
  }));
}

type Rule = (bench: Bench) => Promise<Findings>;

/** A backend with shorthands for whole vectors of one number type, and a list of what is to be freed. */
class Bench {
  readonly backend: Backend;
  readonly #buffers = new Set<BufferHandle>();

  constructor(backend: Backend) {
    this.backend = backend;
  }

  alloc(byteLength: number): BufferHandle {
    const buffer = this.backend.alloc(byteLength);
    this.#buffers.add(buffer);
    return buffer;
  }

  free(buffer: BufferHandle): void {
    this.#buffers.delete(buffer);
    this.backend.free(buffer);
  }

  freeAll(): void {
    for (const buffer of [...this.#buffers]) this.free(buffer);
  }

  upload(values: readonly number[]): BufferHandle {
    const buffer = this.alloc(values.length * 4);
    this.backend.write(buffer, Float32Array.from(values));
    return buffer;
  }

  /** A place for a result, which holds something else: memory that is used again may hold the result of an earlier rule. */
  output(elements: number): BufferHandle {
    return this.upload(new Array<number>(elements).fill(-1));
  }

  /** Runs an op of f32 vectors of one length. */
  run(op: Op, inputs: readonly BufferHandle[], output: BufferHandle): void {
    const layout = { dtype: 'f32', shape: [output.byteLength / 4], strides: [1] } as const;
    const kernel = this.backend.kernel(
      op,
      inputs.map(() => layout),
      [layout],
    );
    if (kernel === null) throw new Declined(`kernel() declines ${op.kind} of contiguous f32`);
    this.backend.run(
      kernel,
      inputs.map((buffer) => ({ buffer, offset: 0 })),
      [{ buffer: output, offset: 0 }],
    );
  }

  async expect(what: string, buffer: BufferHandle, values: readonly number[]): Promise<Findings> {
    const got = Array.from(new Float32Array(await this.backend.read(buffer)));
    const isEqual = got.length === values.length && got.every((value, i) => value === values[i]);
    return singleAttempt(isEqual ? null : `${what}: got ${got.join(', ')}; expected ${values.join(', ')}`);
  }
}

const copy: Op = { kind: 'copy' };

const rules: { readonly [name: string]: Rule } = {
  async capabilities({ backend: { name, caps } }) {
    if (name === '') return singleAttempt('name is empty');
    if (!caps.dtypes.includes('f32')) return singleAttempt('caps.dtypes lacks f32');
    if (!(Number.isInteger(caps.threads) && caps.threads >= 1)) return singleAttempt(`caps.threads is ${caps.threads}`);
    const largest = caps.maxBufferByteLength;
    return singleAttempt(largest > 0 ? null : `caps.maxBufferByteLength is ${largest}`);
  },

  async 'buffer-size'(bench) {
    for (const byteLength of [0, 1, 3, 4, 1000]) {
      const buffer = bench.alloc(byteLength);
      if (buffer.byteLength !== byteLength) {
        return singleAttempt(`alloc(${byteLength}) has byteLength ${buffer.byteLength}`);
      }
      const { byteLength: read } = await bench.backend.read(buffer);
      if (read !== byteLength) return singleAttempt(`reading a buffer of ${byteLength} bytes gives ${read}`);
    }
    return singleAttempt(null);
  },

  async 'out-of-memory'({ backend }) {
    const tooMuch = backend.caps.maxBufferByteLength + 1;
    if (!Number.isSafeInteger(tooMuch)) return { declined: 'has no largest buffer' };
    try {
      backend.free(backend.alloc(tooMuch));
    } catch (error) {
      if (isCenoteError(error) && error.code === 'OUT_OF_MEMORY') return singleAttempt(null);
      return singleAttempt(`alloc(${tooMuch}) threw ${String(error)} instead of OUT_OF_MEMORY`);
    }
    return singleAttempt(`alloc(${tooMuch}) succeeds, above caps.maxBufferByteLength`);
  },

  async 'write-and-read-parts'(bench) {
    const buffer = bench.upload([1, 2, 3, 4]);
    const source = Float32Array.of(9, 20, 30, 9);
    // A view into the middle of an array, to the middle of a buffer.
    bench.backend.write(buffer, source.subarray(1, 3), 4);
    const middle = Array.from(new Float32Array(await bench.backend.read(buffer, 4, 8)));
    if (middle[0] !== 20 || middle[1] !== 30) return singleAttempt(`read of a part gives ${middle.join(', ')}`);
    const rest = new Float32Array(await bench.backend.read(buffer, 8));
    if (rest.length !== 2) return singleAttempt(`read from byte 8 gives ${rest.length} elements instead of 2`);
    return bench.expect('write of a part', buffer, [1, 20, 30, 4]);
  },

  async 'odd-bytes'(bench) {
    const buffer = bench.alloc(7);
    bench.backend.write(buffer, Uint8Array.of(1, 2, 3, 4, 5, 6, 7));
    bench.backend.write(buffer, Uint8Array.of(50, 60), 4);
    const got = Array.from(new Uint8Array(await bench.backend.read(buffer, 3, 4)));
    return singleAttempt(got.join() === '4,50,60,7' ? null : `got ${got.join()}; expected 4,50,60,7`);
  },

  async 'write-copies'(bench) {
    const source = Float32Array.of(1, 2);
    const buffer = bench.alloc(8);
    bench.backend.write(buffer, source);
    source.fill(7);
    return bench.expect('after the source of a write changed', buffer, [1, 2]);
  },

  async 'read-copies'(bench) {
    const buffer = bench.upload([1, 2]);
    new Float32Array(await bench.backend.read(buffer)).fill(7);
    return bench.expect('after what was read changed', buffer, [1, 2]);
  },

  async 'write-waits-for-run'(bench) {
    const x = bench.upload([1, 2, 3]);
    const y = bench.output(3);
    bench.run(copy, [x], y);
    bench.backend.write(x, Float32Array.of(7, 8, 9));
    return bench.expect('copy before its input was overwritten', y, [1, 2, 3]);
  },

  async 'runs-in-order'(bench) {
    const x = bench.upload([1, 2, 3]);
    const y = bench.output(3);
    const z = bench.output(3);
    bench.run(copy, [x], y);
    bench.run({ kind: 'binary', fn: 'add' }, [x, y], z);
    bench.run({ kind: 'binary', fn: 'add' }, [y, z], x);
    bench.run({ kind: 'fill', value: 5 }, [], y);
    const first = await bench.expect('a chain of sums', x, [3, 6, 9]);
    return 'attempts' in first && first.attempts[0].failure !== null ? first : bench.expect('a fill', y, [5, 5, 5]);
  },

  async 'free-waits-for-run'(bench) {
    const x = bench.upload([1, 2, 3]);
    const y = bench.output(3);
    bench.run(copy, [x], y);
    bench.free(x);
    // Likely the same memory, which the pending copy still reads.
    const recycled = bench.upload([7, 8, 9]);
    const first = await bench.expect('copy of a buffer that was freed after it', y, [1, 2, 3]);
    if ('attempts' in first && first.attempts[0].failure !== null) return first;
    return bench.expect('the buffer that took its place', recycled, [7, 8, 9]);
  },

  async 'kernel-runs-again'(bench) {
    const layout = { dtype: 'f32', shape: [2], strides: [1] } as const;
    const kernel = bench.backend.kernel({ kind: 'unary', fn: 'neg' }, [layout], [layout]);
    if (kernel === null) return { declined: 'kernel() declines neg' };
    if (kernel.variant === '') return singleAttempt('variant is empty');
    const x = bench.upload([1, 2, 3, 4]);
    const y = bench.output(4);
    bench.backend.run(kernel, [{ buffer: x, offset: 0 }], [{ buffer: y, offset: 2 }]);
    bench.backend.run(kernel, [{ buffer: x, offset: 2 }], [{ buffer: y, offset: 0 }]);
    return bench.expect('one kernel on two views', y, [-3, -4, -1, -2]);
  },

  async 'sync-resolves'(bench) {
    const x = bench.upload([1, 2]);
    const y = bench.output(2);
    bench.run(copy, [x], y);
    await bench.backend.sync();
    return bench.expect('after sync', y, [1, 2]);
  },

  async 'sync-reads'(bench) {
    const { backend } = bench;
    if (!isSyncBackend(backend)) return { declined: 'is not a SyncBackend' };
    const x = bench.upload([1, 2, 3]);
    const y = bench.output(3);
    bench.run(copy, [x], y);
    const got = Array.from(new Float32Array(backend.readSync(y, 4, 8)));
    return singleAttempt(got.join() === '2,3' ? null : `readSync gives ${got.join()}; expected 2,3`);
  },

  async 'live-buffers'(bench) {
    const { backend } = bench;
    if (!countsBuffers(backend)) return { declined: 'does not count its buffers' };
    const before = backend.liveBuffers;
    const buffers = [bench.alloc(4), bench.alloc(0), bench.alloc(400)];
    const during = backend.liveBuffers - before;
    for (const buffer of buffers) bench.free(buffer);
    const after = backend.liveBuffers - before;
    if (during !== 3) return singleAttempt(`after three allocations liveBuffers grew by ${during}`);
    return singleAttempt(after === 0 ? null : `after freeing all of them liveBuffers is ${after} above what it was`);
  },
};
