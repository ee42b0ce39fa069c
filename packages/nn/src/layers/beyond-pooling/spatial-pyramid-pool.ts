import type { Shape, SpatialRank } from '@cenote/shape';
import {
  type SpatialPyramidPoolOptions,
  spatialPyramidPool1d as spatialPyramidPool1dOp,
  spatialPyramidPool2d as spatialPyramidPool2dOp,
  spatialPyramidPool3d as spatialPyramidPool3dOp,
  type Tensor,
} from '@cenote/tensor';
import { pyramidGeometries, pyramidShape } from '@cenote/tensor/engine';
import type { SpatialPyramidPoolDescription } from '../../layer-description.js';
import { Module } from '../../module.js';

const pools = [spatialPyramidPool1dOp, spatialPyramidPool2dOp, spatialPyramidPool3dOp] as const;

/** Pooling into pyramids of cells. Made by {@link spatialPyramidPool2d} and its like. */
export class SpatialPyramidPool extends Module {
  readonly #rank: SpatialRank;
  readonly #description: SpatialPyramidPoolDescription;

  constructor(rank: SpatialRank, levels: readonly number[], options: SpatialPyramidPoolOptions) {
    super();
    const { mode = 'max', dataFormat = 'channelsFirst' } = options;
    this.#rank = rank;
    this.#description = { kind: `spatialPyramidPool${rank}d`, levels, mode, dataFormat };
  }

  override forward(x: Tensor): Tensor {
    return pools[this.#rank - 1](x, this.#description.levels, this.#description);
  }

  override outputShape(inputShape: Shape): Shape {
    const { kind, levels } = this.#description;
    return pyramidShape(pyramidGeometries(kind, this.#rank, inputShape, levels, this.#description));
  }

  override describe(): SpatialPyramidPoolDescription {
    return this.#description;
  }

  override multiplyAdds(_inputShape: Shape): number {
    return 0;
  }
}

/** As {@link spatialPyramidPool2d}, along one axis. */
export function spatialPyramidPool1d(
  levels: readonly number[],
  options: SpatialPyramidPoolOptions = {},
): SpatialPyramidPool {
  return new SpatialPyramidPool(1, levels, options);
}

/**
 * Pooling into `l × l` cells for each level, joined into one axis (He et al., ECCV 2014): a network with this before its first
 * linear layer takes pictures of any size.
 *
 * @example
 * ```ts
 * const layer = spatialPyramidPool2d([4, 2, 1]);
 * console.log(layer.outputShape([8, 16, 13, 20])); // [8, 336]
 * ```
 */
export function spatialPyramidPool2d(
  levels: readonly number[],
  options: SpatialPyramidPoolOptions = {},
): SpatialPyramidPool {
  return new SpatialPyramidPool(2, levels, options);
}

/** As {@link spatialPyramidPool2d}, over three axes. */
export function spatialPyramidPool3d(
  levels: readonly number[],
  options: SpatialPyramidPoolOptions = {},
): SpatialPyramidPool {
  return new SpatialPyramidPool(3, levels, options);
}
