import type { Layout, OpOf } from '@cenote/backend';
import type { WindowGeometry } from '@cenote/shape';
import type { Variant } from '../../plan.js';
import { poolFold } from '../../wgsl/fold.js';
import { linesOf } from '../reduce/lines.js';
import { type Reduction, togetherPlan, worthSharing } from '../reduce/together.js';
import { divided } from './divisor.js';

/** A pooling whose one window sees everything is a reduction over the spatial axes. */
function globalReduction({ geometry, pool, indices }: OpOf<'pool'>, x: Layout): Reduction | null {
  const fold = indices === 'none' ? poolFold(pool, x.dtype) : null;
  if (fold === null) return null;
  if (!geometry.axes.every(({ input, output, count }) => output === 1 && count[0] === input)) return null;
  const spatial = spatialAxes(geometry, x.shape.length);
  return {
    name: `${x.dtype}_${pool.fn}Pool`,
    fold,
    lines: linesOf(x, (axis) => spatial.includes(axis)),
    finish: divided(pool, geometry.axes, ['0u', '0u', '0u']),
  };
}

function spatialAxes({ rank, leading, dataFormat }: WindowGeometry, axes: number): readonly number[] {
  const behind = leading !== 'none' && dataFormat === 'channelsLast' ? 1 : 0;
  return Array.from({ length: rank }, (_, axis) => axes - behind - rank + axis);
}

function variant(isWanted: typeof worthSharing): Variant<'pool'> {
  return {
    plan(op, [x], _outputs, features) {
      const reduction = globalReduction(op, x);
      return reduction !== null && isWanted(reduction, features) ? togetherPlan(reduction, features) : null;
    },
  };
}

/** Global pooling by threads that share a result, where there are few results for many values. */
export const sharedPool = variant(worthSharing);
/** The same for any number of results. */
export const anySharedPool = variant(() => true);
