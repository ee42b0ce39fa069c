import { type Device, data, Generator, generator, nn, type Tensor } from 'cenote';
import { type Checkpoint, invalidFile, writeCheckpoint } from './checkpoint.js';
import { digestOf, type Examples } from './examples.js';
import { type Network, restoreNetwork, saveNetwork } from './network.js';
import { clock, type Progress } from './progress.js';
import { loss, percent } from './report/format.js';
import type { BatchPoint, EpochPoint, History } from './result.js';
import type { TrainingSettings } from './settings.js';
import { type TestRun, testModel } from './testing.js';

/** The stream of the seed that the order of the batches comes from. */
const orderStream = 1;

/** What {@link train} needs. */
export interface Training {
  readonly network: Network;
  readonly examples: Examples;
  readonly settings: TrainingSettings;
  readonly device: Device;
  /** Stops after the current batch. */
  readonly signal: AbortSignal;
  readonly progress: Progress;
  /** Where this run goes on from, and the file that it was read from. */
  readonly from: { readonly checkpoint: Checkpoint; readonly path: string } | null;
  /** File to write a checkpoint to after every epoch. */
  readonly save: string | null;
}

/** What became of the training. */
export interface Trained {
  readonly history: History;
  /** On all test examples after the last epoch; `null` when it was stopped before that. */
  readonly test: TestRun | null;
  /** Wall-clock seconds. */
  readonly seconds: { readonly training: number; readonly testing: number };
  /** How many examples were trained on in this run, counted every time. */
  readonly seen: number;
}

/** Trains a network, tests it after every epoch, and keeps checkpoints. */
export async function train(training: Training): Promise<Trained> {
  const { network, examples, settings, device, signal, progress, from, save } = training;
  const { model, optimizer } = network;
  const dataDigest = digestOf(examples);
  if (from !== null) {
    const { checkpoint, path } = from;
    if (checkpoint.dataDigest !== dataDigest) {
      const got = `digest ${dataDigest.slice(0, 12)}…`;
      throw invalidFile(path, 'checkpoint is of other examples', got, `${checkpoint.dataDigest.slice(0, 12)}…`);
    }
    restoreNetwork(network, checkpoint, path, device);
  }
  const batches: BatchPoint[] = [...(from?.checkpoint.history.batches ?? [])];
  const epochs: EpochPoint[] = [...(from?.checkpoint.history.epochs ?? [])];
  const order = from === null ? generator(settings.seed, orderStream) : Generator.restore(from.checkpoint.generator);
  const loader = data.dataLoader(examples.train, {
    batchSize: settings.batchSize,
    shuffle: true,
    generator: order,
    device,
  });
  const startEpoch = from?.checkpoint.epoch ?? 0;
  const total = (settings.epochs - startEpoch) * loader.examples;
  const forward = (images: Tensor) => model.forward(images);
  let epochLive = new EpochTally();
  let seen = 0;
  let trainingSeconds = 0;
  let testingSeconds = 0;
  let test: TestRun | null = null;

  await nn.fit(model, loader, {
    optimizer,
    epochs: settings.epochs,
    startEpoch,
    schedule: nn.stepSchedule(settings.learningRate, { stepSize: 1, gamma: settings.learningRateDecay }),
    signal,
    onEpochStart() {
      epochLive = new EpochTally();
    },
    onBatchEnd(batch) {
      epochLive.add(batch);
      seen += batch.examples;
      const share = epochLive.examples / loader.examples;
      batches.push({ epoch: batch.epoch + share, loss: batch.loss, accuracy: batch.accuracy });
      const elapsed = trainingSeconds + epochLive.seconds;
      progress.show(epochTitle(batch.epoch + 1, settings.epochs), {
        done: epochLive.examples,
        total: loader.examples,
        facts: [
          `loss ${epochLive.loss.toFixed(3)}`,
          `accuracy ${percent(epochLive.accuracy)}`,
          `${Math.round(epochLive.examples / epochLive.seconds)}/s`,
          `${clock((elapsed / seen) * (total - seen))} left`,
        ],
      });
    },
    async onEpochEnd(result) {
      trainingSeconds += epochLive.seconds;
      if (!result.complete) return;
      const epoch = result.epoch + 1;
      const start = performance.now();
      model.eval();
      const run = await testModel(forward, examples.test, {
        device,
        signal,
        onProgress: (done, all) =>
          progress.show(`Testing ${epoch}/${settings.epochs}`, { done, total: all, facts: [] }),
      });
      model.train();
      testingSeconds += (performance.now() - start) / 1000;
      // An epoch whose test was stopped does not count: a resumed run does it again.
      if (run.examples < examples.test.count) return;
      test = run;
      const point: EpochPoint = {
        epoch,
        trainLoss: result.loss,
        trainAccuracy: result.accuracy,
        testLoss: run.loss,
        testAccuracy: run.accuracy,
      };
      epochs.push(point);
      progress.say(epochLine(point, settings.epochs, epochLive.seconds));
      if (save !== null) {
        const state = await saveNetwork(network);
        const history = { batches, epochs };
        writeCheckpoint(save, { settings, dataDigest, epoch, generator: order.state(), history, ...state });
      }
    },
  });
  progress.clear();
  const stoppedInside = epochs.length < settings.epochs;
  return {
    history: { batches, epochs },
    test: stoppedInside ? null : test,
    seconds: { training: trainingSeconds, testing: testingSeconds },
    seen,
  };
}

/** Means over the part of an epoch that is done, and how long it has taken. */
class EpochTally {
  readonly #start = performance.now();
  #loss = 0;
  #right = 0;
  examples = 0;

  add(batch: nn.BatchResult): void {
    this.examples += batch.examples;
    this.#loss += batch.loss * batch.examples;
    this.#right += batch.accuracy * batch.examples;
  }

  get loss(): number {
    return this.#loss / this.examples;
  }

  get accuracy(): number {
    return this.#right / this.examples;
  }

  get seconds(): number {
    return (performance.now() - this.#start) / 1000;
  }
}

function epochTitle(epoch: number, epochs: number): string {
  return `Epoch ${epoch}/${epochs}`;
}

/** `Epoch 1/4  loss 0.6341, 80.1% right; test loss 0.2310, 92.3% right  0:15` */
function epochLine(point: EpochPoint, epochs: number, seconds: number): string {
  const train = `loss ${loss(point.trainLoss)}, ${percent(point.trainAccuracy)} right`;
  const test = `test loss ${loss(point.testLoss)}, ${percent(point.testAccuracy)} right`;
  return `${epochTitle(point.epoch, epochs)}  ${train}; ${test}  ${clock(seconds)}`;
}
