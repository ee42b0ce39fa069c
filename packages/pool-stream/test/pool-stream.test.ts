import { cpuBackend } from '@cenote/backend-cpu';
import {
  type LevelBand,
  type PoolStreamOptions,
  poolPyramid,
  poolStream,
  poolTiles,
  type Region,
} from '@cenote/pool-stream';
import { isCenoteError } from '@cenote/shape';
import { createDevice, type TypedArray } from '@cenote/tensor';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import {
  elementsFor,
  elementsOf,
  pooledInMemory,
  streams,
  type TestedDType,
  toleranceOf,
} from './arbitrary-streams.js';

const device = createDevice(cpuBackend());
afterAll(() => device[Symbol.asyncDispose]());

const elements = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);

/** Pieces of some rows, the numbers of which repeat; they are overwritten once the next one is asked for. */
function* pieces<D extends TestedDType>(dtype: D, data: TypedArray, rows: number, counts: readonly number[]) {
  const values = Array.from(data, Number);
  const rowElements = values.length / rows;
  for (let row = 0, index = 0; row < rows; index++) {
    const count = Math.min(rows - row, counts[index % counts.length]);
    const piece = elementsOf(dtype, values.slice(row * rowElements, (row + count) * rowElements));
    yield piece;
    new Uint8Array(piece.buffer).fill(77);
    row += count;
  }
}

/** Cuts a region out of an array. */
function cut(data: TypedArray, shape: readonly number[], { start, shape: size }: Region): number[] {
  return Array.from({ length: elements(size) }, (_, index) => {
    let [rest, from, stride] = [index, 0, 1];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += (start[axis] + (rest % size[axis])) * stride;
      rest = Math.floor(rest / size[axis]);
      stride *= shape[axis];
    }
    return Number(data[from]);
  });
}

/** Whether a request is one that pooling in memory refuses, too. */
function refused(run: () => unknown): boolean {
  try {
    run();
    return false;
  } catch (error) {
    if (!isCenoteError(error)) throw error;
    return true;
  }
}

/** Equal, or as close as that. */
function expectSame(actual: readonly number[], expected: readonly number[], tolerance: number): void {
  const isClose = (value: number, index: number) => Math.abs(value - expected[index]) <= tolerance;
  if (actual.length === expected.length && actual.every(isClose)) return;
  expect(actual).toEqual(expected);
}

async function joined(
  bands: AsyncIterable<{ readonly start: number; readonly count: number; readonly data: TypedArray }>,
) {
  const data: number[] = [];
  let next = 0;
  for await (const band of bands) {
    expect(band.start).toBe(next);
    next += band.count;
    data.push(...Array.from(band.data, Number));
  }
  return data;
}

describe('poolStream', () => {
  it('gives what pooling in memory gives, in many bands of any geometry', async () => {
    let met = 0;
    await fc.assert(
      fc.asyncProperty(
        streams,
        fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 4 }),
        fc.constantFrom(1, 60, 500),
        async ({ seed, ...options }, counts, bandBytes) => {
          const stream = { ...options, device, bandBytes };
          if (refused(() => poolStream<TestedDType>([], stream))) return;
          const data = elementsFor(options.shape, options.dtype, seed);
          const expected = await pooledInMemory(data, options, device);
          const rows = pieces(options.dtype, data, options.shape[0], counts);
          const pooled = poolStream<TestedDType>(rows, stream);
          expect(pooled.shape).toEqual(expected.shape);
          expectSame(await joined(pooled), Array.from(expected.data, Number), toleranceOf(options));
          met++;
        },
      ),
      { numRuns: 900 },
    );
    expect(met).toBeGreaterThan(300);
    expect(device.liveBuffers).toBe(0);
  });

  const options: PoolStreamOptions<'u8'> = { fn: 'max', kernelSize: 3, stride: 2, shape: [9, 4], dtype: 'u8', device };

  it('reads no more than a band needs, and ends the input of whoever stops', async () => {
    let [rows, ended] = [0, false];
    async function* scan() {
      try {
        for (; rows < 1e6; rows++) yield new Uint8Array(4);
      } finally {
        ended = true;
      }
    }
    for await (const { start, count } of poolStream(scan(), { ...options, shape: [1e6, 4], bandBytes: 1 })) {
      expect([start, count]).toEqual([0, 1]);
      break;
    }
    expect(rows).toBe(2);
    expect(ended).toBe(true);
  });

  it('holds no more than it says', async () => {
    const pooled = poolStream([], { ...options, shape: [100_000, 100_000] });
    // Bands of 4 MiB, and a quarter of that for what is made of them; everything twice.
    expect(pooled.bytes).toBeLessThanOrEqual(2 * 1.25 * 2 ** 22 + 400_000);
  });

  it.each([
    ['too few rows', [new Uint8Array(16)], /^poolStream: the input ended early\. Got 4 rows; expected 9\./],
    ['too many', [new Uint8Array(40)], /^poolStream: more rows than the shape has\. Got 10 rows; expected 9\./],
    ['parts of rows', [new Uint8Array(6)], /^poolStream: a piece that is not of whole rows\. Got 6 elements/],
  ])('refuses %s', async (_, rows, message) => {
    await expect(joined(poolStream(rows, options))).rejects.toThrow(message);
  });

  it('refuses rows of another type', async () => {
    const rows: Iterable<Uint8Array> = [Float32Array.of(1, 2, 3, 4) as TypedArray as Uint8Array];
    await expect(joined(poolStream(rows, options))).rejects.toThrow(
      /^poolStream: elements of another type\. Got Float32Array for u8/,
    );
  });

  it('refuses at once what cannot be', () => {
    expect(() => poolStream([], { ...options, shape: [9] })).toThrow(/^poolStream: wrong number of axes/);
    expect(() => poolStream([], { ...options, kernelSize: 12 })).toThrow(/^poolStream: window larger/);
    expect(() => poolStream([], { ...options, bandBytes: 0 })).toThrow(/^poolStream: no such bands/);
    // @ts-expect-error there is no such function
    expect(() => poolStream([], { ...options, fn: 'median' })).toThrow(/^poolStream: unknown function/);
  });
});

describe('poolPyramid', () => {
  it('gives every level in one pass, equal to pooling level after level in memory', async () => {
    const data = elementsFor([67, 50], 'u8', 5);
    const options = { fn: 'avg', kernelSize: 2, shape: [67, 50], dtype: 'u8', ceilMode: true } as const;
    const pyramid = poolPyramid(pieces('u8', data, 67, [3]), { ...options, levels: 4, device, bandBytes: 200 });
    const levels: LevelBand<'u8'>[][] = [[], [], [], []];
    for await (const band of pyramid) {
      levels[band.level - 1].push(band);
      // The receiver's: what is below was made of it before.
    }
    let above: { readonly shape: readonly number[]; readonly data: TypedArray } = { shape: [67, 50], data };
    for (const [index, bands] of levels.entries()) {
      above = await pooledInMemory(above.data, { ...options, shape: above.shape }, device);
      expect(pyramid.shapes[index]).toEqual(above.shape);
      expect(bands.flatMap((band) => Array.from(band.data))).toEqual(Array.from(above.data, Number));
      expect(bands.map(({ start }) => start)).toEqual(
        bands.map((_, number) => bands.slice(0, number).reduce((sum, { count }) => sum + count, 0)),
      );
    }
    expect(levels[0].length).toBeGreaterThan(5);
  });

  it('refuses levels that cannot be', () => {
    const options = { fn: 'max', kernelSize: 2, shape: [8, 8], dtype: 'u8', device } as const;
    expect(() => poolPyramid([], { ...options, levels: 0 })).toThrow(/^poolPyramid: no such number of levels/);
    expect(() => poolPyramid([], { ...options, levels: 4 })).toThrow(/^poolPyramid: window larger/);
  });
});

describe('poolTiles', () => {
  it('gives what pooling in memory gives, in tiles of any size', async () => {
    let met = 0;
    await fc.assert(
      fc.asyncProperty(
        streams,
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 3, maxLength: 3 }),
        async ({ seed, ...options }, sizes) => {
          const tileSize = sizes.slice(0, options.kernelSize.length);
          const data = elementsFor(options.shape, options.dtype, seed);
          const read = (region: Region) => elementsOf(options.dtype, cut(data, options.shape, region));
          if (refused(() => poolTiles<TestedDType>(read, { ...options, tileSize, device }))) return;
          const expected = await pooledInMemory(data, options, device);
          const tiles = poolTiles<TestedDType>(read, { ...options, tileSize, device });
          expect(tiles.shape).toEqual(expected.shape);
          let [count, covered] = [0, 0];
          for await (const tile of tiles) {
            const part = cut(expected.data, expected.shape, tile);
            expectSame(Array.from(tile.data, Number), part, toleranceOf(options));
            count++;
            covered += tile.data.length;
          }
          expect([count, covered]).toEqual([tiles.count, expected.data.length]);
          met++;
        },
      ),
      { numRuns: 500 },
    );
    expect(met).toBeGreaterThan(150);
  });

  it('refuses elements that were not asked for, and tiles without a size', async () => {
    const options = { fn: 'max', kernelSize: 2, shape: [8, 8], dtype: 'u8', tileSize: 2, device } as const;
    const tiles = poolTiles(() => new Uint8Array(15), options)[Symbol.asyncIterator]();
    await expect(tiles.next()).rejects.toThrow(
      /^poolTiles: another number of elements than was asked for\. Got 15; expected 16 for \[4, 4\]/,
    );
    expect(() => poolTiles(() => new Uint8Array(16), { ...options, tileSize: 0 })).toThrow(/^poolTiles: no such tiles/);
  });
});
