import { CenoteError } from './error.js';
import { axisNames, formatArgument, isAxisInteger, type PerAxis, positivePerAxis, spreadPerAxis } from './per-axis.js';
import { formatShape, type Shape } from './shape.js';
import type { DataFormat, SpatialRank } from './window-geometry.js';
import { checkElements, layoutShape, readLayout, type WindowLayout } from './window-layout.js';

/** What an unpooling call asks for: the numbers of the max pooling that it undoes. */
export interface UnpoolSpec {
  /** The op as the user called it, for messages: `maxUnpool2d`. */
  readonly op: string;
  /** The number of spatial axes. */
  readonly rank: SpatialRank;
  /** Taps of the window. */
  readonly kernelSize: PerAxis<number>;
  /** Distance between neighbouring windows; `kernelSize` by default. */
  readonly stride?: PerAxis<number>;
  /** Padding on both sides of each axis; 0 by default. */
  readonly padding?: PerAxis<number>;
  /** Sizes of the output's spatial axes, or its whole shape; null and undefined mean the usual size. */
  readonly outputSize?: readonly number[] | null;
  /** Where the channel axis is; `'channelsFirst'` by default. */
  readonly dataFormat?: DataFormat;
}

/**
 * The shape of the output of an unpooling: `(input − 1) · stride − 2 · padding + kernelSize` on each spatial axis, or
 * what `outputSize` says, which may differ from that by less than the stride (PyTorch's `_unpool_output_size`,
 * `torch/nn/functional.py`): so many sizes have the same pooled size.
 *
 * @param inputShape The shape of the pooled tensor, as for `resolvePool`.
 * @throws CenoteError `INVALID_ARGUMENT` for an option that is out of range, `INVALID_SHAPE` for an input or output that
 * it does not fit.
 */
export function unpoolShape(spec: UnpoolSpec, inputShape: Shape): Shape {
  const { op, rank } = spec;
  const layout = readLayout(spec, inputShape, 0);
  const kernelSize = positivePerAxis(op, 'kernelSize', spec.kernelSize, rank);
  const stride = positivePerAxis(op, 'stride', spec.stride ?? spec.kernelSize, rank);
  const padding = paddings(spec);
  const usual = layout.spatial.map((input, axis) => (input - 1) * stride[axis] - 2 * padding[axis] + kernelSize[axis]);
  const sizes = requestedSizes(spec, layout) ?? usual;
  for (const [axis, size] of sizes.entries()) {
    if (sizes !== usual && Math.abs(size - usual[axis]) >= stride[axis]) {
      throw new CenoteError({
        code: 'INVALID_ARGUMENT',
        op,
        what: `outputSize does not belong to this pooling on axis ${axisNames(rank)[axis]}`,
        got: `outputSize ${formatArgument(spec.outputSize)}`,
        expected: `between ${usual[axis] - stride[axis]} and ${usual[axis] + stride[axis]}, without these two`,
        hint: 'Give the size of the tensor that was pooled, with the kernelSize, stride and padding of the pooling',
      });
    }
    if (!isAxisInteger(size, 1)) {
      throw new CenoteError({
        code: 'INVALID_SHAPE',
        op,
        what: `the output has no elements on axis ${axisNames(rank)[axis]}`,
        got: `size ${size}, from input ${layout.spatial[axis]}, kernelSize ${kernelSize[axis]}, stride ${stride[axis]}, padding ${padding[axis]}`,
        expected: 'at least 1',
        hint: 'Use the kernelSize, stride and padding of the pooling',
      });
    }
  }
  const outputShape = layoutShape(layout, layout.channels, sizes);
  checkElements(op, 'output', outputShape);
  return outputShape;
}

function paddings({ op, rank, padding = 0 }: UnpoolSpec): readonly number[] {
  const values = spreadPerAxis(op, 'padding', padding, rank);
  for (const [axis, value] of values.entries()) {
    if (isAxisInteger(value, 0)) continue;
    throw new CenoteError({
      code: 'INVALID_ARGUMENT',
      op,
      what: `padding is not a non-negative integer on axis ${axisNames(rank)[axis]}`,
      got: `padding ${formatArgument(padding)}`,
      expected: 'an integer from 0: an unpooling pads both sides alike',
      hint: 'Give padding as a number, or as one number for each axis',
    });
  }
  return values;
}

/** The spatial sizes that were asked for, by themselves or within a whole shape; null when none were. */
function requestedSizes({ op, rank, outputSize }: UnpoolSpec, layout: WindowLayout): readonly number[] | null {
  if (outputSize === undefined || outputSize === null) return null;
  const whole = layoutShape(layout, layout.channels, layout.spatial);
  if (!isList(outputSize) || (outputSize.length !== rank && outputSize.length !== whole.length)) {
    throw new CenoteError({
      code: 'INVALID_ARGUMENT',
      op,
      what: 'outputSize has the wrong number of entries',
      got: `outputSize ${formatArgument(outputSize)}`,
      expected: `a list of ${rank} (${axisNames(rank).join(', ')})${whole.length === rank ? '' : `, or a shape of ${whole.length}`}`,
      hint: 'Pass the spatial sizes, or the shape, of the tensor that was pooled',
    });
  }
  if (outputSize.length === rank) return outputSize;
  const first = layout.leading === 'batchAndChannels' ? 1 : 0;
  const firstSpatial = layout.dataFormat === 'channelsFirst' ? first + 1 : first;
  const fits = outputSize.every((size, axis) => {
    return (axis >= firstSpatial && axis < firstSpatial + rank) || size === whole[axis];
  });
  if (fits) return outputSize.slice(firstSpatial, firstSpatial + rank);
  throw new CenoteError({
    code: 'INVALID_ARGUMENT',
    op,
    what: 'outputSize has another batch size or other channels than the input',
    got: `outputSize ${formatArgument(outputSize)} for input ${formatShape(whole)}`,
    expected: 'the same, apart from the spatial axes',
    hint: 'Pass the shape of the tensor that was pooled',
  });
}

/** Callers without a compiler may pass anything. */
function isList(value: unknown): value is readonly number[] {
  return Array.isArray(value);
}
