import { type TypedArrayOf, typedArrayView } from '@cenote/backend';
import type { PooledDType, Region } from '@cenote/pool-stream';
import FileSystemStore from '@zarrita/storage/fs';
import { CenoteError } from 'cenote';
import * as zarr from 'zarrita';
import { type ImageFacts, readImage } from './ome.js';

/** How Zarr calls the types that can be pooled. */
export const zarrTypes: { readonly [D in PooledDType]: zarr.NumberDataType | zarr.BigintDataType } = {
  u8: 'uint8',
  i8: 'int8',
  i32: 'int32',
  i64: 'int64',
  f32: 'float32',
  f64: 'float64',
};

/** An array of numbers in a folder. */
export type NumberArray = zarr.Array<zarr.NumberDataType | zarr.BigintDataType, FileSystemStore>;

/** An image to read. */
export interface Source {
  readonly array: NumberArray;
  readonly dtype: PooledDType;
  readonly facts: Omit<ImageFacts, 'path'>;
}

/** Opens an OME-Zarr image or a Zarr array. @throws CenoteError `INVALID_FILE` for anything else. */
export async function openSource(folder: string): Promise<Source> {
  const root = zarr.root(new FileSystemStore(folder));
  const opened = await zarr.open(root).catch((cause: unknown) => {
    throw invalid('not readable as Zarr', folder, 'a folder with an OME-Zarr image or a Zarr array', cause);
  });
  let facts: Omit<ImageFacts, 'path'> = { axes: null, name: null, placement: null };
  let array: zarr.Array<zarr.DataType, FileSystemStore>;
  if (opened instanceof zarr.Group) {
    const image = readImage(opened.attrs);
    if (image === null) throw invalid('a group without an image', folder, 'multiscales among its attributes');
    facts = image;
    array = await zarr.open(root.resolve(image.path), { kind: 'array' }).catch((cause: unknown) => {
      throw invalid('the largest level is not there', image.path, 'an array', cause);
    });
  } else {
    array = opened;
  }
  const dtype = (Object.keys(zarrTypes) as PooledDType[]).find((name) => zarrTypes[name] === array.dtype);
  if (dtype === undefined || !isNumbers(array)) {
    throw invalid('elements that cannot be pooled', array.dtype, Object.values(zarrTypes).join(', '));
  }
  if (array.shape.length !== 2 && array.shape.length !== 3) {
    throw invalid('wrong number of axes', `[${array.shape.join(', ')}]`, 'an image [y, x] or a volume [z, y, x]');
  }
  return { array, dtype, facts };
}

function isNumbers(array: zarr.Array<zarr.DataType, FileSystemStore>): array is NumberArray {
  return array.is('number') || array.is('bigint');
}

/** A file that is not what it should be. */
export function invalid(what: string, got: string, expected: string, cause?: unknown): CenoteError {
  const hint = 'Give another folder, or convert it before';
  return new CenoteError({ code: 'INVALID_FILE', op: 'zarr-pyramid', what, got, expected, hint, cause });
}

function selection({ start, shape }: Region): zarr.Slice[] {
  return start.map((first, axis) => zarr.slice(first, first + shape[axis]));
}

/** Reads a region in row-major order. */
export async function readRegion<D extends PooledDType>(
  array: NumberArray,
  dtype: D,
  region: Region,
): Promise<TypedArrayOf[D]> {
  const { data } = await zarr.get(array, selection(region));
  return typedArrayView(dtype, data.buffer, data.byteOffset, data.length);
}

/** Writes a region. */
export async function writeRegion(array: NumberArray, region: Region, data: TypedArrayOf[PooledDType]): Promise<void> {
  const shape = [...region.shape];
  const stride = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  await zarr.set(array, selection(region), { data, shape, stride });
}
