import type { Shape } from '../shape.js';
import type { CeilDivide, Min, Subtract } from './arithmetic.js';
import type { ShapeError } from './error.js';

/** What a slice takes of one axis: a position, a range (end excluded, `null` for the end), or `null` for all of it. */
export type SliceRange =
  | number
  | null
  | readonly [start: number, end: number | null]
  | readonly [start: number, end: number | null, step: number];

/**
 * The shape of a part of a tensor, or a {@link ShapeError}. Axes that are not named are taken whole; positions drop
 * their axis; ranges are clipped, as in Python, and negative positions count from the end.
 */
export type SliceOutput<Op extends string, S extends Shape, Ranges extends readonly SliceRange[]> = S extends Shape
  ? number extends S['length'] | Ranges['length']
    ? Shape
    : SliceAxes<Op, S, Ranges>
  : never;

type SliceAxes<
  Op extends string,
  S extends Shape,
  Ranges extends readonly SliceRange[],
  Seen extends readonly unknown[] = [],
  Out extends Shape = [],
> = Ranges extends readonly [infer Range, ...infer OtherRanges extends readonly SliceRange[]]
  ? S extends readonly [infer Size extends number, ...infer Rest extends Shape]
    ? Range extends number
      ? IsInside<Range, Size> extends false
        ? ShapeError<`${Op}: position ${Range} is outside axis ${Seen['length']} of size ${Size}`>
        : SliceAxes<Op, Rest, OtherRanges, [...Seen, 0], Out>
      : SliceAxes<Op, Rest, OtherRanges, [...Seen, 0], [...Out, RangeSize<Range, Size>]>
    : ShapeError<`${Op}: there are more ranges than the ${Seen['length']} axes of the input`>
  : [...Out, ...S];

/** Whether there is a position in an axis of that size; `boolean` when it is not known. */
type IsInside<Position extends number, Size extends number> = `${Position}` extends `-${infer FromEnd extends number}`
  ? Within<Subtract<Size, FromEnd>>
  : Within<Subtract<Subtract<Size, 1>, Position>>;
type Within<Room extends number> = number extends Room ? boolean : `${Room}` extends `-${string}` ? false : true;

type RangeSize<Range, Size extends number> = Range extends null
  ? Size
  : Range extends readonly [infer Start extends number, infer End extends number | null]
    ? Steps<Clip<Start, Size>, ClipEnd<End, Size>, 1>
    : Range extends readonly [infer Start extends number, infer End extends number | null, infer Step extends number]
      ? Steps<Clip<Start, Size>, ClipEnd<End, Size>, Step>
      : number;

/** A position within an axis, counted from the front; one past the end at most. */
type Clip<Position extends number, Size extends number> = `${Position}` extends `-${infer FromEnd extends number}`
  ? NotNegative<Subtract<Size, FromEnd>>
  : Min<Position, Size>;

type ClipEnd<End extends number | null, Size extends number> = End extends number ? Clip<End, Size> : Size;

type Steps<First extends number, Last extends number, Step extends number> = CeilDivide<
  NotNegative<Subtract<Last, First>>,
  Step
>;
type NotNegative<N extends number> = `${N}` extends `-${string}` ? 0 : N;
