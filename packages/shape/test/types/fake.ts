// A tensor and layers that exist only for the compiler, with the signatures that the documentation of
// `@cenote/shape/types` recommends.
import type { Shape } from '@cenote/shape';
import type {
  AdaptivePoolOutput,
  AdaptivePoolShape,
  Apply,
  AsOutput,
  BroadcastOutput,
  Checked,
  CheckedLayers,
  ConcatOutput,
  ConvLayerOptions,
  ConvOptions,
  ConvOutput,
  ConvShape,
  ConvWeight,
  DataShape,
  ExpandOutput,
  ExpectShape,
  FlattenOutput,
  FlattenShape,
  FractionalPoolOptions,
  FractionalPoolOutput,
  GlobalPoolOutput,
  KnownOptions,
  LinearShape,
  MatmulOutput,
  NestedData,
  PadOutput,
  PermuteOutput,
  PoolOptions,
  PoolOutput,
  PoolShape,
  ReduceOutput,
  Refusal,
  ReshapeOutput,
  ResultShape,
  SameShape,
  SequentialShape,
  ShapedLayer,
  ShapeFunction,
  ShapePattern,
  ShapesOf,
  SliceOutput,
  SliceRange,
  SqueezeOutput,
  StackOutput,
  TransposeOutput,
  UnpoolOptions,
  UnpoolOutput,
  UnsqueezeOutput,
  WindowArguments,
  WindowOptions,
} from '@cenote/shape/types';

export declare class Tensor<out S extends Shape = Shape> {
  readonly shape: S;
  flatten<S extends Shape, const Start extends number = 0, const End extends number = -1>(
    this: Checked<FlattenOutput<'flatten', S, Start, End>, Tensor<S>>,
    startDim?: Start,
    endDim?: End,
  ): Tensor<ResultShape<FlattenOutput<'flatten', S, Start, End>>>;
  reshape<S extends Shape, const To extends Shape>(
    this: Checked<ReshapeOutput<'reshape', S, To>, Tensor<S>>,
    shape: To,
  ): Tensor<ResultShape<ReshapeOutput<'reshape', S, To>>>;
  as<S extends Shape, const P extends ShapePattern>(
    this: Checked<AsOutput<'as', S, P>, Tensor<S>>,
    pattern: P,
  ): Tensor<ResultShape<AsOutput<'as', S, P>>>;
}

export declare function tensor<const D extends NestedData>(
  data: Checked<DataShape<'tensor', D>, D>,
): Tensor<ResultShape<DataShape<'tensor', D>>>;
export declare function zeros<const S extends Shape>(shape: S): Tensor<[...S]>;

export declare function add<A extends Shape, B extends Shape>(
  a: Tensor<A>,
  b: Checked<BroadcastOutput<'add', A, B>, Tensor<B>>,
): Tensor<ResultShape<BroadcastOutput<'add', A, B>>>;
export declare function matmul<A extends Shape, B extends Shape>(
  a: Tensor<A>,
  b: Checked<MatmulOutput<'matmul', A, B>, Tensor<B>>,
): Tensor<ResultShape<MatmulOutput<'matmul', A, B>>>;
export declare function sum<
  S extends Shape,
  const Axes extends number | Shape | undefined = undefined,
  const O extends { readonly keepDim?: boolean } = object,
>(
  x: Checked<ReduceOutput<'sum', S, Axes>, Tensor<S>>,
  axes?: Axes,
  options?: O,
): Tensor<ResultShape<ReduceOutput<'sum', S, Axes, O extends { keepDim: infer K extends boolean } ? K : false>>>;
export declare function conv2d<S extends Shape, W extends Shape, const O extends ConvOptions = object>(
  x: Checked<ConvOutput<'conv2d', 2, S, W, O>, Tensor<S>>,
  weight: Tensor<W>,
  bias?: Tensor | null,
  options?: O & KnownOptions<'conv2d', O, ConvOptions>,
): Tensor<ResultShape<ConvOutput<'conv2d', 2, S, W, O>>>;
export declare function maxPool2d<S extends Shape, const A extends WindowArguments<PoolOptions>>(
  x: Checked<PoolOutput<'maxPool2d', 2, S, WindowOptions<A>>, Tensor<S>>,
  ...options: A & KnownOptions<'maxPool2d', A, PoolOptions>
): Tensor<ResultShape<PoolOutput<'maxPool2d', 2, S, WindowOptions<A>>>>;

export declare function adaptiveAvgPool2d<
  S extends Shape,
  const Size extends number | null | readonly (number | null)[],
>(
  x: Checked<AdaptivePoolOutput<'adaptiveAvgPool2d', 2, S, Size>, Tensor<S>>,
  size: Size,
): Tensor<ResultShape<AdaptivePoolOutput<'adaptiveAvgPool2d', 2, S, Size>>>;
export declare function globalAvgPool<S extends Shape>(
  x: Checked<GlobalPoolOutput<'globalAvgPool', S>, Tensor<S>>,
): Tensor<ResultShape<GlobalPoolOutput<'globalAvgPool', S>>>;
export declare function maxUnpool2d<S extends Shape, const O extends UnpoolOptions>(
  x: Checked<UnpoolOutput<'maxUnpool2d', 2, S, O>, Tensor<S>>,
  options: O,
): Tensor<ResultShape<UnpoolOutput<'maxUnpool2d', 2, S, O>>>;
export declare function fractionalMaxPool2d<S extends Shape, const O extends FractionalPoolOptions>(
  x: Checked<FractionalPoolOutput<'fractionalMaxPool2d', 2, S, O>, Tensor<S>>,
  options: O,
): Tensor<ResultShape<FractionalPoolOutput<'fractionalMaxPool2d', 2, S, O>>>;
export declare function permute<S extends Shape, const Axes extends Shape>(
  x: Checked<PermuteOutput<'permute', S, Axes>, Tensor<S>>,
  axes: Axes,
): Tensor<ResultShape<PermuteOutput<'permute', S, Axes>>>;
export declare function transpose<S extends Shape, const A extends number = -2, const B extends number = -1>(
  x: Checked<TransposeOutput<'transpose', S, A, B>, Tensor<S>>,
  first?: A,
  second?: B,
): Tensor<ResultShape<TransposeOutput<'transpose', S, A, B>>>;
export declare function squeeze<S extends Shape, const Axis extends number | undefined = undefined>(
  x: Checked<SqueezeOutput<'squeeze', S, Axis>, Tensor<S>>,
  axis?: Axis,
): Tensor<ResultShape<SqueezeOutput<'squeeze', S, Axis>>>;
export declare function unsqueeze<S extends Shape, const Axis extends number>(
  x: Checked<UnsqueezeOutput<'unsqueeze', S, Axis>, Tensor<S>>,
  axis: Axis,
): Tensor<ResultShape<UnsqueezeOutput<'unsqueeze', S, Axis>>>;
export declare function slice<S extends Shape, const Ranges extends readonly SliceRange[]>(
  x: Checked<SliceOutput<'slice', S, Ranges>, Tensor<S>>,
  ranges: Ranges,
): Tensor<ResultShape<SliceOutput<'slice', S, Ranges>>>;
export declare function expand<S extends Shape, const To extends Shape>(
  x: Checked<ExpandOutput<'expand', S, To>, Tensor<S>>,
  shape: To,
): Tensor<ResultShape<ExpandOutput<'expand', S, To>>>;
export declare function pad<S extends Shape, const Widths extends readonly (readonly [number, number])[]>(
  x: Checked<PadOutput<'pad', S, Widths>, Tensor<S>>,
  widths: Widths,
): Tensor<ResultShape<PadOutput<'pad', S, Widths>>>;
export declare function concat<const T extends readonly Tensor[], const Axis extends number = 0>(
  tensors: T & Refusal<ConcatOutput<'concat', ShapesOf<T>, Axis>>,
  axis?: Axis,
): Tensor<ResultShape<ConcatOutput<'concat', ShapesOf<T>, Axis>>>;
export declare function stack<const T extends readonly Tensor[], const Axis extends number = 0>(
  tensors: T & Refusal<StackOutput<'stack', ShapesOf<T>, Axis>>,
  axis?: Axis,
): Tensor<ResultShape<StackOutput<'stack', ShapesOf<T>, Axis>>>;

export declare class Layer<out F extends ShapeFunction = ShapeFunction> implements ShapedLayer<F> {
  readonly '~shape'?: F;
  forward<S extends Shape>(x: Checked<Apply<F, S>, Tensor<S>>): Tensor<ResultShape<Apply<F, S>>>;
}

export declare const nn: {
  conv2d<const In extends number, const Out extends number, const O extends ConvLayerOptions>(
    inChannels: In,
    outChannels: Out,
    options: O & Refusal<ConvWeight<'conv2d', 2, In, Out, O>> & KnownOptions<'conv2d', O, ConvLayerOptions>,
  ): Layer<ConvShape<'conv2d', 2, In, Out, O>>;
  maxPool2d<const A extends WindowArguments<PoolOptions>>(
    ...options: A & KnownOptions<'maxPool2d', A, PoolOptions>
  ): Layer<PoolShape<'maxPool2d', 2, WindowOptions<A>>>;
  avgPool2d<const A extends WindowArguments<PoolOptions>>(
    ...options: A & KnownOptions<'avgPool2d', A, PoolOptions>
  ): Layer<PoolShape<'avgPool2d', 2, WindowOptions<A>>>;
  adaptiveAvgPool2d<const Size extends number | null | readonly (number | null)[]>(
    size: Size,
  ): Layer<AdaptivePoolShape<'adaptiveAvgPool2d', 2, Size>>;
  linear<const In extends number, const Out extends number>(
    inFeatures: In,
    outFeatures: Out,
  ): Layer<LinearShape<In, Out>>;
  flatten<const Start extends number = 1, const End extends number = -1>(
    startDim?: Start,
    endDim?: End,
  ): Layer<FlattenShape<Start, End>>;
  relu(): Layer<SameShape>;
  sigmoid(): Layer<SameShape>;
  dropout(p: number): Layer<SameShape>;
  input<const P extends ShapePattern>(pattern: P): Layer<ExpectShape<'input', P>>;
  sequential<const L extends readonly Layer[]>(...layers: CheckedLayers<L>): Layer<SequentialShape<L>>;
};
