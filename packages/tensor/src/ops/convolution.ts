import { type ActivationFn, isFloat } from '@cenote/backend';
import {
  CenoteError,
  type DataFormat,
  formatShape,
  type Padding,
  type PerAxis,
  resolveConv,
  type Shape,
  type SpatialRank,
  type WindowGeometry,
} from '@cenote/shape';
import type { Checked, ConvOutput, KnownOptions, ResultShape } from '@cenote/shape/types';
import { epilogueOf } from '../dispatch.js';
import { assertDType } from '../promote.js';
import type { Tensor } from '../tensor.js';
import { computed } from './primitive.js';

/** Options of {@link conv1d}, {@link conv2d} and {@link conv3d}. Arrays have one entry per spatial axis. */
export interface ConvOptions {
  /** Distance between neighbouring windows. Default: 1. */
  readonly stride?: PerAxis<number>;
  /** Zeros around the input: a number, one per axis, `[low, high]` pairs, `'same'`, `'sameLower'` or `'valid'`. Default: 0. */
  readonly padding?: Padding;
  /** Distance between neighbouring taps of a window. Default: 1. */
  readonly dilation?: PerAxis<number>;
  /** Input and output channels are connected in this many separate groups. Default: 1. */
  readonly groups?: number;
  /** `channelsFirst` (`[N, C, …]`) or `channelsLast` (`[N, …, C]`). The weight is `[O, I / groups, …kernel]` in both. Default: `channelsFirst`. */
  readonly dataFormat?: DataFormat;
  /** Applied to the result, in one go with the convolution where the backend can. */
  readonly activation?: ActivationFn;
}

/** A convolution over `Rank` spatial axes. */
export type ConvFunction<Op extends string, Rank extends SpatialRank> = <
  S extends Shape,
  W extends Shape,
  const O extends ConvOptions = ConvDefaults,
>(
  x: Checked<ConvOutput<Op, Rank, S, W, O>, Tensor<S>>,
  weight: Tensor<W>,
  bias?: Tensor | null,
  options?: O & KnownOptions<Op, O, ConvOptions>,
) => Tensor<ResultShape<ConvOutput<Op, Rank, S, W, O>>>;

/** What is inferred where options are left out. */
type ConvDefaults = Record<never, never>;

function convolution<Rank extends SpatialRank>(rank: Rank): ConvFunction<`conv${Rank}d`, Rank>;
function convolution(rank: SpatialRank) {
  return (x: Tensor, weight: Tensor, bias?: Tensor | null, options: ConvOptions = {}): Tensor =>
    conv(rank, x, weight, bias ?? null, options);
}

/** @internal A convolution over a number of axes that is known at run time only. */
export function conv(rank: SpatialRank, x: Tensor, weight: Tensor, bias: Tensor | null, options: ConvOptions): Tensor {
  const op = `conv${rank}d`;
  assertDType(op, x.dtype, isFloat, 'f32 or f64');
  const { stride, padding, dilation, groups = 1, dataFormat, activation } = options;
  const geometry = resolveConv({ op, rank, stride, padding, dilation, groups, dataFormat }, x.shape, weight.shape);
  for (const [name, other] of [['weight', weight] as const, ['bias', bias] as const]) {
    if (!other || other.dtype === x.dtype) continue;
    throw new CenoteError({
      code: 'INVALID_DTYPE',
      op,
      what: `input and ${name} have different dtypes`,
      got: `${x.dtype} and ${other.dtype}`,
      expected: 'the same',
      hint: 'Convert one of them with to(dtype)',
    });
  }
  if (bias && (bias.rank !== 1 || bias.shape[0] !== geometry.outputChannels)) {
    throw new CenoteError({
      code: 'INVALID_SHAPE',
      op,
      what: 'the bias does not fit the weight',
      got: `bias ${formatShape(bias.shape)}, weight ${formatShape(weight.shape)}`,
      expected: `bias [${geometry.outputChannels}]`,
      hint: 'Give the bias one value for each output channel',
    });
  }
  const inputs = bias ? [x, weight, bias] : [x, weight];
  const epilogue = epilogueOf(bias !== null, activation);
  return computed('conv', { geometry, groups, activation }, { kind: 'conv', geometry, groups, epilogue }, op, inputs, [
    { dtype: x.dtype, shape: geometry.outputShape },
  ])[0];
}

/**
 * Convolution over one spatial axis (cross-correlation, as everywhere in deep learning).
 *
 * @param x `[N, C, W]` or `[C, W]`; `[N, W, C]` or `[W, C]` with `dataFormat: 'channelsLast'`. Floats.
 * @param weight `[O, C / groups, K]`
 * @param bias `[O]`
 * @throws `INVALID_SHAPE`, `INVALID_ARGUMENT`, `INVALID_DTYPE` when these do not fit together.
 */
export const conv1d: ConvFunction<'conv1d', 1> = /* @__PURE__ */ convolution(1);

/**
 * Convolution over two spatial axes.
 *
 * @param x `[N, C, H, W]` or `[C, H, W]`; `[N, H, W, C]` or `[H, W, C]` with `dataFormat: 'channelsLast'`. Floats.
 * @param weight `[O, C / groups, KH, KW]`
 * @param bias `[O]`
 * @throws `INVALID_SHAPE`, `INVALID_ARGUMENT`, `INVALID_DTYPE` when these do not fit together.
 *
 * @example
 * ```ts
 * const edges = conv2d(ones([1, 6, 8]), tensor([[[[1, -1]]]])); // D2L's edge detector: shape [1, 6, 7]
 * ```
 */
export const conv2d: ConvFunction<'conv2d', 2> = /* @__PURE__ */ convolution(2);

/**
 * Convolution over three spatial axes.
 *
 * @param x `[N, C, D, H, W]` or `[C, D, H, W]`; channels last with `dataFormat: 'channelsLast'`. Floats.
 * @param weight `[O, C / groups, KD, KH, KW]`
 * @param bias `[O]`
 * @throws `INVALID_SHAPE`, `INVALID_ARGUMENT`, `INVALID_DTYPE` when these do not fit together.
 */
export const conv3d: ConvFunction<'conv3d', 3> = /* @__PURE__ */ convolution(3);

/** @internal The gradient of a convolution with respect to its input; for differentiation engines. */
export function convGradInput(dy: Tensor, weight: Tensor, geometry: WindowGeometry, groups: number): Tensor {
  const op = { kind: 'convGradInput', geometry, groups } as const;
  const spec = { dtype: dy.dtype, shape: geometry.inputShape };
  return computed('convGradInput', { geometry, groups }, op, 'convGradInput', [dy, weight], [spec])[0];
}

/** @internal The gradient of a convolution with respect to its weight; for differentiation engines. */
export function convGradWeight(x: Tensor, dy: Tensor, geometry: WindowGeometry, groups: number): Tensor {
  const op = { kind: 'convGradWeight', geometry, groups } as const;
  const kernel = geometry.axes.slice(3 - geometry.rank).map((axis) => axis.kernel);
  const shape = [geometry.outputChannels, geometry.inputChannels / groups, ...kernel];
  return computed(
    'convGradWeight',
    { geometry, groups },
    op,
    'convGradWeight',
    [x, dy],
    [{ dtype: x.dtype, shape }],
  )[0];
}

/** @internal A convolution with a geometry that is resolved already, without bias; for differentiation engines. */
export function convWith(x: Tensor, weight: Tensor, geometry: WindowGeometry, groups: number): Tensor {
  const attributes = { geometry, groups, activation: undefined };
  const spec = { dtype: x.dtype, shape: geometry.outputShape };
  return computed('conv', attributes, { kind: 'conv', geometry, groups }, 'conv', [x, weight], [spec])[0];
}
