import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DType, fromData, type Tensor, tensor, zeros } from '@cenote/tensor';
import { afterAll, describe, expect, test } from 'vitest';
import { openSafetensors, saveSafetensors } from '../src/index.js';
import { openSafetensorsFile, saveSafetensorsFile } from '../src/node/index.js';
import { fileOf, joined, lengthOf, rejection, useReferenceDevice } from './support.js';

const device = useReferenceDevice();
const folder = mkdtempSync(join(tmpdir(), 'cenote-safetensors-'));
afterAll(() => rmSync(folder, { recursive: true }));

const values: Readonly<Record<DType, Tensor>> = {
  f32: tensor([
    [1.5, -0, Number.NaN],
    [Number.POSITIVE_INFINITY, 2 ** -149, 3.4028234663852886e38],
  ]),
  f64: fromData(Float64Array.of(Math.PI, 2 ** -1074), [2]),
  i32: fromData(Int32Array.of(-(2 ** 31), 2 ** 31 - 1, 0), [3, 1]),
  i64: fromData(BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n), [2]),
  u8: fromData(Uint8Array.of(0, 255, 7), [3]),
  i8: fromData(Int8Array.of(-128, 127, 0, 1, 2), [5]),
  bool: tensor([true, false, true]),
};

const bytesOf = (x: Tensor) => [...new Uint8Array(x.dataSync().buffer)];

describe('saveSafetensors and openSafetensors', () => {
  test.each(Object.entries(values))('%s goes through a file bit by bit', async (dtype, x) => {
    const file = await openSafetensors(await saveSafetensors({ x, between: tensor([1], { dtype: 'u8' }) }));
    const y = await file.tensor('x');
    expect(y.dtype).toBe(dtype);
    expect(y.shape).toEqual(x.shape);
    expect(bytesOf(y)).toEqual(bytesOf(x));
  });

  test('scalars, empty tensors and views are kept', async () => {
    const matrix = tensor([
      [1, 2],
      [3, 4],
    ]);
    const state = { scalar: tensor(7), empty: zeros([0, 3]), view: matrix.transpose(), none: zeros([2, 0]) };
    const read = await (await openSafetensors(await saveSafetensors(state))).stateDict();
    expect(read.scalar.shape).toEqual([]);
    expect(read.scalar.itemSync()).toBe(7);
    expect([read.empty.shape, read.none.shape]).toEqual([
      [0, 3],
      [2, 0],
    ]);
    expect(read.view.toArraySync()).toEqual([
      [1, 3],
      [2, 4],
    ]);
  });

  test('a file is laid out as the format says: wide elements first, aligned, the header padded', async () => {
    const bytes = await saveSafetensors(
      { b: values.u8, a: values.f32, c: values.f64 },
      { metadata: { format: 'pt', note: 'späť' } },
    );
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    expect(
      Buffer.from(bytes.subarray(8, 8 + length))
        .toString()
        .trimEnd(),
    ).toBe(
      '{"__metadata__":{"format":"pt","note":"späť"},"c":{"dtype":"F64","shape":[2],"data_offsets":[0,16]},' +
        '"a":{"dtype":"F32","shape":[2,3],"data_offsets":[16,40]},"b":{"dtype":"U8","shape":[3],"data_offsets":[40,43]}}',
    );
    expect((await openSafetensors(bytes)).metadata).toEqual({ format: 'pt', note: 'späť' });
  });

  test('nothing at all is a file too', async () => {
    const file = await openSafetensors(await saveSafetensors({}));
    expect([file.names, file.metadata]).toEqual([[], {}]);
  });

  test('names can be any text, except what the format keeps for itself', async () => {
    const names = { ['__proto__']: tensor(1), 'ключ "x"\n': tensor(2), 'a:b': tensor(3) };
    const file = await openSafetensors(await saveSafetensors(names));
    expect(file.names).toEqual(expect.arrayContaining(Object.keys(names)));
    expect(Object.keys(await file.stateDict())).toHaveLength(3);
    expect(await rejection(saveSafetensors({ __metadata__: tensor(1) }))).toContain("text other than '__metadata__'");
    expect(await rejection(saveSafetensors({ '\ud800': tensor(1) }))).toContain('cannot have this name');
  });

  test('reads only what it is asked for', async () => {
    const bytes = await saveSafetensors({
      x: fromData(
        Float32Array.from({ length: 12 }, (_, i) => i),
        [4, 3],
      ),
    });
    const ranges: number[][] = [];
    const file = await openSafetensors({
      byteLength: bytes.length,
      read: async (start, end) => {
        ranges.push([start, end]);
        return bytes.subarray(start, end);
      },
    });
    const start = bytes.length - 48;
    expect(ranges).toEqual([
      [0, 8],
      [8, start],
    ]);
    expect((await file.rows('x', 1, 3)).toArraySync()).toEqual([
      [3, 4, 5],
      [6, 7, 8],
    ]);
    expect(ranges.at(-1)).toEqual([start + 12, start + 36]);
    expect((await file.rows('x', 4, 4)).shape).toEqual([0, 3]);
    expect(await rejection(file.rows('x', 3, 5))).toContain('whole numbers in order, from 0 to 4');
  });

  test('takes a Blob, a Buffer, and bytes that start anywhere in a buffer', async () => {
    const bytes = await saveSafetensors(values);
    for (const source of [
      new Blob([bytes]),
      Buffer.concat([Buffer.alloc(3), bytes]).subarray(3),
      joined(new Uint8Array(3), bytes).subarray(3),
      bytes.buffer,
    ]) {
      const state = await (await openSafetensors(source)).stateDict();
      for (const [name, x] of Object.entries(values)) expect(bytesOf(state[name])).toEqual(bytesOf(x));
    }
  });

  test('half precision is widened, all 65,536 numbers of both kinds', async () => {
    const data = Uint8Array.from({ length: 2 ** 17 }, (_, i) => (i % 2 === 0 ? (i / 2) & 255 : i >> 9));
    for (const dtype of ['F16', 'BF16']) {
      const file = await openSafetensors(fileOf({ x: { dtype, shape: [65536], data_offsets: [0, 2 ** 17] } }, data));
      const x = (await file.tensor('x')).dataSync('f32');
      const [exponentBits, fractionBits] = dtype === 'F16' ? [5, 10] : [8, 7];
      const bias = 2 ** (exponentBits - 1) - 1;
      for (const [bits, value] of x.entries()) {
        const sign = bits >> 15 ? -1 : 1;
        const exponent = (bits >> fractionBits) & (2 ** exponentBits - 1);
        const fraction = (bits & (2 ** fractionBits - 1)) / 2 ** fractionBits;
        const largest = exponent === 2 ** exponentBits - 1;
        const finite = sign * (exponent === 0 ? fraction * 2 ** (1 - bias) : (1 + fraction) * 2 ** (exponent - bias));
        const expected = largest ? (fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN) : finite;
        if (!Object.is(value, expected)) expect.fail(`${dtype} ${bits.toString(16)}: ${value}, not ${expected}`);
      }
    }
  });

  test('what tensors cannot hold is listed, and refused when it is asked for', async () => {
    const header = {
      a: { dtype: 'U16', shape: [1], data_offsets: [0, 2] },
      b: { dtype: 'F4', shape: [2], data_offsets: [2, 3] },
      c: { dtype: 'U8', shape: [1], data_offsets: [3, 4] },
    };
    const file = await openSafetensors(fileOf(header, new Uint8Array(4)));
    expect(file.entries.get('a')?.dtype).toBe('U16');
    expect(await rejection(file.tensor('a'))).toBe(
      "tensor: 'a' has a dtype that tensors cannot have here. Got U16; expected F32, F64, I32, I64, U8, I8, BOOL, F16, BF16. " +
        'Convert the file where it came from, or pass names without this one to stateDict().',
    );
    expect(await rejection(file.stateDict())).toContain('F32, F64');
    expect(Object.keys(await file.stateDict({ names: ['c'] }))).toEqual(['c']);
    expect(await rejection(file.tensor('d'))).toContain('the file has no such tensor');
  });

  test('leaves nothing behind when a tensor cannot be read', async () => {
    const bytes = await saveSafetensors({ a: values.f32, b: values.f32 });
    const file = await openSafetensors({
      byteLength: bytes.length,
      read: async (start, end) => bytes.subarray(start, end === bytes.length ? end - 1 : end),
    });
    const before = device.liveBuffers;
    expect(await rejection(file.stateDict())).toContain('Got 23 bytes from');
    expect(device.liveBuffers).toBe(before);
  });
});

describe('files on disk', () => {
  test('are written as a whole, and read tensor by tensor', async () => {
    const path = join(folder, 'values.safetensors');
    await saveSafetensorsFile(path, values, { metadata: { a: 'b' } });
    expect(new Uint8Array(readFileSync(path))).toEqual(await saveSafetensors(values, { metadata: { a: 'b' } }));
    expect(readdirSync(folder)).toEqual(['values.safetensors']);
    const file = await openSafetensorsFile(path);
    expect(file.metadata).toEqual({ a: 'b' });
    expect(bytesOf(await file.tensor('i8'))).toEqual(bytesOf(values.i8));
    await file.close();
  });

  test('say where they are when they cannot be used', async () => {
    const path = join(folder, 'broken.safetensors');
    expect(await rejection(openSafetensorsFile(path))).toContain(`${path} cannot be read`);
    expect(await rejection(openSafetensorsFile(folder))).toContain(`${folder} cannot be read`);
    writeFileSync(path, lengthOf(5));
    expect(await rejection(openSafetensorsFile(path))).toContain(`longer than the file, in ${path}`);
    expect(await rejection(saveSafetensorsFile(join(folder, 'no', 'x'), values))).toContain(
      'cannot be read or written',
    );
  });
});

describe('openSafetensors refuses', () => {
  const u8 = (begin: number, end: number, shape: unknown = [end - begin]) => ({
    dtype: 'U8',
    shape,
    data_offsets: [begin, end],
  });
  const four = new Uint8Array(4);
  const cases: readonly (readonly [string, Uint8Array, string])[] = [
    ['an empty file', new Uint8Array(0), 'the file is too short. Got 0 bytes; expected at least 8'],
    [
      'a header beyond the end',
      lengthOf(2n ** 63n),
      'the header is longer than the file. Got 9223372036854776000 bytes',
    ],
    ['bad UTF-8', joined(lengthOf(3), Uint8Array.of(0x22, 0xff, 0x22)), 'the header is not text in JSON. Got no UTF-8'],
    ['half a JSON', fileOf('{"a":'), 'the header is not text in JSON. Got no JSON'],
    ['a list', fileOf([]), 'the header is not an object. Got []'],
    ['a byte order mark', fileOf('\ufeff{}'), 'Got no JSON'],
    ['a name twice', fileOf(`{"a":${JSON.stringify(u8(0, 4))},"a":${JSON.stringify(u8(0, 4))}}`, four), 'a name twice'],
    ['a key twice', fileOf('{"a":{"dtype":"I8","dtype":"U8","shape":[4],"data_offsets":[0,4]}}', four), 'a name twice'],
    ['metadata that are no text', fileOf({ __metadata__: { a: 1 } }), 'the metadata are not text'],
    ['an unknown dtype', fileOf({ a: { ...u8(0, 4), dtype: 'toString' } }, four), 'unknown dtype of tensor "a"'],
    ['a negative size', fileOf({ a: u8(0, 4, [-4, -1]) }, four), 'no shape of tensor "a". Got [-4,-1]'],
    ['half a size', fileOf({ a: u8(0, 4, [0.5, 8]) }, four), 'no shape'],
    ['huge sizes', fileOf({ a: u8(0, 4, [2 ** 40, 2 ** 40, 2 ** 40]) }, four), 'do not fit the shape'],
    ['sizes whose product wraps around', fileOf({ a: u8(0, 4, [2 ** 33, 2 ** 31, 4]) }, four), 'do not fit the shape'],
    ['offsets in disorder', fileOf({ a: u8(4, 0, [4]) }, four), 'no data_offsets'],
    ['three offsets', fileOf({ a: { ...u8(0, 4), data_offsets: [0, 4, 4] } }, four), 'no data_offsets'],
    ['overlapping tensors', fileOf({ a: u8(0, 3), b: u8(2, 4) }, four), 'tensors overlap before "b"'],
    ['two tensors in one place', fileOf({ a: u8(0, 4), b: u8(0, 4) }, four), 'tensors overlap before "b"'],
    ['a gap', fileOf({ a: u8(0, 1), b: u8(2, 4) }, four), 'there is a gap between tensors before "b"'],
    ['a gap at the start', fileOf({ a: u8(1, 4) }, four), 'there is a gap'],
    ['a truncated file', fileOf({ a: u8(0, 9) }, four), 'it is truncated'],
    ['something appended', fileOf({ a: u8(0, 3) }, four), 'something was appended'],
    ['deep nesting', fileOf(`${'{"a":'.repeat(1e5)}1${'}'.repeat(1e5)}`), 'objects where there should be none'],
    ['deep lists', fileOf(`{"a":${'['.repeat(1e5)}${']'.repeat(1e5)}}`), 'no description of tensor "a"'],
    ['a long name', fileOf({ ['n'.repeat(1e6)]: 1 }), 'no description of tensor "nnnn'],
  ];
  test.each(cases)('%s', async (_, bytes, message) => {
    const said = await rejection(openSafetensors(bytes));
    expect(said).toContain(message);
    expect(said.length).toBeLessThan(600);
  });

  test('a header above the limit', async () => {
    const bytes = fileOf({ a: u8(0, 4) }, four);
    expect(await rejection(openSafetensors(bytes, { maxHeaderBytes: 10 }))).toContain('raise maxHeaderBytes');
  });
});
