import { join } from 'node:path';
import { setWasmPaths, version_wasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { packageFolder } from '../versions.js';
import type { Open } from './adapter.js';
import { tensorflowPeer } from './tfjs.js';

/** TensorFlow.js over WebAssembly with SIMD. */
export const open: Open = async () => {
  setWasmPaths(join(packageFolder('@tensorflow/tfjs-backend-wasm'), 'dist', '/'));
  if (!(await tf.setBackend('wasm'))) throw new Error('the wasm backend did not start');
  return tensorflowPeer(version_wasm, false);
};
