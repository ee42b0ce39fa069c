import type { TrainingSettings } from './settings.js';
import type { BatchPoint, TestPoint, TrainingEvent } from './training.js';

/** What the page tells the worker. */
export type ToWorker =
  | { readonly kind: 'start'; readonly settings: TrainingSettings }
  | { readonly kind: 'pause' | 'resume' | 'stop' }
  /** Asks for the weights as they are. */
  | { readonly kind: 'weights'; readonly request: number };

/** What the worker tells the page. Batches come in bunches: several hundred a second are nothing to draw one by one. */
export type FromWorker =
  | Exclude<TrainingEvent, { readonly kind: 'batch' | 'test' }>
  | { readonly kind: 'points'; readonly batches: readonly BatchPoint[]; readonly tests: readonly TestPoint[] }
  /** A safetensors file. */
  | { readonly kind: 'weights'; readonly request: number; readonly bytes: Uint8Array<ArrayBuffer> }
  /** The training has ended by an error of the library, or of the browser. */
  | { readonly kind: 'failed'; readonly message: string };
