import {
  CenoteError,
  convCost,
  type DataFormat,
  type Padding,
  type PerAxis,
  resolveConv,
  type Shape,
  type SpatialRank,
  type WindowGeometry,
} from '@cenote/shape';
import type { ConvShape, ConvWeight, KnownOptions, Refusal } from '@cenote/shape/types';
import type { Tensor } from '@cenote/tensor';
import { type ActivationFn, conv } from '@cenote/tensor/engine';
import { checkInteger } from '../check.js';
import type { ConvDescription } from '../layer-description.js';
import { type Typed, typed } from '../typed.js';
import { Fusible } from './fusible.js';
import { createParameters, type ParameterOptions } from './parameters.js';

/** Options of {@link conv1d}, {@link conv2d} and {@link conv3d}. Arrays have one entry per spatial axis. */
export interface ConvLayerOptions extends ParameterOptions {
  /** Taps of the window. */
  readonly kernelSize: PerAxis<number>;
  /** Distance between neighbouring windows. Default: 1. */
  readonly stride?: PerAxis<number>;
  /** Zeros around the input: a number, one per axis, `[low, high]` pairs, `'same'`, `'sameLower'` or `'valid'`. Default: 0. */
  readonly padding?: Padding;
  /** Distance between neighbouring taps of a window. Default: 1. */
  readonly dilation?: PerAxis<number>;
  /** Input and output channels are connected in this many separate groups. Default: 1. */
  readonly groups?: number;
  /** `channelsFirst` (`[N, C, …]`) or `channelsLast` (`[N, …, C]`). Default: `channelsFirst`. */
  readonly dataFormat?: DataFormat;
}

/** A convolution with a weight `[O, I / groups, …kernel]` and a bias `[O]`. Made by {@link conv2d} and its like. */
export class Conv extends Fusible {
  readonly weight: Tensor;
  readonly bias: Tensor | null;
  readonly #rank: SpatialRank;
  readonly #description: ConvDescription;

  constructor(rank: SpatialRank, inChannels: number, outChannels: number, options: ConvLayerOptions) {
    super();
    const { stride = 1, padding = 0, dilation = 1, groups = 1, dataFormat = 'channelsFirst', bias = true } = options;
    const kind = `conv${rank}d` as const;
    const kernelSize = kernelPerAxis(kind, options.kernelSize, rank);
    checkInteger(kind, 'inChannels', inChannels, 1);
    checkInteger(kind, 'outChannels', outChannels, 1);
    checkInteger(kind, 'groups', groups, 1);
    if (inChannels % groups !== 0 || outChannels % groups !== 0) {
      throw new CenoteError({
        code: 'INVALID_ARGUMENT',
        op: kind,
        what: 'groups does not divide the channels',
        got: `groups ${groups}, ${inChannels} input channels, ${outChannels} output channels`,
        expected: 'both to be multiples of groups',
        hint: 'Choose groups or channels so that they are',
      });
    }
    this.#rank = rank;
    this.#description = {
      kind,
      inChannels,
      outChannels,
      kernelSize,
      stride,
      padding,
      dilation,
      groups,
      bias,
      dataFormat,
    };
    const parameters = createParameters([outChannels, inChannels / groups, ...kernelSize], options);
    this.weight = parameters.weight;
    this.bias = parameters.bias;
  }

  override activated(x: Tensor, activation: ActivationFn | undefined): Tensor {
    const { stride, padding, dilation, groups, dataFormat } = this.#description;
    return conv(this.#rank, x, this.weight, this.bias, { stride, padding, dilation, groups, dataFormat, activation });
  }

  override outputShape(inputShape: Shape): Shape {
    return this.reach(inputShape).outputShape;
  }

  override describe(): ConvDescription {
    return this.#description;
  }

  override reach(inputShape: Shape): WindowGeometry {
    const { kind: op, stride, padding, dilation, groups, dataFormat } = this.#description;
    const spec = { op, rank: this.#rank, stride, padding, dilation, groups, dataFormat };
    return resolveConv(spec, inputShape, this.weight.shape);
  }

  override multiplyAdds(inputShape: Shape): number {
    return convCost(this.reach(inputShape), { groups: this.#description.groups }).multiplyAdds;
  }
}

function kernelPerAxis(op: string, kernelSize: PerAxis<number>, rank: SpatialRank): readonly number[] {
  const sizes: readonly number[] | undefined =
    typeof kernelSize === 'number' ? new Array<number>(rank).fill(kernelSize) : kernelSize;
  if (sizes?.length !== rank) {
    throw new CenoteError({
      code: 'INVALID_ARGUMENT',
      op,
      what: 'kernelSize is missing or has the wrong number of entries',
      got: `kernelSize ${JSON.stringify(kernelSize)}`,
      expected: `a number, or one for each of ${rank} axes`,
      hint: `Write ${op}(1, 6, { kernelSize: 5 })`,
    });
  }
  for (const size of sizes) checkInteger(op, 'kernelSize', size, 1);
  return [...sizes];
}

/**
 * A convolution over one spatial axis: `[N, C, W]` or `[C, W]`. See {@link conv2d}.
 *
 * @throws CenoteError `INVALID_ARGUMENT` for channels, groups or kernel sizes that are not positive or do not fit.
 */
export function conv1d<const In extends number, const Out extends number, const O extends ConvLayerOptions>(
  inChannels: In,
  outChannels: Out,
  options: O & Refusal<ConvWeight<'conv1d', 1, In, Out, O>> & KnownOptions<'conv1d', O, ConvLayerOptions>,
): Typed<Conv, ConvShape<'conv1d', 1, In, Out, O>> {
  return typed(new Conv(1, inChannels, outChannels, options));
}

/**
 * A convolution over two spatial axes: `[N, C, H, W]` or `[C, H, W]`, or with channels last. Weight and bias start as in
 * PyTorch.
 *
 * @throws CenoteError `INVALID_ARGUMENT` for channels, groups or kernel sizes that are not positive or do not fit.
 *
 * @example
 * ```ts
 * const layer = conv2d(1, 6, { kernelSize: 5, padding: 2 });
 * console.log(layer.outputShape([1, 1, 28, 28])); // [1, 6, 28, 28]
 * ```
 */
export function conv2d<const In extends number, const Out extends number, const O extends ConvLayerOptions>(
  inChannels: In,
  outChannels: Out,
  options: O & Refusal<ConvWeight<'conv2d', 2, In, Out, O>> & KnownOptions<'conv2d', O, ConvLayerOptions>,
): Typed<Conv, ConvShape<'conv2d', 2, In, Out, O>> {
  return typed(new Conv(2, inChannels, outChannels, options));
}

/** A convolution over three spatial axes: `[N, C, D, H, W]` or `[C, D, H, W]`. See {@link conv2d}. */
export function conv3d<const In extends number, const Out extends number, const O extends ConvLayerOptions>(
  inChannels: In,
  outChannels: Out,
  options: O & Refusal<ConvWeight<'conv3d', 3, In, Out, O>> & KnownOptions<'conv3d', O, ConvLayerOptions>,
): Typed<Conv, ConvShape<'conv3d', 3, In, Out, O>> {
  return typed(new Conv(3, inChannels, outChannels, options));
}
