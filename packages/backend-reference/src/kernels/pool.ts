import { isFloat, type Layout, type OpOf } from '@cenote/backend';
import { type Domain, inDomain, numberDomain } from '../domain.js';
import { type Element, type Elements, openNumbers } from '../elements.js';
import { roundHalfToEven } from '../functions/unary.js';
import { type KernelBuilder, makeKernel, type ReferenceKernel } from '../kernel.js';
import type { Workspace } from '../workspace.js';
import { forEachPlane, inputPlanes, loadPlane, outputPlanes, storePlane } from './planes.js';
import { averageDivisors, forEachWindow, type Meetings, roomForTaps } from './windows.js';

/** `[x] → [y]` or `[x] → [y, indices]`. `max` and `min` take any dtype, `avg` floats, `u8` and `i8`, `lp` floats. */
export const buildPool: KernelBuilder<'pool'> = (op, inputs, outputs, workspace) => {
  const { pool } = op;
  const { dtype } = inputs[0];
  if (pool.fn === 'max' || pool.fn === 'min') {
    return inDomain(dtype, workspace, (domain) => extremeKernel(op, inputs, outputs, domain, workspace));
  }
  if (pool.fn === 'avg' && (dtype === 'u8' || dtype === 'i8')) {
    const divisors = averageDivisors(op.geometry, pool.divisor);
    const [least, most] = dtype === 'u8' ? [0, 255] : [-128, 127];
    return sumKernel(op, inputs, outputs, numberDomain(dtype, workspace), (x, taps, output) =>
      Math.min(most, Math.max(least, roundHalfToEven(sum(x, taps) / divisors[output]))),
    );
  }
  if (!isFloat(dtype)) return null;
  const domain = numberDomain(dtype, workspace);
  if (pool.fn === 'avg') {
    const divisors = averageDivisors(op.geometry, pool.divisor);
    return sumKernel(op, inputs, outputs, domain, (x, taps, output) => sum(x, taps) / divisors[output]);
  }
  return sumKernel(op, inputs, outputs, domain, (x, taps) => powerNorm(x, taps, pool.p));
};

function extremeKernel<T extends Element>(
  { pool, geometry, indices }: OpOf<'pool'>,
  [xLayout]: readonly Layout[],
  [yLayout, indexLayout]: readonly Layout[],
  domain: Domain<T>,
  workspace: Workspace,
): ReferenceKernel {
  const xPlanes = inputPlanes(geometry, xLayout.strides);
  const yPlanes = outputPlanes(geometry, yLayout.strides);
  const largest = pool.fn === 'max';
  const taps = roomForTaps(geometry);
  const meetingNumber = indices === 'window' ? taps.tap : taps.at;
  const indexPlanes = indices === 'none' ? null : outputPlanes(geometry, indexLayout.strides);
  const suffix = indices === 'none' ? '' : `_${indices}Index`;
  return makeKernel(`${domain.dtype}_pool_${pool.fn}${suffix}`, ([xView], [yView, indexView]) => {
    const source = domain.open(xView.buffer.data);
    const target = domain.open(yView.buffer.data);
    const indexTarget = indexPlanes && openNumbers(indices === 'window' ? 'u8' : 'i32', indexView.buffer.data);
    const x = domain.scratch('x', xPlanes.elements);
    const y = domain.scratch('y', yPlanes.elements);
    const index = workspace.numbers('index', yPlanes.elements);
    forEachPlane(geometry, (item, channel) => {
      loadPlane(xPlanes, source, xView.offset, item, channel, x);
      forEachWindow(geometry, taps, (output) => {
        const best = largest ? findLargest(x, taps) : findSmallest(x, taps);
        y[output] = x[taps.at[best]];
        index[output] = meetingNumber[best];
      });
      storePlane(yPlanes, target, yView.offset, item, channel, y);
      if (indexPlanes && indexTarget) storePlane(indexPlanes, indexTarget, indexView.offset, item, channel, index);
    });
  });
}

/** A kernel whose outputs are each made from a sum over the window. */
function sumKernel(
  { pool, geometry }: OpOf<'pool'>,
  [xLayout]: readonly Layout[],
  [yLayout]: readonly Layout[],
  domain: Domain<number>,
  compute: (x: Elements<number>, taps: Meetings, output: number) => number,
): ReferenceKernel {
  const xPlanes = inputPlanes(geometry, xLayout.strides);
  const yPlanes = outputPlanes(geometry, yLayout.strides);
  const taps = roomForTaps(geometry);
  return makeKernel(`${domain.dtype}_pool_${pool.fn}`, ([xView], [yView]) => {
    const source = domain.open(xView.buffer.data);
    const target = domain.open(yView.buffer.data);
    const x = domain.scratch('x', xPlanes.elements);
    const y = domain.scratch('y', yPlanes.elements);
    forEachPlane(geometry, (item, channel) => {
      loadPlane(xPlanes, source, xView.offset, item, channel, x);
      forEachWindow(geometry, taps, (output) => {
        y[output] = compute(x, taps, output);
      });
      storePlane(yPlanes, target, yView.offset, item, channel, y);
    });
  });
}

/** Which of the taps has the largest element: the first of equals, but the last NaN if there is one. */
function findLargest<T extends Element>(x: Elements<T>, { at, count }: Meetings): number {
  let best = 0;
  let bestValue = x[at[0]];
  for (let tap = 1; tap < count; tap++) {
    const value = x[at[tap]];
    if (value > bestValue || Number.isNaN(value)) {
      best = tap;
      bestValue = value;
    }
  }
  return best;
}

/** As {@link findLargest}, for the smallest. */
function findSmallest<T extends Element>(x: Elements<T>, { at, count }: Meetings): number {
  let best = 0;
  let bestValue = x[at[0]];
  for (let tap = 1; tap < count; tap++) {
    const value = x[at[tap]];
    if (value < bestValue || Number.isNaN(value)) {
      best = tap;
      bestValue = value;
    }
  }
  return best;
}

function sum(x: Elements<number>, { at, count }: Meetings): number {
  let total = 0;
  for (let tap = 0; tap < count; tap++) total += x[at[tap]];
  return total;
}

/** `(Σ |x|^p)^(1/p)`, divided by the largest `|x|` meanwhile, so that no power overflows and not all of them vanish. */
function powerNorm(x: Elements<number>, { at, count }: Meetings, p: number): number {
  let largest = 0;
  for (let tap = 0; tap < count; tap++) largest = Math.max(largest, Math.abs(x[at[tap]]));
  // All zero, an infinity or a NaN: that is the result.
  if (largest === 0 || !Number.isFinite(largest)) return largest;
  let total = 0;
  for (let tap = 0; tap < count; tap++) total += (Math.abs(x[at[tap]]) / largest) ** p;
  return largest * total ** (1 / p);
}
