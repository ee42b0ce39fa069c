import {
  adaptivePolyphaseSample1d,
  avgPool1d,
  blurPool1d,
  generator,
  maxPool1d,
  nn,
  pad,
  randn,
  scope,
  type Tensor,
  tensor,
} from 'cenote';
import { planeOf } from '../../plane.js';

/** The ways to halve a signal that are compared. */
export const methods = ['max', 'average', 'blur', 'polyphase'] as const;
export type Method = (typeof methods)[number];

/** Signals to start from, of 16 whole numbers from 0 to {@link highest}. */
export const signals = {
  pairs: [0, 0, 4, 4, 0, 0, 4, 4, 0, 0, 4, 4, 0, 0, 4, 4],
  spike: [0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0],
  hill: [0, 0, 1, 1, 2, 3, 4, 5, 5, 4, 3, 2, 1, 1, 0, 0],
  noise: [3, 0, 5, 1, 1, 4, 0, 2, 5, 3, 0, 1, 4, 0, 2, 1],
} satisfies Readonly<Record<string, readonly number[]>>;
export type SignalName = keyof typeof signals;

/** The largest value that a reader can give an element of the signal. */
export const highest = 5;

/** The signal, moved to the right around the ring. */
export function shifted(signal: readonly number[], shift: number): readonly number[] {
  return signal.map((_, place) => signal[(((place - shift) % signal.length) + signal.length) % signal.length]);
}

/**
 * Half as many numbers, by one of the methods, around a ring. All but `average` take the maximum of each element and its
 * right neighbour first, and differ in how they keep every second of these.
 */
export function halve(method: Method, signal: readonly number[]): readonly number[] {
  return halveAll(method, [signal])[0];
}

/** {@link halve} of signals of the same length, in one go. */
function halveAll(method: Method, batch: readonly (readonly number[])[]): readonly (readonly number[])[] {
  return scope(() => {
    const y = halved(method, tensor(batch).unsqueeze(1)).squeeze(1);
    return planeOf(y);
  });
}

/** @param x `[N, 1, elements]` */
function halved(method: Method, x: Tensor): Tensor {
  if (method === 'average') return avgPool1d(x, 2);
  if (method === 'max') return maxPool1d(x, 2);
  const next = pad(
    x,
    [
      [0, 0],
      [0, 0],
      [0, 1],
    ],
    { mode: 'circular' },
  );
  const dense = maxPool1d(next, 2, { stride: 1 });
  if (method === 'polyphase') return adaptivePolyphaseSample1d(dense);
  return blurPool1d(dense, { filterSize: 3, paddingMode: 'circular' });
}

/** An output turned around the ring to where it is nearest to another one. */
export function nearestTurn(before: readonly number[], after: readonly number[]): readonly number[] {
  let nearest = after;
  for (let turn = 1; turn < after.length; turn++) {
    const turned = [...after.slice(turn), ...after.slice(0, turn)];
    if (distance(before, turned) < distance(before, nearest)) nearest = turned;
  }
  return nearest;
}

/** The Euclidean distance. */
function distance(before: readonly number[], after: readonly number[]): number {
  return Math.hypot(...before.map((value, index) => value - after[index]));
}

/**
 * How much of an output changes when its input moves, however the output may have moved along: its distance to the
 * nearest turn of the other, relative to its own length. 0: nothing but its place.
 */
export function change(before: readonly number[], after: readonly number[]): number {
  const smallest = distance(before, nearestTurn(before, after));
  const norm = Math.hypot(...before);
  return smallest === 0 ? 0 : smallest / (norm === 0 ? 1 : norm);
}

/** {@link change} of a method's output, for each shift from 0 to the signal's length. */
export function changes(method: Method, signal: readonly number[]): readonly number[] {
  const moved = Array.from({ length: signal.length + 1 }, (_, shift) => shifted(signal, shift));
  const outputs = halveAll(method, moved);
  return outputs.map((output) => change(outputs[0], output));
}

/** What a measurement of shift consistency depends on. */
export interface ConsistencySettings {
  /** Largest shift of the pictures along each axis, in pixels; below their size, 16. */
  readonly maxShift: number;
  /** Seeds the networks' weights and the pictures. */
  readonly seed: number;
}

/** How many pairs of pictures each measurement compares. */
export const pairs = 160;
const images = 40;

/** The side of the pictures that are measured with, in pixels. */
export const pictureSize = 16;

/**
 * How often a small network decides the same about a picture that has moved, by the way it halves. Its weights are random:
 * nothing but the halving differs.
 *
 * @returns from 0 to 1
 */
export async function consistency(method: Method, { maxShift, seed }: ConsistencySettings): Promise<number> {
  const model = network(method, seed);
  const pictures = randn([images, 1, pictureSize, pictureSize], { generator: generator(seed + 1) });
  try {
    return await nn.shiftConsistency(model, pictures, {
      maxShift,
      trials: pairs / images,
      generator: generator(seed + 2),
    });
  } finally {
    pictures.dispose();
    for (const parameter of model.parameters()) parameter.dispose();
  }
}

function network(method: Method, seed: number): nn.Module {
  const random = generator(seed);
  const block = (from: number, to: number) =>
    nn.sequential(
      nn.pad2d(1, { mode: 'circular' }),
      nn.conv2d(from, to, { kernelSize: 3, bias: false, generator: random }),
      nn.relu(),
      layer(method),
    );
  return nn.sequential(block(1, 8), block(8, 16), block(16, 16), nn.globalMaxPool(), nn.flatten());
}

function layer(method: Method): nn.Module {
  switch (method) {
    case 'max':
      return nn.maxPool2d(2);
    case 'average':
      return nn.avgPool2d(2);
    case 'blur':
      return nn.blurPool2d({ filterSize: 3, paddingMode: 'circular' });
    case 'polyphase':
      return nn.adaptivePolyphaseSample2d();
  }
}
