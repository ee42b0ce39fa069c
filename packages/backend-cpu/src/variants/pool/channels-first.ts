import type { OpOf } from '@cenote/backend';
import type { AxisWindow, WindowGeometry } from '@cenote/shape';
import type { Plan, Variant } from '../../plan.js';
import { isNarrowDivisor } from './first/divisors.js';
import { fitsFused } from './first/fused.js';
import { planePlan } from './first/plane-plan.js';
import { inputPlanes, type Planes } from './first/planes.js';
import { type Across, acrossKinds, type Down, fusedKinds, mostNarrowTerms, rowPlan } from './first/row-plan.js';
import { withMinimum } from './minimum.js';

const downKinds: readonly Down[] = ['rows', 'blocks'];

/** f32 pooling of contiguous channels-first planes, without indices: first the best way, then all others that are right. */
export const firstPool: readonly Variant<'pool'>[] = [
  variant(planePlan),
  ...fusedKinds.map((fused) =>
    variant((op, planes) => (fitsFused(op, fused) ? rowPlan(op, planes, 'rows', 'interleaved', fused) : null)),
  ),
  variant((op, planes) => rowPlan(op, planes, bestDown(op), bestAcross(op))),
  ...downKinds.flatMap((down) =>
    acrossKinds.map((across) =>
      variant((op, planes) => {
        const isBest = down === bestDown(op) && across === bestAcross(op);
        return !isBest && fitsDown(op.geometry, down) && fitsAcross(op, across)
          ? rowPlan(op, planes, down, across)
          : null;
      }),
    ),
  ),
];

function variant(plan: (op: OpOf<'pool'>, planes: Planes) => Plan | null): Variant<'pool'> {
  return withMinimum({
    target: 'simd',
    plan(op, [x], [y]) {
      const { pool, geometry, indices } = op;
      if (indices !== 'none' || (pool.fn === 'avg' && !isNarrowDivisor(pool.divisor))) return null;
      const planes = inputPlanes(geometry, x, y);
      return planes && plan(op, planes);
    },
  });
}

/** Evenly spaced windows of neighbouring elements that overlap or touch. */
function hasBlocks({ uniform, kernel, stride, dilation }: AxisWindow): boolean {
  return uniform && dilation === 1 && kernel > 1 && stride <= kernel;
}

function fitsDown({ axes: [depth, height] }: WindowGeometry, down: Down): boolean {
  return down === 'rows' || (hasBlocks(height) && depth.kernel === 1 && depth.padLow === 0 && depth.padHigh === 0);
}

function fitsAcross({ pool, geometry }: OpOf<'pool'>, across: Across): boolean {
  const width = geometry.axes[2];
  if (across === 'interleaved') return true;
  if (across === 'blocks') return hasBlocks(width);
  if (!width.uniform || (pool.fn === 'avg' && width.kernel > mostNarrowTerms)) return false;
  return across === 'neighbours' ? width.stride === 1 : width.stride === 2 && width.dilation === 1;
}

/** Up to so many columns it is quicker to look at each than to interleave rows and have blocks. */
const mostTapsAcross = 16;

function bestDown({ geometry }: OpOf<'pool'>): Down {
  const { kernel, stride } = geometry.axes[1];
  return fitsDown(geometry, 'blocks') && kernel >= 7 * stride ? 'blocks' : 'rows';
}

function bestAcross(op: OpOf<'pool'>): Across {
  const { kernel, stride } = op.geometry.axes[2];
  if (kernel <= mostTapsAcross) {
    if (fitsAcross(op, 'neighbours')) return 'neighbours';
    if (fitsAcross(op, 'pairs')) return 'pairs';
  }
  return fitsAcross(op, 'blocks') && kernel >= 7 * stride ? 'blocks' : 'interleaved';
}
