import { CenoteError } from 'cenote';
import type { Variant } from '../lenet/variants.js';

/** What computes. */
export type DeviceName = 'cpu' | 'webgpu';

/** What a visitor chooses. The same settings give the same weights on one kind of device. */
export interface TrainingSettings {
  readonly variant: Variant;
  readonly seed: number;
  /** Of Adam, in the first epoch. */
  readonly learningRate: number;
  readonly device: DeviceName;
}

/** Everything else: enough to read well over 95 % of the test digits with either network, in about ten seconds. */
export const plan = {
  trainCount: 10_000,
  testCount: 1000,
  batchSize: 32,
  /** Passes over the training digits. */
  epochs: { modern: 3, d2l: 5 },
  /** The learning rate is multiplied by this after every epoch. */
  decay: { modern: 0.7, d2l: 0.85 },
  /** How many batches lie between two looks at the test digits. */
  testEvery: 40,
  /** What share of the test digits is worth a mark on the curve. */
  goal: 0.95,
} as const;

/** A {@link plan}, or a shorter one in tests. */
export type Plan = {
  readonly [K in keyof typeof plan]: (typeof plan)[K] extends number ? number : { readonly [V in Variant]: number };
};

/** Learning rates that train each network well. */
export const usualLearningRates: Readonly<Record<Variant, number>> = { modern: 0.002, d2l: 0.005 };

/** Learning rates to choose from, from far too small to far too large. */
export const learningRateSteps: readonly number[] = [
  0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1,
];

const largestSeed = 2 ** 31 - 1;

/**
 * A seed as it was typed.
 *
 * @throws CenoteError `INVALID_ARGUMENT` for anything but a whole number from 0 to 2^31 − 1.
 */
export function parseSeed(text: string): number {
  const seed = /^\d{1,10}$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (seed <= largestSeed) return seed;
  throw new CenoteError({
    code: 'INVALID_ARGUMENT',
    op: 'train',
    what: 'seed is not a whole number in its range',
    got: JSON.stringify(text),
    expected: `a whole number from 0 to ${largestSeed}`,
    hint: 'Use for example 1',
  });
}
