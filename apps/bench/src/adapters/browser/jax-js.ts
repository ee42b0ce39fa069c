import type { Open } from '../adapter.js';

/** jax-js over WebAssembly, in a browser. */
export const open: Open = async (options) => {
  // Its thread pool has as many workers as there are processors, and is made when it is imported.
  Object.defineProperty(Reflect.get(globalThis, 'navigator'), 'hardwareConcurrency', { value: options.threads });
  const { openJax } = await import('../jax-peer.js');
  return openJax('wasm', options);
};
