import type { Layout } from '@cenote/backend';
import { elementCount, roleStrides, type WindowGeometry } from '@cenote/shape';
import { type Argument, input, output } from '../../../plan.js';

/** Where the planes of a channels-first tensor are, in elements. */
export interface Planes {
  readonly count: number;
  readonly batchStride: number;
  readonly channelStride: number;
}

/** Kernels count elements of a plane, rows and bytes of a tensor with 32 bits. */
const mostElements = 2 ** 29;

/**
 * The planes of an f32 input whose spatial axes are contiguous (batch and channels may be anywhere), or `null`.
 * The output is contiguous by contract.
 */
export function inputPlanes(geometry: WindowGeometry, x: Layout, y: Layout): Planes | null {
  if (geometry.dataFormat !== 'channelsFirst' || x.dtype !== 'f32' || y.dtype !== 'f32') return null;
  const { batch, channel, depth, height, width } = roleStrides(geometry, x.strides);
  const [d, h, w] = geometry.axes.map((axis) => axis.input);
  const isContiguous =
    (w === 1 || width === 1) && (h === 1 || height === w) && (d === 1 || depth === h * w) && batch >= 0 && channel >= 0;
  if (!isContiguous) return null;
  const reach = batch * (geometry.batch - 1) + channel * (geometry.inputChannels - 1) + d * h * w;
  if (reach > mostElements || elementCount(y.shape) > mostElements) return null;
  return { count: geometry.batch * geometry.inputChannels, batchStride: batch, channelStride: channel };
}

/** The arguments that all kernels for planes begin with. */
export function planeArguments({ inputChannels }: WindowGeometry, planes: Planes, isSum: boolean): Argument[] {
  const { count, batchStride, channelStride } = planes;
  // Planes that are all equally far from each other can as well be the channels of one image.
  const channels = batchStride === inputChannels * channelStride ? count : inputChannels;
  return [input(0), output(0), Math.max(1, channels), batchStride * 4, channelStride * 4, isSum ? 1 : 0];
}
