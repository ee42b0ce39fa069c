import { type DataFormat, type PerAxis, resolveFractionalPool, type Shape } from '@cenote/shape';
import {
  fractionalMaxPool2d as fractionalMaxPool2dOp,
  fractionalMaxPool3d as fractionalMaxPool3dOp,
  full,
  type Generator,
  scope,
  type Tensor,
} from '@cenote/tensor';
import type { FractionalMaxPoolDescription } from '../layer-description.js';
import { Module } from '../module.js';

/** Options of a fractional pooling layer: one of `outputSize` and `outputRatio`. */
export interface FractionalMaxPoolLayerOptions {
  /** The output's size: a number for all spatial axes, or one each. */
  readonly outputSize?: PerAxis<number>;
  /** The output's size as a part of the input's, above 0 and below 1. */
  readonly outputRatio?: PerAxis<number>;
  /** Where random numbers are drawn from. Default: the one that `manualSeed` seeds. */
  readonly generator?: Generator;
  /** `channelsFirst` (`[N, C, …]`) or `channelsLast` (`[N, …, C]`). Default: `channelsFirst`. */
  readonly dataFormat?: DataFormat;
}

/** Fractional max pooling. Made by {@link fractionalMaxPool2d} and {@link fractionalMaxPool3d}. */
export class FractionalMaxPool extends Module {
  readonly #rank: 2 | 3;
  readonly #description: FractionalMaxPoolDescription;
  readonly #generator: Generator | undefined;

  constructor(rank: 2 | 3, kernelSize: PerAxis<number>, options: FractionalMaxPoolLayerOptions) {
    super();
    const { outputSize = null, outputRatio = null, dataFormat = 'channelsFirst', generator } = options;
    this.#rank = rank;
    this.#generator = generator;
    this.#description = { kind: `fractionalMaxPool${rank}d`, kernelSize, outputSize, outputRatio, dataFormat };
  }

  override forward(x: Tensor): Tensor {
    const { kernelSize, outputSize, outputRatio, dataFormat } = this.#description;
    const pool = this.#rank === 2 ? fractionalMaxPool2dOp : fractionalMaxPool3dOp;
    const options = { outputSize, outputRatio, dataFormat, generator: this.#generator };
    if (this.training) return pool(x, kernelSize, options);
    const { batch, channels } = this.#fit(x.shape);
    return scope(() => {
      const randomSamples = full([batch, channels, this.#rank], 0.5, { dtype: x.dtype, device: x.device });
      return pool(x, kernelSize, { ...options, randomSamples });
    });
  }

  override outputShape(inputShape: Shape): Shape {
    return this.#fit(inputShape).outputShape;
  }

  override describe(): FractionalMaxPoolDescription {
    return this.#description;
  }

  override multiplyAdds(_inputShape: Shape): number {
    return 0;
  }

  #fit(inputShape: Shape): ReturnType<typeof resolveFractionalPool> {
    return resolveFractionalPool({ ...this.#description, op: this.#description.kind, rank: this.#rank }, inputShape);
  }
}

/**
 * Max pooling over height and width to an output size that need not divide the input's. While training, windows lie at
 * random distances, other ones in every plane. Otherwise they are spread evenly, so that equal inputs give equal outputs
 * (PyTorch draws then, too).
 *
 * @example
 * ```ts
 * const layer = fractionalMaxPool2d(2, { outputRatio: 0.7 });
 * console.log(layer.outputShape([1, 8, 25, 25])); // [1, 8, 17, 17]
 * ```
 */
export function fractionalMaxPool2d(
  kernelSize: PerAxis<number>,
  options: FractionalMaxPoolLayerOptions,
): FractionalMaxPool {
  return new FractionalMaxPool(2, kernelSize, options);
}

/** Fractional max pooling over depth, height and width. See {@link fractionalMaxPool2d}. */
export function fractionalMaxPool3d(
  kernelSize: PerAxis<number>,
  options: FractionalMaxPoolLayerOptions,
): FractionalMaxPool {
  return new FractionalMaxPool(3, kernelSize, options);
}
