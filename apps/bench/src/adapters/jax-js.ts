import type { Open } from './adapter.js';
import { installWorkers } from './web-workers.js';

/** jax-js over WebAssembly, in Node. */
export const open: Open = async (options) => {
  // Its thread pool is made of the browser's workers, as many as there are processors, and made when it is imported.
  if (options.threads > 1) installWorkers(options.threads);
  const { openJax } = await import('./jax-peer.js');
  return openJax('wasm', options);
};
