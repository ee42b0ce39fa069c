import { type MathBackendWebGL, version_webgl } from '@tensorflow/tfjs-backend-webgl';
import * as tf from '@tensorflow/tfjs-core';
import type { Open } from '../adapter.js';
import { tensorflowPeer } from '../tfjs.js';

/** What is used of WebGL 2 (https://registry.khronos.org/webgl/specs/latest/2.0/), whose types need the DOM's. */
interface Gl {
  readonly RGBA: number;
  readonly FLOAT: number;
  readonly NO_ERROR: number;
  readPixels(x: number, y: number, width: number, height: number, format: number, type: number, to: Float32Array): void;
  getError(): number;
}

/** TensorFlow.js over WebGL. */
export const open: Open = async () => {
  if (!(await tf.setBackend('webgl'))) throw new Error('the webgl backend did not start');
  // Textures of f16 would make it faster, and another program than the others.
  if (!tf.env().getBool('WEBGL_RENDER_FLOAT32_ENABLED')) throw new Error('this WebGL computes in f16 only');
  const gl = (tf.backend() as MathBackendWebGL).gpgpu.gl as unknown as Gl;
  const pixel = new Float32Array(4);
  return tensorflowPeer({
    version: version_webgl,
    threads: 1,
    trains: false,
    // Reading a pixel of what was drawn last waits for it. `finish` may return earlier, and fences are only looked at
    // when the page is idle.
    finish: async () => {
      gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.FLOAT, pixel);
      const error = gl.getError();
      if (error !== gl.NO_ERROR) throw new Error(`WebGL says error ${error}`);
    },
  });
};
