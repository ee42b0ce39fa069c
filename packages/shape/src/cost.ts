import { matmulShape } from './matmul-shape.js';
import { elementCount, type Shape } from './shape.js';
import type { WindowGeometry } from './window-geometry.js';

/** What one run of an op takes. Bytes count every operand once, as if memory between ops were all that is slow. */
export interface Cost {
  /** Multiplications, each with its addition; 0 for pooling. A bias adds none. */
  readonly multiplyAdds: number;
  /** Elements that pooling windows look at, each compared or added once; 0 for other ops. */
  readonly taps: number;
  /** Bytes of all inputs, each read once: the input, weight and bias. */
  readonly bytesRead: number;
  /** Bytes of all outputs, each written once. */
  readonly bytesWritten: number;
}

/** What a cost depends on besides shapes. */
export interface CostOptions {
  /** Bytes per element; 4 (f32) by default. */
  readonly byteSize?: number;
  /** Whether one bias value is read for each output channel; false by default. */
  readonly bias?: boolean;
}

/**
 * How many taps the windows of one plane have, those in padding included: output size times kernel size on each axis.
 */
export function windowTaps({ axes }: WindowGeometry): number {
  return axes.reduce((taps, axis) => taps * axis.output * axis.kernel, 1);
}

/** How many taps of the windows of one plane fall on an element. They separate: the product of each axis's sum. */
export function validTaps({ axes }: WindowGeometry): number {
  return axes.reduce((taps, { count }) => {
    let sum = 0;
    for (const valid of count) sum += valid;
    return taps * sum;
  }, 1);
}

/**
 * The cost of a convolution. Multiply–adds are counted as is usual, as if padding were multiplied too: output elements
 * times kernel elements times input channels per group. For those that fall on elements, scale by
 * `validTaps(geometry) / windowTaps(geometry)`.
 *
 * @param geometry From {@link resolveConv}.
 * @param options.groups As for the convolution; 1 by default.
 */
export function convCost(
  geometry: WindowGeometry,
  { groups = 1, bias = false, byteSize = 4 }: CostOptions & { readonly groups?: number } = {},
): Cost {
  const { inputShape, outputShape, outputChannels, batch, axes } = geometry;
  const channelsPerGroup = geometry.inputChannels / groups;
  const kernel = axes.reduce((elements, axis) => elements * axis.kernel, 1);
  const weights = outputChannels * channelsPerGroup * kernel;
  return {
    multiplyAdds: batch * outputChannels * channelsPerGroup * windowTaps(geometry),
    taps: 0,
    bytesRead: (elementCount(inputShape) + weights + (bias ? outputChannels : 0)) * byteSize,
    bytesWritten: elementCount(outputShape) * byteSize,
  };
}

/**
 * The cost of a matrix product: output elements times inner size. Operands that are broadcast are read once.
 *
 * @throws CenoteError `INVALID_SHAPE` when the shapes do not fit, as {@link matmulShape}.
 */
export function matmulCost(a: Shape, b: Shape, { bias = false, byteSize = 4 }: CostOptions = {}): Cost {
  const output = matmulShape('matmulCost', a, b);
  const columns = b.length === 1 ? 1 : b[b.length - 1];
  return {
    multiplyAdds: elementCount(output) * a[a.length - 1],
    taps: 0,
    bytesRead: (elementCount(a) + elementCount(b) + (bias ? columns : 0)) * byteSize,
    bytesWritten: elementCount(output) * byteSize,
  };
}

/**
 * The cost of a linear layer: that of the matrix product with its transposed weight.
 *
 * @param input `[…, inputFeatures]`.
 * @param weight `[outputFeatures, inputFeatures]`.
 * @throws CenoteError `INVALID_SHAPE` when the shapes do not fit.
 */
export function linearCost(input: Shape, weight: Shape, options: CostOptions = {}): Cost {
  return matmulCost(input, weight.toReversed(), options);
}

/**
 * The cost of a pooling. `taps` counts valid taps, each looked at once per window: what a direct kernel does. Separable
 * and running passes do less.
 *
 * @param geometry From {@link resolvePool}, {@link resolveAdaptivePool} or {@link resolveGlobalPool}.
 * @param options.indexByteSize Bytes per index where indices are written too; 0 by default.
 */
export function poolCost(
  geometry: WindowGeometry,
  { byteSize = 4, indexByteSize = 0 }: { readonly byteSize?: number; readonly indexByteSize?: number } = {},
): Cost {
  const { inputShape, outputShape, inputChannels, batch } = geometry;
  return {
    multiplyAdds: 0,
    taps: batch * inputChannels * validTaps(geometry),
    bytesRead: elementCount(inputShape) * byteSize,
    bytesWritten: elementCount(outputShape) * (byteSize + indexByteSize),
  };
}
