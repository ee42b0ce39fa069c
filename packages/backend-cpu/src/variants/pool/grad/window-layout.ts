import type { Layout } from '@cenote/backend';
import type { AxisWindow, WindowGeometry } from '@cenote/shape';

/** Larger tensors would need addresses of more than 32 bits, and larger tables are not worth their memory. */
const maxBytes = 2 ** 31;
const maxTableIntegers = 2 ** 20;

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

/** `k2s2`, or `k2x3s1x2` where the axes differ; `adaptive` where windows are not evenly spaced. */
export function windowName({ axes, rank }: WindowGeometry): string {
  const own = axes.slice(3 - rank);
  if (!own.every(({ uniform }) => uniform)) return 'adaptive';
  const perAxis = (values: readonly number[]) => (new Set(values).size === 1 ? `${values[0]}` : values.join('x'));
  return `k${perAxis(own.map(({ kernel }) => kernel))}s${perAxis(own.map(({ stride }) => stride))}`;
}

/** What an index counts: taps of the kernel, or positions in the plane. */
export function indexSteps(
  { axes: [, height, width] }: WindowGeometry,
  byTap: boolean,
): readonly [number, number, number] {
  return byTap ? [height.kernel * width.kernel, width.kernel, 1] : [height.input * width.input, width.input, 1];
}

/** The tap of the kernel with which output `o` sees input `i`. */
export function tapOf(axis: AxisWindow, o: number, i: number): number {
  return axis.firstTap[o] + (i - axis.start[o]) / axis.dilation;
}

/** The outputs that look at each input of an axis. */
export interface CoverTable {
  /** Entries of `integersPerCover`, all of the first input, then all of the second, and so on. */
  readonly data: Int32Array;
  /** Where the entries of input `i` begin in `data`, in bytes; one more than there are inputs. */
  readonly begins: Int32Array;
  /** The most that one input has. */
  readonly most: number;
}

/** Integers of one entry of a {@link CoverTable}: bytes to the output, its tap, an f32, and 0. */
export const integersPerCover = 4;

/**
 * @param outputStep By how many elements of dy the outputs are apart.
 * @param tapStep By how much the index grows with the tap on this axis.
 * @param divisor What an average is divided by on account of this axis.
 * @returns `null` where the table would be large.
 */
export function coverTable(
  axis: AxisWindow,
  outputStep: number,
  tapStep: number,
  divisor: (output: number) => number,
): CoverTable | null {
  const begins = new Int32Array(axis.input + 1);
  let most = 0;
  let total = 0;
  for (let i = 0; i < axis.input; i++) {
    most = Math.max(most, axis.coverCount[i]);
    total += axis.coverCount[i];
    begins[i + 1] = total * integersPerCover * 4;
  }
  if (total * integersPerCover > maxTableIntegers) return null;
  const data = new Int32Array(total * integersPerCover);
  const floats = new Float32Array(data.buffer);
  let at = 0;
  for (let i = 0; i < axis.input; i++) {
    for (let j = 0; j < axis.coverCount[i]; j++) {
      const output = axis.coverStart[i] + j * axis.coverStep;
      data[at] = output * outputStep;
      data[at + 1] = tapOf(axis, output, i) * tapStep;
      floats[at + 2] = divisor(output);
      at += integersPerCover;
    }
  }
  return { data, begins, most };
}
