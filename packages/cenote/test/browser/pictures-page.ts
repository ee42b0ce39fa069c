// Runs on a page: takes pictures to the GPU and back onto canvases, and leaves what it saw as a global.
import { fromImage, gpuBufferOf, toCanvas, webgpu, zeros } from 'cenote';

/** What the test is told. */
export interface PageReport {
  /** The planes of a 3 × 2 picture, from each kind of source. */
  readonly planes: Readonly<Record<string, { readonly shape: readonly number[]; readonly bytes: readonly number[] }>>;
  /** Bytes of the pixels of a canvas that a tensor was drawn onto. */
  readonly drawn: readonly number[];
  readonly grey: readonly number[];
  readonly bufferSize: number;
  readonly errors: readonly string[];
  readonly error?: string;
}

/** The part of the page that is used, which the compiler does not know here. */
interface Context {
  putImageData(data: object, x: number, y: number): void;
  drawImage(source: object, x: number, y: number): void;
  getImageData(x: number, y: number, width: number, height: number): { readonly data: Uint8ClampedArray };
}
interface Canvas {
  width: number;
  height: number;
  getContext(kind: '2d'): Context;
  getContext(kind: 'webgpu'): unknown;
}
interface Page {
  readonly OffscreenCanvas: new (width: number, height: number) => Canvas;
  readonly ImageData: new (data: Uint8ClampedArray, width: number) => object;
  readonly VideoFrame: new (source: object, init: object) => { readonly displayWidth: number; close(): void };
  createImageBitmap(source: object): Promise<{ readonly width: number; readonly height: number }>;
}
const page = globalThis as unknown as Page;

/** Red, green, blue; black, white, orange. */
const pixels = [
  ...[255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255],
  ...[0, 0, 0, 255, 255, 255, 255, 255, 255, 128, 0, 255],
];

async function look(): Promise<PageReport> {
  const device = await webgpu();
  const canvas = new page.OffscreenCanvas(3, 2);
  canvas.getContext('2d').putImageData(new page.ImageData(Uint8ClampedArray.from(pixels), 3), 0, 0);
  const bitmap = await page.createImageBitmap(canvas);
  const frame = new page.VideoFrame(canvas, { timestamp: 0 });
  const planes: Record<string, { shape: readonly number[]; bytes: readonly number[] }> = {};
  for (const [name, source] of Object.entries({ canvas, bitmap, frame })) {
    const image = fromImage(source, { device });
    planes[name] = {
      shape: image.shape,
      bytes: [...(await image.data('f32'))].map((value) => Math.round(value * 255)),
    };
  }
  const image = fromImage(bitmap, { device });
  const seen = (drawn: Canvas): number[] => {
    const copy = new page.OffscreenCanvas(drawn.width, drawn.height).getContext('2d');
    copy.drawImage(drawn, 0, 0);
    return [...copy.getImageData(0, 0, drawn.width, drawn.height).data];
  };
  const target = new page.OffscreenCanvas(1, 1);
  toCanvas(image, target);
  const drawn = seen(target);
  toCanvas(fromImage(bitmap, { device, channels: 1 }), target);
  const grey = seen(target);
  const { buffer, offset } = gpuBufferOf(image);
  const errors = [
    () => fromImage(bitmap, { device: zeros([1]).device }),
    () => toCanvas(zeros([2, 3]), target),
    () => toCanvas(zeros([2, 2, 3], { device }), target),
    () => toCanvas(zeros([2, 3], { device }), canvas),
    () => fromImage({ width: 0, height: 0 }, { device }),
  ].map((call) => {
    try {
      call();
      return 'no error';
    } catch (error) {
      return error instanceof Error ? error.message.split('.')[0] : 'something else';
    }
  });
  await device.sync();
  frame.close();
  await device[Symbol.asyncDispose]();
  return { planes, drawn, grey, bufferSize: buffer.size - offset, errors };
}

const report = await look().catch(
  (error: unknown): PageReport => ({
    planes: {},
    drawn: [],
    grey: [],
    bufferSize: 0,
    errors: [],
    error: String(error),
  }),
);
Object.assign(globalThis, { report });
