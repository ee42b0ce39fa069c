import type { Padding } from '../padding.js';
import type { PerAxis } from '../per-axis.js';
import type { Shape } from '../shape.js';
import type { DataFormat, SpatialRank } from '../window-geometry.js';
import type { ShapeError } from './error.js';
import type { EntriesProblem, Entry, Option } from './options.js';
import type { InputDigits, InvalidCount } from './window-axis.js';
import type { SplitLayout, WindowLayout } from './window-layout.js';
import type { JoinAxes, WindowOutput, WrongRank } from './window-output.js';

/** Options of a pooling op, for the constraint of a `const` type parameter. They mean what `PoolSpec` says. */
export interface PoolOptions {
  readonly kernelSize: PerAxis<number>;
  readonly stride?: PerAxis<number> | undefined;
  readonly padding?: Padding | undefined;
  readonly dilation?: PerAxis<number> | undefined;
  readonly ceilMode?: boolean | undefined;
  readonly dataFormat?: DataFormat | undefined;
}

/**
 * The output shape of pooling an input of shape S with options O, or a {@link ShapeError}. It is what `resolvePool`
 * gives at run time.
 *
 * @typeParam Op The op as the user called it.
 * @typeParam Rank The number of spatial axes.
 */
export type PoolOutput<Op extends string, Rank extends SpatialRank, S extends Shape, O> = O extends PoolOptions
  ? Pooled<
      Op,
      Rank,
      S,
      Option<O, 'dataFormat', 'channelsFirst', DataFormat>,
      O['kernelSize'],
      Option<O, 'stride', O['kernelSize'], number>,
      Option<O, 'padding', 0, number>,
      Option<O, 'dilation', 1, number>,
      Option<O, 'ceilMode', false, boolean>
    >
  : Shape;

type Pooled<
  Op extends string,
  Rank extends SpatialRank,
  S extends Shape,
  Format,
  K,
  Stride,
  P,
  D,
  Ceil,
> = S extends Shape
  ? number extends S['length']
    ? Shape
    : Format extends DataFormat
      ? SplitLayout<S, Rank, Format> extends infer Layout
        ? [Layout] extends [WindowLayout<Shape, infer C, Shape>]
          ? WindowOutput<Op, Rank, Layout, C, Format, K, Stride, P, D, Ceil & boolean, 'pool'>
          : ShapeError<`${Op}: ${WrongRank<Rank, 'pool', S>}`>
        : never
      : Shape
  : never;

/**
 * The output shape of adaptive pooling, or a {@link ShapeError}. It is what `resolveAdaptivePool` gives at run time.
 *
 * @typeParam Size Output size of all spatial axes, or a list with one for each; `null` keeps the size of the input.
 */
export type AdaptivePoolOutput<
  Op extends string,
  Rank extends SpatialRank,
  S extends Shape,
  Size,
  Format = 'channelsFirst',
> = S extends Shape
  ? number extends S['length']
    ? Shape
    : Format extends DataFormat
      ? SplitLayout<S, Rank, Format> extends infer Layout
        ? [Layout] extends [WindowLayout<infer Batch, infer C, infer Spatial>]
          ? [EntriesProblem<Size, 'outputSize', Rank>] extends [never]
            ? JoinAxes<Op, Rank, Batch, C, AdaptiveAxes<Rank, Spatial, Size>, Format>
            : ShapeError<`${Op}: ${EntriesProblem<Size, 'outputSize', Rank>}`>
          : ShapeError<`${Op}: ${WrongRank<Rank, 'pool', S>}`>
        : never
      : Shape
  : never;

/**
 * The output shape of global pooling over the axes after batch and channels, or a {@link ShapeError}.
 *
 * It is what `resolveGlobalPool` gives for an input of rank 3, 4 or 5. Where the number of spatial axes is known, so
 * that batch and channels may be missing, use {@link AdaptivePoolOutput} with size 1.
 */
export type GlobalPoolOutput<Op extends string, S extends Shape, Format = 'channelsFirst'> = S extends Shape
  ? number extends S['length']
    ? Shape
    : S['length'] extends keyof BatchedRanks
      ? AdaptivePoolOutput<Op, BatchedRanks[S['length']], S, 1, Format>
      : ShapeError<`${Op}: expects an input of rank 3, 4 or 5, got rank ${S['length']}`>
  : never;
interface BatchedRanks {
  3: 1;
  4: 2;
  5: 3;
}

type AdaptiveAxes<Rank extends SpatialRank, X extends Shape, Size> = Rank extends 2
  ? [H: AdaptiveAxis<X[0], Entry<Size, 0>>, W: AdaptiveAxis<X[1], Entry<Size, 1>>]
  : Rank extends 1
    ? [W: AdaptiveAxis<X[0], Entry<Size, 0>>]
    : [
        D: AdaptiveAxis<X[0], Entry<Size, 0>>,
        H: AdaptiveAxis<X[1], Entry<Size, 1>>,
        W: AdaptiveAxis<X[2], Entry<Size, 2>>,
      ];

type AdaptiveAxis<In extends number, Size> =
  InputDigits<In> extends infer I
    ? I extends ShapeError<string>
      ? I
      : Size extends null
        ? In
        : Size extends number
          ? [InvalidCount<'outputSize', Size>] extends [never]
            ? Size
            : ShapeError<InvalidCount<'outputSize', Size>>
          : number
    : never;
