import type { Shape } from './shape.js';

/** A table of integers that is read, never written. Backed by an `Int32Array`, so it can be structured-cloned. */
export interface IntegerTable {
  readonly length: number;
  readonly [index: number]: number;
  [Symbol.iterator](): ArrayIterator<number>;
}

/** Where the channel axis is: `[N, C, …]` or `[N, …, C]`. */
export type DataFormat = 'channelsFirst' | 'channelsLast';

/** The number of spatial axes of a window: 1d, 2d, 3d. */
export type SpatialRank = 1 | 2 | 3;

/**
 * Everything about a window along one spatial axis.
 *
 * Output `o` covers the input positions `start[o] + j · dilation` for `0 ≤ j < count[o]`: the valid taps, without
 * any that fall into padding. `firstTap[o]` is the number of the first of them within the kernel, so that tap `j`
 * meets kernel element `firstTap[o] + j`.
 *
 * Input `i` is covered by the outputs `coverStart[i] + j · coverStep` for `0 ≤ j < coverCount[i]`, in ascending order.
 *
 * Where a count is 0, the starts beside it are 0 too.
 */
export interface AxisWindow {
  /** Input size of this axis, without padding. */
  readonly input: number;
  /** Output size of this axis. */
  readonly output: number;
  /** Kernel size; for windows that vary (adaptive), the largest one. */
  readonly kernel: number;
  /** Distance between neighbouring windows; 0 when they are not evenly spaced (adaptive). */
  readonly stride: number;
  /** Distance between neighbouring taps of one window. */
  readonly dilation: number;
  /** Padding before the first element. */
  readonly padLow: number;
  /** Padding after the last element. */
  readonly padHigh: number;
  /** Whether windows are `kernel` taps each, `stride` apart. False for adaptive windows that vary. */
  readonly uniform: boolean;
  /** Per output: the input position of the first valid tap. */
  readonly start: IntegerTable;
  /** Per output: the number of that tap within the kernel. */
  readonly firstTap: IntegerTable;
  /** Per output: how many taps are valid. At least 1 for pooling; may be 0 for convolution. */
  readonly count: IntegerTable;
  /** Per output: taps within input + padding: the divisor of an average that counts padding (a ceil-mode overhang never counts). */
  readonly span: IntegerTable;
  /** Per input: the first output that covers it. */
  readonly coverStart: IntegerTable;
  /** Per input: how many outputs cover it; 0 where none does. */
  readonly coverCount: IntegerTable;
  /** Distance between the outputs that cover one input: `dilation / gcd(stride, dilation)`; 1 when windows vary. */
  readonly coverStep: number;
  /**
   * First output whose window is full (`count = kernel`, `start[o] = o · stride − padLow`). Both ends are 0 when there
   * is none, and always when windows vary.
   */
  readonly interiorStart: number;
  /** One past the last output of that contiguous range. */
  readonly interiorEnd: number;
}

/** Which leading axes a windowed op's input has: none (`[H, W]`), channels (`[C, H, W]`), or batch and channels. */
export type LeadingAxes = 'none' | 'channels' | 'batchAndChannels';

/**
 * A pooling or convolution window, resolved against one input shape: the single source of output sizes, valid taps,
 * divisors and coverage for forward, backward and every backend. Frozen, interned (equal specs give the same object)
 * and structured-cloneable.
 */
export interface WindowGeometry {
  /** Equal keys mean equal geometries; kernels and plans are cached by it. */
  readonly key: string;
  /** Spatial axes that the user's call has. */
  readonly rank: SpatialRank;
  /** Where the channel axis is. */
  readonly dataFormat: DataFormat;
  /** Which leading axes input and output have. */
  readonly leading: LeadingAxes;
  /** Batch size; 1 when there is no batch axis. */
  readonly batch: number;
  /** Channels of the input; 1 when there is no channel axis. */
  readonly inputChannels: number;
  /** Channels of the output: the input's for pooling, the weight's first axis for convolution. */
  readonly outputChannels: number;
  /** Depth, height, width. 1d and 2d calls have unit axes in front. */
  readonly axes: readonly [AxisWindow, AxisWindow, AxisWindow];
  /** The shape of the input, in the user's layout. */
  readonly inputShape: Shape;
  /** The shape of the output, in the user's layout. */
  readonly outputShape: Shape;
}

/** Strides in elements by the role of an axis; 0 for an axis that the tensor does not have. */
export interface RoleStrides {
  readonly batch: number;
  readonly channel: number;
  readonly depth: number;
  readonly height: number;
  readonly width: number;
}

/**
 * Reads the strides of an input or output of `geometry` by role, so that a kernel is written once for channels-first,
 * channels-last, batched, unbatched, 1d, 2d, 3d and any strided view.
 *
 * @param geometry The resolved window.
 * @param strides Strides in elements of a tensor that has `geometry.inputShape` or `geometry.outputShape`.
 */
export function roleStrides(geometry: WindowGeometry, strides: readonly number[]): RoleStrides {
  const { rank, leading, dataFormat } = geometry;
  const hasBatch = leading === 'batchAndChannels';
  const hasChannels = leading !== 'none';
  const firstSpatial = (hasBatch ? 1 : 0) + (hasChannels && dataFormat === 'channelsFirst' ? 1 : 0);
  const spatial = (axisFromEnd: number) => (axisFromEnd < rank ? strides[firstSpatial + rank - 1 - axisFromEnd] : 0);
  const channelAxis = dataFormat === 'channelsFirst' ? (hasBatch ? 1 : 0) : strides.length - 1;
  return {
    batch: hasBatch ? strides[0] : 0,
    channel: hasChannels ? strides[channelAxis] : 0,
    depth: spatial(2),
    height: spatial(1),
    width: spatial(0),
  };
}
