import { setThreadsCount, setWasmPaths, version_wasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import type { Open } from './adapter.js';
import { tensorflowPeer } from './tfjs.js';

/** TensorFlow.js over WebAssembly with SIMD, and with threads where it has them. */
export const open: Open = async ({ threads, surroundings }) => {
  setWasmPaths(surroundings.files('@tensorflow/tfjs-backend-wasm'));
  // Its module with threads shares its memory, which one thread does not have to pay for.
  if (threads === 1) tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  else setThreadsCount(threads);
  if (!(await tf.setBackend('wasm'))) throw new Error('the wasm backend did not start');
  return tensorflowPeer({ version: version_wasm, threads, trains: false });
};
