import { noGrad, type Tensor } from '@cenote/tensor';
import { crossEntropy } from '../losses/cross-entropy.js';
import type { Module } from '../module.js';
import { type Batches, emptyError, inputsOf, readBatches } from './batch.js';
import { EventLoopTurns } from './event-loop.js';
import { inMode } from './mode.js';
import { type BatchResult, outcomeOf, Tally } from './tally.js';

/** What stops work: an `AbortSignal`. */
export interface StopSignal {
  readonly aborted: boolean;
}

/** From the model's output and the labels to a scalar: `crossEntropy`, `mseLoss`, or one of your own. */
export type LossFunction = (output: Tensor, labels: Tensor) => Tensor;

/** What {@link EvaluateOptions.onBatch} is told. */
export interface EvaluatedBatch extends BatchResult {
  /** Counted from 0. */
  readonly batch: number;
}

/** Options of {@link evaluate}. */
export interface EvaluateOptions {
  /** The mean loss of a batch. Default: `crossEntropy`. */
  readonly loss?: LossFunction;
  /** Stops after the current batch. */
  readonly signal?: StopSignal;
  /** Called after each batch; a promise is waited for. */
  readonly onBatch?: (batch: EvaluatedBatch) => unknown;
  /** Whether to count which class was taken for which. Default: false. */
  readonly confusion?: boolean;
}

/** How well a model does. */
export interface Evaluation {
  /** The mean loss over all examples; NaN when there were none. */
  readonly loss: number;
  /** The fraction of labels that were predicted; NaN where labels are no class numbers. Labels of −100 do not count. */
  readonly accuracy: number;
  /** How many examples were looked at: not all of them when it was stopped. */
  readonly examples: number;
  /** `confusion[label][prediction]`; null unless it was asked for. */
  readonly confusion: readonly (readonly number[])[] | null;
  /** Whether it was stopped by the signal. */
  readonly aborted: boolean;
}

/**
 * How well a model does on labelled examples. The model is set to inference meanwhile, and nothing is recorded for
 * differentiation. Other events get their turn every now and then.
 *
 * @param batches Gone through once.
 * @throws CenoteError `INVALID_ARGUMENT` when there are no batches.
 *
 * @example
 * ```ts
 * const { accuracy, confusion } = await evaluate(model, testLoader, { confusion: true });
 * ```
 */
export function evaluate(model: Module, batches: Batches, options: EvaluateOptions = {}): Promise<Evaluation> {
  return inMode(model, false, async () => {
    const { loss: lossOf = crossEntropy, signal, onBatch, confusion = false } = options;
    const tally = new Tally(confusion);
    const turns = new EventLoopTurns();
    const reader = readBatches('evaluate', batches);
    const result = (aborted: boolean): Evaluation => {
      const { loss, accuracy, examples, confusion: counted } = tally;
      return { loss, accuracy, examples, confusion: counted, aborted };
    };
    try {
      for (;;) {
        if (signal?.aborted) return result(true);
        const outcome = await reader.next((batch) =>
          noGrad(() => {
            const output = model.forward(inputsOf(batch));
            return outcomeOf(output, batch.labels, lossOf(output, batch.labels));
          }),
        );
        if (!outcome) break;
        const batch = tally.batches;
        const measured = await tally.add(outcome);
        await onBatch?.({ batch, ...measured });
        await turns.take();
      }
    } finally {
      await reader.close();
    }
    if (tally.batches === 0) throw emptyError('evaluate');
    return result(false);
  });
}
