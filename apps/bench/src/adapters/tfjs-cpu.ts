// The whole library, for the sake of its gradients: the core alone has none.
import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import type { Open } from './adapter.js';
import { tensorflowPeer } from './tfjs.js';

/** TensorFlow.js in plain JavaScript. */
export const open: Open = async () => {
  if (!(await tf.setBackend('cpu'))) throw new Error('the cpu backend did not start');
  return tensorflowPeer({ version: tf.version_core, threads: 1, trains: true });
};
