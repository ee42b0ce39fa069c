import type { PoolFn } from '@cenote/backend';
import type { AxisWindow } from '@cenote/shape';
import { type Argument, table } from '../../../plan.js';

type Divisor = Extract<PoolFn, { fn: 'avg' }>['divisor'];

/** Whether an f32 can stand for a divisor. */
export function isNarrowDivisor(divisor: Divisor): boolean {
  if (typeof divisor === 'string') return true;
  const size = Math.abs(divisor);
  return size > 2 ** -100 && size < 2 ** 100;
}

/**
 * The divisor of an average as a product of one factor per axis. Tables have some elements more than there are outputs,
 * because kernels read whole vectors.
 */
export function divisorTables(axes: readonly AxisWindow[], divisor: Divisor): readonly Argument[] {
  return axes.map(({ output, count, span }, axis) => {
    const factors = new Float32Array(output + 4).fill(1);
    if (divisor === 'taps') factors.set([...count]);
    else if (divisor === 'window') factors.set([...span]);
    else if (axis === axes.length - 1) factors.fill(divisor);
    return table(factors);
  });
}
