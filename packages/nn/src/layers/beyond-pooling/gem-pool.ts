import { type DataFormat, resolveGlobalPool, type Shape, type SpatialRank, type WindowGeometry } from '@cenote/shape';
import type { AdaptivePoolShape } from '@cenote/shape/types';
import {
  type Device,
  full,
  type GemPoolOptions,
  gemPool1d as gemPool1dOp,
  gemPool2d as gemPool2dOp,
  gemPool3d as gemPool3dOp,
  keep,
  type Tensor,
} from '@cenote/tensor';
import type { FormatOf } from '@cenote/tensor/engine';
import { checkInteger, checkNumber } from '../../check.js';
import type { FloatDType } from '../../dtype.js';
import type { GemPoolDescription } from '../../layer-description.js';
import { Module } from '../../module.js';
import { type Typed, typed } from '../../typed.js';
import { assertChannels } from './channels.js';

const pools: readonly ((x: Tensor, options: GemPoolOptions) => Tensor)[] = [
  (x, options) => gemPool1dOp(x, options),
  (x, options) => gemPool2dOp(x, options),
  (x, options) => gemPool3dOp(x, options),
];

/** Options of a generalised-mean pooling layer. */
export interface GemPoolLayerOptions {
  /** The exponent, or its first value; above 0. Default: 3. */
  readonly p?: number;
  /** Whether the exponent is a parameter. Default: true, as in the paper. */
  readonly learned?: boolean;
  /** An exponent for each of so many channels, instead of one for all. */
  readonly channels?: number;
  /** What smaller elements are raised to; above 0. Default: 1e-6. */
  readonly eps?: number;
  /** `channelsFirst` (`[N, C, …]`) or `channelsLast` (`[N, …, C]`). Default: `channelsFirst`. */
  readonly dataFormat?: DataFormat;
  /** Element type of the parameter. Default: `f32`. */
  readonly dtype?: FloatDType;
  /** Where the parameter is. Default: the default device. */
  readonly device?: Device;
}

/** The generalised mean of whole planes. Made by {@link gemPool2d} and its like. */
export class GemPool extends Module {
  /** The exponent, `[1]` or `[channels]`; null when it is not learned. */
  readonly p: Tensor | null;
  readonly #rank: SpatialRank;
  readonly #description: GemPoolDescription;

  constructor(rank: SpatialRank, options: GemPoolLayerOptions) {
    super();
    const {
      p = 3,
      learned = true,
      channels,
      eps = 1e-6,
      dataFormat = 'channelsFirst',
      dtype = 'f32',
      device,
    } = options;
    const kind = `gemPool${rank}d` as const;
    checkNumber(kind, 'p', p, (value) => value > 0, 'above 0');
    checkNumber(kind, 'eps', eps, (value) => value > 0, 'above 0');
    if (channels !== undefined) checkInteger(kind, 'channels', channels, 1);
    this.#rank = rank;
    this.#description = { kind, p, eps, learned, channels: channels ?? null, dataFormat };
    this.p = learned ? keep(full([channels ?? 1], p, { dtype, device, requiresGrad: true })) : null;
  }

  override forward(x: Tensor): Tensor {
    this.outputShape(x.shape);
    const { eps, dataFormat, p } = this.#description;
    return pools[this.#rank - 1](x, { p: this.p ?? p, eps, dataFormat });
  }

  override outputShape(inputShape: Shape): Shape {
    const plane = this.reach(inputShape);
    assertChannels(this.#description.kind, this.#description.channels, plane);
    return plane.outputShape;
  }

  override describe(): GemPoolDescription {
    return this.#description;
  }

  override reach(inputShape: Shape): WindowGeometry {
    const { kind: op, dataFormat } = this.#description;
    return resolveGlobalPool({ op, rank: this.#rank, dataFormat }, inputShape);
  }

  override multiplyAdds(_inputShape: Shape): number {
    return 0;
  }
}

/** As {@link gemPool2d}, along one axis. */
export function gemPool1d<const O extends GemPoolLayerOptions = Record<never, never>>(
  options?: O,
): Typed<GemPool, AdaptivePoolShape<'gemPool1d', 1, 1, FormatOf<O>>> {
  return typed(new GemPool(1, options ?? {}));
}

/**
 * The generalised mean of each channel's plane, `(mean(max(x, eps)^p))^(1/p)`, with a `p` that is learned (Radenović, Tolias
 * and Chum, 2018). The parameter is `p`; the spatial axes stay with size 1.
 *
 * @throws CenoteError `INVALID_ARGUMENT` for an exponent or eps that is not above 0.
 */
export function gemPool2d<const O extends GemPoolLayerOptions = Record<never, never>>(
  options?: O,
): Typed<GemPool, AdaptivePoolShape<'gemPool2d', 2, 1, FormatOf<O>>> {
  return typed(new GemPool(2, options ?? {}));
}

/** As {@link gemPool2d}, over three axes. */
export function gemPool3d<const O extends GemPoolLayerOptions = Record<never, never>>(
  options?: O,
): Typed<GemPool, AdaptivePoolShape<'gemPool3d', 3, 1, FormatOf<O>>> {
  return typed(new GemPool(3, options ?? {}));
}
