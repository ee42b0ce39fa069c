import { type Device, data, generator, nn } from 'cenote';
import { side } from '../lenet/strokes.js';
import { Gate, Stopwatch } from './gate.js';
import { type Plan, plan, type TrainingSettings } from './settings.js';

/** One batch that was trained on. */
export interface BatchPoint {
  /** Batches so far, this one included. */
  readonly step: number;
  /** The mean loss of its examples. */
  readonly loss: number;
  /** What share of its examples the network read right, before it learned from them. */
  readonly accuracy: number;
}

/** One look at the test digits. */
export interface TestPoint {
  readonly step: number;
  readonly loss: number;
  /** What share of them the network read right. */
  readonly accuracy: number;
  /** Since the start, drawing the digits and looking at them included, pauses not. */
  readonly seconds: number;
}

/** What a training tells while it runs. */
export type TrainingEvent =
  | { readonly kind: 'digits'; readonly done: number; readonly total: number }
  | { readonly kind: 'begin'; readonly steps: number; readonly device: string; readonly threads: number }
  | { readonly kind: 'batch'; readonly point: BatchPoint }
  | { readonly kind: 'test'; readonly point: TestPoint }
  | { readonly kind: 'end'; readonly complete: boolean; readonly seconds: number };

/** Streams of the seed: what is drawn from one does not depend on the others. */
const streams = { weights: 0, order: 1, train: 2, test: 3 };
/** Digits that are drawn at a time: a few hundredths of a second. */
const chunk = 250;

/** A network that is being trained on generated digits, and can be paused, stopped and copied at any time. */
export class Training implements Disposable {
  readonly settings: TrainingSettings;
  readonly #plan: Plan;
  readonly #device: Device;
  readonly #tell: (event: TrainingEvent) => void;
  readonly #model: nn.Sequential;
  readonly #gate = new Gate();
  readonly #clock = new Stopwatch();
  readonly #stop = new AbortController();

  /**
   * @param device Where to compute; stays the caller's.
   * @param tell Hears of everything, in order.
   */
  constructor(settings: TrainingSettings, device: Device, tell: (event: TrainingEvent) => void, shape: Plan = plan) {
    this.settings = settings;
    this.#plan = shape;
    this.#device = device;
    this.#tell = tell;
    const { variant, seed } = settings;
    this.#model = nn.lenet5({ variant, device, generator: generator(seed, streams.weights) });
  }

  /**
   * Draws the digits and trains; resolves after the last batch, or after the current one when it is stopped.
   *
   * @throws CenoteError when the loss is no longer finite: the learning rate is too large.
   */
  async run(): Promise<void> {
    const { variant, seed, learningRate } = this.settings;
    const { trainCount, testCount, batchSize, testEvery } = this.#plan;
    const epochs = this.#plan.epochs[variant];
    const device = this.#device;
    const [train, test] = await this.#draw(seed, [trainCount, testCount]);
    const loader = data.dataLoader(train, {
      batchSize,
      shuffle: true,
      generator: generator(seed, streams.order),
      device,
    });
    const tests = data.dataLoader(test, { batchSize: 250, device });
    const steps = epochs * loader.batches;
    this.#tell({ kind: 'begin', steps, device: device.name, threads: device.backend.caps.threads });
    const optimizer = nn.adam(this.#model, { lr: learningRate });
    try {
      await nn.fit(this.#model, loader, {
        optimizer,
        epochs,
        schedule: nn.stepSchedule(learningRate, { stepSize: 1, gamma: this.#plan.decay[variant] }),
        signal: this.#stop.signal,
        onBatchEnd: async ({ epoch, batch, loss, accuracy }) => {
          const step = epoch * loader.batches + batch + 1;
          this.#tell({ kind: 'batch', point: { step, loss, accuracy } });
          if (step % testEvery === 0 || step === steps) await this.#test(tests, step);
          await this.#gate.passed;
        },
      });
    } finally {
      optimizer.dispose();
    }
    this.#tell({ kind: 'end', complete: !this.#stop.signal.aborted, seconds: this.#clock.seconds });
  }

  /** Waits after the current batch until {@link resume}. */
  pause(): void {
    this.#gate.close();
    this.#clock.stop();
  }

  /** Goes on after {@link pause}. */
  resume(): void {
    this.#clock.start();
    this.#gate.open();
  }

  /** Ends after the current batch, also while it is paused. */
  stop(): void {
    this.#stop.abort();
    this.#gate.open();
  }

  /** The weights as they are now; the tensors belong to the caller. */
  stateDict(): nn.StateDict {
    return this.#model.stateDict();
  }

  /** Frees the network. Only after {@link run} has ended. */
  [Symbol.dispose](): void {
    this.#model.dispose();
  }

  async #test(tests: data.DataLoader, step: number): Promise<void> {
    const { loss, accuracy, aborted } = await nn.evaluate(this.#model, tests, { signal: this.#stop.signal });
    if (!aborted) this.#tell({ kind: 'test', point: { step, loss, accuracy, seconds: this.#clock.seconds } });
  }

  /** Draws data sets a few digits at a time, so that there is progress to see. */
  async #draw(seed: number, [trainCount, testCount]: readonly [number, number]): Promise<[data.Dataset, data.Dataset]> {
    const total = trainCount + testCount;
    const draw = async (count: number, stream: number, before: number) => {
      const own = generator(seed, stream).integer(0, Number.MAX_SAFE_INTEGER);
      const images = new Uint8Array(count * side * side);
      const labels = new Int32Array(count);
      for (let start = 0; start < count; start += chunk) {
        const part = data.digits({ count: Math.min(chunk, count - start), seed: own, start });
        images.set(part.images, start * side * side);
        labels.set(part.labels, start);
        this.#tell({ kind: 'digits', done: before + start + part.count, total });
        await this.#gate.turn();
      }
      return data.createDataset({ images, labels, height: side, width: side });
    };
    const train = await draw(trainCount, streams.train, 0);
    return [train, await draw(testCount, streams.test, trainCount)];
  }
}
