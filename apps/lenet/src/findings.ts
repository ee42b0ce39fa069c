import { type Device, data } from 'cenote';
import { layerMaps } from './layer-maps.js';
import type { Network } from './network.js';
import { pixelMap } from './report/pixels.js';
import type { ExampleMaps, Prediction } from './result.js';
import type { TestRun } from './testing.js';

/** Mistakes that the report shows, at most. */
const mostMistakes = 12;
/** Examples that were read correctly and are shown with the maps of every layer; one mistake comes on top. */
const mostExamples = 3;

/** What a test run gives to look at. */
export interface Findings {
  readonly examples: readonly ExampleMaps[];
  readonly mistakes: readonly Prediction[];
}

/**
 * Picks what is worth seeing: the mistakes of which the network was surest, and a few examples of different classes with
 * what every layer makes of them.
 */
export async function findings(network: Network, test: data.Dataset, run: TestRun, device: Device): Promise<Findings> {
  const classes = test.classes.length;
  const confidence = (index: number) => run.probabilities[index * classes + run.predicted[index]];
  const indices = Array.from({ length: run.examples }, (_, index) => index);
  const wrong = indices
    .filter((index) => run.predicted[index] !== test.labels[index])
    .sort((a, b) => confidence(b) - confidence(a) || a - b);
  const right: number[] = [];
  for (const index of indices) {
    if (right.length === mostExamples) break;
    const label = test.labels[index];
    if (run.predicted[index] === label && right.every((other) => test.labels[other] !== label)) right.push(index);
  }
  const predictionOf = (index: number): Prediction => {
    const pixels = test.height * test.width;
    return {
      index,
      image: pixelMap(test.images.subarray(index * pixels, (index + 1) * pixels), test.height, test.width),
      label: test.labels[index],
      predicted: run.predicted[index],
      probabilities: Array.from(run.probabilities.subarray(index * classes, (index + 1) * classes)),
    };
  };
  const examples: ExampleMaps[] = [];
  const shown = [...right, ...wrong.slice(0, 1)];
  if (shown.length > 0) {
    for (const batch of data.dataLoader(data.subset(test, shown), { device })) {
      using image = batch.images;
      batch.labels.dispose();
      examples.push({ ...predictionOf(shown[examples.length]), layers: await layerMaps(network.model, image) });
    }
  }
  return { examples, mistakes: wrong.slice(0, mostMistakes).map(predictionOf) };
}
