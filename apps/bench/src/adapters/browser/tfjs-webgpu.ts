import '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import type { Open } from '../adapter.js';
import { tensorflowPeer } from '../tfjs.js';

/** What is used of its backend. */
interface Backend {
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
  readonly device: { readonly queue: { onSubmittedWorkDone(): Promise<void> } };
}

/** TensorFlow.js over WebGPU. */
export const open: Open = async ({ surroundings }) => {
  if (!(await tf.setBackend('webgpu'))) throw new Error('the webgpu backend did not start');
  const backend = tf.backend() as unknown as Backend;
  return tensorflowPeer({
    version: surroundings.version('@tensorflow/tfjs-backend-webgpu'),
    threads: 1,
    trains: false,
    // It collects commands; a pass that was not ended would make all of them void.
    finish: () => {
      backend.ensureCommandEncoderReady();
      backend.endComputePassEncoder();
      backend.submitQueue();
      return backend.device.queue.onSubmittedWorkDone();
    },
  });
};
