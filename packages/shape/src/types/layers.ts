import type { Shape } from '../shape.js';
import type { SpatialRank } from '../window-geometry.js';
import type { AsOutput, PatternShape, ShapePattern } from './agree.js';
import type { Accepted, ChainOutput, InputOf, ShapeFunction } from './chain.js';
import type { ConvLayerOptions, ConvLayerOutput } from './conv.js';
import type { LinearOutput } from './matmul.js';
import type { Option } from './options.js';
import type { AdaptivePoolOutput, GlobalPoolOutput, PoolOutput } from './pool.js';
import type { FlattenOutput } from './reshape.js';

/* The shape functions of the usual layers. */

/** The shape as it is: activations, dropout. */
export interface SameShape extends ShapeFunction {
  readonly output: InputOf<this>;
}

/** A pooling layer with options O. */
export interface PoolShape<in out Op extends string, in out Rank extends SpatialRank, in out O> extends ShapeFunction {
  readonly output: PoolOutput<Op, Rank, InputOf<this>, O>;
}

/** An adaptive pooling layer. */
export interface AdaptivePoolShape<
  in out Op extends string,
  in out Rank extends SpatialRank,
  in out Size,
  in out Format = 'channelsFirst',
> extends ShapeFunction {
  readonly output: AdaptivePoolOutput<Op, Rank, InputOf<this>, Size, Format>;
}

/** A global pooling layer. */
export interface GlobalPoolShape<in out Op extends string, in out Format = 'channelsFirst'> extends ShapeFunction {
  readonly output: GlobalPoolOutput<Op, InputOf<this>, Format>;
}

/** A convolution layer. */
export interface ConvShape<
  in out Op extends string,
  in out Rank extends SpatialRank,
  in out In extends number,
  in out Out extends number,
  in out O extends ConvLayerOptions,
> extends ShapeFunction {
  readonly output: ConvLayerOutput<Op, Rank, InputOf<this>, In, Out, O>;
  readonly accepts: ConvInput<Rank, In, Option<O, 'dataFormat', 'channelsFirst', unknown>>;
}

/** The inputs of a convolution layer, batched or not. */
type ConvInput<Rank extends SpatialRank, C extends number, Format> = Format extends 'channelsFirst'
  ? Rank extends 1
    ? [N: number, C: C, W: number] | [C: C, W: number]
    : Rank extends 2
      ? [N: number, C: C, H: number, W: number] | [C: C, H: number, W: number]
      : [N: number, C: C, D: number, H: number, W: number] | [C: C, D: number, H: number, W: number]
  : Shape;

/** A linear layer. */
export interface LinearShape<in out In extends number, in out Out extends number, in out Op extends string = 'linear'>
  extends ShapeFunction {
  readonly output: LinearOutput<Op, InputOf<this>, In, Out>;
  readonly accepts: [...Shape, In];
}

/** A layer that flattens. */
export interface FlattenShape<in out Start extends number = 1, in out End extends number = -1> extends ShapeFunction {
  readonly output: FlattenOutput<'flatten', InputOf<this>, Start, End>;
}

/** A layer that only says what the input is, by a pattern: put first, it makes the whole chain known. */
export interface ExpectShape<in out Op extends string, in out P extends ShapePattern> extends ShapeFunction {
  readonly output: AsOutput<Op, InputOf<this>, P>;
  readonly accepts: PatternShape<P>;
}

/** Layers one after the other. */
export interface SequentialShape<in out Layers extends readonly unknown[]> extends ShapeFunction {
  readonly output: ChainOutput<Layers, InputOf<this>>;
  readonly accepts: Accepted<Layers>;
}
