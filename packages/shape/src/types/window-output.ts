import type { Shape } from '../shape.js';
import type { DataFormat, SpatialRank } from '../window-geometry.js';
import type { ShapeError } from './error.js';
import type { EntriesProblem, Entry, FirstProblem, NumberEntry } from './options.js';
import type { AxisOutput, WindowRule } from './window-axis.js';
import type { JoinLayout, WindowLayout } from './window-layout.js';

/** The names of the spatial axes, for labels and messages. */
interface AxisNames {
  1: ['W'];
  2: ['H', 'W'];
  3: ['D', 'H', 'W'];
}

/** The ranks of an input with that many spatial axes, in words. A convolution wants channels. */
interface RankText {
  pool: { 1: '1, 2 or 3'; 2: '2, 3 or 4'; 3: '3, 4 or 5' };
  conv: { 1: '2 or 3'; 2: '3 or 4'; 3: '4 or 5' };
}

/** What is wrong with an input that has too few or too many axes. */
export type WrongRank<
  Rank extends SpatialRank,
  Rule extends WindowRule,
  S extends Shape,
> = `expects an input of rank ${RankText[Rule][Rank]}, got rank ${S['length']}`;

/**
 * The output shape of windows over a tuple S that was taken apart, or a {@link ShapeError}.
 *
 * @typeParam K Kernel size; like S (stride), P (padding) and D (dilation) one for all axes or a list.
 * @typeParam Channels The channel axis of the output, `[]` when there is none.
 */
export type WindowOutput<
  Op extends string,
  Rank extends SpatialRank,
  Layout,
  Channels extends Shape,
  Format extends DataFormat,
  K,
  S,
  P,
  D,
  Ceil extends boolean,
  Rule extends WindowRule,
> =
  Layout extends WindowLayout<infer Batch, Shape, infer Spatial>
    ? [ListProblem<K, S, P, D, Rank>] extends [never]
      ? WindowAxes<Rank, Spatial, K, S, P, D, Ceil, Rule> extends infer Axes extends readonly unknown[]
        ? JoinAxes<Op, Rank, Batch, Channels, Axes, Format>
        : never
      : ShapeError<`${Op}: ${ListProblem<K, S, P, D, Rank>}`>
    : never;

/** What is wrong with the first option that has the wrong number of entries, `never` if none has. */
type ListProblem<K, S, P, D, Rank extends SpatialRank> = [K, S, P, D] extends [number, number, number | string, number]
  ? never
  : FirstProblem<
      [
        EntriesProblem<K, 'kernelSize', Rank>,
        EntriesProblem<S, 'stride', Rank>,
        EntriesProblem<P, 'padding', Rank>,
        EntriesProblem<D, 'dilation', Rank>,
      ]
    >;

/** What comes of each spatial axis. */
type WindowAxes<
  Rank extends SpatialRank,
  X extends Shape,
  K,
  S,
  P,
  D,
  Ceil extends boolean,
  Rule extends WindowRule,
> = Rank extends 2
  ? [H: WindowAxis<X, K, S, P, D, Ceil, Rule, 0>, W: WindowAxis<X, K, S, P, D, Ceil, Rule, 1>]
  : Rank extends 1
    ? [W: WindowAxis<X, K, S, P, D, Ceil, Rule, 0>]
    : [
        D: WindowAxis<X, K, S, P, D, Ceil, Rule, 0>,
        H: WindowAxis<X, K, S, P, D, Ceil, Rule, 1>,
        W: WindowAxis<X, K, S, P, D, Ceil, Rule, 2>,
      ];

type WindowAxis<
  X extends Shape,
  K,
  S,
  P,
  D,
  Ceil extends boolean,
  Rule extends WindowRule,
  Axis extends number,
> = AxisOutput<X[Axis], NumberEntry<K, Axis>, NumberEntry<S, Axis>, Entry<P, Axis>, NumberEntry<D, Axis>, Ceil, Rule>;

/** Puts a shape together from what came of its spatial axes, unless one of them is an error. */
export type JoinAxes<
  Op extends string,
  Rank extends SpatialRank,
  Batch extends Shape,
  Channels extends Shape,
  Axes extends readonly unknown[],
  Format extends DataFormat,
> = Axes extends Shape
  ? JoinLayout<Batch, Channels, Axes, Format>
  : [AxesProblem<Axes, AxisNames[Rank]>] extends [never]
    ? JoinLayout<Batch, Channels, KnownAxes<Axes>, Format>
    : ShapeError<`${Op}: ${AxesProblem<Axes, AxisNames[Rank]>}`>;

/** What is wrong with the first axis that cannot be, `never` if each may be. */
type AxesProblem<Axes extends readonly unknown[], Names extends readonly string[]> = [Axes, Names] extends [
  readonly [infer Axis, ...infer Rest],
  readonly [infer Name extends string, ...infer OtherNames extends readonly string[]],
]
  ? [Axis] extends [ShapeError<infer Message>]
    ? `${Message} on axis ${Name}`
    : AxesProblem<Rest, OtherNames>
  : never;

/** With axes whose options have several values, not all of which fit, not known. */
type KnownAxes<Axes extends readonly unknown[]> = {
  [Axis in keyof Axes]: Axes[Axis] extends number ? Axes[Axis] : number;
};
