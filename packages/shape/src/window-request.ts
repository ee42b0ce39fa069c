import type { UniformAxis } from './axis-window.js';
import { CenoteError } from './error.js';
import { maxAxisSize } from './limits.js';
import { effectiveSize, outputSize } from './output-size.js';

/** A window along one axis whose output size is not known yet. */
export interface WindowRequest {
  /** The name of the axis in messages. */
  readonly axis: string;
  readonly input: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padLow: number;
  readonly padHigh: number;
  readonly ceilMode: boolean;
}

/**
 * The output size along one axis.
 *
 * @throws CenoteError `INVALID_SHAPE` when no window fits, or when sizes do not fit in 32 bits.
 */
export function fitWindow(op: string, request: WindowRequest): number {
  const { axis, input, kernel, stride, dilation, padLow, padHigh, ceilMode } = request;
  const padded = input + padLow + padHigh;
  if (padded > maxAxisSize) {
    throw new CenoteError({
      code: 'INVALID_SHAPE',
      op,
      what: `padded input too large on axis ${axis}`,
      got: `padded input ${padded} (${input} + ${padLow} + ${padHigh})`,
      expected: `at most ${maxAxisSize}`,
      hint: 'Reduce the padding or split the input',
    });
  }
  const effective = effectiveSize(kernel, dilation);
  const output = outputSize({ input, padLow, padHigh, effective, stride, ceilMode });
  if (output < 1) {
    throw new CenoteError({
      code: 'INVALID_SHAPE',
      op,
      what: `window larger than the padded input on axis ${axis}`,
      got: `${describeKernel(kernel, dilation)}, padded input ${padded} (${input} + ${padLow} + ${padHigh})`,
      expected: `at most ${ceilMode ? `${padded + stride - 1} in ceil mode with stride ${stride}` : padded}`,
      hint:
        dilation > 1 ? 'Reduce kernelSize or dilation, or increase padding' : 'Reduce kernelSize or increase padding',
    });
  }
  return output;
}

/** The numbers of a request and its output size, without what was only needed to find it. */
export function toUniform(
  { input, kernel, stride, dilation, padLow, padHigh }: WindowRequest,
  output: number,
): UniformAxis {
  return { input, output, kernel, stride, dilation, padLow, padHigh };
}

/** The kernel in messages, with its effective size where that is another number. */
export function describeKernel(kernel: number, dilation: number): string {
  return dilation === 1
    ? `kernelSize ${kernel}`
    : `kernelSize ${kernel} with dilation ${dilation} (effective size ${effectiveSize(kernel, dilation)})`;
}
