/** The size of a window along one axis, from its first tap to its last: `dilation · (kernelSize − 1) + 1`. */
export function effectiveSize(kernelSize: number, dilation: number): number {
  return dilation * (kernelSize - 1) + 1;
}

/** What decides how many windows fit along one axis. */
export interface WindowFit {
  /** Input size, without padding. */
  readonly input: number;
  /** Padding before the first element. */
  readonly padLow: number;
  /** Padding after the last element. */
  readonly padHigh: number;
  /** From the first tap to the last, see {@link effectiveSize}. */
  readonly effective: number;
  /** Distance between neighbouring windows. */
  readonly stride: number;
  /** Whether a last window may overhang the padded input. */
  readonly ceilMode: boolean;
}

/**
 * How many windows fit along one axis; 0 or less when none does.
 *
 * `floor|ceil((input + padLow + padHigh − effective) / stride) + 1`. In ceil mode a last window that would start at or
 * after `input + padLow`, that is in the padding at the end, is dropped.
 *
 * Source: `pooling_output_shape_pad_lr` in PyTorch's `aten/src/ATen/native/Pool.h`; ONNX ignores such windows too (`MaxPool`).
 */
export function outputSize({ input, padLow, padHigh, effective, stride, ceilMode }: WindowFit): number {
  const room = (input + padLow + padHigh - effective) / stride;
  if (!ceilMode) return Math.floor(room) + 1;
  const output = Math.ceil(room) + 1;
  return (output - 1) * stride >= input + padLow ? output - 1 : output;
}
