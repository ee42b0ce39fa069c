import type { TypedArrayOf } from '@cenote/backend';
import {
  CenoteError,
  elementCount,
  formatShape,
  type PerAxis,
  type Shape,
  type WindowBand,
  windowBand,
} from '@cenote/shape';
import { assertType, type PooledDType, type PoolStreamOptions, partShape, planOf, poolPart } from './options.js';

/** A box of an array. All axes of its shape are there, channels too. */
export interface Region {
  /** The first position along each axis. */
  readonly start: Shape;
  /** The size along each axis. */
  readonly shape: Shape;
}

/** A pooled region of the output. */
export interface Tile<D extends PooledDType> extends Region {
  /** Its elements in row-major order. They belong to the receiver. */
  readonly data: TypedArrayOf[D];
}

/** Reads a region of the input: its elements in row-major order. */
export type ReadRegion<D extends PooledDType> = (region: Region) => TypedArrayOf[D] | Promise<TypedArrayOf[D]>;

/** What tiles are made with. */
export interface PoolTilesOptions<D extends PooledDType> extends PoolStreamOptions<D> {
  /** The size of a tile of the output, for each spatial axis; those at the end may be smaller. */
  readonly tileSize: PerAxis<number>;
}

/** A pooled image or volume, tile by tile in row-major order. */
export interface PoolTiles<D extends PooledDType> extends AsyncIterable<Tile<D>> {
  /** The shape of the whole output. */
  readonly shape: Shape;
  readonly dtype: D;
  /** How many tiles there are. */
  readonly count: number;
  /** Bytes of elements that are held at most: the input of a tile twice, here and on the device, and the tile twice. */
  readonly bytes: number;
}

/**
 * Pools an image or a volume that can be read anywhere, as chunked files can, a tile of the output at a time. Each tile
 * reads what it sees: where windows overlap, neighbouring tiles read their border twice.
 *
 * @param read Gives regions of the input. What it returns is not kept.
 * @throws CenoteError at once as the pooling in memory does, and `INVALID_ARGUMENT` for a tile size that is none; while
 * reading `INVALID_SHAPE` and `INVALID_DTYPE` for elements that were not asked for.
 *
 * @example
 * ```ts
 * const tiles = poolTiles(({ start, shape }) => readChunked(start, shape), {
 *   fn: 'max', kernelSize: 2, shape: [100_000, 100_000], dtype: 'u8', tileSize: 1024,
 * });
 * for await (const { start, shape, data } of tiles) await writeChunked(start, shape, data);
 * ```
 */
export function poolTiles<D extends PooledDType>(read: ReadRegion<D>, options: PoolTilesOptions<D>): PoolTiles<D> {
  const op = 'poolTiles';
  const plan = planOf(op, options);
  const { axes, geometry, channels, elementBytes } = plan;
  const { tileSize, dtype } = options;
  const sizes: readonly number[] = typeof tileSize === 'number' ? axes.map(() => tileSize) : tileSize;
  if (sizes.length !== axes.length || sizes.some((size) => !Number.isInteger(size) || size < 1)) {
    throw new CenoteError({
      code: 'INVALID_ARGUMENT',
      op,
      what: 'no such tiles',
      got: `tileSize ${JSON.stringify(tileSize)}`,
      expected: `a whole number from 1 on, or ${axes.length} of them`,
      hint: 'Give the size of a tile of the output',
    });
  }
  const counts = axes.map(({ output }, axis) => Math.ceil(output / sizes[axis]));
  const tile = axes.map(({ output }, axis) => Math.min(output, sizes[axis]));
  const seen = axes.map(({ input, stride, kernel, dilation }, axis) =>
    Math.min(input, (tile[axis] - 1) * stride + (kernel - 1) * dilation + 1),
  );
  return {
    shape: geometry.outputShape,
    dtype,
    count: elementCount(counts),
    bytes: 2 * (elementCount(seen) + elementCount(tile)) * channels * elementBytes,
    async *[Symbol.asyncIterator]() {
      for (let index = 0; index < elementCount(counts); index++) {
        const starts = unravel(index, counts).map((position, axis) => position * sizes[axis]);
        const ends = starts.map((start, axis) => Math.min(axes[axis].output, start + sizes[axis]));
        const bands = axes.map((axis, number) => windowBand(axis, starts[number], ends[number]));
        const region = regionOf(plan, bands);
        const input = await read(region);
        assertType(op, dtype, input);
        assertCount(op, input.length, region);
        const paddings = bands.map(({ padding }) => padding);
        const data = await poolPart(plan, input, region.shape, paddings);
        const shape = partShape(
          plan,
          starts.map((start, axis) => ends[axis] - start),
        );
        yield { start: withChannels(starts, shape), shape, data };
      }
    },
  };
}

function assertCount(op: string, count: number, { shape }: Region): void {
  if (count === elementCount(shape)) return;
  throw new CenoteError({
    code: 'INVALID_SHAPE',
    op,
    what: 'another number of elements than was asked for',
    got: String(count),
    expected: `${elementCount(shape)} for ${formatShape(shape)}`,
    hint: 'Give all elements of the region, in row-major order',
  });
}

function regionOf(plan: Parameters<typeof partShape>[0], bands: readonly WindowBand[]): Region {
  const shape = partShape(
    plan,
    bands.map(({ start, end }) => end - start),
  );
  return {
    start: withChannels(
      bands.map(({ start }) => start),
      shape,
    ),
    shape,
  };
}

/** Channels are always there from the first on. */
function withChannels(starts: readonly number[], shape: Shape): Shape {
  return starts.length < shape.length ? [...starts, 0] : starts;
}

/** The position of an index in row-major order. */
function unravel(index: number, counts: readonly number[]): number[] {
  const position: number[] = [];
  let rest = index;
  for (const count of [...counts].reverse()) {
    position.unshift(rest % count);
    rest = Math.floor(rest / count);
  }
  return position;
}
