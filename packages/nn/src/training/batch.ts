import { CenoteError } from '@cenote/shape';
import { scope, type Tensor } from '@cenote/tensor';

/** Examples with their labels, or targets. What `dataLoader` of `@cenote/data` gives is one. */
export type Batch = LabelledImages | LabelledInputs;

/** A batch of pictures. */
export interface LabelledImages {
  /** What the model takes. */
  readonly images: Tensor;
  /** What the loss takes: one label for each example, say. */
  readonly labels: Tensor;
}

/** A batch of anything else. */
export interface LabelledInputs {
  /** What the model takes. */
  readonly inputs: Tensor;
  /** What the loss takes: one label for each example, say. */
  readonly labels: Tensor;
}

/**
 * Where batches come from: an array, a data loader, a generator, or an asynchronous iterable. Gone through once per
 * epoch.
 *
 * Tensors that a synchronous iterable makes when a batch is asked for are freed when the batch is done with; those that
 * were there before, as in an array of batches, stay the caller's. Batches of an asynchronous iterable are freed.
 */
export type Batches = Iterable<Batch> | AsyncIterable<Batch>;

/** The model's input in a batch. */
export function inputsOf(batch: Batch): Tensor {
  return 'inputs' in batch ? batch.inputs : batch.images;
}

/** One pass over batches, with their memory. */
export interface BatchReader {
  /**
   * Runs `body` with the next batch, within a `scope`.
   *
   * @returns Its result, or null at the end.
   */
  next<T>(body: (batch: Batch) => T): Promise<T | null>;
  /** Ends the pass, also before the end of the batches. */
  close(): Promise<void>;
}

/**
 * Starts a pass over batches.
 *
 * @param op For messages.
 * @throws CenoteError `INVALID_ARGUMENT` when they cannot be iterated over.
 */
export function readBatches(op: string, batches: Batches): BatchReader {
  if (typeof batches === 'object' && batches !== null) {
    if (Symbol.iterator in batches) return readSync(batches[Symbol.iterator]());
    if (Symbol.asyncIterator in batches) return readAsync(batches[Symbol.asyncIterator]());
  }
  throw new CenoteError({
    code: 'INVALID_ARGUMENT',
    op,
    what: 'the batches cannot be iterated over',
    got: String(batches),
    expected: 'an iterable of { images, labels } or { inputs, labels }',
    hint: 'Pass a data loader, or an array of batches',
  });
}

function readSync(iterator: Iterator<Batch>): BatchReader {
  return {
    async next(body) {
      return scope(() => {
        const result = iterator.next();
        return result.done ? null : body(result.value);
      });
    },
    async close() {
      iterator.return?.();
    },
  };
}

function readAsync(iterator: AsyncIterator<Batch>): BatchReader {
  return {
    async next(body) {
      const result = await iterator.next();
      if (result.done) return null;
      const batch = result.value;
      try {
        return scope(() => body(batch));
      } finally {
        inputsOf(batch).dispose();
        batch.labels.dispose();
      }
    },
    async close() {
      await iterator.return?.();
    },
  };
}

/** The error for a pass that had no batch. */
export function emptyError(op: string, epoch?: { readonly first: number; readonly number: number }): CenoteError {
  const again = epoch !== undefined && epoch.number > epoch.first;
  return new CenoteError({
    code: 'INVALID_ARGUMENT',
    op,
    what: again ? `the batches are used up in epoch ${epoch.number}` : 'there are no batches',
    got: 'an empty iterable',
    expected: 'at least one batch',
    hint: again ? 'Pass something that can be gone through again, not a generator object' : 'Check the data set',
  });
}
