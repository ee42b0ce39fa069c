import type { TrainingSettings } from './settings.js';

/**
 * Everything about one run, as plain JSON: what `--json` prints and what the report is made of.
 * Images and maps are bytes in base64, so that a result stays small enough to keep.
 */
export interface RunResult {
  readonly format: 'cenote-lenet-result';
  readonly version: 1;
  /** `interrupted`: stopped by hand; what was trained so far is reported. */
  readonly status: 'complete' | 'interrupted';
  readonly settings: TrainingSettings;
  /** Epochs that were done before, in the run whose checkpoint this one went on from; 0 for a new run. */
  readonly resumedAfter: number;
  readonly environment: Environment;
  readonly data: DataFacts;
  readonly model: ModelFacts;
  readonly history: History;
  /** `null` when the run was stopped before anything was trained. */
  readonly evaluation: Evaluation | null;
  /** Test examples with what every layer made of them. */
  readonly examples: readonly ExampleMaps[];
  /** Wrong predictions, the most confident first. */
  readonly mistakes: readonly Prediction[];
  readonly timing: Timing;
}

export interface Environment {
  /** When the run ended, ISO 8601. */
  readonly finishedAt: string;
  /** Version of this app. */
  readonly app: string;
  readonly node: string;
  readonly platform: string;
  readonly device: string;
  /** How many threads took part. */
  readonly threads: number;
}

export interface DataFacts {
  /** `generated digits`, or the folder. */
  readonly name: string;
  readonly trainCount: number;
  readonly testCount: number;
  /** Of one image: height, width. */
  readonly imageShape: readonly [number, number];
  /** What the classes are called, by index. */
  readonly classNames: readonly string[];
}

export interface ModelFacts {
  readonly name: string;
  readonly inputShape: readonly number[];
  readonly layers: readonly LayerFacts[];
  readonly parameters: number;
  /** For one example, forward. */
  readonly multiplyAdds: number;
  /** SHA-256 of all weights at the end: equal for equal settings. */
  readonly weights: string;
}

export interface LayerFacts {
  /** Position and kind: `0 conv2d`. */
  readonly name: string;
  /** Without the batch axis. */
  readonly outputShape: readonly number[];
  readonly parameters: number;
  readonly multiplyAdds: number;
  /** Side of the square of input pixels that one output value depends on; `null` where it is the whole image. */
  readonly receptiveField: number | null;
  /** Input pixels between two neighbouring output values; `null` where there are no neighbours. */
  readonly jump: number | null;
  /** The pixel in the middle of what the first output value sees, from 0; `null` where that is the whole image. */
  readonly center: number | null;
}

export interface History {
  /** After every batch, in order. */
  readonly batches: readonly BatchPoint[];
  readonly epochs: readonly EpochPoint[];
}

export interface BatchPoint {
  /** Epochs done, with the fraction of the current one: 0.25 is a quarter of the first. */
  readonly epoch: number;
  /** Mean loss of the batch. */
  readonly loss: number;
  /** Right answers in the batch, 0 to 1. */
  readonly accuracy: number;
}

export interface EpochPoint {
  /** 1 for the first. */
  readonly epoch: number;
  /** Means over the epoch, while the weights were changing. */
  readonly trainLoss: number;
  readonly trainAccuracy: number;
  /** On the test examples after the epoch. */
  readonly testLoss: number;
  readonly testAccuracy: number;
}

export interface Evaluation {
  /** How many test examples were looked at; fewer than there are when a run was stopped. */
  readonly examples: number;
  readonly loss: number;
  readonly accuracy: number;
  /** `confusion[t][p]`: examples of class `t` that were taken for class `p`. */
  readonly confusion: readonly (readonly number[])[];
}

/** One image and what the network says about it. */
export interface Prediction {
  /** Which test example. */
  readonly index: number;
  readonly image: PixelMap;
  readonly label: number;
  readonly predicted: number;
  /** By class; they add up to 1. */
  readonly probabilities: readonly number[];
}

export interface ExampleMaps extends Prediction {
  readonly layers: readonly LayerMaps[];
}

/** The output of one layer for one example. */
export interface LayerMaps {
  /** The same as in {@link ModelFacts.layers}. */
  readonly name: string;
  /** One for each channel; a single one for a layer without height and width. */
  readonly maps: readonly PixelMap[];
  /** Smallest and largest value of the layer: what the bytes of its maps stand for. */
  readonly low: number;
  readonly high: number;
  /** For pooling: how much of each input value reaches the output, by input channel, as bytes from 0 to the most. */
  readonly kept: readonly PixelMap[] | null;
  /** For pooling: input values with any share in the output, 0 to 1. */
  readonly keptShare: number | null;
}

/** Pixels as bytes, row by row, in base64: 0 is the smallest value, 255 the largest. */
export interface PixelMap {
  readonly height: number;
  readonly width: number;
  readonly bytes: string;
}

/** Wall-clock seconds of this run, without those before a resume. */
export interface Timing {
  readonly data: number;
  readonly training: number;
  /** Of the test examples, after every epoch and at the end. */
  readonly testing: number;
  readonly total: number;
  /** While training; 0 when nothing was trained. */
  readonly examplesPerSecond: number;
}
