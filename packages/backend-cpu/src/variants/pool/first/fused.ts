import type { OpOf } from '@cenote/backend';
import type { AxisWindow } from '@cenote/shape';
import { type Fused, mostColumnsApart, mostNarrowTerms } from './row-plan.js';

/** Rows of up to so many columns are not divided into strips. */
const mostColumns = 1024;

/** Whether the kernel that does these windows in one pass is for this op. */
export function fitsFused({ pool, geometry }: OpOf<'pool'>, fused: Fused): boolean {
  const [depth, height, width] = geometry.axes;
  const { input, output, kernel, stride, dilation, padLow, uniform } = width;
  if (!uniform) return false;
  if (fused === 'k2s2' || fused === 'k4s4') {
    const size = fused === 'k2s2' ? 2 : 4;
    if (kernel !== size || stride !== size || dilation !== 1 || padLow !== 0) return false;
    const taps = depth.kernel * height.kernel;
    const isFew = size === 4 ? taps === 1 : pool.fn !== 'avg' || taps <= mostNarrowTerms;
    // Every strip has at least four outputs, each of which has all its taps.
    return isFew && output >= 4 && output * size <= input && (output <= mostColumnsApart || output % 4 === 0);
  }
  if (kernel !== 3 || dilation !== 1 || padLow !== 1 || !isOneSlice(depth) || height.kernel > 3) return false;
  if (height.dilation !== 1 || input > mostColumns) return false;
  return fused === 'k3s1'
    ? stride === 1 && output === input && output >= 8
    : stride === 2 && output === Math.ceil(input / 2) && output >= 6;
}

function isOneSlice({ kernel, padLow, padHigh, uniform }: AxisWindow): boolean {
  return uniform && kernel === 1 && padLow === 0 && padHigh === 0;
}
