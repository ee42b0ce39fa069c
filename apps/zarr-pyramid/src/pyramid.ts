import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { TypedArrayOf } from '@cenote/backend';
import { type PooledDType, poolTiles, type Region } from '@cenote/pool-stream';
import FileSystemStore from '@zarrita/storage/fs';
import { getDefaultDevice } from 'cenote';
import * as zarr from 'zarrita';
import { type NumberArray, openSource, readRegion, writeRegion, zarrTypes } from './arrays.js';
import { imageAttributes, nextPlacement, type Placement } from './ome.js';
import { misuse, type Request } from './options.js';
import { scanRegion } from './scan.js';

/** What was done. */
export interface Summary {
  readonly out: string;
  readonly dtype: PooledDType;
  /** The shapes of all levels, the input's first. */
  readonly shapes: readonly (readonly number[])[];
  readonly tiles: number;
  /** Bytes of elements that pooling held at most. */
  readonly heldBytes: number;
  /** Bytes that the process had at most. */
  readonly residentBytes: number;
  readonly seconds: number;
}

/** What watches. */
export interface Watch {
  readonly signal: AbortSignal;
  /** Told of every tile that was written. */
  readonly onTile: (level: number, done: number, count: number) => void;
}

/** Where level 0 comes from. */
interface Input {
  readonly shape: readonly number[];
  readonly dtype: PooledDType;
  readonly axes: readonly string[];
  readonly name: string;
  readonly placement: Placement;
  read(region: Region): Promise<TypedArrayOf[PooledDType]>;
}

const usualAxes = ['z', 'y', 'x'];

async function inputOf({ input, size, seed }: Request): Promise<Input> {
  if (input === null) {
    return {
      shape: [size, size],
      dtype: 'u8',
      axes: ['y', 'x'],
      name: 'scan',
      placement: { scale: [1, 1], translation: [0, 0] },
      read: async (region) => scanRegion(seed, region),
    };
  }
  const { array, dtype, facts } = await openSource(input);
  const { shape } = array;
  return {
    shape,
    dtype,
    axes: facts.axes?.length === shape.length ? facts.axes : usualAxes.slice(-shape.length),
    name: facts.name ?? basename(input),
    placement: facts.placement ?? { scale: shape.map(() => 1), translation: shape.map(() => 0) },
    read: (region) => readRegion(array, dtype, region),
  };
}

/**
 * Writes an image with its levels: the input as level 0, and each further level pooled from the one before, tile by tile. The
 * image appears under its name when it is complete; what was written until an error or a signal is removed.
 *
 * @throws CenoteError for an input that cannot be read or pooled, or an output that exists; the signal's reason.
 */
export async function makePyramid(request: Request, { signal, onTile }: Watch): Promise<Summary> {
  const start = performance.now();
  const { out, levels, kernelSize, fn } = request;
  if (existsSync(out)) throw misuse('the output exists', out, 'a new folder', 'Remove it, or choose another name');
  const input = await inputOf(request);
  const chunk = input.shape.map(() => request.chunk ?? (input.shape.length === 2 ? 1024 : 128));
  mkdirSync(dirname(out), { recursive: true });
  const partial = join(dirname(out), `.${basename(out)}.${process.pid}.part`);
  const root = zarr.root(new FileSystemStore(partial));
  const placements = [input.placement];
  const shapes = [input.shape];
  let [tiles, heldBytes] = [0, 0];
  const create = async (level: number, shape: readonly number[]): Promise<NumberArray> => {
    const chunkShape = chunk.map((side, axis) => Math.min(side, shape[axis]));
    const dtype = zarrTypes[input.dtype];
    return zarr.create(root.resolve(String(level)), {
      shape: [...shape],
      chunkShape,
      dtype,
      dimensionNames: [...input.axes],
    });
  };
  const written = (level: number, done: number, count: number) => {
    tiles++;
    onTile(level, done, count);
    signal.throwIfAborted();
  };
  try {
    let above = await create(0, input.shape);
    // A window of one pixel each: the input as it is, in chunks.
    const copied = tilesOf(input.shape, chunk);
    for (const [index, region] of copied.entries()) {
      await writeRegion(above, region, await input.read(region));
      written(0, index + 1, copied.length);
    }
    for (let level = 1; level <= levels; level++) {
      const source = above;
      const pooled = poolTiles((region) => readRegion(source, input.dtype, region), {
        fn,
        kernelSize,
        // What is left over at an end makes a pixel, too.
        ceilMode: true,
        shape: source.shape,
        dtype: input.dtype,
        tileSize: chunk,
        device: getDefaultDevice(),
      });
      heldBytes = Math.max(heldBytes, pooled.bytes);
      above = await create(level, pooled.shape);
      let done = 0;
      for await (const tile of pooled) {
        await writeRegion(above, tile, tile.data);
        written(level, ++done, pooled.count);
      }
      shapes.push(pooled.shape);
      placements.push(nextPlacement(placements[level - 1], kernelSize));
    }
    await zarr.create(root, { attributes: imageAttributes(input.name, input.axes, placements, fn) });
    renameSync(partial, out);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return {
    out,
    dtype: input.dtype,
    shapes,
    tiles,
    heldBytes,
    residentBytes: process.resourceUsage().maxRSS * 1024,
    seconds: (performance.now() - start) / 1000,
  };
}

/** The chunks of a shape, in row-major order. */
function tilesOf(shape: readonly number[], chunk: readonly number[]): Region[] {
  return shape.reduce<Region[]>(
    (regions, size, axis) =>
      regions.flatMap(({ start, shape: sizes }) =>
        Array.from({ length: Math.ceil(size / chunk[axis]) }, (_, index) => ({
          start: [...start, index * chunk[axis]],
          shape: [...sizes, Math.min(chunk[axis], size - index * chunk[axis])],
        })),
      ),
    [{ start: [], shape: [] }],
  );
}
