import type { Variant } from './variants.js';

/** Weights that were trained in the page, on their way from one figure to another. */
export interface TrainedWeights {
  readonly variant: Variant;
  /** A safetensors file. */
  readonly bytes: Uint8Array;
  /** What share of the test digits they read, from 0 to 1. */
  readonly accuracy: number;
}

type Listener = (weights: TrainedWeights) => void;

const listeners = new Set<Listener>();
const latest = new Map<Variant, TrainedWeights>();

/** Gives weights to the figures of this page, now or when they appear. */
export function publishWeights(weights: TrainedWeights): void {
  latest.set(weights.variant, weights);
  for (const listener of listeners) listener(weights);
}

/**
 * Hears of weights that were trained in the page, at once of those that are there.
 *
 * @returns Ends it.
 */
export function onTrainedWeights(listener: Listener): () => void {
  listeners.add(listener);
  for (const weights of latest.values()) listener(weights);
  return () => {
    listeners.delete(listener);
  };
}
