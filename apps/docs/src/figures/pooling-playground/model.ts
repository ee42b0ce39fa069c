import { avgPool2d, fromData, isCenoteError, lpPool2d, maxPool2d, minPool2d, scope, shape, type Tensor } from 'cenote';
import type { Input, Pair, PoolKind, Settings } from './settings.js';

/** What the library answers: values, or why not. */
export type Outcome =
  | { readonly kind: 'pooled'; readonly pooled: Pooled }
  /** `message` is the library's. */
  | { readonly kind: 'refused'; readonly message: string };

/** A result, and the geometry that it was computed with. */
export interface Pooled {
  readonly geometry: shape.WindowGeometry;
  /** `[channels, rows, columns]` of the output, in row-major order. */
  readonly values: readonly number[];
  /** Of max and min: where in its plane each came from, as the library numbers it. */
  readonly indices: readonly number[] | null;
}

/** An element of a window. */
export interface Tap {
  /** Its place in the input; negative or past the end where it is not on the input. */
  readonly row: number;
  readonly column: number;
  /** On the input, in its padding, or beyond both, where only ceil mode lets a window reach. */
  readonly on: 'input' | 'padding' | 'beyond';
}

/** The name of the function. */
export const functionNames: Readonly<Record<PoolKind, string>> = {
  max: 'maxPool2d',
  avg: 'avgPool2d',
  min: 'minPool2d',
  lp: 'lpPool2d',
};

/** A pair as the library takes it: one number where both are the same. */
export function perAxis([rows, columns]: Pair): number | [number, number] {
  return rows === columns ? rows : [rows, columns];
}

/** The window of a call. What equals a default is left out, as one would write it. */
function windowOptions({ window, stride, padding, dilation, ceilMode }: Settings) {
  const isOne = ([rows, columns]: Pair, value: number) => rows === value && columns === value;
  const isWindow = stride === null || (stride[0] === window[0] && stride[1] === window[1]);
  return {
    ...(!isWindow && { stride: perAxis(stride) }),
    ...(!isOne(padding, 0) && { padding: perAxis(padding) }),
    ...(!isOne(dilation, 1) && { dilation: perAxis(dilation) }),
    ...(ceilMode && { ceilMode }),
  };
}

/** All options of a call beside its window's size, in the order in which one would write them. */
export function callOptions(settings: Settings) {
  const { kind, countIncludePad } = settings;
  return { ...windowOptions(settings), ...(kind === 'avg' && !countIncludePad && { countIncludePad }) };
}

/** Pools an input. Everything is computed by Cenote; nothing here knows what pooling is. */
export function pool(input: Input, settings: Settings): Outcome {
  try {
    return { kind: 'pooled', pooled: scope(() => compute(input, settings)) };
  } catch (error) {
    if (!isCenoteError(error)) throw error;
    return { kind: 'refused', message: error.message };
  }
}

function compute({ channels, rows, columns, values }: Input, settings: Settings): Pooled {
  const x: Tensor = fromData(Float32Array.from(values), [1, channels, rows, columns]);
  const { kind, countIncludePad, p } = settings;
  const options = { kernelSize: perAxis(settings.window), ...windowOptions(settings) };
  const geometry = shape.resolvePool({ op: functionNames[kind], rank: 2, ...options }, x.shape);
  const numbers = (tensor: Tensor) => Array.from(tensor.dataSync(), Number);
  if (kind === 'avg')
    return { geometry, values: numbers(avgPool2d(x, { ...options, countIncludePad })), indices: null };
  if (kind === 'lp') return { geometry, values: numbers(lpPool2d(x, p, options)), indices: null };
  const { output, indices } = (kind === 'max' ? maxPool2d : minPool2d)(x, { ...options, returnIndices: true });
  return { geometry, values: numbers(output), indices: numbers(indices) };
}

/** The elements of an output's window, in the order of the library: row by row. */
export function windowTaps({ axes: [, height, width] }: shape.WindowGeometry, at: Pair): Tap[] {
  const vertical = axisTaps(height, at[0]);
  const horizontal = axisTaps(width, at[1]);
  return vertical.flatMap((row) =>
    horizontal.map((column): Tap => {
      const on =
        row.on === 'beyond' || column.on === 'beyond'
          ? 'beyond'
          : row.on === 'input' && column.on === 'input'
            ? 'input'
            : 'padding';
      return { row: row.position, column: column.position, on };
    }),
  );
}

/** The elements of a window along one axis, read off the geometry's tables. */
export function axisTaps(axis: shape.AxisWindow, output: number): { position: number; on: Tap['on'] }[] {
  const first = axis.firstTap[output];
  return Array.from({ length: axis.kernel }, (_, tap) => ({
    position: axis.start[output] + (tap - first) * axis.dilation,
    on: tap >= first && tap < first + axis.count[output] ? 'input' : tap < axis.span[output] ? 'padding' : 'beyond',
  }));
}

/** How far beyond the input the figure has to draw: its padding, and what ceil mode adds. */
export function margins(axis: shape.AxisWindow): { readonly before: number; readonly after: number } {
  const last = axisTaps(axis, axis.output - 1).at(-1)?.position ?? 0;
  return { before: axis.padLow, after: Math.max(axis.padHigh, last - (axis.input - 1)) };
}

/** The output whose window a reader means who points at a place of the input: the present one if it covers that. */
export function outputAt(geometry: shape.WindowGeometry, place: Pair, present: Pair): Pair {
  const [, height, width] = geometry.axes;
  return [along(height, place[0], present[0]), along(width, place[1], present[1])];
}

function along(axis: shape.AxisWindow, place: number, present: number): number {
  const inside = Math.min(axis.input - 1, Math.max(0, place));
  const first = axis.coverStart[inside];
  const count = axis.coverCount[inside];
  // Between windows there is none: the one before the place is the nearest that the tables tell.
  if (count === 0) return Math.min(axis.output - 1, Math.floor((inside + axis.padLow) / axis.stride));
  const steps = Math.round((present - first) / axis.coverStep);
  return first + Math.min(count - 1, Math.max(0, steps)) * axis.coverStep;
}
