import { data, fromData, getDefaultDevice, type Tensor } from 'cenote';
import { describe, expect, it } from 'vitest';
import { testModel } from '../src/testing.js';

const device = getDefaultDevice();

/** Images of one pixel, which says their class, and labels that are sometimes another one. */
const dataset = data.createDataset({
  images: Uint8Array.from({ length: 150 }, (_, index) => index % 3),
  labels: Array.from({ length: 150 }, (_, index) => (index % 10 === 0 ? 2 : index % 3)),
  height: 1,
  width: 1,
  classes: ['a', 'b', 'c'],
});

/** Gives the class that the pixel says a score of 2 and the others 0. */
function forward(images: Tensor): Tensor {
  const pixels = images.dataSync('f32');
  const scores = new Float32Array(pixels.length * 3);
  pixels.forEach((pixel, row) => {
    scores[row * 3 + Math.round(pixel * 255)] = 2;
  });
  return fromData(scores, [pixels.length, 3], { device });
}

describe('testModel', () => {
  it('counts right answers and confusions, and takes the mean loss', async () => {
    const before = device.liveBuffers;
    const run = await testModel(forward, dataset, { device });
    // Of the 15 examples whose label was changed to 2, five were of class 2 all along.
    expect(run.accuracy).toBe(140 / 150);
    expect(run.confusion).toEqual([
      [45, 0, 0],
      [0, 45, 0],
      [5, 5, 50],
    ]);
    const right = Math.log(Math.exp(2) + 2) - 2;
    expect(run.loss).toBeCloseTo((140 * right + 10 * (right + 2)) / 150, 5);
    expect(run.probabilities).toHaveLength(450);
    expect(run.probabilities[1 * 3 + 1]).toBeCloseTo(Math.exp(-right), 6);
    expect([...run.predicted.slice(0, 4)]).toEqual([0, 1, 2, 0]);
    expect(device.liveBuffers).toBe(before);
  });

  it('looks at as many examples as it is told, and says how far it is', async () => {
    const steps: (readonly [number, number])[] = [];
    const run = await testModel(forward, dataset, { device, limit: 100, onProgress: (...step) => steps.push(step) });
    expect(run.examples).toBe(100);
    expect(run.predicted).toHaveLength(100);
    expect(steps).toEqual([
      [64, 100],
      [100, 100],
    ]);
  });

  it('stops after the batch, with what it has', async () => {
    const run = await testModel(forward, dataset, { device, signal: AbortSignal.abort() });
    expect(run.examples).toBe(64);
    expect(run.predicted).toHaveLength(64);
    expect(run.confusion.flat().reduce((sum, each) => sum + each)).toBe(64);
  });
});
