import type { Shape } from '../shape.js';
import type { Subtract } from './arithmetic.js';
import type { ShapeText } from './axes.js';
import type { ShapeError } from './error.js';

/**
 * The shape that two shapes broadcast to, or a {@link ShapeError}: aligned at their last axes, where sizes are equal
 * or 1. It is what `broadcastShapes` gives at run time.
 */
export type BroadcastOutput<Op extends string, A extends Shape, B extends Shape> = A extends Shape
  ? B extends Shape
    ? number extends A['length'] | B['length']
      ? Shape
      : [A, B] extends [B, A]
        ? [...A]
        : Aligned<A, B> extends infer Out
          ? Out extends Shape
            ? Out
            : ShapeError<`${Op}: cannot broadcast ${ShapeText<A>} and ${ShapeText<B>}: ${Out & string}`>
          : never
    : never
  : never;

/** The shape that two tuples broadcast to, or what is wrong. `Out` has the axes that are done, the last ones. */
type Aligned<A extends Shape, B extends Shape, Out extends Shape = []> = A extends readonly [
  ...infer RestA extends Shape,
  infer X extends number,
]
  ? B extends readonly [...infer RestB extends Shape, infer Y extends number]
    ? BroadcastSize<X, Y> extends infer Size extends number
      ? [Size] extends [never]
        ? `sizes ${X} and ${Y} on axis ${Subtract<0, [...Out, 0]['length']>}`
        : Aligned<RestA, RestB, [Size, ...Out]>
      : never
    : [...A, ...Out]
  : [...B, ...Out];

/** The size that two sizes broadcast to; `never` when they do not. A 1 gives way to the other; all others must agree. */
type BroadcastSize<X extends number, Y extends number> =
  | (1 extends X ? Y : never)
  | (1 extends Y ? X : never)
  | (X & Y);
