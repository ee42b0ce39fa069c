import type { Padding } from '../padding.js';
import type { PerAxis } from '../per-axis.js';
import type { Shape } from '../shape.js';
import type { DataFormat, SpatialRank } from '../window-geometry.js';
import type { FloorDivide, Multiply, Remainder } from './arithmetic.js';
import type { ShapeError } from './error.js';
import type { EntriesProblem, NumberEntry, Option } from './options.js';
import type { InvalidCount } from './window-axis.js';
import type { SplitLayout, WindowLayout } from './window-layout.js';
import type { WindowOutput, WrongRank } from './window-output.js';

/** Options of a convolution, for the constraint of a `const` type parameter. They mean what `ConvSpec` says. */
export interface ConvOptions {
  readonly stride?: PerAxis<number> | undefined;
  readonly padding?: Padding | undefined;
  readonly dilation?: PerAxis<number> | undefined;
  readonly groups?: number | undefined;
  readonly dataFormat?: DataFormat | undefined;
}

/**
 * The output shape of a convolution of an input of shape S with a weight of shape W, or a {@link ShapeError}. It is
 * what `resolveConv` gives at run time.
 *
 * @typeParam Op The op as the user called it.
 * @typeParam Rank The number of spatial axes.
 * @typeParam W `[outputChannels, inputChannels / groups, …kernel]`.
 * @typeParam O Options, see {@link ConvOptions}.
 */
export type ConvOutput<
  Op extends string,
  Rank extends SpatialRank,
  S extends Shape,
  W extends Shape,
  O = object,
> = W extends Shape
  ? number extends W['length']
    ? Convolved<Op, Rank, S, number, number, number, O>
    : W['length'] extends WeightRank[Rank]
      ? W extends readonly [infer Out extends number, infer In extends number, ...infer K extends Shape]
        ? Convolved<Op, Rank, S, Grouped<In, Option<O, 'groups', 1, number>>, Out, K, O>
        : never
      : ShapeError<`${Op}: expects a weight of rank ${WeightRank[Rank]}, got rank ${W['length']}`>
  : never;

/** The rank of a weight: two more than the spatial axes. */
interface WeightRank {
  1: 3;
  2: 4;
  3: 5;
}

type Grouped<In extends number, G> = G extends 1 ? In : G extends number ? Multiply<In, G> : number;

/**
 * The output shape of a convolution layer for an input of shape S, or a {@link ShapeError}.
 *
 * @typeParam In Input channels of the layer.
 * @typeParam Out Output channels of the layer.
 * @typeParam O Options with a `kernelSize`, see {@link ConvLayerOptions}.
 */
export type ConvLayerOutput<
  Op extends string,
  Rank extends SpatialRank,
  S extends Shape,
  In extends number,
  Out extends number,
  O extends ConvLayerOptions,
> = Convolved<Op, Rank, S, In, Out, O['kernelSize'], O>;

/** Options of a convolution layer, for the constraint of a `const` type parameter. */
export interface ConvLayerOptions extends ConvOptions {
  readonly kernelSize: PerAxis<number>;
}

/**
 * The shape of a convolution layer's weight, `[Out, In / groups, …kernel]`, or a {@link ShapeError} when there cannot
 * be such a layer.
 */
export type ConvWeight<
  Op extends string,
  Rank extends SpatialRank,
  In extends number,
  Out extends number,
  O extends ConvLayerOptions,
> = WeightOf<Op, Rank, In, Out, O['kernelSize'], Option<O, 'groups', 1, number>>;

type WeightOf<Op extends string, Rank extends SpatialRank, In extends number, Out extends number, K, G> = [
  GroupsProblem<In, Out, G>,
] extends [never]
  ? [EntriesProblem<K, 'kernelSize', Rank>] extends [never]
    ? [Out, G extends 1 ? In : G extends number ? FloorDivide<In, G> : number, ...KernelAxes<Rank, K>]
    : ShapeError<`${Op}: ${EntriesProblem<K, 'kernelSize', Rank>}`>
  : ShapeError<`${Op}: ${GroupsProblem<In, Out, G>}`>;

type KernelAxes<Rank extends SpatialRank, K> = Rank extends 1
  ? [NumberEntry<K, 0>]
  : Rank extends 2
    ? [NumberEntry<K, 0>, NumberEntry<K, 1>]
    : [NumberEntry<K, 0>, NumberEntry<K, 1>, NumberEntry<K, 2>];

/** The output shape of a convolution with so many channels; K is the kernel size, for all axes or for each. */
type Convolved<
  Op extends string,
  Rank extends SpatialRank,
  S extends Shape,
  In extends number,
  Out extends number,
  K,
  O,
> = O extends unknown
  ? ConvolvedWith<
      Op,
      Rank,
      S,
      In,
      Out,
      K,
      Option<O, 'stride', 1, number>,
      Option<O, 'padding', 0, number>,
      Option<O, 'dilation', 1, number>,
      Option<O, 'groups', 1, number>,
      Option<O, 'dataFormat', 'channelsFirst', DataFormat>
    >
  : never;

/** The same for options on their own: layers that are alike are then one and the same type. */
type ConvolvedWith<
  Op extends string,
  Rank extends SpatialRank,
  S extends Shape,
  In extends number,
  Out extends number,
  K,
  Stride,
  P,
  D,
  G,
  Format,
> = S extends Shape
  ? number extends S['length']
    ? Shape
    : Format extends DataFormat
      ? SplitLayout<S, Rank, Format> extends infer Layout
        ? [Layout] extends [WindowLayout<Shape, readonly [infer C extends number], Shape>]
          ? [ChannelProblem<C, In, Out, G>] extends [never]
            ? WindowOutput<Op, Rank, Layout, [Out], Format, K, Stride, P, D, false, 'conv'>
            : ShapeError<`${Op}: ${ChannelProblem<C, In, Out, G>}`>
          : ShapeError<`${Op}: ${WrongRank<Rank, 'conv', S>}`>
        : never
      : Shape
  : never;

/** What is wrong with the channels of an input, `never` if nothing is. Those that are not known may fit. */
type ChannelProblem<C extends number, In extends number, Out extends number, G> = [C & In] extends [never]
  ? `expects ${In} input channel${In extends 1 ? '' : 's'}, got ${C}`
  : GroupsProblem<In, Out, G>;

/** What is wrong with the number of groups, `never` if nothing is. */
type GroupsProblem<In extends number, Out extends number, G> = G extends 1
  ? never
  : G extends number
    ? [InvalidCount<'groups', G>] extends [never]
      ? [Remainder<In, G> & 0] extends [never]
        ? `groups ${G} does not divide the ${In} input channels`
        : [Remainder<Out, G> & 0] extends [never]
          ? `groups ${G} does not divide the ${Out} output channels`
          : never
      : InvalidCount<'groups', G>
    : never;
