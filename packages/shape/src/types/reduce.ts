import type { Shape } from '../shape.js';
import type { AxesProblem, AxisIndices } from './axes.js';
import type { ShapeError } from './error.js';

/**
 * The shape after reducing some axes, or a {@link ShapeError}. It is what `normalizeAxes` and `reduceShape` give at run
 * time.
 *
 * @typeParam Axes One axis or a list of them; `undefined` for all.
 * @typeParam KeepDim Whether reduced axes stay, with size 1.
 */
export type ReduceOutput<
  Op extends string,
  S extends Shape,
  Axes extends number | Shape | undefined = undefined,
  KeepDim extends boolean = false,
> = S extends Shape
  ? number extends S['length']
    ? Axes extends undefined
      ? KeepDim extends true
        ? Shape
        : []
      : Shape
    : Axes extends undefined
      ? KeepDim extends true
        ? { -readonly [I in keyof S]: 1 }
        : []
      : Axes extends Shape
        ? ReduceList<Op, S, Axes, KeepDim>
        : Axes extends number
          ? ReduceList<Op, S, [Axes], KeepDim>
          : never
  : never;

type ReduceList<Op extends string, S extends Shape, Axes extends Shape, KeepDim extends boolean> = [
  AxesProblem<S, Axes>,
] extends [never]
  ? number extends Axes['length'] | AxisIndices<S, Axes>[number]
    ? KeepDim extends true
      ? { -readonly [I in keyof S]: number }
      : Shape
    : KeepDim extends true
      ? { -readonly [I in keyof S]: I extends `${AxisIndices<S, Axes>[number] & number}` ? 1 : S[I] }
      : Others<S, AxisIndices<S, Axes>[number]>
  : ShapeError<`${Op}: ${AxesProblem<S, Axes>}`>;

/** The sizes of S except those at the positions of `Gone`. `Seen` counts the axes that were looked at. */
type Others<S extends Shape, Gone, Out extends Shape = [], Seen extends readonly unknown[] = []> = S extends readonly [
  infer First extends number,
  ...infer Rest extends Shape,
]
  ? Others<Rest, Gone, Seen['length'] extends Gone ? Out : [...Out, First], [...Seen, 0]>
  : Out;
