import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type IdxArray, parseIdx, readIdx, writeIdx } from '../src/index.js';
import { expectError } from './expect-error.js';

/** A file from a type code, axis sizes and the bytes of the elements. */
function file(code: number, shape: readonly number[], elements: readonly number[]): Uint8Array {
  const sizes = shape.flatMap((size) => [size >>> 24, (size >>> 16) & 0xff, (size >>> 8) & 0xff, size & 0xff]);
  return new Uint8Array([0, 0, code, shape.length, ...sizes, ...elements]);
}

const arrays: readonly IdxArray[] = [
  { dtype: 'u8', shape: [2, 3], data: new Uint8Array([0, 1, 2, 127, 128, 255]) },
  { dtype: 'i8', shape: [3], data: new Int8Array([-128, 0, 127]) },
  { dtype: 'i32', shape: [2, 1, 1], data: new Int32Array([-(2 ** 31), 2 ** 31 - 1]) },
  { dtype: 'f32', shape: [2, 2], data: new Float32Array([0.1, -0, Number.NaN, Number.NEGATIVE_INFINITY]) },
  { dtype: 'f64', shape: [1, 2], data: new Float64Array([Math.PI, 5e-324]) },
  { dtype: 'u8', shape: [0, 28, 28], data: new Uint8Array(0) },
];

describe('parseIdx', () => {
  test('reads big-endian elements of every type', () => {
    expect(parseIdx(file(0x08, [2], [7, 200]))).toEqual({ dtype: 'u8', shape: [2], data: new Uint8Array([7, 200]) });
    expect(parseIdx(file(0x09, [2], [7, 0xfe]))).toEqual({ dtype: 'i8', shape: [2], data: new Int8Array([7, -2]) });
    expect(parseIdx(file(0x0c, [1], [0xff, 0xff, 0xff, 0x85]))).toEqual({
      dtype: 'i32',
      shape: [1],
      data: new Int32Array([-123]),
    });
    expect(parseIdx(file(0x0d, [1], [0x3f, 0xc0, 0, 0]))).toEqual({
      dtype: 'f32',
      shape: [1],
      data: new Float32Array([1.5]),
    });
    expect(parseIdx(file(0x0e, [1], [0xc0, 4, 0, 0, 0, 0, 0, 0]))).toEqual({
      dtype: 'f64',
      shape: [1],
      data: new Float64Array([-2.5]),
    });
  });

  test('widens shorts to i32', () => {
    const data = new Int32Array([256, -2]);
    expect(parseIdx(file(0x0b, [2], [1, 0, 0xff, 0xfe]))).toEqual({ dtype: 'i32', shape: [2], data });
  });

  test('reads from the middle of a buffer', () => {
    const padded = new Uint8Array([9, ...file(0x0d, [1], [0x3f, 0xc0, 0, 0]), 9]);
    expect(parseIdx(padded.subarray(1, -1)).data).toEqual(new Float32Array([1.5]));
  });

  test.each([
    ['an empty file', new Uint8Array(0), ['file ends at byte 0', 'Got 0 bytes']],
    ['half a header', file(0x08, [2, 2], []).subarray(0, 9), ['file ends at byte 9', 'at least 4 bytes']],
    [
      'another format',
      new TextEncoder().encode('\x89PNG\r\n'),
      ['not an IDX file at byte 0', 'Got 0xc2; expected 0x00'],
    ],
    ['a wrong second byte', new Uint8Array([0, 1, 8, 1]), ['not an IDX file at byte 1', 'Got 0x01']],
    ['an unknown type', file(0x0a, [1], [0]), ['unknown element type at byte 2', 'Got 0x0a', '0x08 (unsigned byte)']],
    ['no axis', file(0x08, [], [1]), ['number of axes out of range at byte 3', 'Got 0; expected 1 to 8']],
    ['too many axes', file(0x08, Array<number>(9).fill(1), [1]), ['Got 9; expected 1 to 8']],
    ['missing elements', file(0x08, [2, 3], [1, 2]), ['file ends at byte 14', '18 bytes for shape [2,3]']],
    ['a missing half element', file(0x0d, [1], [1, 2, 3]), ['file ends at byte 11', '12 bytes for shape [1]']],
    ['bytes left over', file(0x08, [1], [1, 2]), ['bytes left over at byte 9', 'Got 10 bytes; expected 9 bytes']],
    [
      'sizes beyond 2^53',
      file(0x0e, Array<number>(8).fill(2 ** 32 - 1), []),
      ['sizes beyond the limit in bytes 4 to 35'],
    ],
    ['sizes beyond the limit', file(0x08, [2 ** 30 + 1], []), ['1073741825 bytes; expected at most 1073741824 bytes']],
  ])('rejects %s', async (_, bytes, parts) => {
    await expectError(() => parseIdx(bytes), 'INVALID_FILE', 'parseIdx: ', ...parts);
  });

  test('takes the limit and the name of the file', async () => {
    const bytes = file(0x0d, [2], [0, 0, 0, 0, 0, 0, 0, 0]);
    expect(parseIdx(bytes, { maxBytes: 8 }).shape).toEqual([2]);
    await expectError(
      () => parseIdx(bytes, { maxBytes: 7, name: 'a/b.idx' }),
      'INVALID_FILE',
      'parseIdx: a/b.idx: sizes beyond the limit',
      'at most 7 bytes',
    );
  });
});

describe('writeIdx', () => {
  test('writes the published header of MNIST labels', () => {
    const labels = writeIdx({ dtype: 'u8', shape: [10_000], data: new Uint8Array(10_000) });
    expect([...labels.subarray(0, 8)]).toEqual([0, 0, 8, 1, 0, 0, 0x27, 0x10]);
    expect(labels.length).toBe(10_008);
  });

  test.each(arrays)('is read back: $dtype $shape', (array) => {
    expect(parseIdx(writeIdx(array))).toEqual(array);
  });

  test.each<[string, IdxArray]>([
    ['another number of elements', { dtype: 'u8', shape: [3], data: new Uint8Array(2) }],
    ['no axis', { dtype: 'u8', shape: [], data: new Uint8Array(1) }],
    ['nine axes', { dtype: 'u8', shape: Array<number>(9).fill(1), data: new Uint8Array(1) }],
    ['a fraction', { dtype: 'u8', shape: [0.5, 4], data: new Uint8Array(2) }],
    ['negative sizes', { dtype: 'u8', shape: [-1, -2], data: new Uint8Array(2) }],
  ])('refuses %s', async (_, array) => {
    await expectError(() => writeIdx(array), 'INVALID_ARGUMENT', 'writeIdx: dtype, shape and data do not fit');
  });
});

describe('readIdx', () => {
  test.each(arrays)('reads plain and gzipped files alike: $dtype $shape', async (array) => {
    const bytes = writeIdx(array);
    expect(await readIdx(bytes)).toEqual(array);
    expect(await readIdx(gzipSync(bytes))).toEqual(array);
  });

  test('names itself and the offset in what was decompressed', async () => {
    const cut = gzipSync(file(0x08, [2, 3], [1, 2]));
    await expectError(() => readIdx(cut, { name: 'x.gz' }), 'INVALID_FILE', 'readIdx: x.gz: file ends at byte 14');
    await expectError(() => readIdx(gzipSync(file(0x08, [], []))), 'INVALID_FILE', 'axes out of range at byte 3');
    await expectError(() => readIdx(gzipSync('')), 'INVALID_FILE', 'file ends at byte 0');
    await expectError(() => readIdx(new Uint8Array(0)), 'INVALID_FILE', 'readIdx: file ends at byte 0');
  });

  test('rejects truncated and damaged gzip data', async () => {
    const good = gzipSync(writeIdx(arrays[0]));
    await expectError(() => readIdx(good.subarray(0, -1)), 'INVALID_FILE', 'damaged gzip data after 18');
    await expectError(() => readIdx(good.subarray(0, 5)), 'INVALID_FILE', 'damaged gzip data after 0');
    const flipped = Uint8Array.from(good);
    flipped[flipped.length - 5] ^= 1; // in the checksum
    await expectError(() => readIdx(flipped), 'INVALID_FILE', 'damaged gzip data');
  });

  test('believes no header that the compressed bytes cannot hold', async () => {
    const lying = gzipSync(file(0x08, [2 ** 29], [0]));
    await expectError(
      () => readIdx(lying),
      'INVALID_FILE',
      'sizes that the file cannot hold in bytes 4 to 7',
      '536870912',
    );
  });

  test('stops decompressing when there is more than the header promised', async () => {
    // 256 MB of zeros behind a header that promises 10 bytes.
    const bomb = gzipSync(Buffer.concat([file(0x08, [10], []), Buffer.alloc(2 ** 28)]), { level: 1 });
    const error = await expectError(() => readIdx(bomb), 'INVALID_FILE', 'bytes left over at byte 18');
    const received = Number(/^(\d+) bytes$/.exec(error.got)?.[1]);
    expect(received).toBeGreaterThan(18);
    expect(received).toBeLessThanOrEqual(2 ** 16);
  });
});

describe('a mutated file', () => {
  const original = parseIdx(
    file(
      0x08,
      [4, 5],
      Array.from({ length: 20 }, (_, index) => index),
    ),
  );
  const plain = writeIdx(original);
  const gzipped = Uint8Array.from(gzipSync(plain));

  /** Up to four bytes overwritten, then cut or extended. */
  const mutations = fc.record({
    writes: fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 4 }),
    keep: fc.option(fc.nat(), { nil: undefined, freq: 3 }),
    append: fc.uint8Array({ maxLength: 8 }),
  });

  function mutate(bytes: Uint8Array, mutation: typeof mutations extends fc.Arbitrary<infer T> ? T : never): Uint8Array {
    const kept = Uint8Array.from(bytes.subarray(0, (mutation.keep ?? bytes.length) % (bytes.length + 1)));
    for (const [position, value] of mutation.writes) if (kept.length > 0) kept[position % kept.length] = value;
    return new Uint8Array([...kept, ...mutation.append]);
  }

  /** What a file that is accepted must be: exactly as long as its header says, elements unchanged. */
  function expectRight(array: IdxArray, bytes: Uint8Array): void {
    const rank = bytes[3];
    const elements = array.shape.reduce((product, size) => product * size, 1);
    expect(array.shape.length).toBe(rank);
    expect(array.data.length).toBe(elements);
    if (array.dtype !== 'u8' && array.dtype !== 'i8') return;
    expect(new Uint8Array(array.data.buffer, array.data.byteOffset, elements)).toEqual(bytes.subarray(4 + 4 * rank));
  }

  test('is an error or the right array (plain, 3,000 mutations)', async () => {
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(mutations, async (mutation) => {
        const bytes = mutate(plain, mutation);
        const array = await readIdx(bytes).catch((error) => error);
        if (array instanceof Error) {
          expect(array).toMatchObject({ code: 'INVALID_FILE' });
        } else {
          expectRight(array, bytes);
          accepted++;
        }
      }),
      { numRuns: 3000, seed: 1 },
    );
    expect(accepted).toBeGreaterThan(10);
  });

  test('is an error or the right array (gzipped, 2,000 mutations)', async () => {
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(mutations, async (mutation) => {
        const array = await readIdx(mutate(gzipped, mutation)).catch((error) => error);
        if (array instanceof Error) {
          expect(array).toMatchObject({ code: 'INVALID_FILE' });
        } else {
          // gzip's checksum lets no other content through.
          expect(array).toEqual(original);
          accepted++;
        }
      }),
      { numRuns: 2000, seed: 2 },
    );
    expect(accepted).toBeGreaterThan(10);
  });

  test('is an error or the right array (gzipped after the mutation, 1,000 mutations)', async () => {
    await fc.assert(
      fc.asyncProperty(mutations, async (mutation) => {
        const bytes = mutate(plain, mutation);
        const array = await readIdx(gzipSync(bytes)).catch((error) => error);
        if (array instanceof Error) expect(array).toMatchObject({ code: 'INVALID_FILE' });
        else expectRight(array, bytes);
      }),
      { numRuns: 1000, seed: 3 },
    );
  });
});
