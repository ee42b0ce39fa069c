import type { Shape } from '../shape.js';
import type { Add } from './arithmetic.js';
import type { ShapeText } from './axes.js';
import type { ShapeError } from './error.js';

/** The shape with `[low, high]` elements more on each axis, or a {@link ShapeError}. */
export type PadOutput<
  Op extends string,
  S extends Shape,
  Widths extends readonly (readonly [low: number, high: number])[],
> = S extends Shape
  ? number extends S['length']
    ? Shape
    : number extends Widths['length']
      ? { -readonly [I in keyof S]: number }
      : Widths['length'] extends S['length']
        ? { -readonly [I in keyof S]: I extends keyof Widths ? Padded<S[I], Widths[I]> : S[I] }
        : ShapeError<`${Op}: expects ${S['length']} pairs for a shape of rank ${S['length']}, got ${Widths['length']}`>
  : never;

type Padded<Size extends number, Width> = Width extends readonly [infer Low extends number, infer High extends number]
  ? Add<Size, Add<Low, High>>
  : number;

/**
 * The shape To, of which −1 keeps a size of S, or a {@link ShapeError}: S aligned at the last axes has the same sizes,
 * or 1.
 */
export type ExpandOutput<Op extends string, S extends Shape, To extends Shape> = S extends Shape
  ? number extends To['length']
    ? Shape
    : number extends S['length']
      ? { -readonly [I in keyof To]: To[I] extends -1 ? number : To[I] }
      : Expanded<S, To> extends infer Out
        ? Out extends Shape
          ? Out
          : ShapeError<`${Op}: cannot expand ${ShapeText<S>} to ${ShapeText<To>}`>
        : never
  : never;

type Expanded<S extends Shape, To extends Shape, Out extends Shape = []> = S extends readonly [
  ...infer RestS extends Shape,
  infer Size extends number,
]
  ? To extends readonly [...infer RestTo extends Shape, infer Target extends number]
    ? [ExpandedSize<Size, Target>] extends [never]
      ? null
      : Expanded<RestS, RestTo, [ExpandedSize<Size, Target>, ...Out]>
    : null
  : -1 extends To[number]
    ? null
    : [...To, ...Out];

/** The size after expanding one axis, `never` when it does not fit. */
type ExpandedSize<Size extends number, Target extends number> = [Target] extends [-1]
  ? Size
  : 1 extends Size
    ? Target
    : Size & Target;
