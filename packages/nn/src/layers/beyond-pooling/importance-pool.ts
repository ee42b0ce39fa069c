import { CenoteError, formatShape, type Shape, type SpatialRank, sameShape, windowTaps } from '@cenote/shape';
import type { KnownOptions, PoolShape, WindowArguments, WindowOptions } from '@cenote/shape/types';
import {
  type KernelSize,
  lipPool1d as lipPool1dOp,
  lipPool2d as lipPool2dOp,
  lipPool3d as lipPool3dOp,
  type PoolWindowOptions,
  scope,
  softPool1d as softPool1dOp,
  softPool2d as softPool2dOp,
  softPool3d as softPool3dOp,
  type Tensor,
} from '@cenote/tensor';
import type { LipPoolDescription, SoftPoolDescription } from '../../layer-description.js';
import { Module } from '../../module.js';
import { type Typed, typed } from '../../typed.js';
import { completed, WindowLayer, windowOf } from '../window-layer.js';

const softPools: readonly ((x: Tensor, options: PoolWindowOptions & KernelSize) => Tensor)[] = [
  (x, options) => softPool1dOp(x, options),
  (x, options) => softPool2dOp(x, options),
  (x, options) => softPool3dOp(x, options),
];
const lipPools: readonly ((x: Tensor, logits: Tensor, options: PoolWindowOptions & KernelSize) => Tensor)[] = [
  (x, logits, options) => lipPool1dOp(x, logits, options),
  (x, logits, options) => lipPool2dOp(x, logits, options),
  (x, logits, options) => lipPool3dOp(x, logits, options),
];

/** A mean with exponential weights. Made by {@link softPool2d} and its like. */
export class SoftPool extends WindowLayer<SoftPoolDescription> {
  override forward(x: Tensor): Tensor {
    return softPools[this.rank - 1](x, this.describe());
  }

  override multiplyAdds(inputShape: Shape): number {
    const window = this.reach(inputShape);
    return window.batch * window.inputChannels * windowTaps(window);
  }
}

/** A mean whose weights a network computes. Made by {@link lipPool2d} and its like. */
export class LipPool extends WindowLayer<LipPoolDescription> {
  /** What computes the logits of the weights. */
  readonly logit: Module;

  constructor(rank: SpatialRank, logit: Module, window: WindowArguments<PoolWindowOptions & KernelSize>) {
    const kind = `lipPool${rank}d` as const;
    if (!(logit instanceof Module)) {
      throw new CenoteError({
        code: 'INVALID_ARGUMENT',
        op: kind,
        what: 'no network for the logits',
        got: typeof logit === 'function' ? 'a function' : String(logit),
        expected: 'a Module whose output has the shape of its input',
        hint: 'Pass conv2d(channels, channels, { kernelSize: 1 }), say',
      });
    }
    super(rank, { kind, ...completed(windowOf(kind, window)), logit: logit.describe() });
    this.logit = logit;
  }

  override forward(x: Tensor): Tensor {
    this.outputShape(x.shape);
    return scope(() => lipPools[this.rank - 1](x, this.logit.forward(x), this.describe()));
  }

  override outputShape(inputShape: Shape): Shape {
    const { outputShape } = this.reach(inputShape);
    const logits = this.logit.outputShape(inputShape);
    if (sameShape(logits, inputShape)) return outputShape;
    throw new CenoteError({
      code: 'INVALID_SHAPE',
      op: this.describe().kind,
      what: 'the logits do not have the shape of the input',
      got: `logits ${formatShape(logits)}, input ${formatShape(inputShape)}`,
      expected: 'the same',
      hint: 'Use as many channels as the input has, stride 1, and padding that keeps its size',
    });
  }

  override multiplyAdds(inputShape: Shape): number | null {
    const logits = this.logit.multiplyAdds(inputShape);
    const window = this.reach(inputShape);
    return logits === null ? null : logits + window.batch * window.inputChannels * windowTaps(window);
  }
}

function softPool(rank: SpatialRank, window: WindowArguments<PoolWindowOptions & KernelSize>): SoftPool {
  const kind = `softPool${rank}d` as const;
  return new SoftPool(rank, { kind, ...completed(windowOf(kind, window)) });
}

/** As {@link softPool2d}, along one axis. */
export function softPool1d<const A extends WindowArguments<PoolWindowOptions & KernelSize>>(
  ...window: A & KnownOptions<'softPool1d', A, PoolWindowOptions & KernelSize>
): Typed<SoftPool, PoolShape<'softPool1d', 1, WindowOptions<A>>> {
  return typed(softPool(1, window));
}

/** The mean of each window with the weights `e^x` (Stergiou et al., ICCV 2021), over height and width. */
export function softPool2d<const A extends WindowArguments<PoolWindowOptions & KernelSize>>(
  ...window: A & KnownOptions<'softPool2d', A, PoolWindowOptions & KernelSize>
): Typed<SoftPool, PoolShape<'softPool2d', 2, WindowOptions<A>>> {
  return typed(softPool(2, window));
}

/** As {@link softPool2d}, over three axes. */
export function softPool3d<const A extends WindowArguments<PoolWindowOptions & KernelSize>>(
  ...window: A & KnownOptions<'softPool3d', A, PoolWindowOptions & KernelSize>
): Typed<SoftPool, PoolShape<'softPool3d', 3, WindowOptions<A>>> {
  return typed(softPool(3, window));
}

/** As {@link lipPool2d}, along one axis. */
export function lipPool1d<const A extends WindowArguments<PoolWindowOptions & KernelSize>>(
  logit: Module,
  ...window: A & KnownOptions<'lipPool1d', A, PoolWindowOptions & KernelSize>
): Typed<LipPool, PoolShape<'lipPool1d', 1, WindowOptions<A>>> {
  return typed(new LipPool(1, logit, window));
}

/**
 * The mean of each window with the weights `e^logit`, where a network of yours computes the logits from the layer's input
 * (Gao, Wang and Wu, ICCV 2019). It is a child of the layer: its parameters are `logit.…`. The paper bounds the logits, with
 * a sigmoid times 12.
 *
 * @param logit Its output has the shape of its input.
 * @throws CenoteError `INVALID_ARGUMENT` when it is not a module; `INVALID_SHAPE`, once there is an input, when the shapes differ.
 *
 * @example
 * ```ts
 * const logit = sequential(conv2d(8, 8, { kernelSize: 1 }), sigmoid());
 * const layer = lipPool2d(logit, 3, { stride: 2, padding: 1 }); // parameters 'logit.0.weight', 'logit.0.bias'
 * ```
 */
export function lipPool2d<const A extends WindowArguments<PoolWindowOptions & KernelSize>>(
  logit: Module,
  ...window: A & KnownOptions<'lipPool2d', A, PoolWindowOptions & KernelSize>
): Typed<LipPool, PoolShape<'lipPool2d', 2, WindowOptions<A>>> {
  return typed(new LipPool(2, logit, window));
}

/** As {@link lipPool2d}, over three axes. */
export function lipPool3d<const A extends WindowArguments<PoolWindowOptions & KernelSize>>(
  logit: Module,
  ...window: A & KnownOptions<'lipPool3d', A, PoolWindowOptions & KernelSize>
): Typed<LipPool, PoolShape<'lipPool3d', 3, WindowOptions<A>>> {
  return typed(new LipPool(3, logit, window));
}
