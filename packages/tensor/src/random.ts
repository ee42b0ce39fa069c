import { CenoteError, elementCount, type Shape } from '@cenote/shape';
import { assertShape, type CreationOptions, upload } from './creation.js';
import { defaultGenerator, type Generator } from './generator.js';
import type { Tensor } from './tensor.js';

/** Options of the functions that make random tensors. */
export interface RandomOptions extends CreationOptions {
  /** Where the numbers come from. Default: the one that `manualSeed` seeds. */
  readonly generator?: Generator;
}

function sample(op: string, shape: Shape, options: RandomOptions, draw: (random: Generator) => number): Tensor {
  assertShape(op, shape);
  const { dtype = 'f32', generator: random = defaultGenerator() } = options;
  const count = elementCount(shape);
  if (dtype === 'f32' || dtype === 'f64' || dtype === 'i32' || dtype === 'u8' || dtype === 'i8') {
    const types = { f32: Float32Array, f64: Float64Array, i32: Int32Array, u8: Uint8Array, i8: Int8Array };
    const elements = new types[dtype](count);
    for (let index = 0; index < count; index++) elements[index] = draw(random);
    return upload(elements, dtype, [...shape], options, op);
  }
  throw new CenoteError({
    code: 'INVALID_DTYPE',
    op,
    what: 'no random numbers of this dtype',
    got: dtype,
    expected: 'f32, f64, i32, u8 or i8',
    hint: 'Convert with to(dtype) afterwards',
  });
}

/** Uniform over [0, 1). `f32` has 24 random bits, `f64` 53. */
export function rand<const S extends Shape>(shape: S, options?: RandomOptions): Tensor<[...S]>;
export function rand(shape: Shape, options: RandomOptions = {}): Tensor {
  return uniform(shape, { ...options, low: 0, high: 1 });
}

/** Uniform over [low, high). */
export function uniform<const S extends Shape>(
  shape: S,
  options: RandomOptions & { readonly low: number; readonly high: number },
): Tensor<[...S]>;
export function uniform(
  shape: Shape,
  options: RandomOptions & { readonly low: number; readonly high: number },
): Tensor {
  const { low, high } = options;
  const width = high - low;
  const single = (options.dtype ?? 'f32') === 'f32';
  return sample('uniform', shape, options, (random) => low + width * (single ? random.uniform24() : random.uniform()));
}

/** Normal with mean 0 and variance 1. */
export function randn<const S extends Shape>(shape: S, options?: RandomOptions): Tensor<[...S]>;
export function randn(shape: Shape, options: RandomOptions = {}): Tensor {
  return sample('randn', shape, options, (random) => random.normal());
}

/** Whole numbers, uniform over `low ≤ n < high`; dtype `i32` unless said otherwise. */
export function randint<const S extends Shape>(
  low: number,
  high: number,
  shape: S,
  options?: RandomOptions,
): Tensor<[...S]>;
export function randint(low: number, high: number, shape: Shape, options: RandomOptions = {}): Tensor {
  return sample('randint', shape, { dtype: 'i32', ...options }, (random) => random.integer(low, high));
}

/** The numbers 0 to `count − 1` in random order; dtype `i32`. */
export function randperm<const N extends number>(count: N, options?: RandomOptions): Tensor<[N]>;
export function randperm(count: number, options: RandomOptions = {}): Tensor {
  assertShape('randperm', [count]);
  const order = (options.generator ?? defaultGenerator()).permutation(count);
  return upload(order, 'i32', [count], options, 'randperm');
}

/** Ones with the given probability, zeros otherwise. */
export function bernoulli<const S extends Shape>(
  shape: S,
  probability: number,
  options?: RandomOptions,
): Tensor<[...S]>;
export function bernoulli(shape: Shape, probability: number, options: RandomOptions = {}): Tensor {
  if (!(probability >= 0 && probability <= 1)) {
    throw new CenoteError({
      code: 'INVALID_ARGUMENT',
      op: 'bernoulli',
      what: 'not a probability',
      got: String(probability),
      expected: 'a number from 0 to 1',
      hint: 'Pass the chance of a one',
    });
  }
  return sample('bernoulli', shape, options, (random) => (random.uniform24() < probability ? 1 : 0));
}
