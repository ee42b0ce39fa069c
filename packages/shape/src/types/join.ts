import type { Shape } from '../shape.js';
import type { Agreed, AgreedShape, SizeAt } from './agree.js';
import type { Add } from './arithmetic.js';
import type { AxisIndex, NoSuchAxis, ShapeText } from './axes.js';
import type { ShapeError } from './error.js';
import type { InsertAxis } from './reshape.js';

/** The shapes of several tensors: a tuple for a tuple. */
export type ShapesOf<Tensors extends readonly { readonly shape: Shape }[]> = {
  [I in keyof Tensors]: Tensors[I]['shape'];
};

/**
 * The shape of tensors joined along an axis, whose sizes add up, or a {@link ShapeError}. It is what `concatShape` gives
 * at run time.
 *
 * @typeParam Shapes A tuple of shapes; a list of unknown length has an unknown size along the axis.
 */
export type ConcatOutput<
  Op extends string,
  Shapes extends readonly Shape[],
  Axis extends number,
> = Shapes extends readonly [infer First extends Shape, ...infer Rest extends readonly Shape[]]
  ? number extends First['length']
    ? Shape
    : AxisIndex<First, Axis> extends infer Index
      ? Index extends number
        ? number extends Index
          ? UnknownSizes<First>
          : Joined<Op, First, Rest, Index>
        : ShapeError<`${Op}: ${NoSuchAxis<First, Axis>}`>
      : never
  : Shapes extends readonly []
    ? ShapeError<`${Op}: there is nothing to join`>
    : ListOf<Op, Shapes[number], Axis>;

/** Shapes, of which there are some: like two of them, but nobody knows how long the axis gets. */
type ListOf<Op extends string, S extends Shape, Axis extends number> = number extends S['length']
  ? Shape
  : AxisIndex<S, Axis> extends infer Index
    ? Index extends number
      ? { -readonly [I in keyof S]: number extends Index ? number : I extends `${Index}` ? number : S[I] }
      : ShapeError<`${Op}: ${NoSuchAxis<S, Axis>}`>
    : never;

type UnknownSizes<S extends Shape> = { -readonly [I in keyof S]: number };

/** Adds one shape after the other to `Sum`. */
type Joined<
  Op extends string,
  Sum extends Shape,
  Rest extends readonly Shape[],
  Index extends number,
> = Rest extends readonly [infer Next extends Shape, ...infer Others extends readonly Shape[]]
  ? number extends Next['length']
    ? Joined<Op, { [I in keyof Sum]: I extends `${Index}` ? number : Sum[I] }, Others, Index>
    : Next['length'] extends Sum['length']
      ? Beside<Sum, Next, Index> extends infer Longer extends readonly unknown[]
        ? Longer extends Shape
          ? Joined<Op, Longer, Others, Index>
          : ShapeError<`${Op}: shapes ${ShapeText<Sum>} and ${ShapeText<Next>} do not agree outside axis ${Index}`>
        : never
      : ShapeError<`${Op}: shapes ${ShapeText<Sum>} and ${ShapeText<Next>} have different ranks`>
  : { -readonly [I in keyof Sum]: Sum[I] };

/** The sum along axis Index, and elsewhere the size that both have; `null` where there is none. */
type Beside<A extends Shape, B extends Shape, Index extends number> = {
  [I in keyof A]: I extends `${Index}` ? Add<A[I], SizeAt<B, I>> : Agreed<A[I], SizeAt<B, I>>;
};

/**
 * The shape of tensors stacked along a new axis, or a {@link ShapeError}.
 *
 * @typeParam Shapes A tuple of shapes, all alike; a list of unknown length gives an axis of unknown size.
 */
export type StackOutput<
  Op extends string,
  Shapes extends readonly Shape[],
  Axis extends number = 0,
> = Shapes extends readonly [infer First extends Shape, ...infer Rest extends readonly Shape[]]
  ? Alike<Op, First, Rest> extends infer S
    ? S extends Shape
      ? InsertAxis<Op, S, Axis, Shapes['length']>
      : S
    : never
  : Shapes extends readonly []
    ? ShapeError<`${Op}: there is nothing to stack`>
    : InsertAxis<Op, Shapes[number], Axis, number>;

/** The shape that all have, with every size that one of them knows. */
type Alike<Op extends string, S extends Shape, Rest extends readonly Shape[]> = Rest extends readonly [
  infer Next extends Shape,
  ...infer Others extends readonly Shape[],
]
  ? AgreedShape<S, Next> extends infer Both extends Shape
    ? Alike<Op, Both, Others>
    : ShapeError<`${Op}: shapes ${ShapeText<S>} and ${ShapeText<Next>} differ`>
  : S;
