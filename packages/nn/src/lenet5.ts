import { CenoteError, type Shape } from '@cenote/shape';
import type { AsOutput, InputOf, ShapeFunction } from '@cenote/shape/types';
import type { Generator } from '@cenote/tensor';
import { xavierUniform } from './init.js';
import { initialize } from './initialize.js';
import { conv2d } from './layers/conv.js';
import { relu, sigmoid } from './layers/elementwise.js';
import { flatten } from './layers/flatten.js';
import { linear } from './layers/linear.js';
import type { ParameterOptions } from './layers/parameters.js';
import { avgPool2d, maxPool2d } from './layers/pooling.js';
import { Sequential } from './layers/sequential.js';
import type { Module } from './module.js';
import { type Typed, typed } from './typed.js';

/** Options of {@link lenet5}. */
export interface Lenet5Options extends Omit<ParameterOptions, 'bias'> {
  /**
   * `d2l`: as in Dive into Deep Learning, chapter 6.6: sigmoid, average pooling, Xavier initialisation. `modern`: ReLU,
   * max pooling, PyTorch's initialisation. Default: `modern`.
   */
  readonly variant?: 'd2l' | 'modern';
  /** How many classes there are. Default: 10. */
  readonly classes?: number;
  /** Height and width of the pictures, which have one channel. Default: 28. */
  readonly inputSize?: number | readonly [height: number, width: number];
  /** Where the first values come from. Default: the generator that `manualSeed` seeds. */
  readonly generator?: Generator;
}

/** What a LeNet does to shapes: pictures of one channel and the given size become a logit for each class. */
export interface Lenet5Shape<in out Classes extends number, in out Size extends readonly [number, number]>
  extends ShapeFunction {
  readonly output: Logits<AsOutput<'lenet5', InputOf<this>, [number, 1, ...Size]>, Classes>;
  readonly accepts: [N: number, C: 1, H: Size[0], W: Size[1]];
}

type Logits<S, Classes extends number> = S extends readonly [infer N extends number, ...Shape]
  ? [N: N, classes: Classes]
  : S;

type ClassesOf<O> = O extends { readonly classes: infer N extends number }
  ? N
  : 'classes' extends keyof O
    ? number
    : 10;

type SizeOf<O> = O extends { readonly inputSize: infer Size }
  ? Size extends number
    ? [Size, Size]
    : Size extends readonly [infer H extends number, infer W extends number]
      ? [H, W]
      : [number, number]
  : 'inputSize' extends keyof O
    ? [number, number]
    : [28, 28];

/**
 * LeNet-5: two convolutions (1 → 6 → 16 channels, 5×5, the first padded by 2), each with an activation and a 2×2 pooling,
 * then three linear layers (→ 120 → 84 → classes). 61,706 parameters for 28×28 pictures and ten classes.
 *
 * @returns Takes `[N, 1, height, width]`, gives logits `[N, classes]`.
 * @throws CenoteError `INVALID_SHAPE` when the pictures are too small for the windows.
 *
 * @example
 * ```ts
 * const model = lenet5({ variant: 'd2l', generator: generator(1) });
 * console.log(model.parameterCount); // 61706
 * ```
 */
export function lenet5<const O extends Lenet5Options = Record<never, never>>(
  options?: O,
): Typed<Sequential, Lenet5Shape<ClassesOf<O>, SizeOf<O>>> {
  return typed(build(options ?? {}));
}

function build(options: Lenet5Options): Sequential {
  const { variant = 'modern', classes = 10, inputSize = 28, dtype, device, generator } = options;
  if (variant !== 'd2l' && variant !== 'modern') {
    throw new CenoteError({
      code: 'INVALID_ARGUMENT',
      op: 'lenet5',
      what: 'no such variant',
      got: String(variant),
      expected: "'d2l' or 'modern'",
      hint: 'Use one of these names',
    });
  }
  const parameters = { dtype, device, generator };
  const activation = variant === 'd2l' ? sigmoid : relu;
  const pooling = () => (variant === 'd2l' ? avgPool2d(2) : maxPool2d(2));
  const [height, width] = typeof inputSize === 'number' ? [inputSize, inputSize] : inputSize;
  const features: Module[] = [
    conv2d(1, 6, { kernelSize: 5, padding: 2, ...parameters }),
    activation(),
    pooling(),
    conv2d(6, 16, { kernelSize: 5, ...parameters }),
    activation(),
    pooling(),
    flatten(),
  ];
  const [, count] = new Sequential(Object.entries(features)).outputShape([1, 1, height, width]);
  const layers: Module[] = [
    ...features,
    linear(count, 120, parameters),
    activation(),
    linear(120, 84, parameters),
    activation(),
    linear(84, classes, parameters),
  ];
  const model = new Sequential(Object.entries(layers));
  if (variant === 'd2l') initialize(model, xavierUniform(), { generator });
  return model;
}
