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
 * The divisor of an average as a product of one factor per axis; of the last one for each element of `pixel` side by side. Tables
 * have some elements more than there are outputs, because kernels read whole vectors.
 */
export function divisorTables(axes: readonly AxisWindow[], divisor: Divisor, pixel = 1): readonly Argument[] {
  return axes.map(({ output, count, span }, axis) => {
    const isLast = axis === axes.length - 1;
    const each = isLast ? pixel : 1;
    const constant = typeof divisor === 'number' && isLast ? divisor : 1;
    const factors = divisor === 'taps' ? count : divisor === 'window' ? span : [];
    return table(
      Float32Array.from({ length: output * each + 8 }, (_, index) => factors[Math.floor(index / each)] ?? constant),
    );
  });
}
