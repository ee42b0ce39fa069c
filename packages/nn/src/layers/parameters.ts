import type { Shape } from '@cenote/shape';
import { type Device, type Generator, keep, type Tensor } from '@cenote/tensor';
import type { FloatDType } from '../dtype.js';
import { fansOf, pytorchDefault } from '../init.js';

/** Options of layers with weights. */
export interface ParameterOptions {
  /** Whether there is a bias. Default: true. */
  readonly bias?: boolean;
  /** Element type of the weights. Default: `f32`. */
  readonly dtype?: FloatDType;
  /** Where the weights are. Default: the default device. */
  readonly device?: Device;
  /** Where the first values come from. Default: the generator that `manualSeed` seeds. */
  readonly generator?: Generator;
}

/**
 * A weight and, unless it is not wanted, a bias with PyTorch's first values. They outlive the scope in which the layer
 * is made.
 */
export function createParameters(
  weightShape: Shape,
  { bias = true, dtype, device, generator }: ParameterOptions,
): { readonly weight: Tensor; readonly bias: Tensor | null } {
  const creation = { dtype, device, generator, requiresGrad: true };
  const fans = fansOf(weightShape);
  const initializer = pytorchDefault();
  return {
    weight: keep(initializer(weightShape, fans, creation)),
    bias: bias ? keep(initializer([weightShape[0]], fans, creation)) : null,
  };
}
