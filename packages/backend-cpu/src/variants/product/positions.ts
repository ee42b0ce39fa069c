import type { AxisWindow } from '@cenote/shape';

/**
 * One axis of a product of windows with a weight, reduced to what forward and backward have in common: evenly spaced
 * positions, and taps that are as far from each of them.
 */
export interface PositionAxis {
  /** How many positions there are. */
  readonly positions: number;
  /** Distance between the windows of neighbouring positions in the input. */
  readonly step: number;
  /** Where the window of the first position starts in the input; negative in padding. */
  readonly origin: number;
  /** What a window covers, from its first tap to its last. */
  readonly span: number;
  readonly taps: readonly PositionTap[];
  /** Size of the input. */
  readonly input: number;
  /** Where the first position is in the output. */
  readonly target: number;
  /** Distance between positions in the output. */
  readonly targetStep: number;
}

/** A tap of the windows along one axis. */
export interface PositionTap {
  /** Its number in the kernel. */
  readonly tap: number;
  /** Its distance from the start of the window. */
  readonly offset: number;
}

/** An axis of a convolution: positions are outputs. */
export function forwardAxis(axis: AxisWindow): PositionAxis {
  const { input, output, kernel, stride, dilation, padLow } = axis;
  return {
    positions: output,
    step: stride,
    origin: -padLow,
    span: (kernel - 1) * dilation + 1,
    taps: Array.from({ length: kernel }, (_, tap) => ({ tap, offset: tap * dilation })),
    input,
    target: 0,
    targetStep: 1,
  };
}

/**
 * An axis of the gradient of a convolution with respect to its input: what was the output is convolved with the flipped
 * kernel. With a stride, inputs see different taps: those that are a multiple of the stride apart see the same ones, and
 * make up one of as many convolutions as the stride is.
 */
export function backwardAxes(axis: AxisWindow): readonly PositionAxis[] {
  const { input, output, kernel, stride, dilation, padLow } = axis;
  const axes: PositionAxis[] = [];
  for (let phase = 0; phase < stride; phase++) {
    // Input i = stride · q + phase − padLow meets tap j in output q − distance, where stride · distance + phase = j · dilation.
    const first = Math.ceil((padLow - phase) / stride);
    const last = Math.floor((input - 1 + padLow - phase) / stride);
    if (last < first) continue;
    const distances: { readonly tap: number; readonly distance: number }[] = [];
    for (let tap = 0; tap < kernel; tap++) {
      const distance = (tap * dilation - phase) / stride;
      if (Number.isInteger(distance)) distances.push({ tap, distance });
    }
    const least = distances.at(0)?.distance ?? 0;
    const most = distances.at(-1)?.distance ?? 0;
    axes.push({
      positions: last - first + 1,
      step: 1,
      origin: first - most,
      span: most - least + 1,
      // Along the input, from its start to its end.
      taps: distances.map(({ tap, distance }) => ({ tap, offset: most - distance })).reverse(),
      input: output,
      target: stride * first + phase - padLow,
      targetStep: stride,
    });
  }
  return axes;
}
