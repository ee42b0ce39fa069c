import type { FigureModule } from '../figure.js';

/**
 * Every figure by the name that pages use, and how it is loaded: each is a chunk of its own, fetched when a reader comes
 * near it.
 */
export const figures: Readonly<Record<string, () => Promise<FigureModule>>> = {
  'blur-pool': () => import('./blur-pool/index.js'),
  channels: () => import('./channels/index.js'),
  exercises: () => import('./exercises/index.js'),
  'padding-and-stride': () => import('./padding-and-stride/index.js'),
  'receptive-field': () => import('./receptive-field/index.js'),
  shift: () => import('./shift/index.js'),
  benchmark: () => import('./benchmark/index.js'),
  hero: () => import('./hero/index.js'),
  'pooling-playground': () => import('./pooling-playground/index.js'),
  lenet: () => import('./lenet/index.js'),
  'lenet-training': () => import('./lenet-training/index.js'),
};
