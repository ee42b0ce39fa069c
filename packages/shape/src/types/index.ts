/**
 * Shapes as types: what the functions of `@cenote/shape` compute at run time, computed by the compiler from literal
 * sizes. There is nothing here at run time. Sizes that are not known are `number` and make unknown only what depends on
 * them; a shape of unknown rank is `Shape` (`readonly number[]`); what cannot be is a {@link ShapeError} whose text the
 * compiler prints.
 *
 * **Signatures.** Infer shapes and options with `const` type parameters, so that nobody has to write `as const`, give
 * the parameter at fault the type {@link Checked}, and return the {@link ResultShape}:
 *
 * ```ts
 * function zeros<const S extends Shape>(shape: S): Tensor<[...S]>;
 * function tensor<const D extends NestedData>(data: Checked<DataShape<'tensor', D>, D>): Tensor<ResultShape<DataShape<'tensor', D>>>;
 * function flatten<S extends Shape, const Start extends number = 0>(
 *   x: Checked<FlattenOutput<'flatten', S, Start>, Tensor<S>>,
 *   startDim?: Start,
 * ): Tensor<ResultShape<FlattenOutput<'flatten', S, Start>>>;
 * function maxPool2d<S extends Shape, const O extends PoolOptions>(
 *   x: Checked<PoolOutput<'maxPool2d', 2, S, O>, Tensor<S>>,
 *   options: O & KnownOptions<'maxPool2d', O, PoolOptions>,
 * ): Tensor<ResultShape<PoolOutput<'maxPool2d', 2, S, O>>>;
 * function concat<const T extends readonly Tensor[], const Axis extends number = 0>(
 *   tensors: T & Refusal<ConcatOutput<'concat', ShapesOf<T>, Axis>>,
 *   axis?: Axis,
 * ): Tensor<ResultShape<ConcatOutput<'concat', ShapesOf<T>, Axis>>>;
 * ```
 *
 * A parameter whose literals are to be inferred keeps its type parameter in front (`O & …`), or they widen.
 *
 * **Tensors.** S may only appear where it is read (`readonly shape: S`): `class Tensor<out S extends Shape = Shape>` is
 * then covariant, and `Tensor<[2, 3]>` is a `Tensor`. Methods take the shape from `this`, not from the class:
 * `flatten<S extends Shape>(this: Checked<FlattenOutput<'flatten', S>, Tensor<S>>): …`.
 *
 * **Layers** are {@link ShapedLayer}s: they carry a {@link ShapeFunction} as the type of a property that does not exist
 * (`declare readonly '~shape'?: PoolShape<'maxPool2d', 2, O>`). {@link Apply} gives a layer's output shape, and
 * {@link CheckedLayers} is the type of the parameters of `sequential`:
 *
 * ```ts
 * forward<S extends Shape>(x: Checked<Apply<F, S>, Tensor<S>>): Tensor<ResultShape<Apply<F, S>>>;
 * function sequential<const L extends readonly Layer[]>(...layers: CheckedLayers<L>): Layer<SequentialShape<L>>;
 * ```
 *
 * @module
 */

// Results and refusals
export type { AgreedShape, AsOutput, PatternShape, ShapePattern } from './agree.js';
// Numbers
export type {
  Add,
  CeilDivide,
  Compare,
  FloorDivide,
  Max,
  Min,
  Multiply,
  Order,
  Remainder,
  Subtract,
} from './arithmetic.js';
// Shapes of other ops
export type { BroadcastOutput } from './broadcast.js';
// Layers and chains of them
export type {
  AnyShape,
  Apply,
  ChainOutput,
  CheckedLayers,
  InputOf,
  ShapedLayer,
  ShapeFunction,
  ShapeFunctionOf,
} from './chain.js';
// Windows: pooling and convolution
export type { ConvLayerOptions, ConvLayerOutput, ConvOptions, ConvOutput, ConvWeight } from './conv.js';
export type { DataShape, NestedData } from './data.js';
export type { Checked, Refusal, ResultShape, ShapeError } from './error.js';
export type { ExpandOutput, PadOutput } from './extend.js';
export type { FractionalPoolOptions, FractionalPoolOutput } from './fractional-pool.js';
export type { ConcatOutput, ShapesOf, StackOutput } from './join.js';
export type {
  AdaptivePoolShape,
  ConvShape,
  ExpectShape,
  FlattenShape,
  GlobalPoolShape,
  LinearShape,
  PoolShape,
  SameShape,
  SequentialShape,
} from './layers.js';
export type { LinearOutput, MatmulOutput } from './matmul.js';
export type { KnownOptions, WindowArguments, WindowOptions } from './options.js';
export type { PermuteOutput, TransposeOutput } from './permute.js';
export type { AdaptivePoolOutput, GlobalPoolOutput, PoolOptions, PoolOutput } from './pool.js';
export type { ReduceOutput } from './reduce.js';
export type {
  ElementCount,
  FlattenOutput,
  ReshapeOutput,
  SqueezeOutput,
  UnsqueezeOutput,
} from './reshape.js';
export type { Resized } from './resize.js';
export type { SliceOutput, SliceRange } from './slice.js';
export type { UnpoolOptions, UnpoolOutput } from './unpool.js';
