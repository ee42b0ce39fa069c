import type { FigureModule } from '../figure.js';

/**
 * Every figure by the name that pages use, and how it is loaded: each is a chunk of its own, fetched when a reader comes
 * near it.
 */
export const figures: Readonly<Record<string, () => Promise<FigureModule>>> = {
  hero: () => import('./hero/index.js'),
  'pooling-playground': () => import('./pooling-playground/index.js'),
};
