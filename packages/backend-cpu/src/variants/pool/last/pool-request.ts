import type { Layout, OpOf, PoolFn } from '@cenote/backend';
import { type AxisWindow, elementCount, roleStrides } from '@cenote/shape';

/** The numbers of `assembly/simd/pool-last/fold.ts`. */
export const modes = { max: 0, sum: 1, wideSum: 2 } as const;

/** One of {@link modes}. */
export type Mode = (typeof modes)[keyof typeof modes];

/** A pooling that the kernels for channels last can compute, in their terms: sizes in bytes, a factor of the divisor for each axis. */
export interface PoolRequest {
  readonly fn: 'max' | 'avg';
  /** Spatial axes of the call, for the name. */
  readonly rank: number;
  readonly batch: number;
  readonly channels: number;
  /** Bytes of the channels of one position. */
  readonly channelBytes: number;
  /** Depth, height, width. */
  readonly axes: readonly [AxisWindow, AxisWindow, AxisWindow];
  /** Distances in the input, in bytes. */
  readonly step: { readonly batch: number; readonly depth: number; readonly height: number; readonly width: number };
  /** Whether the input has no gaps. */
  readonly isContiguous: boolean;
  /** Per axis and output, the factor of the divisor; ones for max and min. */
  readonly divisors: readonly [Float32Array, Float32Array, Float32Array];
}

/** More than this many bytes or table entries are left to the general kernels. */
const largest = 2 ** 31 - 1;

/** Reads an op, or gives `null` for what the kernels are not for: other dtypes, indices, channels first, gaps between channels. */
export function readPool(
  { pool, geometry, indices }: OpOf<'pool'>,
  [x]: readonly Layout[],
  [y]: readonly Layout[],
): PoolRequest | null {
  const { fn } = pool;
  if (x.dtype !== 'f32' || indices !== 'none' || (fn !== 'max' && fn !== 'avg')) return null;
  const { batch, inputChannels: channels, axes, rank } = geometry;
  if (geometry.dataFormat !== 'channelsLast' && channels !== 1) return null;
  if (elementCount(y.shape) === 0 || elementCount(x.shape) * 4 > largest || elementCount(y.shape) * 4 > largest)
    return null;
  const strides = roleStrides(geometry, x.strides);
  if (channels > 1 && strides.channel !== 1) return null;
  const [depth, height, width] = axes;
  if (width.input > 1 && strides.width !== channels) return null;
  const divisors = divisorFactors(pool, axes);
  if (divisors === null) return null;
  const step = {
    batch: strides.batch * 4,
    depth: strides.depth * 4,
    height: strides.height * 4,
    width: channels * 4,
  };
  const row = width.input * step.width;
  const isContiguous =
    (height.input === 1 || step.height === row) &&
    (depth.input === 1 || step.depth === row * height.input) &&
    (batch === 1 || step.batch === row * height.input * depth.input);
  return { fn, rank, batch, channels, channelBytes: channels * 4, axes, step, isContiguous, divisors };
}

function divisorFactors(pool: PoolFn, [depth, height, width]: PoolRequest['axes']): PoolRequest['divisors'] | null {
  const ones = (axis: AxisWindow) => new Float32Array(axis.output).fill(1);
  if (pool.fn !== 'avg') return [ones(depth), ones(height), ones(width)];
  const { divisor } = pool;
  if (typeof divisor === 'number') {
    // The kernels divide in f32.
    if (Math.fround(divisor) !== divisor) return null;
    return [ones(depth).fill(divisor), ones(height), ones(width)];
  }
  const factors = ({ count, span }: AxisWindow) => Float32Array.from(divisor === 'taps' ? count : span);
  return [factors(depth), factors(height), factors(width)];
}

/** Whether the sum over this many taps along each axis stays in f32: 16 roundings are 1e-6, the division is one of them. */
export function sumMode(fn: PoolRequest['fn'], taps: readonly number[]): Mode {
  if (fn === 'max') return modes.max;
  const roundings = taps.reduce((total, count) => total + count - 1, 1);
  return roundings > 16 ? modes.wideSum : modes.sum;
}

/** The table of an axis: per output its first tap, then per output the number of taps, then per output its factor of the divisor. */
export function axisTable({ start, count, output }: AxisWindow, divisors: Float32Array): Int32Array {
  const table = new Int32Array(3 * output);
  for (let o = 0; o < output; o++) {
    table[o] = start[o];
    table[output + o] = count[o];
  }
  table.set(new Int32Array(divisors.buffer, divisors.byteOffset, output), 2 * output);
  return table;
}

/** The last part of the names of kernels. */
export function layoutName(rank: number): string {
  return ['nwc', 'nhwc', 'ndhwc'][rank - 1];
}
