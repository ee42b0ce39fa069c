import type { Shape } from '../shape.js';
import type { Add } from './arithmetic.js';
import type { AxisIndex, NoSuchAxis, ShapeText, SplitAt } from './axes.js';
import type { DifferenceDigits, Digits, Parse, ProductDigits, QuotientDigits, Reverse, ToNumber } from './digits.js';
import type { ShapeError } from './error.js';

/** The number of elements of a shape; `number` when a size is not known. */
export type ElementCount<S extends Shape> = number extends S['length'] ? number : CountOf<CountDigits<S>>;
type CountOf<Count extends string> = Count extends '' ? number : ToNumber<Count>;

/** The number of elements of a tuple as digits, ones first; `''` when a size is not known. */
type CountDigits<S extends Shape, Out extends string = '1'> = S extends readonly [
  infer First extends number,
  ...infer Rest extends Shape,
]
  ? First extends 1
    ? CountDigits<Rest, Out>
    : Digits<First> extends infer Size extends string
      ? Size extends ''
        ? ''
        : CountDigits<Rest, Out extends '1' ? Size : ProductDigits<Out, Size>>
      : never
  : Out;

/**
 * The shape with the axes from Start to End, both included, merged into one, or a {@link ShapeError}. A scalar becomes
 * `[1]`. It is what `flattenShape` gives at run time.
 */
export type FlattenOutput<
  Op extends string,
  S extends Shape,
  Start extends number = 0,
  End extends number = -1,
> = S extends Shape
  ? number extends S['length']
    ? Shape
    : S extends readonly []
      ? FlattenOutput<Op, [1], Start, End>
      : FlattenAxes<Op, S, Start, End, AxisIndex<S, Start>, AxisIndex<S, End>>
  : never;

type FlattenAxes<Op extends string, S extends Shape, Start extends number, End extends number, From, To> = [
  From,
] extends [number]
  ? [To] extends [number]
    ? number extends From | To
      ? Shape
      : SplitAt<S, Add<To, 1>> extends [infer Through extends Shape, infer After extends Shape]
        ? SplitAt<Through, From> extends [infer Before extends Shape, infer Middle extends Shape]
          ? Middle extends readonly []
            ? ShapeError<`${Op}: endDim ${End} comes before startDim ${Start} in a shape of rank ${S['length']}`>
            : [...Before, ElementCount<Middle>, ...After]
          : never
        : never
    : ShapeError<`${Op}: ${NoSuchAxis<S, End>}`>
  : ShapeError<`${Op}: ${NoSuchAxis<S, Start>}`>;

/**
 * The shape To, with its one −1, if any, replaced by what is left of the elements of S, or a {@link ShapeError}. It is
 * what `reshapeShape` gives at run time.
 */
export type ReshapeOutput<Op extends string, S extends Shape, To extends Shape> = To extends Shape
  ? number extends To['length']
    ? Shape
    : [NotAShape<To>] extends [never]
      ? number extends S['length']
        ? FillUnknown<To, number>
        : S extends Shape
          ? Reshaped<Op, S, To, CountDigits<S>, CountDigits<Known<To>>>
          : never
      : ShapeError<`${Op}: ${NotAShape<To>}`>
  : never;

/** What is wrong with sizes to reshape to, `never` if nothing is. */
type NotAShape<To extends Shape, Rest extends Shape = To, Seen extends -1 = never> = Rest extends readonly [
  infer Size extends number,
  ...infer Others extends Shape,
]
  ? Size extends -1
    ? [Seen] extends [never]
      ? NotAShape<To, Others, -1>
      : `only one size of ${ShapeText<To>} may be -1`
    : Digits<Size> extends ''
      ? number extends Size
        ? NotAShape<To, Others, Seen>
        : `${Size} in ${ShapeText<To>} is not a size`
      : NotAShape<To, Others, Seen>
  : never;

/** The sizes that are not −1, in whatever order: 1 stands for −1. */
type Known<To extends Shape> = { [I in keyof To]: To[I] extends -1 ? 1 : To[I] };

/** To with `Size` for −1. */
type FillUnknown<To extends Shape, Size extends number> = {
  -readonly [I in keyof To]: To[I] extends -1 ? Size : To[I];
};

type Reshaped<
  Op extends string,
  S extends Shape,
  To extends Shape,
  Count extends string,
  KnownCount extends string,
> = -1 extends To[number]
  ? KnownCount extends '0'
    ? ShapeError<`${Op}: the -1 in ${ShapeText<To>} beside a 0 could be anything`>
    : '' extends Count | KnownCount
      ? FillUnknown<To, number>
      : QuotientDigits<Reverse<Count>, Reverse<KnownCount>> extends infer Left extends string
        ? DifferenceDigits<Count, ProductDigits<Reverse<Left>, KnownCount>> extends '0'
          ? FillUnknown<To, Parse<Left>>
          : ShapeError<`${Op}: cannot reshape ${Elements<S, Count>} to ${ShapeText<To>}: ${ToNumber<KnownCount>} does not divide ${ToNumber<Count>}`>
        : never
  : '' extends Count | KnownCount
    ? FillUnknown<To, number>
    : [Count & KnownCount] extends [never]
      ? ShapeError<`${Op}: cannot reshape ${Elements<S, Count>} to ${ShapeText<To>}, which has ${ToNumber<KnownCount>}`>
      : FillUnknown<To, number>;

type Elements<S extends Shape, Count extends string> = `${ShapeText<S>} of ${ToNumber<Count>} elements`;

/**
 * The shape without its axes of size 1, or without one axis if its size is 1, or a {@link ShapeError}. Where a size is
 * not known, neither is the rank.
 */
export type SqueezeOutput<
  Op extends string,
  S extends Shape,
  Axis extends number | undefined = undefined,
> = S extends Shape
  ? number extends S['length']
    ? Shape
    : Axis extends number
      ? AxisIndex<S, Axis> extends infer Index
        ? Index extends number
          ? number extends Index
            ? Shape
            : SplitAt<S, Index> extends [
                  infer Before extends Shape,
                  readonly [infer Size, ...infer After extends Shape],
                ]
              ? Size extends 1
                ? [...Before, ...After]
                : number extends Size
                  ? Shape
                  : S
              : never
          : ShapeError<`${Op}: ${NoSuchAxis<S, Axis>}`>
        : never
      : WithoutOnes<S>
  : never;

type WithoutOnes<S extends Shape, Out extends Shape = []> = S extends readonly [
  infer First extends number,
  ...infer Rest extends Shape,
]
  ? First extends 1
    ? WithoutOnes<Rest, Out>
    : number extends First
      ? Shape
      : WithoutOnes<Rest, [...Out, First]>
  : Out;

/** The shape with a new axis of size 1 at position Axis, which may be one past the end, or a {@link ShapeError}. */
export type UnsqueezeOutput<Op extends string, S extends Shape, Axis extends number> = InsertAxis<Op, S, Axis, 1>;

/** The shape with a new axis of size Size at position Axis of the result. */
export type InsertAxis<Op extends string, S extends Shape, Axis extends number, Size extends number> = S extends Shape
  ? number extends S['length']
    ? Shape
    : AxisIndex<[...S, Size], Axis> extends infer Index
      ? Index extends number
        ? number extends Index
          ? UnknownSizes<[...S, Size]>
          : SplitAt<S, Index> extends [infer Before extends Shape, infer After extends Shape]
            ? [...Before, Size, ...After]
            : never
        : ShapeError<`${Op}: ${NoSuchAxis<[...S, Size], Axis>}`>
      : never
  : never;
type UnknownSizes<S extends Shape> = { -readonly [I in keyof S]: number };
