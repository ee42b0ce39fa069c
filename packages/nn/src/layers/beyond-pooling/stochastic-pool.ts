import type { SpatialRank } from '@cenote/shape';
import type { KnownOptions, PoolShape, WindowArguments, WindowOptions } from '@cenote/shape/types';
import {
  type Generator,
  type KernelSize,
  type PoolWindowOptions,
  type StochasticPoolOptions,
  stochasticPool1d as stochasticPool1dOp,
  stochasticPool2d as stochasticPool2dOp,
  stochasticPool3d as stochasticPool3dOp,
  type Tensor,
} from '@cenote/tensor';
import type { StochasticPoolDescription } from '../../layer-description.js';
import { type Typed, typed } from '../../typed.js';
import { completed, WindowLayer, windowOf } from '../window-layer.js';

const pools: readonly ((x: Tensor, options: StochasticPoolOptions & KernelSize) => Tensor)[] = [
  (x, options) => stochasticPool1dOp(x, options),
  (x, options) => stochasticPool2dOp(x, options),
  (x, options) => stochasticPool3dOp(x, options),
];

/** Options of a stochastic pooling layer. */
export interface StochasticPoolLayerOptions extends PoolWindowOptions {
  /** Where the choice comes from. Default: the one that `manualSeed` seeds. */
  readonly generator?: Generator;
}

/** An element drawn of each window. Made by {@link stochasticPool2d} and its like. */
export class StochasticPool extends WindowLayer<StochasticPoolDescription> {
  readonly #generator: Generator | undefined;

  constructor(rank: SpatialRank, description: StochasticPoolDescription, generator: Generator | undefined) {
    super(rank, description);
    this.#generator = generator;
  }

  override forward(x: Tensor): Tensor {
    const options = { ...this.describe(), training: this.training, generator: this.#generator };
    return pools[this.rank - 1](x, options);
  }
}

function stochasticPool(
  rank: SpatialRank,
  window: WindowArguments<StochasticPoolLayerOptions & KernelSize>,
): StochasticPool {
  const kind = `stochasticPool${rank}d` as const;
  const options = windowOf(kind, window);
  return new StochasticPool(rank, { kind, ...completed(options) }, options.generator);
}

/** As {@link stochasticPool2d}, along one axis. */
export function stochasticPool1d<const A extends WindowArguments<StochasticPoolLayerOptions & KernelSize>>(
  ...window: A & KnownOptions<'stochasticPool1d', A, StochasticPoolLayerOptions & KernelSize>
): Typed<StochasticPool, PoolShape<'stochasticPool1d', 1, WindowOptions<A>>> {
  return typed(stochasticPool(1, window));
}

/**
 * While training, one element of each window, drawn in proportion to its activation; otherwise their mean with the same weights
 * (Zeiler and Fergus, ICLR 2013). For activations behind a ReLU: negative ones count as 0.
 */
export function stochasticPool2d<const A extends WindowArguments<StochasticPoolLayerOptions & KernelSize>>(
  ...window: A & KnownOptions<'stochasticPool2d', A, StochasticPoolLayerOptions & KernelSize>
): Typed<StochasticPool, PoolShape<'stochasticPool2d', 2, WindowOptions<A>>> {
  return typed(stochasticPool(2, window));
}

/** As {@link stochasticPool2d}, over three axes. */
export function stochasticPool3d<const A extends WindowArguments<StochasticPoolLayerOptions & KernelSize>>(
  ...window: A & KnownOptions<'stochasticPool3d', A, StochasticPoolLayerOptions & KernelSize>
): Typed<StochasticPool, PoolShape<'stochasticPool3d', 3, WindowOptions<A>>> {
  return typed(stochasticPool(3, window));
}
