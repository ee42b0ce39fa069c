import type { Layout, OpOf } from '@cenote/backend';
import type { AxisWindow, WindowGeometry } from '@cenote/shape';
import { tapCount } from '../../tap-count.js';
import { type PoolSizes, poolName, poolSizes } from './window-layout.js';

/** What an average is divided by on account of an output of an axis; 1 for what is no average. */
export type AxisDivisor = (output: number) => number;

/** The gradient of f32 pooling of densely packed tensors: what every plan starts from. */
export interface GradRequest {
  readonly geometry: WindowGeometry;
  readonly sizes: PoolSizes;
  /** Whether it is an average, and if not, whether indices are taps. */
  readonly isAverage: boolean;
  readonly isByTap: boolean;
  /** By axis. */
  readonly divisors: readonly AxisDivisor[];
  readonly name: string;
}

/** Reads an op; `null` where it is for a general kernel, as all gradients of norms are. */
export function readGrad(op: OpOf<'poolGrad'>, layouts: readonly Layout[]): GradRequest | null {
  const { geometry, pool, indices } = op;
  const sizes = poolSizes(geometry, layouts);
  const divisors = divisorsOf(op);
  if (sizes === null || divisors === null || layouts[0].dtype !== 'f32') return null;
  const name = poolName(op, sizes);
  return { geometry, sizes, isAverage: pool.fn === 'avg', isByTap: indices === 'window', divisors, name };
}

/** `null` also where f32 does not hold a divisor exactly. */
function divisorsOf({ pool, geometry, indices }: OpOf<'poolGrad'>): readonly AxisDivisor[] | null {
  const one: AxisDivisor = () => 1;
  if (pool.fn === 'lp') return null;
  if (pool.fn !== 'avg') return indices === 'none' ? null : [one, one, one];
  const { divisor } = pool;
  if (typeof divisor === 'number') return Math.fround(divisor) === divisor ? [one, one, () => divisor] : null;
  if (tapCount(geometry.axes) > 2 ** 24) return null;
  return geometry.axes.map(({ count, span }): AxisDivisor => {
    const divisors = divisor === 'taps' ? count : span;
    return (output) => divisors[output];
  });
}

/** The tap of the kernel with which output `o` sees input `i`. */
export function tapOf(axis: AxisWindow, o: number, i: number): number {
  return axis.firstTap[o] + (i - axis.start[o]) / axis.dilation;
}

/** The divisors along the width. */
export function widthDivisors({ geometry, divisors }: GradRequest): Float32Array {
  return Float32Array.from({ length: geometry.axes[2].output }, (_, o) => divisors[2](o));
}

/** The bits of an f32, as an integer. */
export function floatBits(value: number): number {
  return new Int32Array(Float32Array.of(value).buffer)[0];
}
