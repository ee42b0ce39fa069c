/**
 * How parameters get their first values. In `@cenote/nn` as `nn.init.xavierUniform()` and so on; see `initialize`.
 *
 * @packageDocumentation
 */
import { elementCount, type Shape } from '@cenote/shape';
import { full, mul, type RandomOptions, randn, type Tensor, uniform } from '@cenote/tensor';

/** How many inputs an output of a layer is computed from, and how many outputs an input goes to. */
export interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

/**
 * Makes the first values of a parameter.
 *
 * @param fans Those of the layer's weight, also when the parameter is its bias.
 * @returns A tensor of the given shape; it belongs to the caller.
 */
export type Initializer = (shape: Shape, fans: Fans, options: RandomOptions) => Tensor;

/**
 * The fans of a weight `[outputs, inputs, …kernel]`: inputs, or outputs, times kernel elements, as in PyTorch's
 * `torch/nn/init.py`. In a convolution with groups, `inputs` is that of one group, and `outputs` that of all.
 */
export function fansOf(weightShape: Shape): Fans {
  const [outputs, inputs, ...kernel] = weightShape;
  const taps = elementCount(kernel);
  return { fanIn: inputs * taps, fanOut: outputs * taps };
}

/** What follows a layer, for the gain of its weights. */
export type Nonlinearity = 'linear' | 'sigmoid' | 'tanh' | 'relu' | 'leakyRelu';

/** By how much weights have to be larger before an activation for the variance to stay: PyTorch's `calculate_gain`. */
export function gainOf(nonlinearity: Nonlinearity, negativeSlope = 0.01): number {
  switch (nonlinearity) {
    case 'linear':
    case 'sigmoid':
      return 1;
    case 'tanh':
      return 5 / 3;
    case 'relu':
      return Math.SQRT2;
    case 'leakyRelu':
      return Math.sqrt(2 / (1 + negativeSlope ** 2));
  }
}

function symmetric(bound: number, shape: Shape, options: RandomOptions): Tensor {
  return uniform(shape, { ...options, low: -bound, high: bound });
}

function normal(deviation: number, shape: Shape, options: RandomOptions): Tensor {
  const { requiresGrad, ...creation } = options;
  const standard = randn(shape, creation);
  const scaled = mul(standard, deviation);
  standard.dispose();
  if (requiresGrad) scaled.requiresGrad = true;
  return scaled;
}

/**
 * What PyTorch's layers start with, weights and biases alike: uniform over `±1 / √fanIn`. For weights that is
 * {@link kaimingUniform} with a negative slope of √5.
 */
export function pytorchDefault(): Initializer {
  return (shape, { fanIn }, options) => symmetric(1 / Math.sqrt(fanIn), shape, options);
}

/** Options of Xavier initialisation. */
export interface XavierOptions {
  /** See {@link gainOf}. Default: 1. */
  readonly gain?: number;
}

/** Uniform over `±gain · √(6 / (fanIn + fanOut))` (Glorot and Bengio, 2010). */
export function xavierUniform({ gain = 1 }: XavierOptions = {}): Initializer {
  return (shape, { fanIn, fanOut }, options) => symmetric(gain * Math.sqrt(6 / (fanIn + fanOut)), shape, options);
}

/** Normal with deviation `gain · √(2 / (fanIn + fanOut))` (Glorot and Bengio, 2010). */
export function xavierNormal({ gain = 1 }: XavierOptions = {}): Initializer {
  return (shape, { fanIn, fanOut }, options) => normal(gain * Math.sqrt(2 / (fanIn + fanOut)), shape, options);
}

/** Options of Kaiming initialisation. */
export interface KaimingOptions {
  /** Which variance stays: that of values going forward (`fanIn`), or of gradients going back (`fanOut`). Default: `fanIn`. */
  readonly mode?: 'fanIn' | 'fanOut';
  /** What follows the layer. Default: `leakyRelu`. */
  readonly nonlinearity?: Nonlinearity;
  /** Of the leaky ReLU. Default: 0, which makes it ReLU. */
  readonly negativeSlope?: number;
}

function kaimingDeviation(fans: Fans, options: KaimingOptions): number {
  const { mode = 'fanIn', nonlinearity = 'leakyRelu', negativeSlope = 0 } = options;
  return gainOf(nonlinearity, negativeSlope) / Math.sqrt(fans[mode]);
}

/** Uniform over `±√3 · gain / √fan` (He et al., 2015). */
export function kaimingUniform(options: KaimingOptions = {}): Initializer {
  return (shape, fans, creation) => symmetric(Math.sqrt(3) * kaimingDeviation(fans, options), shape, creation);
}

/** Normal with deviation `gain / √fan` (He et al., 2015). */
export function kaimingNormal(options: KaimingOptions = {}): Initializer {
  return (shape, fans, creation) => normal(kaimingDeviation(fans, options), shape, creation);
}

/** The same value everywhere. */
export function constant(value: number): Initializer {
  return (shape, _fans, { generator: _unused, ...creation }) => full(shape, value, creation);
}
