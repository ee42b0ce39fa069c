import { CenoteError } from './error.js';
import { effectiveSize } from './output-size.js';
import type { AxisWindow } from './window-geometry.js';

/** The part of an input that some neighbouring outputs see along one axis, and the padding that the part alone needs. */
export interface WindowBand {
  /** The first input position that an output of the band sees. */
  readonly start: number;
  /** One past the last one. */
  readonly end: number;
  /**
   * Padding before and after the part. Windows over it, with the kernel, stride, dilation and ceil mode of the whole, are
   * those of the band: the same taps, the same divisors.
   */
  readonly padding: readonly [low: number, high: number];
}

/**
 * What the outputs from `first` up to, not including, `end` need of the input along one axis: how to pool a part at a time
 * what does not fit in memory. Neighbouring bands overlap where windows do.
 *
 * @param axis A resolved axis whose windows are evenly spaced and see at least one element each, as those of pooling do.
 * @throws CenoteError `UNSUPPORTED` for adaptive windows that vary, `INVALID_ARGUMENT` for outputs that are not there.
 *
 * @example
 * ```ts
 * const { axes } = resolvePool({ op: 'maxPool2d', rank: 2, kernelSize: 3, stride: 2, padding: 1 }, [100, 100]);
 * windowBand(axes[1], 0, 10); // { start: 0, end: 20, padding: [1, 0] }
 * windowBand(axes[1], 10, 20); // { start: 19, end: 40, padding: [0, 0] }
 * ```
 */
export function windowBand(axis: AxisWindow, first: number, end: number): WindowBand {
  if (!axis.uniform) {
    throw new CenoteError({
      code: 'UNSUPPORTED',
      op: 'windowBand',
      what: 'these windows vary in size',
      got: `adaptive windows, ${axis.input} to ${axis.output}`,
      expected: 'windows of one size, evenly spaced',
      hint: 'Use a kernel size and a stride instead of an output size',
    });
  }
  if (!Number.isInteger(first) || !Number.isInteger(end) || first < 0 || end <= first || end > axis.output) {
    throw new CenoteError({
      code: 'INVALID_ARGUMENT',
      op: 'windowBand',
      what: 'no such outputs',
      got: `outputs ${first} up to ${end}`,
      expected: `at least one of the ${axis.output} outputs`,
      hint: 'Count outputs from 0, and give one past the last',
    });
  }
  let [low, high] = [axis.input, 0];
  for (let output = first; output < end; output++) {
    low = Math.min(low, axis.start[output]);
    high = Math.max(high, axis.start[output] + (axis.count[output] - 1) * axis.dilation + 1);
  }
  const windowsStart = first * axis.stride - axis.padLow;
  const windowsEnd = (end - 1) * axis.stride - axis.padLow + effectiveSize(axis.kernel, axis.dilation);
  // A window may run past the padded input, in ceil mode: padding ends where it ends for the whole.
  const paddedEnd = Math.min(windowsEnd, axis.input + axis.padHigh);
  return { start: low, end: high, padding: [low - windowsStart, paddedEnd - high] };
}
