import type { Shape } from '../shape.js';
import type { ShapeError } from './error.js';

/**
 * What a layer does to shapes: a function at the level of types. Extend it, and compute `output` from
 * {@link InputOf}:
 *
 * @example
 * ```ts
 * interface Halved extends ShapeFunction {
 *   readonly output: PoolOutput<'halve', 2, InputOf<this>, { kernelSize: 2 }>;
 * }
 * ```
 */
export interface ShapeFunction {
  /** Where {@link Apply} puts the shape. Read it with {@link InputOf}. */
  readonly input: unknown;
  /** The output shape, or a {@link ShapeError}. */
  readonly output: unknown;
  /** What is known of an input before there is one. */
  readonly accepts: Shape;
}

/** The input shape, inside of a {@link ShapeFunction}: `InputOf<this>`. */
export type InputOf<F extends ShapeFunction> = Extract<F['input'], Shape>;

/** The output shape of a shape function, or a {@link ShapeError}. */
export type Apply<F extends ShapeFunction, S extends Shape> = (F & { readonly input: S })['output'];

/** Something with a shape function: a layer. The property is for the compiler, and need not exist. */
export interface ShapedLayer<F extends ShapeFunction = ShapeFunction> {
  readonly '~shape'?: F | undefined;
}

/** The shape function of a layer; {@link AnyShape} when it does not say. */
export type ShapeFunctionOf<Layer> = Layer extends { readonly '~shape'?: infer F }
  ? Exclude<F, undefined> extends infer Known extends ShapeFunction
    ? Known
    : AnyShape
  : AnyShape;

/** Any shape in, any shape out. */
export interface AnyShape extends ShapeFunction {
  readonly output: Shape;
}

/**
 * The output shape of layers one after the other, or a {@link ShapeError} that says which of them does not fit.
 *
 * @typeParam Layers A tuple of layers, see {@link ShapedLayer}.
 * @typeParam S The input shape; without it, what the first layer accepts.
 */
export type ChainOutput<Layers extends readonly unknown[], S extends Shape = Accepted<Layers>> =
  Chain<Layers, S> extends infer Out ? (Out extends Misfit<number, infer Message> ? ShapeError<Message> : Out) : never;

/**
 * The type of a parameter for layers: the layers as they are, except for the first one that does not fit, in whose place
 * is the text of the error, so that this is where the editor points.
 */
export type CheckedLayers<Layers extends readonly unknown[], S extends Shape = Accepted<Layers>> =
  Chain<Layers, S> extends infer Out
    ? [Out] extends [Misfit<infer Index, infer Message>]
      ? { [I in keyof Layers]: I extends `${Index}` ? Message : Layers[I] }
      : Layers
    : never;

/** What the first layer accepts. */
export type Accepted<Layers extends readonly unknown[]> = Layers extends readonly [infer First, ...unknown[]]
  ? ShapeFunctionOf<First>['accepts']
  : Shape;

/** A layer that does not fit. */
interface Misfit<Index extends number, Message extends string> {
  index: Index;
  message: Message;
}

/** Runs a shape through the layers. `Done` counts those that it has passed. */
type Chain<Layers extends readonly unknown[], S extends Shape, Done extends readonly unknown[] = []> = S extends Shape
  ? Layers extends readonly [infer First, ...infer Rest]
    ? Step<ShapeFunctionOf<First>, S> extends infer Out
      ? Out extends Shape
        ? Chain<Rest, Out, [...Done, 0]>
        : Out extends ShapeError<infer Message>
          ? Misfit<Done['length'], Located<Message, Done['length']>>
          : Chain<Rest, Shape, [...Done, 0]>
      : never
    : Layers extends readonly []
      ? S
      : Shape
  : never;

/** One layer; of a shape of which nothing is known, the layer at least knows what it accepts. */
type Step<F extends ShapeFunction, S extends Shape> = Apply<F, Shape extends S ? F['accepts'] : S>;

/** Says where a message comes from; inside of a network in a network, with the longer path. */
type Located<
  Message extends string,
  Index extends number,
> = Message extends `${infer Text} (layer ${infer Path} of sequential)`
  ? `${Text} (layer ${Index}.${Path} of sequential)`
  : `${Message} (layer ${Index} of sequential)`;
