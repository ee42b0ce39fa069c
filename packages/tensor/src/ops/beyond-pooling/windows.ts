import {
  CenoteError,
  formatShape,
  type PerAxis,
  resolveConv,
  type Shape,
  type SpatialRank,
  type WindowGeometry,
} from '@cenote/shape';
import type {
  Checked,
  KnownOptions,
  PoolOutput,
  ResultShape,
  WindowArguments,
  WindowOptions,
} from '@cenote/shape/types';
import type { Tensor } from '../../tensor.js';
import { convWith } from '../convolution.js';
import { concat } from '../joining.js';
import { padded } from '../padding.js';
import type { FormatOf } from '../pooling/adaptive.js';
import type { KernelSize, PoolWindowOptions } from '../pooling/options.js';
import { reshape, sliced } from '../view.js';

/** A function with a window over `Rank` axes, whose size comes before the options or among them. */
export type WindowFunction<Op extends string, Rank extends SpatialRank, O extends PoolWindowOptions> = <
  S extends Shape,
  const A extends WindowArguments<O & KernelSize>,
>(
  x: Checked<PoolOutput<Op, Rank, S, WindowOptions<A>>, Tensor<S>>,
  ...window: A & KnownOptions<Op, A, O & KernelSize>
) => Tensor<ResultShape<PoolOutput<Op, Rank, S, WindowOptions<A>>>>;

/** A {@link WindowFunction} with a second operand. */
export type GuidedWindowFunction<Op extends string, Rank extends SpatialRank, Guide, O extends PoolWindowOptions> = <
  S extends Shape,
  const A extends WindowArguments<O & KernelSize>,
>(
  x: Checked<PoolOutput<Op, Rank, S, WindowOptions<A>>, Tensor<S>>,
  guide: Guide,
  ...window: A & KnownOptions<Op, A, O & KernelSize>
) => Tensor<ResultShape<PoolOutput<Op, Rank, S, WindowOptions<A>>>>;

/**
 * What a function that keeps every `stride`-th element does to sizes, as the options of a pooling. Blurs pad so that they
 * do no more than that; a maximum before has a window of its own.
 *
 * @typeParam O The options of the call.
 * @typeParam Window The size of that window, unless the options say otherwise.
 */
export interface Subsampling<O, Window extends number = 1> {
  readonly kernelSize: SizeOf<O, 'kernelSize', Window>;
  readonly stride: SizeOf<O, 'stride', 2>;
  readonly dataFormat: FormatOf<O>;
}

type SizeOf<O, Name extends PropertyKey, Default extends number> = O extends {
  readonly [N in Name]: infer Size extends PerAxis<number>;
}
  ? Size
  : Name extends keyof O
    ? number
    : Default;

/** The names of the spatial axes, in messages. */
export function axisNames(rank: SpatialRank): readonly string[] {
  return ['D', 'H', 'W'].slice(3 - rank);
}

/** Where the spatial axes are in the input and output of a geometry. */
export function spatialAxes({ leading, dataFormat, rank }: WindowGeometry): readonly number[] {
  const batch = leading === 'batchAndChannels' ? 1 : 0;
  const channel = leading !== 'none' && dataFormat === 'channelsFirst' ? 1 : 0;
  return Array.from({ length: rank }, (_, index) => batch + channel + index);
}

/** What is missing before and after the elements of each spatial axis for every tap of every window to be there. */
export function missingTaps({ axes, rank }: WindowGeometry): readonly (readonly [low: number, high: number])[] {
  return axes.slice(3 - rank).map(({ input, output, kernel, stride, dilation, padLow }) => {
    const reached = (output - 1) * stride + dilation * (kernel - 1) + 1;
    return [padLow, Math.max(0, reached - padLow - input)];
  });
}

/**
 * The taps of every window, for functions that a kernel does not have: `[taps, …output shape]`. Taps are in row-major order.
 * Windows that overlap share nothing any more, so this takes as much memory as there are taps.
 *
 * @param fill What a tap is that lies in padding, or beyond it.
 */
export function windowTaps(x: Tensor, geometry: WindowGeometry, fill: number): Tensor {
  const spatial = spatialAxes(geometry);
  const windows = geometry.axes.slice(3 - geometry.rank);
  const missing = missingTaps(geometry);
  const none = x.shape.map(() => 0);
  const low = [...none];
  const high = [...none];
  const step = x.shape.map(() => 1);
  for (const [index, axis] of spatial.entries()) {
    [low[axis], high[axis]] = missing[index];
    step[axis] = windows[index].stride;
  }
  const whole = low.some(Boolean) || high.some(Boolean) ? padded(x, low, high, none, fill) : x;
  const source = reshape(whole, [1, ...whole.shape]);
  let starts: readonly (readonly number[])[] = [none];
  for (const [index, axis] of spatial.entries()) {
    const { kernel, dilation } = windows[index];
    starts = starts.flatMap((start) => Array.from({ length: kernel }, (_, tap) => start.with(axis, tap * dilation)));
  }
  const size = [1, ...geometry.outputShape];
  return concat(starts.map((start) => sliced(source, [0, ...start], size, [1, ...step])));
}

/**
 * Each channel's windows times a kernel of its own, summed: a depthwise convolution with a pooling's geometry.
 *
 * @param op The operation as the user called it, for messages.
 * @param kernels `[C, 1, …kernelSize]`
 */
export function depthwise(op: string, x: Tensor, kernels: Tensor, pooling: WindowGeometry): Tensor {
  const { rank, dataFormat, inputChannels: groups, outputShape } = pooling;
  if (x.size === 0) return reshape(x, outputShape);
  const windows = pooling.axes.slice(3 - rank);
  const stride = windows.map((window) => window.stride);
  const dilation = windows.map((window) => window.dilation);
  const bare = pooling.leading === 'none';
  const channelled = dataFormat === 'channelsFirst' ? [1, ...x.shape] : [...x.shape, 1];
  const planes = bare ? reshape(x, channelled) : x;
  const spec = { op, rank, stride, dilation, padding: missingTaps(pooling), groups, dataFormat };
  const y = convWith(planes, kernels, resolveConv(spec, planes.shape, kernels.shape), groups);
  return bare ? reshape(y, outputShape) : y;
}

/**
 * Refuses a second tensor that does not go with the input.
 *
 * @param shapes The shapes that it may have.
 */
export function assertCompanion(
  op: string,
  name: string,
  companion: Tensor,
  x: Tensor,
  shapes: readonly (readonly number[])[],
): void {
  const shape = formatShape(companion.shape);
  if (!shapes.some((known) => formatShape(known) === shape)) {
    throw new CenoteError({
      code: 'INVALID_SHAPE',
      op,
      what: `the shape of ${name} does not fit the input`,
      got: `${name} ${shape}, input ${formatShape(x.shape)}`,
      expected: `${name} ${[...new Set(shapes.map(formatShape))].join(' or ')}`,
      hint: `Reshape ${name}`,
    });
  }
  if (companion.dtype === x.dtype) return;
  throw new CenoteError({
    code: 'INVALID_DTYPE',
    op,
    what: `input and ${name} have different dtypes`,
    got: `${x.dtype} and ${companion.dtype}`,
    expected: 'the same',
    hint: 'Convert one of them with to(dtype)',
  });
}

/**
 * A number for each channel, or one for all, shaped so that it meets the channels of the geometry's input and output.
 *
 * @throws `INVALID_SHAPE`, `INVALID_DTYPE` when it does not fit.
 */
export function perChannel(
  op: string,
  name: string,
  values: Tensor,
  x: Tensor,
  { inputChannels, rank, dataFormat }: WindowGeometry,
): Tensor {
  assertCompanion(op, name, values, x, [[], [1], [inputChannels]]);
  if (values.size === 1) return reshape(values, []);
  return reshape(values, [inputChannels, ...(dataFormat === 'channelsFirst' ? new Array<number>(rank).fill(1) : [])]);
}

/** The error for an option of an operation that is out of range. */
export function optionError(op: string, option: string, value: unknown, expected: string, hint: string): CenoteError {
  const shown =
    typeof value === 'string' ? `'${value}'` : Array.isArray(value) ? `[${value.join(', ')}]` : String(value);
  return new CenoteError({
    code: 'INVALID_ARGUMENT',
    op,
    what: `${option} is out of range`,
    got: `${option} ${shown}`,
    expected,
    hint,
  });
}
