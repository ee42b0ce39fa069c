import { CenoteError } from './error.js';
import { effectiveSize } from './output-size.js';
import { axisNames, formatArgument, isAxisInteger, spreadPerAxis } from './per-axis.js';
import type { SpatialRank } from './window-geometry.js';

/**
 * Padding of the spatial axes.
 *
 * - `'valid'`: none.
 * - `'same'`, `'sameUpper'`: as much as makes the output `ceil(input / stride)`; an odd one goes to the end
 *   (TensorFlow's SAME, ONNX's SAME_UPPER).
 * - `'sameLower'`: the same with an odd one at the beginning (ONNX's SAME_LOWER).
 * - a number: so much before and after every axis.
 * - an array with one entry per axis: a number for both sides, or `[low, high]`.
 */
export type Padding =
  | 'valid'
  | 'same'
  | 'sameUpper'
  | 'sameLower'
  | number
  | readonly (number | readonly [low: number, high: number])[];

/** The padding of one axis, as it was asked for. */
export type AxisPadding = Exclude<Padding, readonly unknown[]> | readonly [low: number, high: number];

const modes: readonly unknown[] = ['valid', 'same', 'sameUpper', 'sameLower'];

/**
 * The padding of each spatial axis: a mode, a non-negative integer, or a pair of them.
 *
 * @throws CenoteError `INVALID_ARGUMENT` when it is anything else, or has too many or too few entries.
 */
export function paddingPerAxis(op: string, padding: Padding, rank: SpatialRank): readonly AxisPadding[] {
  const entries = spreadPerAxis<AxisPadding>(op, 'padding', padding, rank);
  for (const [axis, entry] of entries.entries()) {
    const isMode = !Array.isArray(padding) && modes.includes(entry);
    const isPair = Array.isArray(entry) && entry.length === 2 && entry.every((side) => isAxisInteger(side, 0));
    if (isMode || isPair || isAxisInteger(entry, 0)) continue;
    throw new CenoteError({
      code: 'INVALID_ARGUMENT',
      op,
      what: `padding is not a non-negative integer on axis ${axisNames(rank)[axis]}`,
      got: `padding ${formatArgument(padding)}`,
      expected: `an integer from 0, a pair [low, high] of them for an axis, or one of 'valid', 'same', 'sameUpper', 'sameLower'`,
      hint: 'Give padding as a number, or as one number or pair for each axis',
    });
  }
  return entries;
}

/**
 * The elements of padding before and after one axis.
 *
 * SAME pads `max(0, (ceil(input / stride) − 1) · stride + effective − input)` in total (TensorFlow's and ONNX's rule).
 */
export function paddingSides(
  padding: AxisPadding,
  window: { readonly input: number; readonly kernel: number; readonly stride: number; readonly dilation: number },
): readonly [low: number, high: number] {
  if (typeof padding === 'number') return [padding + 0, padding + 0]; // + 0 turns −0 into 0
  if (padding === 'valid') return [0, 0];
  if (typeof padding !== 'string') return [padding[0] + 0, padding[1] + 0];
  const { input, kernel, stride, dilation } = window;
  const output = Math.ceil(input / stride);
  const total = Math.max(0, (output - 1) * stride + effectiveSize(kernel, dilation) - input);
  const less = Math.floor(total / 2);
  return padding === 'sameLower' ? [total - less, less] : [less, total - less];
}
