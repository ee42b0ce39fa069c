import type { Shape } from '../shape.js';
import type { ShapeText } from './axes.js';
import type { ShapeError } from './error.js';

/** What is known of a size from two sides, `null` when they contradict each other. */
export type Agreed<X extends number, Y extends number> = [X & Y] extends [never] ? null : X & Y;

/** The size of S at a key of another shape. */
export type SizeAt<S extends Shape, I> = I extends keyof S ? S[I] & number : number;

/** What is known of a shape from two sides: every size that one of them knows; `null` when they contradict each other. */
export type AgreedShape<A extends Shape, B extends Shape> = number extends A['length']
  ? B
  : number extends B['length']
    ? A
    : [A['length'], B['length']] extends [B['length'], A['length']]
      ? AgreedSizes<A, B> extends infer Both extends Shape
        ? Both
        : null
      : null;
type AgreedSizes<A extends Shape, B extends Shape> = { -readonly [I in keyof A]: Agreed<A[I], SizeAt<B, I>> };

/** What a caller says about a shape: `null` for a size that may be anything. */
export type ShapePattern = readonly (number | null)[];

/** The shapes that fit a pattern. */
export type PatternShape<P extends ShapePattern> = {
  -readonly [I in keyof P]: null extends P[I] ? number : P[I] & number;
};

/**
 * A shape S that is said to fit the pattern P, or a {@link ShapeError} when it cannot: the result of
 * `x.as([null, 1, 28, 28])`, which checks at run time what the compiler does not know.
 */
export type AsOutput<Op extends string, S extends Shape, P extends ShapePattern> = S extends Shape
  ? AgreedShape<PatternShape<P>, S> extends infer Both
    ? Both extends Shape
      ? Both
      : ShapeError<`${Op}: expects ${ShapeText<PatternShape<P>>}, got ${ShapeText<S>}`>
    : never
  : never;
