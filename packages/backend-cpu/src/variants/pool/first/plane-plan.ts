import type { OpOf } from '@cenote/backend';
import { elementCount } from '@cenote/shape';
import { f32, type Plan } from '../../../plan.js';
import { type Planes, planeArguments } from './planes.js';

/** The plan of global pooling, where the one window sees every element of the plane; `null` for any other. */
export function planePlan({ pool, geometry }: OpOf<'pool'>, planes: Planes): Plan | null {
  if (pool.fn === 'lp') return null;
  const isWhole = geometry.axes.every((axis) => axis.output === 1 && axis.count[0] === axis.input);
  const elements = elementCount(geometry.axes.map((axis) => axis.input));
  if (!isWhole || elements < 4) return null;
  const divisor = pool.fn === 'avg' ? pool.divisor : 1;
  const spans = elementCount(geometry.axes.map(({ span }) => span[0]));
  // Some planes for each unit, so that it is worth a call.
  const unitPlanes = Math.max(4, Math.ceil(4096 / elements) * 4);
  return {
    name: `f32_${pool.fn}pool${geometry.rank}d_global_nchw`,
    steps: [
      {
        function: 'poolFirstPlanes',
        args: [
          ...planeArguments(geometry, planes, pool.fn === 'avg'),
          ...[elements, planes.count, unitPlanes],
          f32(divisor === 'taps' ? elements : divisor === 'window' ? spans : divisor),
        ],
        units: Math.ceil(planes.count / unitPlanes),
        nanoseconds: planes.count * (10 + elements * 0.15),
      },
    ],
  };
}
