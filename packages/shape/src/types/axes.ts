import type { Shape } from '../shape.js';
import type { Subtract } from './arithmetic.js';

/**
 * The position of axis A in S, counted from the front; `number` when A is not known, `null` when there is no such axis.
 */
export type AxisIndex<S extends Shape, A extends number> = number extends A
  ? number
  : `${A}` extends keyof S
    ? A
    : `${A}` extends `-${infer FromEnd extends number}`
      ? Subtract<S['length'], FromEnd> extends infer Index extends number
        ? `${Index}` extends keyof S
          ? Index
          : null
        : null
      : null;

/** What is wrong with an axis that {@link AxisIndex} did not find. */
export type NoSuchAxis<S extends Shape, A extends number> = `there is no axis ${A} in a shape of rank ${S['length']}`;

/** The positions of several axes. */
export type AxisIndices<S extends Shape, Axes extends Shape> = {
  readonly [I in keyof Axes]: AxisIndex<S, Axes[I]>;
};

/** What is wrong with a list of axes, `never` if nothing is: one does not exist or is named twice. */
export type AxesProblem<S extends Shape, Axes extends Shape, Seen extends number = never> = Axes extends readonly [
  infer A extends number,
  ...infer Rest extends Shape,
]
  ? AxisIndex<S, A> extends infer Index
    ? [Index] extends [number]
      ? number extends Index
        ? AxesProblem<S, Rest, Seen>
        : [Index & Seen] extends [never]
          ? AxesProblem<S, Rest, Seen | Index>
          : `axis ${Index} is named twice`
      : NoSuchAxis<S, A>
    : never
  : never;

/** S, as `[the axes before position Index, the axes from there on]`. */
export type SplitAt<S extends Shape, Index extends number, Before extends Shape = []> = Before['length'] extends Index
  ? [Before, S]
  : S extends readonly [infer First extends number, ...infer Rest extends Shape]
    ? SplitAt<Rest, Index, [...Before, First]>
    : [Before, S];

/** How a shape is written in messages; a size that is not known is `?`. */
export type ShapeText<S extends Shape> = `[${JoinSizes<S>}]`;
type JoinSizes<S extends Shape, Out extends string = ''> = S extends readonly [
  infer First extends number,
  ...infer Rest extends Shape,
]
  ? JoinSizes<Rest, `${Out}${Out extends '' ? '' : ', '}${number extends First ? '?' : First}`>
  : Out;
