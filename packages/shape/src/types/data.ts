import type { Shape } from '../shape.js';
import type { ShapeError } from './error.js';

/** Numbers, bigints or booleans, nested as deep as there are axes. */
export type NestedData = number | bigint | boolean | readonly NestedData[];

/**
 * The shape of nested array literals, as a `const` type parameter inferred them, or a {@link ShapeError} when rows
 * have different lengths. Arrays of unknown length have an unknown size.
 *
 * @example
 * ```ts
 * type S = DataShape<'tensor', readonly [readonly [1, 2], readonly [3, 4]]>; // [2, 2]
 * ```
 */
export type DataShape<Op extends string, Data> = 0 extends 1 & Data // any
  ? Shape
  : Nesting<Data> extends infer S
    ? IsUnion<S> extends true
      ? HasUnion<Data> extends true
        ? Shape
        : ShapeError<`${Op}: nested arrays of one level have different lengths`>
      : S
    : never;

/** The lengths of nested arrays, a union where rows differ. `Depth` ends types that nest without end. */
type Nesting<Data, Depth extends readonly unknown[] = []> = Depth['length'] extends 12
  ? Shape
  : Data extends readonly unknown[]
    ? Data extends readonly []
      ? [0]
      : [Data['length'], ...Nesting<Data[number], [...Depth, 0]>]
    : [];

/** Whether some row may be one of several types, so that rows need not differ although their types do. */
type HasUnion<Data> =
  IsUnion<Data> extends true
    ? true
    : Data extends readonly unknown[]
      ? number extends Data['length']
        ? IsUnion<Data[number]>
        : true extends { [I in keyof Data]: HasUnion<Data[I]> }[number]
          ? true
          : false
      : false;

type IsUnion<T, Whole = T> = T extends unknown ? ([Whole] extends [T] ? false : true) : never;
