import { CenoteError, type Shape, type SpatialRank, windowTaps } from '@cenote/shape';
import type { KnownOptions, PoolShape, WindowArguments, WindowOptions } from '@cenote/shape/types';
import {
  type Device,
  defaultGenerator,
  type Generator,
  gatedPool1d as gatedPool1dOp,
  gatedPool2d as gatedPool2dOp,
  gatedPool3d as gatedPool3dOp,
  type KernelSize,
  keep,
  type MixedPoolOptions,
  mixedPool1d as mixedPool1dOp,
  mixedPool2d as mixedPool2dOp,
  mixedPool3d as mixedPool3dOp,
  reshape,
  scope,
  sigmoid,
  type Tensor,
  zeros,
} from '@cenote/tensor';
import { checkInteger } from '../../check.js';
import type { FloatDType } from '../../dtype.js';
import type { GatedPoolDescription, MixedPoolDescription } from '../../layer-description.js';
import { type Typed, typed } from '../../typed.js';
import { createParameters } from '../parameters.js';
import { completed, WindowLayer, windowOf } from '../window-layer.js';
import { assertChannels } from './channels.js';

type MixedPoolOp = (x: Tensor, mixing: number | Tensor, options: MixedPoolOptions & KernelSize) => Tensor;

const mixedPools: readonly MixedPoolOp[] = [
  (x, mixing, options) => mixedPool1dOp(x, mixing, options),
  (x, mixing, options) => mixedPool2dOp(x, mixing, options),
  (x, mixing, options) => mixedPool3dOp(x, mixing, options),
];
const gatedPools = [gatedPool1dOp, gatedPool2dOp, gatedPool3dOp] as const;

/** Options of a gated pooling layer. */
export interface GatedPoolLayerOptions extends MixedPoolOptions {
  /** Parameters for each of so many channels, instead of the same for all. */
  readonly channels?: number;
  /** Element type of the parameters. Default: `f32`. */
  readonly dtype?: FloatDType;
  /** Where the parameters are. Default: the default device. */
  readonly device?: Device;
  /** Where random numbers come from. Default: the one that `manualSeed` seeds. */
  readonly generator?: Generator;
}

/** Options of a mixed pooling layer. */
export interface MixedPoolLayerOptions extends GatedPoolLayerOptions {
  /** The part of the maximum, from 0 to 1; or that it is drawn, or learned. Default: `random`. */
  readonly mixing?: number | 'random' | 'learned';
}

/** Between max and average pooling. Made by {@link mixedPool2d} and its like. */
export class MixedPool extends WindowLayer<MixedPoolDescription> {
  /** The part of the maximum is the sigmoid of this, `[1]` or `[channels]`; null when it is not learned. */
  readonly mixingLogit: Tensor | null;
  readonly #generator: Generator | undefined;

  constructor(rank: SpatialRank, options: MixedPoolLayerOptions & KernelSize) {
    const { mixing = 'random', countIncludePad = true, channels, dtype, device, generator } = options;
    const kind = `mixedPool${rank}d` as const;
    const drawn = mixing === 'random' || mixing === 'learned';
    if (!drawn && !(typeof mixing === 'number' && mixing >= 0 && mixing <= 1)) throw mixingError(kind, mixing);
    if (channels !== undefined) checkInteger(kind, 'channels', channels, 1);
    if (channels !== undefined && mixing !== 'learned') throw channelsError(kind, mixing, channels);
    super(rank, { kind, ...completed(options), countIncludePad, mixing, channels: channels ?? null });
    this.#generator = generator;
    const shape = [channels ?? 1];
    this.mixingLogit = mixing === 'learned' ? keep(zeros(shape, { dtype, device, requiresGrad: true })) : null;
  }

  override forward(x: Tensor): Tensor {
    // Refused before a number is drawn.
    this.outputShape(x.shape);
    const { mixing } = this.describe();
    const pool = (share: number | Tensor) => mixedPools[this.rank - 1](x, share, this.describe());
    const logit = this.mixingLogit;
    if (logit) return scope(() => pool(sigmoid(logit)));
    if (typeof mixing === 'number') return pool(mixing);
    if (!this.training) return pool(0.5);
    return pool((this.#generator ?? defaultGenerator()).integer(0, 2));
  }

  override outputShape(inputShape: Shape): Shape {
    assertChannels(this.describe().kind, this.describe().channels, this.reach(inputShape));
    return super.outputShape(inputShape);
  }
}

function mixingError(op: string, mixing: unknown): CenoteError {
  return new CenoteError({
    code: 'INVALID_ARGUMENT',
    op,
    what: 'mixing is out of range',
    got: `mixing ${typeof mixing === 'string' ? `'${mixing}'` : String(mixing)}`,
    expected: "a number from 0 to 1, 'random' or 'learned'",
    hint: 'Leave it out for random',
  });
}

function channelsError(op: string, mixing: unknown, channels: number): CenoteError {
  return new CenoteError({
    code: 'INVALID_ARGUMENT',
    op,
    what: 'channels are for parameters, of which there are none',
    got: `channels ${channels}, mixing ${String(mixing)}`,
    expected: "mixing 'learned'",
    hint: 'Leave channels out',
  });
}

/** Between max and average pooling, depending on what is in the window. Made by {@link gatedPool2d} and its like. */
export class GatedPool extends WindowLayer<GatedPoolDescription> {
  /** `[1, 1, …kernelSize]` or `[channels, 1, …kernelSize]`, as of a depthwise convolution. */
  readonly weight: Tensor;

  constructor(rank: SpatialRank, options: GatedPoolLayerOptions & KernelSize) {
    const { countIncludePad = true, channels, dtype, device, generator } = options;
    const kind = `gatedPool${rank}d` as const;
    if (channels !== undefined) checkInteger(kind, 'channels', channels, 1);
    const window = completed(options);
    const { kernelSize } = window;
    const sizes = typeof kernelSize === 'number' ? new Array<number>(rank).fill(kernelSize) : kernelSize;
    if (sizes.length !== rank) throw kernelError(kind, rank, sizes);
    for (const size of sizes) checkInteger(kind, 'kernelSize', size, 1);
    super(rank, { kind, ...window, countIncludePad, channels: channels ?? null });
    this.weight = createParameters([channels ?? 1, 1, ...sizes], { bias: false, dtype, device, generator }).weight;
  }

  override forward(x: Tensor): Tensor {
    this.outputShape(x.shape);
    const { kernelSize: _, ...options } = this.describe();
    const [channels, , ...sizes] = this.weight.shape;
    return scope(() => {
      const gate = reshape(this.weight, options.channels === null ? sizes : [channels, ...sizes]);
      return gatedPools[this.rank - 1](x, gate, options);
    });
  }

  override outputShape(inputShape: Shape): Shape {
    assertChannels(this.describe().kind, this.describe().channels, this.reach(inputShape));
    return super.outputShape(inputShape);
  }

  override multiplyAdds(inputShape: Shape): number {
    const window = this.reach(inputShape);
    return window.batch * window.inputChannels * windowTaps(window);
  }
}

function kernelError(op: string, rank: SpatialRank, sizes: readonly number[]): CenoteError {
  return new CenoteError({
    code: 'INVALID_ARGUMENT',
    op,
    what: 'kernelSize has the wrong number of entries',
    got: `kernelSize [${sizes.join(', ')}]`,
    expected: `a number, or ${rank} of them`,
    hint: 'Give one for each spatial axis',
  });
}

/** As {@link mixedPool2d}, along one axis. */
export function mixedPool1d<const A extends WindowArguments<MixedPoolLayerOptions & KernelSize>>(
  ...window: A & KnownOptions<'mixedPool1d', A, MixedPoolLayerOptions & KernelSize>
): Typed<MixedPool, PoolShape<'mixedPool1d', 1, WindowOptions<A>>> {
  return typed(new MixedPool(1, windowOf('mixedPool1d', window)));
}

/**
 * `mixing · max + (1 − mixing) · average` of each window.
 *
 * - `mixing: 'random'` (Yu et al., 2014): while training, each call draws max or average pooling, which regularises; otherwise
 *   it is their mean, which is what the draws have on average.
 * - `mixing: 'learned'` (Lee, Gallagher and Tu, 2016): the sigmoid of the parameter `mixingLogit`, from 0.5 on, so that it stays
 *   between 0 and 1.
 * - a number: fixed.
 *
 * @throws CenoteError `INVALID_ARGUMENT` for a mixing that is none of these.
 */
export function mixedPool2d<const A extends WindowArguments<MixedPoolLayerOptions & KernelSize>>(
  ...window: A & KnownOptions<'mixedPool2d', A, MixedPoolLayerOptions & KernelSize>
): Typed<MixedPool, PoolShape<'mixedPool2d', 2, WindowOptions<A>>> {
  return typed(new MixedPool(2, windowOf('mixedPool2d', window)));
}

/** As {@link mixedPool2d}, over three axes. */
export function mixedPool3d<const A extends WindowArguments<MixedPoolLayerOptions & KernelSize>>(
  ...window: A & KnownOptions<'mixedPool3d', A, MixedPoolLayerOptions & KernelSize>
): Typed<MixedPool, PoolShape<'mixedPool3d', 3, WindowOptions<A>>> {
  return typed(new MixedPool(3, windowOf('mixedPool3d', window)));
}

/** As {@link gatedPool2d}, along one axis. */
export function gatedPool1d(...window: WindowArguments<GatedPoolLayerOptions & KernelSize>): GatedPool {
  return new GatedPool(1, windowOf('gatedPool1d', window));
}

/**
 * `g · max + (1 − g) · average` of each window, where `g` is the sigmoid of its elements' sum with learned weights (Lee,
 * Gallagher and Tu, 2016). The parameter is `weight`, `[1, 1, KH, KW]`, or `[channels, 1, KH, KW]`; it starts as a
 * convolution's.
 */
export function gatedPool2d(...window: WindowArguments<GatedPoolLayerOptions & KernelSize>): GatedPool {
  return new GatedPool(2, windowOf('gatedPool2d', window));
}

/** As {@link gatedPool2d}, over three axes. */
export function gatedPool3d(...window: WindowArguments<GatedPoolLayerOptions & KernelSize>): GatedPool {
  return new GatedPool(3, windowOf('gatedPool3d', window));
}
