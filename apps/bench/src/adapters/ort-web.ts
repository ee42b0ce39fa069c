import * as ort from 'onnxruntime-web';
import { packageVersion } from '../versions.js';
import type { Open } from './adapter.js';
import { onnxPeer } from './ort.js';

/** ONNX Runtime in WebAssembly. */
export const open: Open = async ({ threads }) => {
  ort.env.wasm.numThreads = threads;
  return onnxPeer(ort, packageVersion('onnxruntime-web'), threads);
};
