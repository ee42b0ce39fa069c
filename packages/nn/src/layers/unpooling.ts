import { CenoteError, type PerAxis, type Shape, type SpatialRank, unpoolShape } from '@cenote/shape';
import {
  type KernelSize,
  type MaxUnpoolOptions,
  maxUnpool1d as maxUnpool1dOp,
  maxUnpool2d as maxUnpool2dOp,
  maxUnpool3d as maxUnpool3dOp,
  type Tensor,
} from '@cenote/tensor';
import type { MaxUnpoolDescription } from '../layer-description.js';
import { Module } from '../module.js';

const unpools: readonly ((x: Tensor, indices: Tensor, options: MaxUnpoolOptions & KernelSize) => Tensor)[] = [
  (x, indices, options) => maxUnpool1dOp(x, indices, options),
  (x, indices, options) => maxUnpool2dOp(x, indices, options),
  (x, indices, options) => maxUnpool3dOp(x, indices, options),
];

/** Max unpooling. Made by {@link maxUnpool2d} and its like. */
export class MaxUnpool extends Module {
  readonly #rank: SpatialRank;
  readonly #description: MaxUnpoolDescription;

  constructor(rank: SpatialRank, options: Omit<MaxUnpoolOptions, 'outputSize'> & KernelSize) {
    super();
    const { kernelSize, stride = kernelSize, padding = 0, dataFormat = 'channelsFirst' } = options;
    this.#rank = rank;
    this.#description = { kind: `maxUnpool${rank}d`, kernelSize, stride, padding, dataFormat };
  }

  /**
   * Puts the elements of `x` back to where they were pooled from, among zeros.
   *
   * @param x What max pooling gave.
   * @param indices The positions that it gave. It takes them to call this layer: it cannot be in a `sequential`.
   * @param outputSize The spatial sizes, or the shape, of the tensor that was pooled, where they are not the usual ones.
   * @throws CenoteError `INVALID_ARGUMENT` without indices; what `maxUnpool2d` of the tensor package throws.
   */
  override forward(x: Tensor, indices?: Tensor, outputSize?: readonly number[] | null): Tensor {
    if (indices) return unpools[this.#rank - 1](x, indices, { ...this.#description, outputSize });
    throw new CenoteError({
      code: 'INVALID_ARGUMENT',
      op: this.#description.kind,
      what: 'no indices',
      got: 'x alone',
      expected: 'x and the indices of the pooling that is to be undone',
      hint: 'Call forward(x, indices) with what maxPool2d(x, …, { returnIndices: true }) of the tensor package gives',
    });
  }

  /** The shape of the output where no `outputSize` is given. */
  override outputShape(inputShape: Shape): Shape {
    return unpoolShape({ ...this.#description, op: this.#description.kind, rank: this.#rank }, inputShape);
  }

  override describe(): MaxUnpoolDescription {
    return this.#description;
  }

  override multiplyAdds(_inputShape: Shape): number {
    return 0;
  }
}

/** Options of an unpooling layer: those of the max pooling that it undoes. */
export type MaxUnpoolLayerOptions = Omit<MaxUnpoolOptions, 'outputSize'>;

/** Max unpooling along one axis. See {@link maxUnpool2d}. */
export function maxUnpool1d(kernelSize: PerAxis<number>, options: MaxUnpoolLayerOptions = {}): MaxUnpool {
  return new MaxUnpool(1, { ...options, kernelSize });
}

/**
 * Max unpooling over height and width: the elements of its input go back to where max pooling took them from.
 *
 * @example
 * ```ts
 * const unpool = maxUnpool2d(2);
 * const { output, indices } = maxPool2d(x, 2, { returnIndices: true }); // of @cenote/tensor
 * const y = unpool.forward(output, indices, x.shape);
 * ```
 */
export function maxUnpool2d(kernelSize: PerAxis<number>, options: MaxUnpoolLayerOptions = {}): MaxUnpool {
  return new MaxUnpool(2, { ...options, kernelSize });
}

/** Max unpooling over depth, height and width. See {@link maxUnpool2d}. */
export function maxUnpool3d(kernelSize: PerAxis<number>, options: MaxUnpoolLayerOptions = {}): MaxUnpool {
  return new MaxUnpool(3, { ...options, kernelSize });
}
