import { pixelMap } from '../src/report/pixels.js';
import type { ExampleMaps, LayerMaps, Prediction, RunResult } from '../src/result.js';

/** A map with a diagonal ramp, so that no two pixels of a row are alike. */
export function ramp(height: number, width: number, offset = 0) {
  return pixelMap(
    Uint8Array.from(
      { length: height * width },
      (_, at) => (((at % width) + Math.floor(at / width)) * 12 + offset) % 256,
    ),
    height,
    width,
  );
}

function prediction(index: number, label: number, predicted: number): Prediction {
  const probabilities = Array.from({ length: 10 }, (_, each) => (each === predicted ? 0.82 : 0.02));
  return { index, image: ramp(28, 28, index), label, predicted, probabilities };
}

function layer(name: string, maps: number, side: number, kept: boolean, low = 0): LayerMaps {
  const list = Array.from({ length: maps }, (_, each) => ramp(side, side, each * 20));
  const before = pixelMap(
    Uint8Array.from({ length: 4 * side * side }, (_, at) =>
      at % 2 === 0 && Math.floor(at / (2 * side)) % 2 === 0 ? 255 : 0,
    ),
    2 * side,
    2 * side,
  );
  return {
    name,
    maps: list,
    low,
    high: 2.5,
    kept: kept ? list.map(() => before) : null,
    keptShare: kept ? 0.25 : null,
  };
}

function example(index: number, label: number, predicted: number): ExampleMaps {
  return {
    ...prediction(index, label, predicted),
    layers: [
      layer('0 conv2d', 6, 28, false, -1.5),
      layer('1 maxPool2d', 6, 14, true),
      { name: '2 linear', maps: [ramp(1, 10)], low: -3, high: 9, kept: null, keptShare: null },
    ],
  };
}

/** A result by hand, with every part of the report. Not from a training. */
export const fixture: RunResult = {
  format: 'cenote-lenet-result',
  version: 1,
  status: 'complete',
  settings: {
    data: null,
    model: 'modern',
    epochs: 3,
    batchSize: 32,
    learningRate: 0.002,
    learningRateDecay: 0.7,
    optimizer: 'adam',
    seed: 1,
    trainCount: 6000,
    testCount: 1000,
  },
  resumedAfter: 0,
  environment: {
    finishedAt: '2026-01-02T03:04:05.000Z',
    app: '0.0.0',
    node: '20.0.0',
    platform: 'linux x64',
    device: 'cpu',
    threads: 2,
  },
  data: {
    name: 'generated digits',
    trainCount: 6000,
    testCount: 1000,
    imageShape: [28, 28],
    classNames: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
  },
  model: {
    name: 'ReLU and max pooling',
    inputShape: [1, 28, 28],
    parameters: 1234,
    multiplyAdds: 56789,
    weights: 'ab'.repeat(32),
    layers: [
      {
        name: '0 conv2d',
        outputShape: [6, 28, 28],
        parameters: 156,
        multiplyAdds: 117600,
        receptiveField: 5,
        jump: 1,
        center: 0,
      },
      {
        name: '1 maxPool2d',
        outputShape: [6, 14, 14],
        parameters: 0,
        multiplyAdds: 0,
        receptiveField: 6,
        jump: 2,
        center: 0.5,
      },
      {
        name: '2 linear',
        outputShape: [10],
        parameters: 850,
        multiplyAdds: 840,
        receptiveField: null,
        jump: null,
        center: null,
      },
    ],
  },
  history: {
    batches: Array.from({ length: 60 }, (_, step) => ({
      epoch: (step + 1) / 20,
      loss: 2.3 * Math.exp(-step / 12) + 0.05 + 0.03 * Math.sin(step * 7),
      accuracy: 1 - 0.85 * Math.exp(-step / 10),
    })),
    epochs: [
      { epoch: 1, trainLoss: 0.9, trainAccuracy: 0.71, testLoss: 0.4, testAccuracy: 0.88 },
      { epoch: 2, trainLoss: 0.3, trainAccuracy: 0.91, testLoss: 0.2, testAccuracy: 0.94 },
      { epoch: 3, trainLoss: 0.15, trainAccuracy: 0.955, testLoss: 0.12, testAccuracy: 0.97 },
    ],
  },
  evaluation: {
    examples: 1000,
    loss: 0.1234,
    accuracy: 0.97,
    confusion: Array.from({ length: 10 }, (_, label) =>
      Array.from({ length: 10 }, (_, predicted) => (label === predicted ? 97 : (label + 5) % 10 === predicted ? 3 : 0)),
    ),
  },
  examples: [example(0, 7, 7), example(1, 2, 2)],
  mistakes: [prediction(31, 4, 9), prediction(77, 5, 3)],
  timing: { data: 1.2, training: 61.5, testing: 7.9, total: 72.3, examplesPerSecond: 292.6 },
};
