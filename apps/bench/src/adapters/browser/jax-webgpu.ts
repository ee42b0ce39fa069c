import type { Open } from '../adapter.js';
import { openJax } from '../jax-peer.js';

/** jax-js over WebGPU. */
export const open: Open = (options) => openJax('webgpu', options);
