import type { Shape } from '../shape.js';
import type { ShapeText } from './axes.js';
import type { BroadcastOutput } from './broadcast.js';
import type { ShapeError } from './error.js';

/**
 * The shape of a matrix product by the rules of `torch.matmul`, or a {@link ShapeError}. It is what `matmulShape` gives
 * at run time.
 */
export type MatmulOutput<Op extends string, A extends Shape, B extends Shape> = A extends Shape
  ? B extends Shape
    ? A extends readonly []
      ? ShapeError<`${Op}: a scalar is not a matrix, got ${ShapeText<A>} and ${ShapeText<B>}`>
      : B extends readonly []
        ? ShapeError<`${Op}: a scalar is not a matrix, got ${ShapeText<A>} and ${ShapeText<B>}`>
        : number extends A['length'] | B['length']
          ? Shape
          : [MatrixOf<A, 'left'>, MatrixOf<B, 'right'>] extends [
                [infer BatchA extends Shape, infer Rows extends Shape, infer Left extends number],
                [infer BatchB extends Shape, infer Columns extends Shape, infer Right extends number],
              ]
            ? [Left & Right] extends [never]
              ? ShapeError<`${Op}: inner sizes ${Left} and ${Right} differ, got ${ShapeText<A>} and ${ShapeText<B>}`>
              : BroadcastOutput<Op, BatchA, BatchB> extends infer Batch
                ? Batch extends Shape
                  ? [...Batch, ...Rows, ...Columns]
                  : Batch
                : never
            : never
    : never
  : never;

/** A shape as `[batch axes, the outer axis if there is one, the size that is summed over]`. */
type MatrixOf<S extends Shape, Side extends 'left' | 'right'> = S extends readonly [infer Size extends number]
  ? [[], [], Size]
  : S extends readonly [...infer Batch extends Shape, infer Rows extends number, infer Columns extends number]
    ? Side extends 'left'
      ? [Batch, [Rows], Columns]
      : [Batch, [Columns], Rows]
    : never;

/**
 * The output shape of a linear layer, or a {@link ShapeError}: the last axis, of size In, becomes Out. Of an input of
 * unknown rank at least that much is known.
 *
 * @typeParam Op The op as the user called it.
 */
export type LinearOutput<Op extends string, S extends Shape, In extends number, Out extends number> = S extends Shape
  ? S extends readonly [...infer Leading extends Shape, infer Features extends number]
    ? [Features & In] extends [never]
      ? ShapeError<`${Op}: expects ${In} input feature${In extends 1 ? '' : 's'}, got ${Features}`>
      : [...Leading, Out]
    : S extends readonly []
      ? ShapeError<`${Op}: expects an input of rank 1 or more, got a scalar`>
      : [...Shape, Out]
  : never;
