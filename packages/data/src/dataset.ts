import { CenoteError, type Generator } from '@cenote/tensor';

/**
 * Pictures with labels: plain data, which can be cloned, stored and sent to a worker.
 * {@link createDataset} makes one and checks it.
 */
export interface Dataset {
  /** Pixels from 0 to 255, row-major `[count, channels, height, width]`. */
  readonly images: Uint8Array;
  /** The class of each picture: an index into `classes`. */
  readonly labels: Int32Array;
  readonly count: number;
  /** 1 for grey, 3 for colour. */
  readonly channels: number;
  /** In pixels. */
  readonly height: number;
  /** In pixels. */
  readonly width: number;
  /** The name of each class. */
  readonly classes: readonly string[];
}

/** The largest number of classes: a damaged label must not ask for a billion names. */
const MAX_CLASSES = 65_536;

/** What {@link createDataset} is given. */
export interface DatasetInput {
  /** Pixels from 0 to 255, row-major `[count, channels, height, width]`; kept, not copied. */
  readonly images: Uint8Array;
  /** One class index per picture; copied. */
  readonly labels: ArrayLike<number>;
  /** In pixels. */
  readonly height: number;
  /** In pixels. */
  readonly width: number;
  /** 1 unless given. */
  readonly channels?: number;
  /** The name of each class; `'0'`, `'1'`, … up to the largest label unless given. */
  readonly classes?: readonly string[];
}

/**
 * A data set from its pixels and labels.
 *
 * @returns A data set that shares memory with `images`.
 * @throws `INVALID_ARGUMENT` when it is empty, when pixels and labels do not fit each other, or when a label is not the
 * index of a class; the message names the first such example.
 * @example
 * ```ts
 * const pair = createDataset({ images: new Uint8Array(2 * 28 * 28), labels: [0, 1], height: 28, width: 28 });
 * ```
 */
export function createDataset(input: DatasetInput): Dataset {
  const { images, height, width, channels = 1 } = input;
  const count = input.labels.length;
  checkPictures('createDataset', { images, count, channels, height, width });
  const labels = new Int32Array(count);
  const classCount = Math.min(MAX_CLASSES, input.classes?.length ?? MAX_CLASSES);
  let largest = 0;
  for (let index = 0; index < count; index++) {
    const label = input.labels[index];
    if (!Number.isInteger(label) || label < 0 || label >= classCount) throw labelError(index, label, classCount);
    labels[index] = label;
    if (label > largest) largest = label;
  }
  const classes = input.classes ?? numberedClasses(largest + 1);
  return { images, labels, count, channels, height, width, classes };
}

/**
 * The examples at `indices`, in that order; an index may occur more than once.
 *
 * @returns A copy.
 * @throws `INVALID_ARGUMENT` when there is no index, or one outside the data set.
 */
export function subset(dataset: Dataset, indices: ArrayLike<number>): Dataset {
  const count = indices.length;
  if (count === 0) throw emptyError('subset');
  const size = dataset.channels * dataset.height * dataset.width;
  const images = new Uint8Array(count * size);
  const labels = new Int32Array(count);
  for (let position = 0; position < count; position++) {
    const index = indices[position];
    if (!Number.isInteger(index) || index < 0 || index >= dataset.count) {
      throw new CenoteError({
        code: 'INVALID_ARGUMENT',
        op: 'subset',
        what: `index outside the data set at position ${position}`,
        got: `${index} of ${dataset.count} examples`,
        expected: `a whole number from 0 to ${dataset.count - 1}`,
        hint: 'Keep only indices of examples that exist',
      });
    }
    images.set(dataset.images.subarray(index * size, (index + 1) * size), position * size);
    labels[position] = dataset.labels[index];
  }
  return { ...dataset, images, labels, count };
}

/**
 * The first `count` examples, for a quick try.
 *
 * @returns A data set that shares memory with the given one.
 * @throws `INVALID_ARGUMENT` unless `1 ≤ count ≤ dataset.count`.
 */
export function take(dataset: Dataset, count: number): Dataset {
  if (!Number.isInteger(count) || count < 1 || count > dataset.count) {
    throw new CenoteError({
      code: 'INVALID_ARGUMENT',
      op: 'take',
      what: 'count outside the data set',
      got: `${count} of ${dataset.count} examples`,
      expected: `a whole number from 1 to ${dataset.count}`,
      hint: 'Take at most as many examples as there are',
    });
  }
  const size = dataset.channels * dataset.height * dataset.width;
  return {
    ...dataset,
    images: dataset.images.subarray(0, count * size),
    labels: dataset.labels.subarray(0, count),
    count,
  };
}

/**
 * Deals the examples out at random into parts of the given sizes, as PyTorch's `random_split` does: each example goes
 * to exactly one part.
 *
 * @param sizes How many examples each part gets; they add up to `dataset.count`.
 * @param random Where the order comes from; the same generator state gives the same parts.
 * @returns One data set per size, copies.
 * @throws `INVALID_ARGUMENT` when a size is not a positive whole number or they add up to another number.
 * @example
 * ```ts
 * const [train, test] = split(digits({ count: 1000 }), [800, 200], generator(1));
 * ```
 */
export function split(dataset: Dataset, sizes: readonly number[], random: Generator): Dataset[] {
  const sum = sizes.reduce((total, size) => total + size, 0);
  if (sum !== dataset.count || !sizes.every((size) => Number.isInteger(size) && size > 0)) {
    throw new CenoteError({
      code: 'INVALID_ARGUMENT',
      op: 'split',
      what: 'sizes do not divide the data set',
      got: `sizes [${sizes.join(', ')}], which add up to ${sum}, for ${dataset.count} examples`,
      expected: `positive whole numbers that add up to ${dataset.count}`,
      hint: 'Change a size, or use subset or take first to leave examples out',
    });
  }
  const order = random.permutation(dataset.count);
  let start = 0;
  return sizes.map((size) => {
    const part = subset(dataset, order.subarray(start, start + size));
    start += size;
    return part;
  });
}

/** Mean and standard deviation per channel, of pixels scaled to 0…1: what a loader's `normalize` takes. */
export interface PixelStatistics {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/**
 * Mean and (population) standard deviation of the pixels of each channel, scaled to 0…1. For the 60,000 training digits
 * of MNIST these are the well-known 0.1307 and 0.3081.
 */
export function pixelStatistics(dataset: Dataset): PixelStatistics {
  const { images, count, channels } = dataset;
  const plane = dataset.height * dataset.width;
  const mean: number[] = [];
  const std: number[] = [];
  for (let channel = 0; channel < channels; channel++) {
    // Whole numbers below 2^53, so that the sums are exact.
    let sum = 0;
    let squares = 0;
    for (let example = 0; example < count; example++) {
      const start = (example * channels + channel) * plane;
      for (let pixel = start; pixel < start + plane; pixel++) {
        const value = images[pixel];
        sum += value;
        squares += value * value;
      }
    }
    const pixels = count * plane;
    const average = sum / pixels;
    mean.push(average / 255);
    std.push(Math.sqrt(Math.max(0, squares / pixels - average * average)) / 255);
  }
  return { mean, std };
}

/** The names `'0'`, `'1'`, … of classes that have no other; at most {@link MAX_CLASSES}. */
export function numberedClasses(count: number): string[] {
  return Array.from({ length: Math.min(count, MAX_CLASSES) }, (_, index) => String(index));
}

/** Throws unless there are pictures, their sizes are positive whole numbers, and the pixels are exactly theirs. */
export function checkPictures(op: string, pictures: Omit<Dataset, 'labels' | 'classes'>): void {
  const { images, count, channels, height, width } = pictures;
  if (count === 0) throw emptyError(op);
  for (const [name, value] of Object.entries({ channels, height, width })) {
    if (Number.isInteger(value) && value > 0) continue;
    throw new CenoteError({
      code: 'INVALID_ARGUMENT',
      op,
      what: `${name} is not a size`,
      got: `${name} ${value}`,
      expected: 'a positive whole number',
      hint: `Pass the ${name} of one picture`,
    });
  }
  const pixels = count * channels * height * width;
  if (images.length !== pixels) {
    throw new CenoteError({
      code: 'INVALID_ARGUMENT',
      op,
      what: 'pixels and labels do not fit each other',
      got: `${images.length} pixels for ${count} labels`,
      expected: `${pixels} pixels (${count} × ${channels} × ${height} × ${width})`,
      hint: 'Check that pictures and labels come from the same part of the data set',
    });
  }
}

function emptyError(op: string): CenoteError {
  return new CenoteError({
    code: 'INVALID_ARGUMENT',
    op,
    what: 'empty data set',
    got: '0 examples',
    expected: 'at least 1',
    hint: 'Check the file, folder or selection that the examples come from',
  });
}

function labelError(index: number, label: number, classCount: number): CenoteError {
  return new CenoteError({
    code: 'INVALID_ARGUMENT',
    op: 'createDataset',
    what: `label out of range at index ${index}`,
    got: `label ${label}`,
    expected: `a whole number from 0 to ${classCount - 1}`,
    hint: 'Labels are indices into classes: number them from 0 and name every class',
  });
}
