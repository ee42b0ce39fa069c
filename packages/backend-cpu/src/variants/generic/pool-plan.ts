import type { DType, OpOf, PoolFn } from '@cenote/backend';
import type { AxisWindow, IntegerTable, WindowGeometry } from '@cenote/shape';
import { type Argument, f64, table } from '../../plan.js';

/** By how much an average divides its sum, as four slots and the table along the width. */
export function divisorSlots(
  { axes: [depth, height, width] }: WindowGeometry,
  { divisor }: Extract<PoolFn, { fn: 'avg' }>,
): { readonly slots: readonly Argument[]; readonly width: Argument } {
  const factors = (axis: AxisWindow): Argument => {
    if (typeof divisor === 'number') return table(new Int32Array(axis.output).fill(1));
    const counts: IntegerTable = divisor === 'taps' ? axis.count : axis.span;
    return table(Int32Array.from(counts));
  };
  const base = typeof divisor === 'number' ? divisor : 1;
  return { slots: [f64(base), factors(depth), factors(height)], width: factors(width) };
}

/** `f32_maxpool2d`, with what else matters. */
export function poolName(dtype: DType, { kind, pool, geometry, indices }: OpOf<'pool' | 'poolGrad'>): string {
  const what = `${pool.fn}pool${geometry.rank}d${kind === 'poolGrad' ? '_grad' : ''}`;
  return `${dtype}_${what}${indices === 'none' ? '' : `_${indices}Index`}`;
}
