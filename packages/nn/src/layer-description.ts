import type { DataFormat, Padding, PerAxis } from '@cenote/shape';
import type { EdgeMode, PaddingMode } from '@cenote/tensor';

/** A convolution. The weight is `[outChannels, inChannels / groups, …kernelSize]`. */
export interface ConvDescription {
  readonly kind: 'conv1d' | 'conv2d' | 'conv3d';
  readonly inChannels: number;
  readonly outChannels: number;
  /** One entry for each spatial axis. */
  readonly kernelSize: readonly number[];
  readonly stride: PerAxis<number>;
  readonly padding: Padding;
  readonly dilation: PerAxis<number>;
  readonly groups: number;
  readonly bias: boolean;
  readonly dataFormat: DataFormat;
}

/** A matrix product with a weight `[outFeatures, inFeatures]` over the last axis. */
export interface LinearDescription {
  readonly kind: 'linear';
  readonly inFeatures: number;
  readonly outFeatures: number;
  readonly bias: boolean;
}

/** What all pooling windows have in common. */
export interface PoolWindowDescription {
  readonly kernelSize: PerAxis<number>;
  readonly stride: PerAxis<number>;
  readonly padding: Padding;
  readonly dilation: PerAxis<number>;
  readonly ceilMode: boolean;
  readonly dataFormat: DataFormat;
}

/** Max or min pooling. */
export interface ExtremumPoolDescription extends PoolWindowDescription {
  readonly kind: `${'max' | 'min'}Pool${1 | 2 | 3}d`;
}

/** Average pooling. */
export interface AvgPoolDescription extends PoolWindowDescription {
  readonly kind: `avgPool${1 | 2 | 3}d`;
  readonly countIncludePad: boolean;
  readonly divisorOverride: number | null;
}

/** LP pooling. */
export interface LpPoolDescription extends PoolWindowDescription {
  readonly kind: `lpPool${1 | 2 | 3}d`;
  readonly p: number;
}

/** Pooling to a given output size. */
export interface AdaptivePoolDescription {
  readonly kind: `adaptive${'Avg' | 'Max'}Pool${1 | 2 | 3}d`;
  readonly outputSize: PerAxis<number | null>;
  readonly dataFormat: DataFormat;
}

/** Pooling of whole planes, which keep their axes with size 1. */
export type GlobalPoolDescription =
  | { readonly kind: 'globalAvgPool' | 'globalMaxPool'; readonly dataFormat: DataFormat }
  | { readonly kind: 'globalLpPool'; readonly p: number; readonly dataFormat: DataFormat };

/** Max pooling with windows at random distances. One of `outputSize` and `outputRatio` is not null. */
export interface FractionalMaxPoolDescription {
  readonly kind: `fractionalMaxPool${2 | 3}d`;
  readonly kernelSize: PerAxis<number>;
  readonly outputSize: PerAxis<number> | null;
  readonly outputRatio: PerAxis<number> | null;
  readonly dataFormat: DataFormat;
}

/** What undoes max pooling. */
export interface MaxUnpoolDescription {
  readonly kind: `maxUnpool${1 | 2 | 3}d`;
  readonly kernelSize: PerAxis<number>;
  readonly stride: PerAxis<number>;
  readonly padding: PerAxis<number>;
  readonly dataFormat: DataFormat;
}

/** More elements around the spatial axes. */
export interface PadDescription {
  readonly kind: `pad${1 | 2 | 3}d`;
  /** `[low, high]` for each spatial axis. */
  readonly padding: readonly (readonly [low: number, high: number])[];
  readonly mode: 'constant' | EdgeMode;
  /** The constant; 0 in other modes. */
  readonly value: number;
  readonly dataFormat: DataFormat;
}

/** Smoothing, then subsampling. */
export interface BlurPoolDescription {
  readonly kind: `blurPool${1 | 2 | 3}d`;
  readonly filterSize: number;
  readonly stride: PerAxis<number>;
  readonly paddingMode: PaddingMode;
  readonly dataFormat: DataFormat;
}

/** The maximum one element apart, then smoothing, then subsampling. */
export interface MaxBlurPoolDescription extends Omit<BlurPoolDescription, 'kind'> {
  readonly kind: `maxBlurPool${1 | 2 | 3}d`;
  readonly kernelSize: PerAxis<number>;
}

/** Subsampling that picks where it starts. */
export interface PolyphaseSampleDescription {
  readonly kind: `adaptivePolyphaseSample${1 | 2 | 3}d`;
  readonly stride: PerAxis<number>;
  /** The norm. A word for infinity, which JSON has no number for. */
  readonly p: number | 'infinity';
  readonly dataFormat: DataFormat;
}

/** A mean in which each element has the weight `e^x`. */
export interface SoftPoolDescription extends PoolWindowDescription {
  readonly kind: `softPool${1 | 2 | 3}d`;
}

/** A mean in which each element has the weight `e^logit`. */
export interface LipPoolDescription extends PoolWindowDescription {
  readonly kind: `lipPool${1 | 2 | 3}d`;
  /** What computes the logits from the layer's input. */
  readonly logit: LayerDescription;
}

/** The generalised mean of whole planes, which keep their axes with size 1. */
export interface GemPoolDescription {
  readonly kind: `gemPool${1 | 2 | 3}d`;
  /** The exponent, or the one that training started from. */
  readonly p: number;
  readonly eps: number;
  readonly learned: boolean;
  /** How many exponents there are, one for each channel; null for one in all. */
  readonly channels: number | null;
  readonly dataFormat: DataFormat;
}

/** Between max and average pooling. */
export interface MixedPoolDescription extends PoolWindowDescription {
  readonly kind: `mixedPool${1 | 2 | 3}d`;
  readonly countIncludePad: boolean;
  /** The part of the maximum; or that it is drawn, or learned. */
  readonly mixing: number | 'random' | 'learned';
  /** How many parts are learned, one for each channel; null for one in all. */
  readonly channels: number | null;
}

/** Between max and average pooling, in parts that depend on the window's elements. */
export interface GatedPoolDescription extends PoolWindowDescription {
  readonly kind: `gatedPool${1 | 2 | 3}d`;
  readonly countIncludePad: boolean;
  /** How many gates are learned, one for each channel; null for one in all. */
  readonly channels: number | null;
}

/** An element drawn of each window while training, and its expectation otherwise. */
export interface StochasticPoolDescription extends PoolWindowDescription {
  readonly kind: `stochasticPool${1 | 2 | 3}d`;
}

/** Pooling into pyramids of cells, joined into one axis. */
export interface SpatialPyramidPoolDescription {
  readonly kind: `spatialPyramidPool${1 | 2 | 3}d`;
  readonly levels: readonly number[];
  readonly mode: 'max' | 'avg';
  readonly dataFormat: DataFormat;
}

/** A function of each element on its own. */
export interface ActivationDescription {
  readonly kind: 'sigmoid' | 'relu' | 'tanh' | 'identity';
}

/** A distribution along one axis. */
export interface SoftmaxDescription {
  readonly kind: 'softmax' | 'logSoftmax';
  readonly axis: number;
}

/** Axes joined into one. */
export interface FlattenDescription {
  readonly kind: 'flatten';
  readonly startDim: number;
  readonly endDim: number;
}

/** A shape that the input has to have. */
export interface InputDescription {
  readonly kind: 'input';
  /** Null stands for any size. */
  readonly shape: readonly (number | null)[];
}

/** Elements dropped at random while training. */
export interface DropoutDescription {
  readonly kind: 'dropout';
  /** The chance of an element to be dropped. */
  readonly p: number;
}

/** Layers one after the other. */
export interface SequentialDescription {
  readonly kind: 'sequential';
  readonly layers: readonly { readonly name: string; readonly layer: LayerDescription }[];
}

/** A module of your own that does not describe itself otherwise. */
export interface CustomDescription {
  readonly kind: 'custom';
  /** The name of its class. */
  readonly name: string;
}

/**
 * What a layer is, as plain data without its weights: the kind and all options, defaults filled in. What summaries print
 * and what a converter to another format reads.
 */
export type LayerDescription =
  | ConvDescription
  | LinearDescription
  | ExtremumPoolDescription
  | AvgPoolDescription
  | LpPoolDescription
  | AdaptivePoolDescription
  | GlobalPoolDescription
  | FractionalMaxPoolDescription
  | MaxUnpoolDescription
  | PadDescription
  | BlurPoolDescription
  | MaxBlurPoolDescription
  | PolyphaseSampleDescription
  | SoftPoolDescription
  | LipPoolDescription
  | GemPoolDescription
  | MixedPoolDescription
  | GatedPoolDescription
  | StochasticPoolDescription
  | SpatialPyramidPoolDescription
  | ActivationDescription
  | SoftmaxDescription
  | FlattenDescription
  | DropoutDescription
  | InputDescription
  | SequentialDescription
  | CustomDescription;
