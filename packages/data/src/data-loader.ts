import { CenoteError, type Device, defaultGenerator, fromData, type Generator, type Tensor } from '@cenote/tensor';
import { checkPictures, type Dataset } from './dataset.js';

/** How {@link dataLoader} cuts a data set into batches. */
export interface DataLoaderOptions {
  /** Examples per batch; the last batch may be smaller. 1 unless given, as in PyTorch. */
  readonly batchSize?: number;
  /** Whether each epoch goes through the examples in a new random order. */
  readonly shuffle?: boolean;
  /** Where the order comes from: the same state gives the same epochs. The default generator unless given. */
  readonly generator?: Generator;
  /** Whether to leave out the last batch when it is smaller than the others. */
  readonly dropLast?: boolean;
  /**
   * Standardises pixels: `(pixel / 255 − mean) / std`, one number for all channels or one each. Without it pixels are
   * scaled to 0…1. `pixelStatistics(dataset)` has the right form.
   */
  readonly normalize?: { readonly mean: number | readonly number[]; readonly std: number | readonly number[] };
  /** Where the tensors are made; the default device unless given. */
  readonly device?: Device;
}

/** One batch. Its tensors belong to whoever receives it: dispose of them, or receive it inside a `scope`. */
export interface Batch {
  /** `f32`, shape `[count, channels, height, width]`. */
  readonly images: Tensor;
  /** `i32`, shape `[count]`. */
  readonly labels: Tensor;
  /** Which example of the data set each one is. */
  readonly indices: Int32Array;
  readonly count: number;
}

/** The batches of a data set, to be gone through any number of times: each time is an epoch. */
export interface DataLoader extends Iterable<Batch> {
  /** Batches per epoch. */
  readonly batches: number;
  /** Examples per epoch: all of them, or with `dropLast` those in full batches. */
  readonly examples: number;
}

/**
 * Batches of tensors from a data set.
 *
 * @returns An iterable that starts a new epoch, with a new order when it shuffles, whenever it is iterated over. Tensors
 * are made one batch at a time, when asked for.
 * @throws `INVALID_ARGUMENT` for an empty data set, a batch size that is not a positive whole number, `dropLast` that
 * would drop everything, and means or deviations that are not finite, not positive (deviations) or not one per channel.
 * @example
 * ```ts
 * const loader = dataLoader(digits({ count: 100 }), { batchSize: 32, shuffle: true, generator: generator(1) });
 * for (const { images, labels } of loader) {
 *   // images: [32, 1, 28, 28], at last [4, 1, 28, 28]
 *   images.dispose();
 *   labels.dispose();
 * }
 * ```
 */
export function dataLoader(dataset: Dataset, options: DataLoaderOptions = {}): DataLoader {
  const { batchSize = 1, shuffle = false, dropLast = false, device } = options;
  const { count, channels, height, width } = dataset;
  checkPictures('dataLoader', dataset);
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw invalidOption('batchSize is not a number of examples', `batchSize ${batchSize}`, 'a positive whole number');
  }
  const examples = dropLast ? count - (count % batchSize) : count;
  if (examples === 0) {
    throw invalidOption('dropLast leaves no batch', `batchSize ${batchSize}, ${count} examples`, `at most ${count}`);
  }
  const levels = pixelLevels(channels, options.normalize);
  const size = channels * height * width;
  const creation = device ? { device } : {};

  function batch(indices: Int32Array): Batch {
    const pixels = new Float32Array(indices.length * size);
    const labels = new Int32Array(indices.length);
    for (let position = 0; position < indices.length; position++) {
      const index = indices[position];
      const picture = dataset.images.subarray(index * size, (index + 1) * size);
      scalePixels(picture, levels, pixels.subarray(position * size, (position + 1) * size));
      labels[position] = dataset.labels[index];
    }
    return {
      images: fromData(pixels, [indices.length, channels, height, width], creation),
      labels: fromData(labels, [indices.length], creation),
      indices,
      count: indices.length,
    };
  }

  return {
    batches: Math.ceil(examples / batchSize),
    examples,
    *[Symbol.iterator]() {
      const order = shuffle
        ? (options.generator ?? defaultGenerator()).permutation(count)
        : Int32Array.from({ length: count }, (_, index) => index);
      for (let start = 0; start < examples; start += batchSize) {
        yield batch(order.slice(start, Math.min(start + batchSize, examples)));
      }
    },
  };
}

/** For each channel, what becomes of the pixel values 0 to 255. */
function pixelLevels(channels: number, normalize: DataLoaderOptions['normalize']): readonly Float32Array[] {
  const { mean, std } = normalize ?? { mean: 0, std: 1 };
  return Array.from({ length: channels }, (_, channel) => {
    const average = perChannel('mean', mean, channel, channels);
    const deviation = perChannel('std', std, channel, channels);
    if (!Number.isFinite(average)) {
      throw invalidOption('normalize.mean is not finite', `mean ${average}`, 'a finite number');
    }
    if (!Number.isFinite(deviation) || deviation <= 0) {
      throw invalidOption('normalize.std is not a deviation', `std ${deviation}`, 'a positive finite number');
    }
    return Float32Array.from({ length: 256 }, (_, value) => (value / 255 - average) / deviation);
  });
}

function perChannel(name: string, values: number | readonly number[], channel: number, channels: number): number {
  if (typeof values === 'number') return values;
  if (values.length === channels) return values[channel];
  throw invalidOption(
    `normalize.${name} does not fit the channels`,
    `${values.length} numbers for ${channels} channels`,
    'one number, or one for each channel',
  );
}

function scalePixels(picture: Uint8Array, levels: readonly Float32Array[], output: Float32Array): void {
  const plane = picture.length / levels.length;
  levels.forEach((level, channel) => {
    for (let pixel = channel * plane; pixel < (channel + 1) * plane; pixel++) output[pixel] = level[picture[pixel]];
  });
}

function invalidOption(what: string, got: string, expected: string): CenoteError {
  return new CenoteError({
    code: 'INVALID_ARGUMENT',
    op: 'dataLoader',
    what,
    got,
    expected,
    hint: 'Correct the option or leave it out',
  });
}
