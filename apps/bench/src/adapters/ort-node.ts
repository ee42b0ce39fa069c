import * as ort from 'onnxruntime-node';
import { packageVersion } from '../versions.js';
import type { Open } from './adapter.js';
import { onnxPeer } from './ort.js';

/** ONNX Runtime in machine code. */
export const open: Open = async ({ threads }) => onnxPeer(ort, packageVersion('onnxruntime-node'), threads);
