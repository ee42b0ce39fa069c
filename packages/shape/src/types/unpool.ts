import type { PerAxis } from '../per-axis.js';
import type { Shape } from '../shape.js';
import type { DataFormat, SpatialRank } from '../window-geometry.js';
import type { AgreedShape } from './agree.js';
import type { ShapeText } from './axes.js';
import type { DifferenceDigits, Digits, ProductDigits, SumDigits, ToNumber } from './digits.js';
import type { ShapeError } from './error.js';
import type { EntriesProblem, FirstProblem, NumberEntry, Option } from './options.js';
import type { InputDigits, InvalidCount, InvalidPadding } from './window-axis.js';
import type { SplitLayout, WindowLayout } from './window-layout.js';
import type { JoinAxes, WrongRank } from './window-output.js';

/** Options of an unpooling, for the constraint of a `const` type parameter. They mean what `UnpoolSpec` says. */
export interface UnpoolOptions {
  readonly kernelSize: PerAxis<number>;
  readonly stride?: PerAxis<number> | undefined;
  readonly padding?: PerAxis<number> | undefined;
  readonly outputSize?: readonly number[] | null | undefined;
  readonly dataFormat?: DataFormat | undefined;
}

/**
 * The output shape of undoing a max pooling, or a {@link ShapeError}. It is what `unpoolShape` gives at run time.
 *
 * @typeParam S The shape of the pooled tensor.
 */
export type UnpoolOutput<Op extends string, Rank extends SpatialRank, S extends Shape, O> = O extends UnpoolOptions
  ? Unpooled<
      Op,
      Rank,
      S,
      Option<O, 'dataFormat', 'channelsFirst', DataFormat>,
      O['kernelSize'],
      Option<O, 'stride', O['kernelSize'], number>,
      Option<O, 'padding', 0, number>,
      Option<O, 'outputSize', null, Shape>
    >
  : Shape;

type Unpooled<Op extends string, Rank extends SpatialRank, S extends Shape, Format, K, Stride, P, Out> = S extends Shape
  ? number extends S['length']
    ? Shape
    : Format extends DataFormat
      ? SplitLayout<S, Rank, Format> extends infer Layout
        ? [Layout] extends [WindowLayout<infer Batch, infer C, infer Spatial>]
          ? [ListProblem<K, Stride, P, Rank>] extends [never]
            ? RequestedSizes<Out, S, Rank, Format, Batch, C> extends infer Requested
              ? Requested extends ShapeError<infer Message>
                ? ShapeError<`${Op}: ${Message}`>
                : JoinAxes<Op, Rank, Batch, C, UnpoolAxes<Rank, Spatial, K, Stride, P, Requested>, Format>
              : never
            : ShapeError<`${Op}: ${ListProblem<K, Stride, P, Rank>}`>
          : ShapeError<`${Op}: ${WrongRank<Rank, 'pool', S>}`>
        : never
      : Shape
  : never;

type ListProblem<K, S, P, Rank extends SpatialRank> = FirstProblem<
  [EntriesProblem<K, 'kernelSize', Rank>, EntriesProblem<S, 'stride', Rank>, EntriesProblem<P, 'padding', Rank>]
>;

/** The spatial sizes that were asked for, by themselves or within a whole shape; `null` when none were. */
type RequestedSizes<
  Out,
  S extends Shape,
  Rank extends SpatialRank,
  Format extends DataFormat,
  Batch extends Shape,
  C extends Shape,
> = Out extends Shape
  ? number extends Out['length']
    ? Out
    : Out['length'] extends Rank
      ? Out
      : Out['length'] extends S['length']
        ? SplitLayout<Out, Rank, Format> extends WindowLayout<infer OutBatch, infer OutC, infer Spatial>
          ? AgreedShape<[...OutBatch, ...OutC], [...Batch, ...C]> extends null
            ? ShapeError<`outputSize ${ShapeText<Out>} has another batch size or other channels than the input ${ShapeText<S>}`>
            : Spatial
          : never
        : ShapeError<`outputSize has ${Out['length']} entries, expected ${Rank} or ${S['length']}`>
  : Out extends null
    ? null
    : Shape;

type UnpoolAxes<Rank extends SpatialRank, X extends Shape, K, S, P, Out> = Rank extends 2
  ? [H: UnpoolAxis<X, K, S, P, Out, 0>, W: UnpoolAxis<X, K, S, P, Out, 1>]
  : Rank extends 1
    ? [W: UnpoolAxis<X, K, S, P, Out, 0>]
    : [D: UnpoolAxis<X, K, S, P, Out, 0>, H: UnpoolAxis<X, K, S, P, Out, 1>, W: UnpoolAxis<X, K, S, P, Out, 2>];

type UnpoolAxis<X extends Shape, K, S, P, Out, Axis extends number> = UnpoolSize<
  X[Axis],
  NumberEntry<K, Axis>,
  NumberEntry<S, Axis>,
  NumberEntry<P, Axis>,
  Out extends null ? null : NumberEntry<Out, Axis>
>;

/** The size along one axis: what was asked for, if anything, else `(In − 1) · S − 2 · P + K`. */
type UnpoolSize<In extends number, K extends number, S extends number, P extends number, Out extends number | null> = [
  UnpoolProblem<K, S, P, Out>,
] extends [never]
  ? InputDigits<In> extends infer I
    ? I extends string
      ? number extends K | S | P
        ? Out extends number
          ? Out
          : number
        : Sized<
            SumDigits<ProductDigits<DifferenceDigits<I, '1'>, Digits<S>>, Digits<K>>,
            SumDigits<Digits<P>, Digits<P>>,
            Digits<S>,
            Out
          >
      : I extends ShapeError<string>
        ? I
        : Out extends number
          ? Out
          : number
    : never
  : ShapeError<UnpoolProblem<K, S, P, Out>>;

type UnpoolProblem<K extends number, S extends number, P extends number, Out> = FirstProblem<
  [
    InvalidCount<'kernelSize', K>,
    InvalidCount<'stride', S>,
    InvalidPadding<P>,
    Out extends number ? InvalidCount<'outputSize', Out> : never,
  ]
>;

/**
 * `Reached − Padding`, or the size that was asked for if it differs from that by less than the stride. All ones first;
 * the padding stays on its side of each comparison, because the difference may be negative.
 */
type Sized<
  Reached extends string,
  Padding extends string,
  S extends string,
  Out extends number | null,
> = Out extends number
  ? number extends Out
    ? number
    : [
          IsLess<SumDigits<Digits<Out>, Padding>, SumDigits<Reached, S>>,
          IsLess<Reached, SumDigits<SumDigits<Digits<Out>, Padding>, S>>,
        ] extends [true, true]
      ? Out
      : ShapeError<`outputSize ${Out} does not belong to this pooling: it differs from the usual size by the stride ${ToNumber<S>} or more`>
  : DifferenceDigits<Reached, Padding> extends infer Size extends string
    ? Size extends '' | '0'
      ? ShapeError<'the output has no elements'>
      : ToNumber<Size>
    : never;

type IsLess<A extends string, B extends string> = DifferenceDigits<A, B> extends '' ? true : false;
