import { CenoteError } from './error.js';
import { maxAxisSize } from './limits.js';
import { effectiveSize, outputSize } from './output-size.js';
import { checkInteger } from './per-axis.js';
import { describeKernel } from './window-request.js';

/** Which output size is wanted of a window along one axis. */
export interface PaddingRequest {
  readonly input: number;
  /** The output size that is wanted. */
  readonly output: number;
  readonly kernelSize: number;
  /** `kernelSize` by default for pooling, 1 for convolution. */
  readonly stride?: number;
  /** 1 by default. */
  readonly dilation?: number;
  /** Whether a last window may overhang; pooling only; false by default. */
  readonly ceilMode?: boolean;
  /** Whose limits on padding hold; `'pool'` by default. A convolution has none. */
  readonly window?: 'pool' | 'conv';
}

/** Whole numbers from `min` to `max`, both included. */
export interface IntegerRange {
  readonly min: number;
  readonly max: number;
}

/** All paddings that give the wanted output. */
export interface PaddingSolutions {
  /**
   * Padding before and after the input together. Split evenly, with an odd one at the end, each total in the range
   * gives the output; without ceil mode any other split does, too. For pooling both sides stay below the effective
   * window.
   */
  readonly total: IntegerRange;
  /** The numbers that give the output as `padding` on both sides; `null` when none does. */
  readonly symmetric: IntegerRange | null;
}

/**
 * Which padding gives this output size? The inverse of the output sizes of {@link resolvePool} and {@link resolveConv},
 * along one axis.
 *
 * With dilation a window may still step over the whole of a small input, which {@link resolvePool} refuses.
 *
 * @throws CenoteError `INVALID_ARGUMENT` when a number is out of range, or no padding gives the output; the message
 * tells which outputs there are.
 *
 * @example
 * ```ts
 * paddingFor({ input: 28, output: 28, kernelSize: 5, stride: 1 }); // { total: { min: 4, max: 4 }, symmetric: { min: 2, max: 2 } }
 * ```
 */
export function paddingFor(request: PaddingRequest): PaddingSolutions {
  const op = 'paddingFor';
  const { input, output, kernelSize, dilation = 1, ceilMode = false, window = 'pool' } = request;
  const stride = request.stride ?? (window === 'pool' ? kernelSize : 1);
  const numbers = { input, output, kernelSize, stride, dilation };
  for (const [name, value] of Object.entries(numbers)) checkInteger(op, name, value, 1);
  const effective = effectiveSize(kernelSize, dilation);
  if (effective > maxAxisSize) {
    throw new CenoteError({
      code: 'INVALID_ARGUMENT',
      op,
      what: 'window larger than any input',
      got: describeKernel(kernelSize, dilation),
      expected: `an effective size of at most ${maxAxisSize}`,
      hint: 'Reduce kernelSize or dilation',
    });
  }
  if (ceilMode && window === 'conv') {
    throw new CenoteError({
      code: 'INVALID_ARGUMENT',
      op,
      what: 'a convolution has no ceil mode',
      got: `ceilMode true, window 'conv'`,
      expected: `ceilMode only with window 'pool'`,
      hint: 'Leave ceilMode out',
    });
  }

  // Split evenly, the output grows with the total padding, by at most one at a time: find where it changes.
  const most = Math.min(window === 'pool' ? 2 * (effective - 1) : output * stride + effective, maxAxisSize - input);
  const outputOf = (total: number): number => {
    const padLow = Math.floor(total / 2);
    return outputSize({ input, padLow, padHigh: total - padLow, effective, stride, ceilMode });
  };
  const min = firstWhere(most, (total) => outputOf(total) >= output);
  const max = firstWhere(most, (total) => outputOf(total) > output) - 1;
  if (min > max) {
    throw new CenoteError({
      code: 'INVALID_ARGUMENT',
      op,
      what: `no padding gives output ${output}`,
      got: `input ${input}, kernelSize ${kernelSize}, stride ${stride}, dilation ${dilation}${ceilMode ? ', ceilMode' : ''}`,
      expected: `an output from ${Math.max(1, outputOf(0))} to ${window === 'pool' ? outputOf(most) : maxAxisSize}`,
      hint: 'Choose one of these, or change kernelSize or stride',
    });
  }
  const least = Math.ceil(min / 2);
  const half = window === 'pool' ? Math.floor(effective / 2) : maxAxisSize;
  const greatest = Math.min(Math.floor(max / 2), half);
  return { total: { min, max }, symmetric: least <= greatest ? { min: least, max: greatest } : null };
}

/** The first whole number in `[0, most]` for which `isTrue` holds, `most + 1` when none; once true, it stays true. */
function firstWhere(most: number, isTrue: (value: number) => boolean): number {
  let [low, high] = [0, most + 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (isTrue(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
