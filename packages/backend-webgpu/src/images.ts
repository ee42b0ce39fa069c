import { CenoteError } from '@cenote/shape';
import { type GpuBuffer, type GpuComputePipeline, type GpuDevice, type GpuTextureView, textureUsage } from './gpu.js';

/** What pictures come from: an `ImageBitmap`, a canvas, a `VideoFrame` or a video element. */
export interface ImageSource {
  readonly width?: number;
  readonly height?: number;
  readonly videoWidth?: number;
  readonly videoHeight?: number;
  readonly displayWidth?: number;
  readonly displayHeight?: number;
}

/** What pictures go to: an `HTMLCanvasElement` or an `OffscreenCanvas` that has no context of another kind. */
export interface CanvasTarget {
  width: number;
  height: number;
  getContext(kind: 'webgpu'): unknown;
}

/** A `GPUCanvasContext`. */
interface CanvasContext {
  configure(configuration: object): unknown;
  getCurrentTexture(): { createView(): GpuTextureView };
}

/** Planes of a picture: red, green, blue and opacity, as many as there are. One plane is grey. */
export interface Picture {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

const place = 'override channels: u32; override width: u32; override height: u32;';
/** The weights of grey are those of ITU-R BT.601, as in PIL and PyTorch. */
const readShader = `
${place}
@group(0) @binding(0) var picture: texture_2d<f32>;
@group(0) @binding(1) var<storage, read_write> planes: array<f32>;
@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= width || id.y >= height) { return; }
  let pixel = textureLoad(picture, id.xy, 0);
  let at = id.y * width + id.x;
  if (channels == 1u) { planes[at] = dot(pixel.rgb, vec3<f32>(0.299, 0.587, 0.114)); return; }
  for (var c = 0u; c < channels; c++) { planes[c * width * height + at] = pixel[c]; }
}`;
const drawShader = `
${place}
override offset: u32;
@group(0) @binding(0) var picture: texture_storage_2d<rgba8unorm, write>;
@group(0) @binding(1) var<storage, read> planes: array<f32>;
@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= width || id.y >= height) { return; }
  let at = offset + id.y * width + id.x;
  var pixel = vec4<f32>(vec3<f32>(planes[at]), 1.0);
  if (channels > 1u) { for (var c = 0u; c < channels; c++) { pixel[c] = planes[c * width * height + at]; } }
  textureStore(picture, id.xy, pixel);
}`;

/** Reads a picture into planes of f32 between 0 and 1, `[channels, height, width]`, from the start of a buffer. */
export function readPicture(device: GpuDevice, source: ImageSource, target: GpuBuffer, picture: Picture): void {
  const size = [picture.width, picture.height];
  const texture = device.createTexture({
    label: 'cenote picture',
    size,
    format: 'rgba8unorm',
    usage: textureUsage.copyTarget | textureUsage.texture | textureUsage.renderTarget,
  });
  device.queue.copyExternalImageToTexture({ source }, { texture }, size);
  const { channels, width, height } = picture;
  const pipeline = pipelineOf(device, readShader, { channels, width, height });
  dispatch(device, pipeline, texture.createView(), target, picture);
  texture.destroy();
}

/** Draws planes of f32, contiguous from element `offset` of a buffer, onto a canvas, which gets their size. */
export function drawPicture(
  device: GpuDevice,
  source: GpuBuffer,
  offset: number,
  picture: Picture,
  canvas: CanvasTarget,
): void {
  const { channels, width, height } = picture;
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('webgpu') as CanvasContext | null;
  if (context === null) {
    throw new CenoteError({
      code: 'INVALID_ARGUMENT',
      op: 'toCanvas',
      what: 'the canvas gives no WebGPU context',
      got: 'a canvas with a context of another kind',
      expected: 'one without a context, or with that of WebGPU',
      hint: 'Use a new canvas',
    });
  }
  context.configure({ device, format: 'rgba8unorm', usage: textureUsage.storage, alphaMode: 'opaque' });
  const pipeline = pipelineOf(device, drawShader, { channels, width, height, offset });
  dispatch(device, pipeline, context.getCurrentTexture().createView(), source, picture);
}

function pipelineOf(device: GpuDevice, code: string, constants: Readonly<Record<string, number>>): GpuComputePipeline {
  return device.createComputePipeline({
    label: 'cenote picture',
    layout: 'auto',
    compute: { module: device.createShaderModule({ label: 'cenote picture', code }), entryPoint: 'main', constants },
  });
}

function dispatch(
  device: GpuDevice,
  pipeline: GpuComputePipeline,
  view: GpuTextureView,
  buffer: GpuBuffer,
  { width, height }: Picture,
): void {
  const group = device.createBindGroup({
    label: 'cenote picture',
    layout: pipeline.getBindGroupLayout(0),
    entries: [
      { binding: 0, resource: view },
      { binding: 1, resource: { buffer } },
    ],
  });
  const encoder = device.createCommandEncoder({ label: 'cenote picture' });
  const pass = encoder.beginComputePass({ label: 'cenote picture' });
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, group);
  pass.dispatchWorkgroups(Math.ceil(width / 8), Math.ceil(height / 8));
  pass.end();
  device.queue.submit([encoder.finish()]);
}
