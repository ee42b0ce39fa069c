import type { Layout, OpOf } from '@cenote/backend';
import type { WindowGeometry } from '@cenote/shape';

/** Larger tensors would need addresses of more than 32 bits. */
const maxBytes = 2 ** 31;

/** Whether elements lie one after the other in row-major order; the stride of an axis of size 1 means nothing. */
export function isDense({ shape, strides }: Layout): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return false;
    expected *= shape[axis];
  }
  return true;
}

/** Sizes of a pooling as its kernels see it: planes one after the other, or images whose pixels have all channels together. */
export interface PoolSizes {
  /** Channels that lie together in a pixel: 1 when they come first, where each channel is a plane of its own. */
  readonly channels: number;
  /** Planes or images. */
  readonly planes: number;
  /** Bytes of an f32 input pixel, row, depth slice, and plane or image. */
  readonly pixelBytes: number;
  readonly rowBytes: number;
  readonly sliceBytes: number;
  readonly planeBytes: number;
  /** All inputs and outputs. */
  readonly inputs: number;
  readonly outputs: number;
  /** `nchw`, `nhwc`, or one without the axes that a 1d or 3d pooling does not have. */
  readonly layoutName: string;
}

/**
 * Sizes for f32 kernels; `null` where there is nothing to do, where it is too large for them, or where a tensor is not
 * dense.
 */
export function poolSizes(geometry: WindowGeometry, layouts: readonly Layout[]): PoolSizes | null {
  const { axes, batch, inputChannels, dataFormat, rank } = geometry;
  if (!layouts.every(isDense)) return null;
  const isLast = dataFormat === 'channelsLast' && inputChannels > 1;
  const channels = isLast ? inputChannels : 1;
  const [depth, height, width] = axes;
  const planes = isLast ? batch : batch * inputChannels;
  const pixelBytes = channels * 4;
  const rowBytes = width.input * pixelBytes;
  const sliceBytes = height.input * rowBytes;
  const planeBytes = depth.input * sliceBytes;
  const outputs = planes * channels * depth.output * height.output * width.output;
  const inputs = (planes * planeBytes) / 4;
  if (inputs === 0 || inputs * 4 > maxBytes || outputs * 4 > maxBytes) return null;
  const spatial = 'dhw'.slice(3 - rank);
  const layoutName = dataFormat === 'channelsLast' ? `n${spatial}c` : `nc${spatial}`;
  return { channels, planes, pixelBytes, rowBytes, sliceBytes, planeBytes, inputs, outputs, layoutName };
}

/** `f32_maxpool2d_grad_window_k2s2_nchw`: `k2x3s1x2` where the axes differ; `adaptive` where windows are not evenly spaced. */
export function poolName(
  { kind, pool, geometry, indices }: OpOf<'pool' | 'poolGrad'>,
  { layoutName }: PoolSizes,
): string {
  const { axes, rank } = geometry;
  const own = axes.slice(3 - rank);
  const perAxis = (values: readonly number[]) => (new Set(values).size === 1 ? `${values[0]}` : values.join('x'));
  const window = own.every(({ uniform }) => uniform)
    ? `k${perAxis(own.map(({ kernel }) => kernel))}s${perAxis(own.map(({ stride }) => stride))}`
    : 'adaptive';
  const what = `${kind === 'poolGrad' ? '_grad' : ''}${indices === 'none' ? '' : `_${indices}`}`;
  return `f32_${pool.fn}pool${rank}d${what}_${window}_${layoutName}`;
}

/** What an index counts: taps of the kernel, or positions in the plane. */
export function indexSteps(
  { axes: [, height, width] }: WindowGeometry,
  byTap: boolean,
): readonly [number, number, number] {
  return byTap ? [height.kernel * width.kernel, width.kernel, 1] : [height.input * width.input, width.input, 1];
}
