import { CenoteError } from './error.js';
import { axisNames, formatArgument, isAxisInteger, type PerAxis, positivePerAxis, spreadPerAxis } from './per-axis.js';
import type { Shape } from './shape.js';
import type { DataFormat } from './window-geometry.js';
import { layoutShape, readLayout } from './window-layout.js';

/** What a fractional pooling call asks for: one of `outputSize` and `outputRatio`. */
export interface FractionalPoolSpec {
  /** The op as the user called it, for messages: `fractionalMaxPool2d`. */
  readonly op: string;
  /** The number of spatial axes. */
  readonly rank: 2 | 3;
  /** Taps of the window. */
  readonly kernelSize: PerAxis<number>;
  /** Output size of every spatial axis, or of each. */
  readonly outputSize?: PerAxis<number> | null;
  /** Output size as a part of the input's: `⌊input · outputRatio⌋`; above 0 and below 1. */
  readonly outputRatio?: PerAxis<number> | null;
  /** Where the channel axis is; `'channelsFirst'` by default. */
  readonly dataFormat?: DataFormat;
}

/** A fractional pooling that fits its input. Where its windows lie is a matter of chance, and not decided here. */
export interface FractionalPoolShape {
  /** Taps of the window, per spatial axis. */
  readonly kernelSize: readonly number[];
  /** Batch size; 1 when there is no batch axis. */
  readonly batch: number;
  /** Channels; 1 when there is no channel axis. */
  readonly channels: number;
  /** Sizes of the input's spatial axes. */
  readonly input: Shape;
  /** Sizes of the output's spatial axes. */
  readonly output: Shape;
  /** The shape of the output, in the user's layout. */
  readonly outputShape: Shape;
}

/**
 * Resolves a fractional pooling against an input shape: windows of `kernelSize` taps, `outputSize` of them on each axis,
 * at increasing positions of which the last is `input − kernelSize` (PyTorch, `aten/src/ATen/native/FractionalMaxPool2d.cpp`).
 *
 * @param inputShape As for `resolvePool`.
 * @throws CenoteError `INVALID_ARGUMENT` for an option that is out of range, `INVALID_SHAPE` for an input that it does not
 * fit: `outputSize + kernelSize − 1` has to be at most the input.
 */
export function resolveFractionalPool(spec: FractionalPoolSpec, inputShape: Shape): FractionalPoolShape {
  const { op, rank } = spec;
  const layout = readLayout(spec, inputShape, 0);
  const kernelSize = positivePerAxis(op, 'kernelSize', spec.kernelSize, rank);
  const output = outputSizes(spec, layout.spatial);
  for (const [axis, input] of layout.spatial.entries()) {
    if (output[axis] + kernelSize[axis] - 1 <= input) continue;
    throw new CenoteError({
      code: 'INVALID_SHAPE',
      op,
      what: `window too large for the input on axis ${axisNames(rank)[axis]}`,
      got: `kernelSize ${kernelSize[axis]} and outputSize ${output[axis]}, input ${input}`,
      expected: 'outputSize + kernelSize − 1 to be at most the input',
      hint: 'Reduce kernelSize or outputSize',
    });
  }
  const { batch, channels, spatial: input } = layout;
  return { kernelSize, batch, channels, input, output, outputShape: layoutShape(layout, channels, output) };
}

function outputSizes({ op, rank, outputSize, outputRatio }: FractionalPoolSpec, input: Shape): Shape {
  const hasSize = outputSize !== undefined && outputSize !== null;
  const hasRatio = outputRatio !== undefined && outputRatio !== null;
  if (hasSize === hasRatio) {
    throw new CenoteError({
      code: 'INVALID_ARGUMENT',
      op,
      what: hasSize ? 'outputSize and outputRatio together' : 'neither outputSize nor outputRatio',
      got: `outputSize ${formatArgument(outputSize)}, outputRatio ${formatArgument(outputRatio)}`,
      expected: 'one of them',
      hint: 'Give the size of the output as a number, or as a part of the size of the input',
    });
  }
  if (hasSize) return positivePerAxis(op, 'outputSize', outputSize, rank);
  const ratios = spreadPerAxis(op, 'outputRatio', outputRatio ?? 0, rank);
  return ratios.map((ratio, axis) => {
    if (typeof ratio !== 'number' || !(ratio > 0 && ratio < 1)) {
      throw new CenoteError({
        code: 'INVALID_ARGUMENT',
        op,
        what: `outputRatio is not between 0 and 1 on axis ${axisNames(rank)[axis]}`,
        got: `outputRatio ${formatArgument(outputRatio)}`,
        expected: 'above 0 and below 1',
        hint: 'Give the part of the input that is to remain, such as 0.7',
      });
    }
    const size = Math.trunc(input[axis] * ratio);
    if (isAxisInteger(size, 1)) return size;
    throw new CenoteError({
      code: 'INVALID_SHAPE',
      op,
      what: `outputRatio leaves nothing of the input on axis ${axisNames(rank)[axis]}`,
      got: `outputRatio ${ratio}, input ${input[axis]}`,
      expected: 'a product of at least 1',
      hint: 'Increase outputRatio',
    });
  });
}
