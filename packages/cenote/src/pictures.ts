import type { CanvasTarget, GpuBuffer, ImageSource, WebGpuBackend } from '@cenote/backend-webgpu';
import { CenoteError, clone, type Device, type Shape, type Tensor, zeros } from '@cenote/tensor';

/** Options of {@link fromImage}. */
export interface FromImageOptions<C extends 1 | 3 | 4 = 3> {
  /** A device of {@link webgpu}. */
  readonly device: Device;
  /** 3 for red, green, blue (default), 4 with opacity behind them, 1 for grey. */
  readonly channels?: C;
}

/**
 * A picture as a tensor on a GPU: `[channels, height, width]`, f32 between 0 and 1. It does not pass through the CPU.
 *
 * @param source an `ImageBitmap`, a canvas, a `VideoFrame` or a video element.
 * @returns A tensor of the caller's.
 * @throws CenoteError `UNSUPPORTED` when the device is no GPU, `INVALID_ARGUMENT` when the picture is empty.
 *
 * @example
 * ```ts no-run
 * const device = await webgpu();
 * const image = fromImage(await createImageBitmap(file), { device });
 * toCanvas(maxPool2d(image, 4, { stride: 1 }), canvas);
 * ```
 */
export function fromImage<C extends 1 | 3 | 4 = 3>(
  source: ImageSource,
  { device, channels }: FromImageOptions<C>,
): Tensor<[C, number, number]>;
export function fromImage(source: ImageSource, { device, channels = 3 }: FromImageOptions<1 | 3 | 4>): Tensor {
  const backend = gpuOf('fromImage', device);
  const width = source.displayWidth ?? source.videoWidth ?? source.width ?? 0;
  const height = source.displayHeight ?? source.videoHeight ?? source.height ?? 0;
  if (width === 0 || height === 0) {
    throw new CenoteError({
      code: 'INVALID_ARGUMENT',
      op: 'fromImage',
      what: 'the picture is empty',
      got: `${width} × ${height} pixels`,
      expected: 'at least one',
      hint: 'Wait until the image or the video has loaded',
    });
  }
  const image = zeros([channels, height, width], { device });
  backend.readPicture(source, bufferOf('fromImage', image), { channels, height, width });
  return image;
}

/**
 * Draws a tensor of a GPU device onto a canvas, which gets its size. It does not pass through the CPU.
 *
 * @param image f32, `[height, width]` or `[1, height, width]` for grey, `[3 or 4, height, width]` for colours; 0 is black and 1
 * is bright, and what is beyond is cut off. It stays the caller's.
 * @param canvas an `HTMLCanvasElement` or `OffscreenCanvas` without a context of another kind.
 * @throws CenoteError `UNSUPPORTED` when the tensor is not on a GPU, `INVALID_SHAPE` and `INVALID_DTYPE` for other tensors,
 * `INVALID_ARGUMENT` for a canvas with another context.
 */
export function toCanvas(image: Tensor, canvas: CanvasTarget): void {
  const backend = gpuOf('toCanvas', image.device);
  const { shape } = image;
  const [channels, height, width] = shape.length === 2 ? [1, ...shape] : shape;
  if ((shape.length !== 2 && shape.length !== 3) || ![1, 3, 4].includes(channels)) throw notAPicture(shape);
  if (image.dtype !== 'f32') {
    throw new CenoteError({
      code: 'INVALID_DTYPE',
      op: 'toCanvas',
      what: 'pictures are floats between 0 and 1',
      got: image.dtype,
      expected: 'f32',
      hint: "Convert with to('f32')",
    });
  }
  // In order, also where the tensor is a view; a copy on the GPU costs next to nothing beside a picture that is shown.
  using whole = clone(image);
  const { offset } = whole.value('toCanvas');
  backend.drawPicture({ buffer: bufferOf('toCanvas', whole), offset }, { channels, height, width }, canvas);
}

/**
 * The `GPUBuffer` that holds a tensor's elements, and where in it they begin, for commands of one's own on
 * `(device.backend as WebGpuBackend).device`. The buffer belongs to the tensor: it lives until the tensor is disposed of, and
 * others may be views of it.
 *
 * @returns the buffer, and the position of the first element, in elements.
 * @throws CenoteError `UNSUPPORTED` when the tensor is not on a GPU, `DISPOSED` after it was disposed of.
 */
export function gpuBufferOf(tensor: Tensor): { readonly buffer: GpuBuffer; readonly offset: number } {
  const backend = gpuOf('gpuBufferOf', tensor.device);
  return { buffer: backend.gpuBuffer(bufferOf('gpuBufferOf', tensor)), offset: tensor.value('gpuBufferOf').offset };
}

type WebGpuBuffer = Parameters<WebGpuBackend['gpuBuffer']>[0];

/** Buffers of a GPU device are those of its backend. */
function bufferOf(op: string, tensor: Tensor): WebGpuBuffer {
  return tensor.value(op).buffer as WebGpuBuffer;
}

function gpuOf(op: string, { backend }: Device): WebGpuBackend {
  if ('readPicture' in backend) return backend as unknown as WebGpuBackend;
  throw new CenoteError({
    code: 'UNSUPPORTED',
    op,
    what: 'the device is no GPU',
    got: backend.name,
    expected: 'webgpu',
    hint: 'Make one with await webgpu(), and move tensors with to(device)',
  });
}

function notAPicture(shape: Shape): CenoteError {
  return new CenoteError({
    code: 'INVALID_SHAPE',
    op: 'toCanvas',
    what: 'not the shape of a picture',
    got: JSON.stringify(shape),
    expected: '[height, width], or [1, 3 or 4, height, width]',
    hint: 'Take one picture of a batch with select(0, i), and move channels to the front with permute()',
  });
}
