import type { Shape } from '../shape.js';
import type { AxesProblem, AxisIndex, AxisIndices, NoSuchAxis, ShapeText } from './axes.js';
import type { ShapeError } from './error.js';

/**
 * The shape with its axes in another order, or a {@link ShapeError}: axis `i` of the result is axis `Axes[i]` of S. It
 * is what `permuteShape` gives at run time.
 */
export type PermuteOutput<Op extends string, S extends Shape, Axes extends Shape> = S extends Shape
  ? number extends S['length']
    ? Shape
    : number extends Axes['length']
      ? { -readonly [I in keyof S]: number }
      : Axes['length'] extends S['length']
        ? [AxesProblem<S, Axes>] extends [never]
          ? Picked<S, AxisIndices<S, Axes>>
          : ShapeError<`${Op}: ${AxesProblem<S, Axes>}`>
        : ShapeError<`${Op}: ${ShapeText<Axes>} names ${Axes['length']} axes of a shape of rank ${S['length']}`>
  : never;

/** The sizes of S at the positions of `Indices`. */
type Picked<S extends Shape, Indices extends readonly unknown[]> = {
  -readonly [I in keyof Indices]: Indices[I] extends number ? S[Indices[I]] : never;
};

/** The shape with two axes exchanged, or a {@link ShapeError}. */
export type TransposeOutput<Op extends string, S extends Shape, A extends number, B extends number> = S extends Shape
  ? number extends S['length']
    ? Shape
    : Exchanged<Op, S, A, B, AxisIndex<S, A>, AxisIndex<S, B>>
  : never;

type Exchanged<Op extends string, S extends Shape, A extends number, B extends number, IndexA, IndexB> = [
  IndexA,
] extends [number]
  ? [IndexB] extends [number]
    ? number extends IndexA | IndexB
      ? { -readonly [I in keyof S]: number }
      : Exchange<S, IndexA, IndexB>
    : ShapeError<`${Op}: ${NoSuchAxis<S, B>}`>
  : ShapeError<`${Op}: ${NoSuchAxis<S, A>}`>;

/** Without labels, which would stay where they were. */
type Exchange<
  S extends Shape,
  A extends number,
  B extends number,
  Out extends Shape = [],
> = Out['length'] extends S['length']
  ? Out
  : Exchange<S, A, B, [...Out, Out['length'] extends A ? S[B] : Out['length'] extends B ? S[A] : S[Out['length']]]>;
