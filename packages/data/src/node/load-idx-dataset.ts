import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CenoteError } from '@cenote/tensor';
import { type Dataset, numberedClasses } from '../dataset.js';
import { datasetFromIdx } from '../dataset-from-idx.js';
import { DEFAULT_MAX_BYTES, type IdxArray } from '../idx.js';
import { readIdx } from '../read-idx.js';

/** A data set in its usual two parts. */
export interface DatasetParts {
  readonly train: Dataset;
  readonly test: Dataset;
}

/** How {@link loadIdxDataset} reads a folder. */
export interface LoadIdxOptions {
  /** The name of each class; `'0'`, `'1'`, … up to the largest label of both parts unless given. */
  readonly classes?: readonly string[];
  /** Largest size of one array in bytes; 2^30 (1 GiB) unless given. */
  readonly maxBytes?: number;
}

/** File names without their ending: the published ones, and those with a dot that some archives unpack to. */
const PARTS = {
  train: {
    images: ['train-images-idx3-ubyte', 'train-images.idx3-ubyte'],
    labels: ['train-labels-idx1-ubyte', 'train-labels.idx1-ubyte'],
  },
  test: {
    images: ['t10k-images-idx3-ubyte', 't10k-images.idx3-ubyte'],
    labels: ['t10k-labels-idx1-ubyte', 't10k-labels.idx1-ubyte'],
  },
} as const;

type Part = keyof typeof PARTS;

/**
 * Loads MNIST, or any data set in the same files, from a folder: `train-images-idx3-ubyte` and
 * `train-labels-idx1-ubyte`, `t10k-images-idx3-ubyte` and `t10k-labels-idx1-ubyte`, each plain or with `.gz` (the plain
 * one is taken when there are both).
 *
 * @param folder Path of the folder.
 * @returns The parts that the folder has: `train`, `test` (from the `t10k` files), or both.
 * @throws `INVALID_FILE` when the folder has no such files or cannot be read, when images come without labels or the
 * other way around, and for damaged files; `INVALID_ARGUMENT` when a label is not the index of a class.
 * @example
 * ```ts
 * const { train, test } = await loadIdxDataset('data/mnist');
 * ```
 */
export async function loadIdxDataset(folder: string, options: LoadIdxOptions = {}): Promise<Partial<DatasetParts>> {
  const present = new Set(await listFolder(folder));
  const arrays = new Map<Part, Pair>();
  for (const part of ['train', 'test'] as const) {
    const pair = await loadPart(folder, present, part, options.maxBytes ?? DEFAULT_MAX_BYTES);
    if (pair) arrays.set(part, pair);
  }
  if (arrays.size === 0) {
    const expected = [PARTS.train, PARTS.test].flatMap(({ images, labels }) => [images[0], labels[0]]).join(', ');
    throw folderError(`no IDX data set in ${folder}`, describe(present), `${expected}, plain or .gz`);
  }
  const classes = options.classes ?? numberedClasses(largestLabel([...arrays.values()]) + 1);
  const parts: { train?: Dataset; test?: Dataset } = {};
  for (const [part, { images, labels }] of arrays) parts[part] = datasetFromIdx(images, labels, classes);
  return parts;
}

interface Pair {
  readonly images: IdxArray;
  readonly labels: IdxArray;
}

async function loadPart(
  folder: string,
  present: ReadonlySet<string>,
  part: Part,
  maxBytes: number,
): Promise<Pair | undefined> {
  const images = findFile(present, PARTS[part].images);
  const labels = findFile(present, PARTS[part].labels);
  if (images === undefined && labels === undefined) return undefined;
  if (images === undefined || labels === undefined) {
    const missing = images === undefined ? PARTS[part].images[0] : PARTS[part].labels[0];
    const found = images ?? labels;
    throw folderError(`half of the ${part} part is missing in ${folder}`, `only ${found}`, `${missing} beside it`);
  }
  return {
    images: await readIdxFile(join(folder, images), maxBytes),
    labels: await readIdxFile(join(folder, labels), maxBytes),
  };
}

function findFile(present: ReadonlySet<string>, names: readonly string[]): string | undefined {
  return [...names, ...names.map((name) => `${name}.gz`)].find((name) => present.has(name));
}

async function listFolder(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    throw folderError(`cannot read ${folder}`, reason(error), 'a folder with IDX files', error);
  }
}

async function readIdxFile(path: string, maxBytes: number): Promise<IdxArray> {
  let bytes: Uint8Array;
  try {
    const { size } = await stat(path);
    if (size > maxBytes + 1024) {
      throw new CenoteError({
        code: 'INVALID_FILE',
        op: 'loadIdxDataset',
        what: `${path} is too large`,
        got: `${size} bytes`,
        expected: `at most ${maxBytes} bytes`,
        hint: 'Check that the file is what it should be; raise maxBytes if it is',
      });
    }
    bytes = await readFile(path);
  } catch (error) {
    if (error instanceof CenoteError) throw error;
    throw folderError(`cannot read ${path}`, reason(error), 'a file', error);
  }
  return readIdx(bytes, { maxBytes, name: path });
}

/** Over all parts together, so that they agree on the classes. */
function largestLabel(pairs: readonly Pair[]): number {
  let largest = 0;
  for (const { labels } of pairs) for (const label of labels.data) if (label > largest) largest = label;
  return largest;
}

function describe(present: ReadonlySet<string>): string {
  if (present.size === 0) return 'an empty folder';
  const shown = [...present].slice(0, 5).join(', ');
  return present.size > 5 ? `${shown} and ${present.size - 5} more` : shown;
}

function folderError(what: string, got: string, expected: string, cause?: unknown): CenoteError {
  return new CenoteError({
    code: 'INVALID_FILE',
    op: 'loadIdxDataset',
    what,
    got,
    expected,
    hint: 'Pass the folder that holds the files of the data set',
    cause,
  });
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
