import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { loadIdxDataset } from '@cenote/data/node';
import { data, generator } from 'cenote';
import { usageError } from './usage-error.js';

/** What a run learns from, and what it is tested on. */
export interface Examples {
  /** `generated digits`, or the folder. */
  readonly name: string;
  readonly train: data.Dataset;
  readonly test: data.Dataset;
}

/** Hears how many examples are there of how many, and stops the work when its signal is aborted. */
export interface LoadOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

// Streams of the seed, so that neither part changes with the size of the other.
const trainStream = 2 ** 32;
const testStream = 2 ** 33;
const splitStream = 2 ** 34;
/** Examples drawn at a time: a fraction of a second. */
const chunk = 500;

/**
 * Draws the generated digits.
 *
 * @param seed Decides every pixel.
 * @throws The reason of the signal, when it is aborted.
 */
export async function drawDigits(
  seed: number,
  trainCount: number,
  testCount: number,
  { signal, onProgress }: LoadOptions,
): Promise<Examples> {
  const total = trainCount + testCount;
  const draw = async (stream: number, count: number, before: number): Promise<data.Dataset> => {
    const seeds = generator(seed, stream);
    const parts: data.Dataset[] = [];
    for (let done = 0; done < count; done += chunk) {
      // Lets signals and timers in.
      await setImmediate();
      signal.throwIfAborted();
      parts.push(
        data.digits({ count: Math.min(chunk, count - done), seed: seeds.integer(0, Number.MAX_SAFE_INTEGER) }),
      );
      onProgress(before + Math.min(count, done + chunk), total);
    }
    return joined(parts);
  };
  const test = await draw(testStream, testCount, 0);
  const train = await draw(trainStream, trainCount, testCount);
  return { name: 'generated digits', train, test };
}

function joined(parts: readonly data.Dataset[]): data.Dataset {
  const [{ height, width, channels, classes }] = parts;
  const size = height * width * channels;
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  const images = new Uint8Array(count * size);
  const labels = new Int32Array(count);
  let start = 0;
  for (const part of parts) {
    images.set(part.images, start * size);
    labels.set(part.labels, start);
    start += part.count;
  }
  return data.createDataset({ images, labels, height, width, channels, classes });
}

/**
 * Reads a folder of IDX files. One that has only one part, as when somebody has just the test images of MNIST, is dealt
 * out at random: four fifths to train on, one fifth to test on, unless other counts are asked for.
 *
 * @param trainCount How many examples to train on; `null` for all.
 * @param testCount How many examples to test on; `null` for all.
 * @throws `INVALID_FILE` for a folder without such files, `INVALID_ARGUMENT` for more examples than there are.
 */
export async function readFolder(
  folder: string,
  seed: number,
  trainCount: number | null,
  testCount: number | null,
): Promise<Examples> {
  const parts = await loadIdxDataset(folder);
  if (parts.train !== undefined && parts.test !== undefined) {
    return {
      name: folder,
      train: first('--train-count', parts.train, trainCount),
      test: first('--test-count', parts.test, testCount),
    };
  }
  const only = parts.train ?? parts.test;
  if (only === undefined) throw new Error('a folder without parts was not refused');
  const rest = only.count - (trainCount ?? 0);
  const testing = testCount ?? Math.max(1, Math.min(rest, Math.floor(only.count / 5)));
  const training = trainCount ?? only.count - testing;
  const unused = only.count - testing - training;
  if (training < 1 || unused < 0) {
    throw usageError(
      `${folder} has too few examples`,
      `${training} to train on and ${testing} to test on, of ${only.count} in all`,
      `at most ${only.count} together, and at least one of each`,
      'Lower --train-count or --test-count',
    );
  }
  const sizes = unused === 0 ? [training, testing] : [training, testing, unused];
  const [train, test] = data.split(only, sizes, generator(seed, splitStream));
  return { name: folder, train, test };
}

function first(flag: string, dataset: data.Dataset, count: number | null): data.Dataset {
  if (count === null) return dataset;
  if (count > dataset.count) {
    throw usageError(`${flag} is more than there are`, String(count), `at most ${dataset.count}`, `Lower ${flag}`);
  }
  return data.take(dataset, count);
}

/** Tells whether two runs have the same examples in the same order. */
export function digestOf({ train, test }: Examples): string {
  const hash = createHash('sha256');
  for (const { count, channels, height, width, images, labels } of [train, test]) {
    hash
      .update(`${[count, channels, height, width].join()};`)
      .update(images)
      .update(labels.join());
  }
  return hash.digest('hex');
}
