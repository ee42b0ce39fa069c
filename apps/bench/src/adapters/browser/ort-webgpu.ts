import * as ort from 'onnxruntime-web/webgpu';
import type { Open } from '../adapter.js';
import { onnxPeer, withRuntime } from '../ort.js';

/** What is used of WebGPU (https://www.w3.org/TR/webgpu/), which the compiler does not know here. */
interface Gpu {
  createBuffer(descriptor: { size: number; usage: number; mappedAtCreation: true }): {
    getMappedRange(): ArrayBuffer;
    unmap(): void;
  };
  readonly queue: { onSubmittedWorkDone(): Promise<void> };
}

/** Of GPUBufferUsage: copied from, copied to, and read by programs. */
const usage = 0x4 | 0x8 | 0x80;

/** ONNX Runtime over WebGPU: inputs and results stay on the device, as they do with the others. */
export const open: Open = async ({ threads, surroundings }) => {
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmPaths = surroundings.files('onnxruntime-web');
  const device = async () => (await ort.env.webgpu.device) as unknown as Gpu;
  const peer = onnxPeer(ort, surroundings.version('onnxruntime-web'), threads, {
    options: { executionProviders: ['webgpu'], preferredOutputLocation: 'gpu-buffer' },
    place: async (data, shape) => {
      const size = Math.ceil(data.byteLength / 16) * 16;
      const buffer = (await device()).createBuffer({ size, usage, mappedAtCreation: true });
      new Float32Array(buffer.getMappedRange()).set(data);
      buffer.unmap();
      // The only type of buffers that it takes is one of a library that is not ours.
      const own = buffer as unknown as Parameters<typeof ort.Tensor.fromGpuBuffer>[0];
      return ort.Tensor.fromGpuBuffer(own, { dataType: 'float32', dims: [...shape] });
    },
    finish: async () => (await device()).queue.onSubmittedWorkDone(),
  });
  return withRuntime(peer);
};
