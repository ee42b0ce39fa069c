import type { Shape, SpatialRank } from '@cenote/shape';
import type { PoolShape } from '@cenote/shape/types';
import {
  adaptivePolyphaseSample1d as adaptivePolyphaseSample1dOp,
  adaptivePolyphaseSample2d as adaptivePolyphaseSample2dOp,
  adaptivePolyphaseSample3d as adaptivePolyphaseSample3dOp,
  type PolyphaseSampleOptions,
  type Tensor,
} from '@cenote/tensor';
import { polyphaseGeometry, type Subsampling } from '@cenote/tensor/engine';
import type { PolyphaseSampleDescription } from '../../layer-description.js';
import { Module } from '../../module.js';
import { type Typed, typed } from '../../typed.js';

const samples: readonly ((x: Tensor, options: PolyphaseSampleOptions) => Tensor)[] = [
  (x, options) => adaptivePolyphaseSample1dOp(x, options),
  (x, options) => adaptivePolyphaseSample2dOp(x, options),
  (x, options) => adaptivePolyphaseSample3dOp(x, options),
];

/** Subsampling that moves with its input. Made by {@link adaptivePolyphaseSample2d} and its like. */
export class PolyphaseSample extends Module {
  readonly #rank: SpatialRank;
  readonly #options: PolyphaseSampleOptions;

  constructor(rank: SpatialRank, options: PolyphaseSampleOptions) {
    super();
    this.#rank = rank;
    this.#options = options;
  }

  override forward(x: Tensor): Tensor {
    return samples[this.#rank - 1](x, this.#options);
  }

  override outputShape(inputShape: Shape): Shape {
    return polyphaseGeometry(this.describe().kind, this.#rank, inputShape, this.#options).outputShape;
  }

  override describe(): PolyphaseSampleDescription {
    const { stride = 2, p = 2, dataFormat = 'channelsFirst' } = this.#options;
    const norm = p === Number.POSITIVE_INFINITY ? 'infinity' : p;
    return { kind: `adaptivePolyphaseSample${this.#rank}d`, stride, p: norm, dataFormat };
  }

  override multiplyAdds(_inputShape: Shape): number {
    return 0;
  }
}

/** As {@link adaptivePolyphaseSample2d}, along one axis. */
export function adaptivePolyphaseSample1d<const O extends PolyphaseSampleOptions = Record<never, never>>(
  options?: O,
): Typed<PolyphaseSample, PoolShape<'adaptivePolyphaseSample1d', 1, Subsampling<O>>> {
  return typed(new PolyphaseSample(1, options ?? {}));
}

/**
 * Of the ways to keep every second row and column, the one with the largest norm, for each example (Chaman and Dokmanić, CVPR
 * 2021). A network of circular convolutions, these, and a global pooling decides the same whatever the circular shift of its
 * input: `shiftConsistency` is 1.
 */
export function adaptivePolyphaseSample2d<const O extends PolyphaseSampleOptions = Record<never, never>>(
  options?: O,
): Typed<PolyphaseSample, PoolShape<'adaptivePolyphaseSample2d', 2, Subsampling<O>>> {
  return typed(new PolyphaseSample(2, options ?? {}));
}

/** As {@link adaptivePolyphaseSample2d}, over three axes. */
export function adaptivePolyphaseSample3d<const O extends PolyphaseSampleOptions = Record<never, never>>(
  options?: O,
): Typed<PolyphaseSample, PoolShape<'adaptivePolyphaseSample3d', 3, Subsampling<O>>> {
  return typed(new PolyphaseSample(3, options ?? {}));
}
