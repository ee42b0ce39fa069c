import { elementCount, type Shape, type SpatialRank, type WindowGeometry } from '@cenote/shape';
import type { PoolShape } from '@cenote/shape/types';
import {
  type BlurPoolOptions,
  blurPool1d as blurPool1dOp,
  blurPool2d as blurPool2dOp,
  blurPool3d as blurPool3dOp,
  type MaxBlurPoolOptions,
  maxBlurPool1d as maxBlurPool1dOp,
  maxBlurPool2d as maxBlurPool2dOp,
  maxBlurPool3d as maxBlurPool3dOp,
  type Tensor,
} from '@cenote/tensor';
import { blurGeometry, maxBlurGeometries, type Subsampling } from '@cenote/tensor/engine';
import type { BlurPoolDescription, MaxBlurPoolDescription } from '../../layer-description.js';
import { Module } from '../../module.js';
import { type Typed, typed } from '../../typed.js';

const blurs: readonly ((x: Tensor, options: BlurPoolOptions) => Tensor)[] = [
  (x, options) => blurPool1dOp(x, options),
  (x, options) => blurPool2dOp(x, options),
  (x, options) => blurPool3dOp(x, options),
];
const maxBlurs: readonly ((x: Tensor, options: MaxBlurPoolOptions) => Tensor)[] = [
  (x, options) => maxBlurPool1dOp(x, options),
  (x, options) => maxBlurPool2dOp(x, options),
  (x, options) => maxBlurPool3dOp(x, options),
];

function completed({ filterSize = 4, stride = 2, paddingMode = 'reflect', dataFormat }: BlurPoolOptions) {
  return { filterSize, stride, paddingMode, dataFormat: dataFormat ?? 'channelsFirst' } as const;
}

/** Subsampling without aliasing. Made by {@link blurPool2d} and its like. */
export class BlurPool extends Module {
  readonly #rank: SpatialRank;
  readonly #description: BlurPoolDescription;

  constructor(rank: SpatialRank, options: BlurPoolOptions) {
    super();
    this.#rank = rank;
    this.#description = { kind: `blurPool${rank}d`, ...completed(options) };
  }

  override forward(x: Tensor): Tensor {
    return blurs[this.#rank - 1](x, this.#description);
  }

  override outputShape(inputShape: Shape): Shape {
    return this.reach(inputShape).outputShape;
  }

  override describe(): BlurPoolDescription {
    return this.#description;
  }

  override reach(inputShape: Shape): WindowGeometry {
    return blurGeometry(this.#description.kind, this.#rank, inputShape, this.#description);
  }

  override multiplyAdds(inputShape: Shape): number {
    return elementCount(this.outputShape(inputShape)) * this.#description.filterSize ** this.#rank;
  }
}

/** Max pooling without aliasing. Made by {@link maxBlurPool2d} and its like. */
export class MaxBlurPool extends Module {
  readonly #rank: SpatialRank;
  readonly #description: MaxBlurPoolDescription;

  constructor(rank: SpatialRank, options: MaxBlurPoolOptions) {
    super();
    this.#rank = rank;
    this.#description = { kind: `maxBlurPool${rank}d`, kernelSize: options.kernelSize ?? 2, ...completed(options) };
  }

  override forward(x: Tensor): Tensor {
    return maxBlurs[this.#rank - 1](x, this.#description);
  }

  override outputShape(inputShape: Shape): Shape {
    return this.reach(inputShape).outputShape;
  }

  override describe(): MaxBlurPoolDescription {
    return this.#description;
  }

  override reach(inputShape: Shape): WindowGeometry {
    return maxBlurGeometries(this.#description.kind, this.#rank, inputShape, this.#description).both;
  }

  override multiplyAdds(inputShape: Shape): number {
    return elementCount(this.outputShape(inputShape)) * this.#description.filterSize ** this.#rank;
  }
}

/** As {@link blurPool2d}, along one axis. */
export function blurPool1d<const O extends BlurPoolOptions = Record<never, never>>(
  options?: O,
): Typed<BlurPool, PoolShape<'blurPool1d', 1, Subsampling<O>>> {
  return typed(new BlurPool(1, options ?? {}));
}

/**
 * Smoothing with a binomial filter, then subsampling (Zhang, ICML 2019): put a convolution with stride 1 and this in the place
 * of one with stride 2, and small shifts of the input change the output little.
 *
 * @example
 * ```ts
 * const halved = sequential(conv2d(3, 8, { kernelSize: 3, padding: 1 }), relu(), blurPool2d());
 * console.log(halved.outputShape([1, 3, 32, 32])); // [1, 8, 16, 16]
 * ```
 */
export function blurPool2d<const O extends BlurPoolOptions = Record<never, never>>(
  options?: O,
): Typed<BlurPool, PoolShape<'blurPool2d', 2, Subsampling<O>>> {
  return typed(new BlurPool(2, options ?? {}));
}

/** As {@link blurPool2d}, over three axes. */
export function blurPool3d<const O extends BlurPoolOptions = Record<never, never>>(
  options?: O,
): Typed<BlurPool, PoolShape<'blurPool3d', 3, Subsampling<O>>> {
  return typed(new BlurPool(3, options ?? {}));
}

/** As {@link maxBlurPool2d}, along one axis. */
export function maxBlurPool1d<const O extends MaxBlurPoolOptions = Record<never, never>>(
  options?: O,
): Typed<MaxBlurPool, PoolShape<'maxBlurPool1d', 1, Subsampling<O, 2>>> {
  return typed(new MaxBlurPool(1, options ?? {}));
}

/** The maximum of every window, one element apart, then {@link blurPool2d} (Zhang, ICML 2019): in the place of `maxPool2d(2)`. */
export function maxBlurPool2d<const O extends MaxBlurPoolOptions = Record<never, never>>(
  options?: O,
): Typed<MaxBlurPool, PoolShape<'maxBlurPool2d', 2, Subsampling<O, 2>>> {
  return typed(new MaxBlurPool(2, options ?? {}));
}

/** As {@link maxBlurPool2d}, over three axes. */
export function maxBlurPool3d<const O extends MaxBlurPoolOptions = Record<never, never>>(
  options?: O,
): Typed<MaxBlurPool, PoolShape<'maxBlurPool3d', 3, Subsampling<O, 2>>> {
  return typed(new MaxBlurPool(3, options ?? {}));
}
