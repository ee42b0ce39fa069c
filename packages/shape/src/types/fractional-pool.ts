import type { PerAxis } from '../per-axis.js';
import type { Shape } from '../shape.js';
import type { DataFormat } from '../window-geometry.js';
import type { DifferenceDigits, Digits, SumDigits, ToNumber } from './digits.js';
import type { ShapeError } from './error.js';
import type { EntriesProblem, FirstProblem, NumberEntry, Option } from './options.js';
import type { InputDigits, InvalidCount } from './window-axis.js';
import type { SplitLayout, WindowLayout } from './window-layout.js';
import type { JoinAxes, WrongRank } from './window-output.js';

/** Options of fractional pooling, for the constraint of a `const` type parameter. They mean what `FractionalPoolSpec` says. */
export interface FractionalPoolOptions {
  readonly kernelSize: PerAxis<number>;
  readonly outputSize?: PerAxis<number> | null | undefined;
  readonly outputRatio?: PerAxis<number> | null | undefined;
  readonly dataFormat?: DataFormat | undefined;
}

/**
 * The output shape of fractional pooling, or a {@link ShapeError}. It is what `resolveFractionalPool` gives at run time,
 * except that sizes given as a part of the input's are not known.
 */
export type FractionalPoolOutput<
  Op extends string,
  Rank extends 2 | 3,
  S extends Shape,
  O,
> = O extends FractionalPoolOptions
  ? FractionallyPooled<
      Op,
      Rank,
      S,
      Option<O, 'dataFormat', 'channelsFirst', DataFormat>,
      O['kernelSize'],
      Option<O, 'outputSize', null, number | null>,
      Option<O, 'outputRatio', null, number | null>
    >
  : Shape;

type FractionallyPooled<
  Op extends string,
  Rank extends 2 | 3,
  S extends Shape,
  Format,
  K,
  Size,
  Ratio,
> = S extends Shape
  ? number extends S['length']
    ? Shape
    : Format extends DataFormat
      ? SplitLayout<S, Rank, Format> extends infer Layout
        ? [Layout] extends [WindowLayout<infer Batch, infer C, infer Spatial>]
          ? [OptionsProblem<Rank, K, Size, Ratio>] extends [never]
            ? JoinAxes<Op, Rank, Batch, C, FractionalAxes<Rank, Spatial, K, Size>, Format>
            : ShapeError<`${Op}: ${OptionsProblem<Rank, K, Size, Ratio>}`>
          : ShapeError<`${Op}: ${WrongRank<Rank, 'pool', S>}`>
        : never
      : Shape
  : never;

type OptionsProblem<Rank extends 2 | 3, K, Size, Ratio> = [Size, Ratio] extends [null, null]
  ? 'expects one of outputSize and outputRatio, got neither'
  : null extends Size | Ratio
    ? FirstProblem<
        [
          EntriesProblem<K, 'kernelSize', Rank>,
          EntriesProblem<Size, 'outputSize', Rank>,
          EntriesProblem<Ratio, 'outputRatio', Rank>,
        ]
      >
    : 'expects one of outputSize and outputRatio, got both';

type FractionalAxes<Rank extends 2 | 3, X extends Shape, K, Size> = Rank extends 2
  ? [H: FractionalAxis<X, K, Size, 0>, W: FractionalAxis<X, K, Size, 1>]
  : [D: FractionalAxis<X, K, Size, 0>, H: FractionalAxis<X, K, Size, 1>, W: FractionalAxis<X, K, Size, 2>];

type FractionalAxis<X extends Shape, K, Size, Axis extends number> = FractionalSize<
  X[Axis],
  NumberEntry<K, Axis>,
  NumberEntry<Size, Axis>
>;

/** The size that was asked for, if so many windows of K elements can start at different places of the input. */
type FractionalSize<In extends number, K extends number, Size extends number> = [
  FirstProblem<[InvalidCount<'kernelSize', K>, InvalidCount<'outputSize', Size>]>,
] extends [never]
  ? InputDigits<In> extends infer I
    ? I extends string
      ? number extends K | Size
        ? Size
        : DifferenceDigits<SumDigits<I, '1'>, SumDigits<Digits<K>, Digits<Size>>> extends ''
          ? ShapeError<`${Size} windows of size ${K} need an input of ${ToNumber<SumDigits<Digits<K>, DifferenceDigits<Digits<Size>, '1'>>>}, got ${In}`>
          : Size
      : I extends ShapeError<string>
        ? I
        : Size
    : never
  : ShapeError<FirstProblem<[InvalidCount<'kernelSize', K>, InvalidCount<'outputSize', Size>]>>;
