import { setImmediate } from 'node:timers/promises';
import { type Device, data, logSoftmax, noGrad, scope, type Tensor } from 'cenote';
import type { Evaluation } from './result.js';

/** What the network said about the test examples, in their order. */
export interface TestRun extends Evaluation {
  /** Probabilities, `examples × classes`, row by row. */
  readonly probabilities: Float32Array;
  /** The class with the largest probability, by example. */
  readonly predicted: Int32Array;
}

/** How {@link testModel} goes about it. */
export interface TestOptions {
  readonly device: Device;
  /** Looks at the first so many examples only. */
  readonly limit?: number;
  /** Stops early: what was looked at by then is the result. */
  readonly signal?: AbortSignal;
  /** Called after every batch. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Small enough that there is news several times a second. */
const batchSize = 64;

/**
 * Runs the network over the test examples.
 *
 * @param forward Images `[n, 1, height, width]` to class scores (logits) `[n, classes]`.
 * @returns What it said; of no example when it was stopped at once.
 */
export async function testModel(
  forward: (images: Tensor) => Tensor,
  dataset: data.Dataset,
  { device, limit = dataset.count, signal, onProgress }: TestOptions,
): Promise<TestRun> {
  const classes = dataset.classes.length;
  const total = Math.min(limit, dataset.count);
  const probabilities = new Float32Array(total * classes);
  const predicted = new Int32Array(total);
  const confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  let examples = 0;
  let lossSum = 0;
  let right = 0;
  for (const batch of data.dataLoader(data.take(dataset, total), { batchSize, device })) {
    using images = batch.images;
    batch.labels.dispose();
    using scores = scope(() => noGrad(() => logSoftmax(forward(images), 1)));
    const logProbabilities = await scores.data('f32');
    for (let row = 0; row < batch.count; row++) {
      const label = dataset.labels[examples];
      let best = 0;
      for (let each = 0; each < classes; each++) {
        const value = logProbabilities[row * classes + each];
        probabilities[examples * classes + each] = Math.exp(value);
        if (value > logProbabilities[row * classes + best]) best = each;
      }
      lossSum -= logProbabilities[row * classes + label];
      predicted[examples] = best;
      confusion[label][best]++;
      if (best === label) right++;
      examples++;
    }
    onProgress?.(examples, total);
    // Lets signals and timers in.
    await setImmediate();
    if (signal?.aborted) break;
  }
  return {
    examples,
    loss: lossSum / examples,
    accuracy: right / examples,
    confusion,
    probabilities: probabilities.subarray(0, examples * classes),
    predicted: predicted.subarray(0, examples),
  };
}
