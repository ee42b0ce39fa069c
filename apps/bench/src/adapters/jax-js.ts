import type { Open } from './adapter.js';
import { installWorkers } from './web-workers.js';

/** jax-js over WebAssembly. */
export const open: Open = async ({ threads }) => {
  // Its thread pool is made of the browser's workers, as many as there are processors, and made when it is imported.
  if (threads > 1) installWorkers(threads);
  const { openJax } = await import('./jax-peer.js');
  return openJax(threads);
};
