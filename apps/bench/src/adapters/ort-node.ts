import * as ort from 'onnxruntime-node';
import type { Open } from './adapter.js';
import { onnxPeer } from './ort.js';

/** ONNX Runtime in machine code. */
export const open: Open = async ({ threads, surroundings }) =>
  onnxPeer(ort, surroundings.version('onnxruntime-node'), threads);
