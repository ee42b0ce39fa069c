import { type Device, nn, type Tensor } from 'cenote';
import { readCheckpoint } from './checkpoint.js';
import { openDevice } from './devices.js';
import { drawDigits, type Examples, readFolder } from './examples.js';
import { type Findings, findings } from './findings.js';
import { createNetwork, modelFacts, modelTitles } from './network.js';
import { type Request, resumedSettings } from './options.js';
import type { Progress } from './progress.js';
import { count, duration } from './report/format.js';
import type { RunResult } from './result.js';
import { learningText, type TrainingSettings, withDefaults } from './settings.js';
import { testModel } from './testing.js';
import { train } from './train.js';
import { usageError } from './usage-error.js';
import { writeWeights } from './weights-file.js';

/** What a run is given besides what was asked for. */
export interface Surroundings {
  readonly progress: Progress;
  /** Stops cleanly: what was trained by then is the result. */
  readonly signal: AbortSignal;
  /** Of this app. */
  readonly version: string;
}

/** Test examples that a stopped run is still judged by: a second or two. */
const quickTest = 256;

/**
 * Trains, tests and looks at a LeNet, as the request says.
 *
 * @returns Everything about it. The report is made of that, and not written here; checkpoints and weights are.
 * @throws CenoteError for settings, data or a checkpoint that do not fit; the signal's reason when it is aborted before
 * there are any data.
 */
export async function runLenet(request: Request, { progress, signal, version }: Surroundings): Promise<RunResult> {
  const start = performance.now();
  const secondsSince = (moment: number) => (performance.now() - moment) / 1000;
  const from = request.resume === null ? null : { checkpoint: readCheckpoint(request.resume), path: request.resume };
  const settings =
    from === null ? withDefaults(request.given) : resumedSettings(from.checkpoint.settings, request.given);
  const device = await openDevice(request.output.device, request.output.threads);
  progress.say(headline(settings, device, progress));

  const examples = await loadExamples(settings, progress, signal);
  const dataSeconds = secondsSince(start);
  progress.say(dataLine(examples, dataSeconds));

  using network = createNetwork(settings, examples, device);
  const { model, inputShape } = network;
  progress.say(`\n${nn.summary(model, inputShape)}\n`);
  if (from !== null) {
    progress.say(`Going on after epoch ${from.checkpoint.epoch}, from ${from.path}`);
  }

  const trained = await train({
    network,
    examples,
    settings,
    device,
    signal,
    progress,
    from,
    save: request.output.save,
  });
  const interrupted = signal.aborted;
  const learned = trained.seen > 0 || from !== null;
  const { saveWeights } = request.output;
  if (saveWeights !== null && learned) await writeWeights(saveWeights, model, settings, examples.train);
  const testStart = performance.now();
  model.eval();
  const test =
    trained.test ??
    (learned
      ? await testModel((images: Tensor) => model.forward(images), examples.test, {
          device,
          limit: interrupted ? quickTest : undefined,
          onProgress: (done, total) => progress.show('Testing', { done, total, facts: [] }),
        })
      : null);
  const seen: Findings =
    test === null ? { examples: [], mistakes: [] } : await findings(network, examples.test, test, device);
  progress.clear();

  const { training, testing } = trained.seconds;
  return {
    format: 'cenote-lenet-result',
    version: 1,
    status: interrupted ? 'interrupted' : 'complete',
    settings,
    resumedAfter: from?.checkpoint.epoch ?? 0,
    environment: {
      finishedAt: new Date().toISOString(),
      app: version,
      node: process.versions.node,
      platform: `${process.platform} ${process.arch}`,
      device: device.name,
      threads: device.backend.caps.threads,
    },
    data: {
      name: examples.name,
      trainCount: examples.train.count,
      testCount: examples.test.count,
      imageShape: [examples.train.height, examples.train.width],
      classNames: examples.train.classes,
    },
    model: await modelFacts(network, settings),
    history: trained.history,
    evaluation:
      test === null
        ? null
        : { examples: test.examples, loss: test.loss, accuracy: test.accuracy, confusion: test.confusion },
    examples: seen.examples,
    mistakes: seen.mistakes,
    timing: {
      data: dataSeconds,
      training,
      testing: testing + secondsSince(testStart),
      total: secondsSince(start),
      examplesPerSecond: training > 0 ? trained.seen / training : 0,
    },
  };
}

async function loadExamples(settings: TrainingSettings, progress: Progress, signal: AbortSignal): Promise<Examples> {
  const { data: folder, seed, trainCount, testCount } = settings;
  let examples: Examples;
  if (folder === null) {
    if (trainCount === null || testCount === null) {
      throw usageError(
        'no number of digits',
        `${trainCount}, ${testCount}`,
        'a number each',
        'Give --train-count and --test-count',
      );
    }
    examples = await drawDigits(seed, trainCount, testCount, {
      signal,
      onProgress: (done, total) =>
        progress.show('Drawing digits', { done, total, facts: [`${count(done)} of ${count(total)}`] }),
    });
  } else {
    examples = await readFolder(folder, seed, trainCount, testCount);
  }
  progress.clear();
  signal.throwIfAborted();
  const { channels } = examples.train;
  if (channels !== 1) {
    throw usageError(`images of ${examples.name} are in colour`, `${channels} channels`, '1', 'Give grey images');
  }
  return examples;
}

function headline(settings: TrainingSettings, { name, backend }: Device, { colors }: Progress): string {
  const { threads } = backend.caps;
  const { model, batchSize, epochs, seed } = settings;
  return [
    `${colors.bold('Cenote')} ${modelTitles[model]}`,
    learningText(settings),
    `Batches of ${batchSize}, ${epochs} ${epochs === 1 ? 'epoch' : 'epochs'}, seed ${seed}, ${name} device${threads > 1 ? `, ${threads} threads` : ''}`,
  ].join('\n');
}

function dataLine({ name, train: { count: training, height, width }, test }: Examples, seconds: number): string {
  return `${count(training)} images to train on, ${count(test.count)} to test on: ${name}, ${height} × ${width}, in ${duration(seconds)}`;
}
