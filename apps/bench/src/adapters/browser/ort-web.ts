import * as ort from 'onnxruntime-web/wasm';
import type { Open } from '../adapter.js';
import { onnxPeer, withRuntime } from '../ort.js';

/** ONNX Runtime in WebAssembly, in a browser. */
export const open: Open = async ({ threads, surroundings }) => {
  ort.env.wasm.numThreads = threads;
  ort.env.wasm.wasmPaths = surroundings.files('onnxruntime-web');
  return withRuntime(onnxPeer(ort, surroundings.version('onnxruntime-web'), threads));
};
