import * as ort from 'onnxruntime-web';
import type { Open } from './adapter.js';
import { onnxPeer } from './ort.js';

/** ONNX Runtime in WebAssembly, in Node. */
export const open: Open = async ({ threads, surroundings }) => {
  ort.env.wasm.numThreads = threads;
  return onnxPeer(ort, surroundings.version('onnxruntime-web'), threads);
};
