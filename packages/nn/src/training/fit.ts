import { CenoteError } from '@cenote/shape';
import { checkInteger } from '../check.js';
import { crossEntropy } from '../losses/cross-entropy.js';
import type { Module } from '../module.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import type { Schedule } from '../optimizers/schedules.js';
import { type Batches, emptyError, inputsOf, readBatches } from './batch.js';
import { type Evaluation, evaluate, type LossFunction, type StopSignal } from './evaluate.js';
import { EventLoopTurns } from './event-loop.js';
import { inMode } from './mode.js';
import { type BatchResult, outcomeOf, Tally } from './tally.js';

/** What {@link FitOptions.onBatchEnd} is told. */
export interface TrainedBatch extends BatchResult {
  /** Counted from 0. */
  readonly epoch: number;
  /** Within the epoch, counted from 0. */
  readonly batch: number;
}

/** What became of one epoch. */
export interface EpochResult {
  /** Counted from 0. */
  readonly epoch: number;
  /** The learning rate in use. */
  readonly lr: number;
  /** The mean loss over the epoch's examples, while the parameters were changing. */
  readonly loss: number;
  /** The fraction of labels that were predicted meanwhile; NaN where labels are no class numbers. */
  readonly accuracy: number;
  readonly batches: number;
  readonly examples: number;
  /** False when the signal stopped the epoch before its end. */
  readonly complete: boolean;
  /** How well the model does on the validation batches after the epoch; null without them, or when stopped before its end. */
  readonly validation: Evaluation | null;
}

/** Options of {@link fit}. */
export interface FitOptions {
  /** What changes the parameters. It stays the caller's. */
  readonly optimizer: Optimizer;
  /** The mean loss of a batch. Default: `crossEntropy`. */
  readonly loss?: LossFunction;
  /** How many epochs there are in all. Default: 1. */
  readonly epochs?: number;
  /** The first epoch to run, to go on where an earlier run ended: with 3 of 10, seven are run. Default: 0. */
  readonly startEpoch?: number;
  /** Sets the learning rate at the beginning of each epoch. */
  readonly schedule?: Schedule;
  /** Looked at after each epoch, as by `evaluate`. */
  readonly validation?: Batches;
  /** Stops after the current batch. */
  readonly signal?: StopSignal;
  /** Called before each epoch, counted from 0; a promise is waited for, here and below. */
  readonly onEpochStart?: (epoch: number) => unknown;
  /** Called after each batch, when the parameters have changed. */
  readonly onBatchEnd?: (batch: TrainedBatch) => unknown;
  /** Called after each epoch, and its validation. */
  readonly onEpochEnd?: (result: EpochResult) => unknown;
}

/** What {@link fit} did. */
export interface FitResult {
  /** One entry for each epoch; the last one may be incomplete when it was stopped. */
  readonly history: readonly EpochResult[];
  /** Whether the signal stopped it. */
  readonly aborted: boolean;
}

/**
 * Trains a model: for each batch of each epoch, the loss, its gradients, and a step of the optimiser.
 *
 * All memory of a batch is freed with it; gradients are dropped at the end. The model is set to training meanwhile.
 * Other events (progress, signals, timers) get their turn every now and then. A signal stops after the current batch:
 * that is reported, not thrown.
 *
 * @param batches Gone through once per epoch.
 * @throws CenoteError `INVALID_ARGUMENT` when there are no batches, and when a loss is not finite: the parameters are
 * then as they were before that batch.
 *
 * @example
 * ```ts
 * const { history } = await fit(model, loader, {
 *   optimizer: adam(model, { lr: 0.002 }),
 *   epochs: 4,
 *   onBatchEnd: ({ epoch, batch, loss }) => console.log(epoch, batch, loss),
 * });
 * ```
 */
export function fit(model: Module, batches: Batches, options: FitOptions): Promise<FitResult> {
  return inMode(model, true, async () => {
    const { optimizer, signal, schedule, epochs = 1, startEpoch = 0, validation } = options;
    checkInteger('fit', 'epochs', epochs, 0);
    checkInteger('fit', 'startEpoch', startEpoch, 0);
    const history: EpochResult[] = [];
    const turns = new EventLoopTurns();
    const stopped: FitResult = { history, aborted: true };
    try {
      for (let epoch = startEpoch; epoch < epochs; epoch++) {
        if (signal?.aborted) return stopped;
        if (schedule) optimizer.lr = schedule(epoch);
        await options.onEpochStart?.(epoch);
        const { tally, complete } = await trainEpoch(model, batches, options, epoch, turns);
        if (tally.batches === 0) {
          if (!complete) return stopped;
          throw emptyError('fit', { first: startEpoch, number: epoch });
        }
        const measured =
          complete && validation ? await evaluate(model, validation, { loss: options.loss, signal }) : null;
        const result: EpochResult = {
          epoch,
          lr: optimizer.lr,
          loss: tally.loss,
          accuracy: tally.accuracy,
          batches: tally.batches,
          examples: tally.examples,
          complete,
          validation: measured?.aborted ? null : measured,
        };
        history.push(result);
        await options.onEpochEnd?.(result);
        if (!complete || measured?.aborted) return stopped;
      }
      return { history, aborted: false };
    } finally {
      optimizer.zeroGrad();
    }
  });
}

async function trainEpoch(
  model: Module,
  batches: Batches,
  options: FitOptions,
  epoch: number,
  turns: EventLoopTurns,
): Promise<{ readonly tally: Tally; readonly complete: boolean }> {
  const { optimizer, loss: lossOf = crossEntropy, signal, onBatchEnd } = options;
  const tally = new Tally(false);
  const reader = readBatches('fit', batches);
  try {
    for (;;) {
      if (signal?.aborted) return { tally, complete: false };
      const outcome = await reader.next((batch) => {
        optimizer.zeroGrad();
        const output = model.forward(inputsOf(batch));
        const loss = lossOf(output, batch.labels);
        loss.backward();
        return outcomeOf(output, batch.labels, loss);
      });
      if (!outcome) return { tally, complete: true };
      const batch = tally.batches;
      const result = await tally.add(outcome);
      if (!Number.isFinite(result.loss)) throw lossError(result.loss, epoch, batch);
      optimizer.step();
      await onBatchEnd?.({ epoch, batch, ...result });
      await turns.take();
    }
  } finally {
    await reader.close();
  }
}

function lossError(loss: number, epoch: number, batch: number): CenoteError {
  return new CenoteError({
    code: 'INVALID_ARGUMENT',
    op: 'fit',
    what: 'the loss is not finite',
    got: `${loss} in epoch ${epoch}, batch ${batch}`,
    expected: 'a finite number',
    hint: 'Lower the learning rate, or look for NaN in the inputs; the parameters are as they were before this batch',
  });
}
