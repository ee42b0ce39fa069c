import { penHalfWidth } from './digit-picture.js';
import type { Cell, LenetModel } from './model.js';
import type { StageOutput } from './network.js';
import { type Stroke, side } from './strokes.js';
import { variantOf } from './variants.js';

type Rgb = readonly [number, number, number];

/** The theme's colours of this moment, as the figure's canvases use them. */
export interface Colours {
  readonly paper: Rgb;
  readonly ink: Rgb;
  readonly accent: Rgb;
  readonly warm: Rgb;
}

/** Reads the colours once, for all canvases of a frame. */
export function currentColours(): Colours {
  const style = getComputedStyle(document.documentElement);
  const colour = (variable: string): Rgb => {
    const value = Number.parseInt(style.getPropertyValue(variable).trim().slice(1), 16);
    return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
  };
  return {
    paper: colour('--c-raised'),
    ink: colour('--c-ink'),
    accent: colour('--c-accent-strong'),
    warm: colour('--c-warm'),
  };
}

/** How the values of one canvas become colours. */
interface Scale {
  readonly low: number;
  readonly high: number;
  /** The colour of `high`; that of `low` is paper. */
  readonly top: Rgb;
  /** With it, zero is paper, and this is the colour of `−high`. */
  readonly bottom?: Rgb;
}

/** The two ends of some values. */
export function extentOf(values: ArrayLike<number>): { readonly low: number; readonly high: number } {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < values.length; index++) {
    low = Math.min(low, values[index]);
    high = Math.max(high, values[index]);
  }
  return { low, high };
}

interface Surface {
  readonly context: CanvasRenderingContext2D;
  readonly image: ImageData;
}

const surfaces = new WeakMap<HTMLCanvasElement, Surface>();

/** What a canvas is painted with, made once: there are ninety canvases, painted many times a second. */
function surfaceOf(canvas: HTMLCanvasElement): Surface | null {
  const known = surfaces.get(canvas);
  if (known !== undefined) return known;
  const context = canvas.getContext('2d');
  if (context === null) return null;
  const made = { context, image: context.createImageData(canvas.width, canvas.height) };
  surfaces.set(canvas, made);
  return made;
}

/** One canvas pixel for each value; CSS enlarges them. */
function paintPixels(
  canvas: HTMLCanvasElement,
  values: ArrayLike<number>,
  { low, high, top, bottom }: Scale,
  { paper, warm }: Colours,
  marked: number | null,
): void {
  const surface = surfaceOf(canvas);
  if (surface === null) return;
  const { context, image } = surface;
  const { width, height } = image;
  const span = high - low;
  for (let index = 0; index < width * height; index++) {
    const value = values[index];
    const end = bottom !== undefined && value < 0 ? bottom : top;
    const raw = bottom === undefined ? (span > 0 ? (value - low) / span : 0) : Math.abs(value) / (high || 1);
    const share = Math.max(0, Math.min(1, raw));
    for (let channel = 0; channel < 3; channel++) {
      image.data[4 * index + channel] =
        index === marked ? warm[channel] : paper[channel] + (end[channel] - paper[channel]) * share;
    }
    image.data[4 * index + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}

/** Draws what the networks see. */
export function paintInput(canvas: HTMLCanvasElement, model: LenetModel, colours: Colours): void {
  paintPixels(canvas, model.picture, { low: 0, high: 255, top: colours.ink }, colours, null);
}

/** Draws every map of the figure: the canvases that say by `data-variant`, `data-stage` and `data-channel` what they show. */
export function paintMaps(canvases: readonly HTMLCanvasElement[], model: LenetModel, colours: Colours): void {
  const scales = new Map<StageOutput, Scale>();
  for (const canvas of canvases) {
    const variant = variantOf(canvas.dataset.variant);
    const stage =
      variant === null ? null : model.inspection(variant)?.stages.find(({ name }) => name === canvas.dataset.stage);
    if (variant === null || stage == null) continue;
    const scale = scales.get(stage) ?? scaleOf(stage, colours);
    scales.set(stage, scale);
    const channel = Number(canvas.dataset.channel);
    const size = stage.height * stage.width;
    const { pointed } = model;
    const isPointed = pointed?.variant === variant && pointed.stage === stage.name && pointed.channel === channel;
    const marked = isPointed ? pointed.row * stage.width + pointed.column : null;
    paintPixels(canvas, stage.values.subarray(channel * size, (channel + 1) * size), scale, colours, marked);
  }
}

function scaleOf({ name, values }: StageOutput, { accent, warm }: Colours): Scale {
  const { low, high } = extentOf(values);
  if (name !== 'scores') return { low, high, top: accent };
  return { low, high: Math.max(Math.abs(low), Math.abs(high)), top: accent, bottom: warm };
}

/** Draws the strokes as the pen left them, or the pixels of the sample digit. */
export function paintPaper(canvas: HTMLCanvasElement, model: LenetModel, colours: Colours): void {
  const context = canvas.getContext('2d');
  if (context === null) return;
  // As sharp as the screen is.
  const pixels = Math.max(1, Math.round(canvas.clientWidth * devicePixelRatio));
  if (canvas.width !== pixels) {
    canvas.width = pixels;
    canvas.height = pixels;
  }
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, pixels, pixels);
  context.setTransform(pixels / side, 0, 0, pixels / side, 0, 0);
  const ink = `rgb(${colours.ink.join(' ')})`;
  context.fillStyle = ink;
  context.strokeStyle = ink;
  if (model.sample !== null) paintSample(context, model.sample.picture, colours);
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.lineWidth = 2 * penHalfWidth;
  for (const stroke of model.strokes) paintStroke(context, stroke);
}

function paintStroke(context: CanvasRenderingContext2D, stroke: Stroke): void {
  const [first, ...rest] = stroke;
  context.beginPath();
  context.moveTo(first.x, first.y);
  // A line to itself is a dot, thanks to the round cap.
  for (const { x, y } of rest.length === 0 ? [first] : rest) context.lineTo(x, y);
  context.stroke();
}

/** Through a small canvas of its own, which is enlarged without seams. */
function paintSample(context: CanvasRenderingContext2D, picture: Uint8Array, colours: Colours): void {
  const small = document.createElement('canvas');
  small.width = side;
  small.height = side;
  paintPixels(small, picture, { low: 0, high: 255, top: colours.ink }, colours, null);
  context.imageSmoothingEnabled = false;
  context.drawImage(small, 0, 0, side, side);
}

/** The cell of a map under a pointer; `null` where there is none. */
export function cellUnder(event: PointerEvent, canvas: HTMLCanvasElement): Pick<Cell, 'row' | 'column'> | null {
  const box = canvas.getBoundingClientRect();
  const column = Math.floor(((event.clientX - box.left) / box.width) * canvas.width);
  const row = Math.floor(((event.clientY - box.top) / box.height) * canvas.height);
  const isInside = row >= 0 && row < canvas.height && column >= 0 && column < canvas.width;
  return isInside ? { row, column } : null;
}
