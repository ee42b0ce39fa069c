import { isFloat, type Layout, type OpOf } from '@cenote/backend';
import { type Domain, inDomain, numberDomain } from '../domain.js';
import { type Element, openNumbers } from '../elements.js';
import { type KernelBuilder, makeKernel, type ReferenceKernel } from '../kernel.js';
import type { Workspace } from '../workspace.js';
import { forEachPlane, inputPlanes, loadPlane, outputPlanes, storePlane } from './planes.js';
import { type AverageDivisor, averageDivisors, forEachCover, roomForCovers } from './windows.js';

/**
 * The gradient of a pooling, each input from the outputs that cover it. Of `max` and `min` for any number, of `avg` and
 * `lp` for floats.
 */
export const buildPoolGrad: KernelBuilder<'poolGrad'> = (op, inputs, [dx], workspace) => {
  const { pool } = op;
  const { dtype } = dx;
  if (pool.fn === 'max' || pool.fn === 'min') {
    return inDomain(dtype, workspace, (domain) => extremeGradKernel(op, inputs, dx, domain, workspace));
  }
  if (!isFloat(dtype)) return null;
  const domain = numberDomain(dtype, workspace);
  return pool.fn === 'avg'
    ? averageGradKernel(op, pool.divisor, inputs, dx, domain)
    : powerGradKernel(op, pool.p, inputs, dx, domain);
};

/** `[dy, indices] → [dx]`: an input gets the gradient of each window that chose it. */
function extremeGradKernel<T extends Element>(
  { pool, geometry, indices }: OpOf<'poolGrad'>,
  [dyLayout, indexLayout]: readonly Layout[],
  dxLayout: Layout,
  domain: Domain<T>,
  workspace: Workspace,
): ReferenceKernel | null {
  const { arithmetic } = domain;
  if (arithmetic === null || indices === 'none') return null;
  const dyPlanes = outputPlanes(geometry, dyLayout.strides);
  const indexPlanes = outputPlanes(geometry, indexLayout.strides);
  const dxPlanes = inputPlanes(geometry, dxLayout.strides);
  const covers = roomForCovers(geometry);
  const byTap = indices === 'window';
  return makeKernel(`${domain.dtype}_poolGrad_${pool.fn}_${indices}Index`, ([dyView, indexView], [dxView]) => {
    const dySource = domain.open(dyView.buffer.data);
    const indexSource = openNumbers(byTap ? 'u8' : 'i32', indexView.buffer.data);
    const target = domain.open(dxView.buffer.data);
    const dy = domain.scratch('dy', dyPlanes.elements);
    const index = workspace.numbers('index', indexPlanes.elements);
    const dx = domain.scratch('dx', dxPlanes.elements);
    forEachPlane(geometry, (item, channel) => {
      loadPlane(dyPlanes, dySource, dyView.offset, item, channel, dy);
      loadPlane(indexPlanes, indexSource, indexView.offset, item, channel, index);
      dx.fill(domain.zero, 0, dxPlanes.elements);
      forEachCover(geometry, covers, (input) => {
        for (let cover = 0; cover < covers.count; cover++) {
          const output = covers.at[cover];
          const chosen = byTap ? covers.tap[cover] : input;
          if (index[output] === chosen) arithmetic.addRow(dx, input, dy, output, 1, 1);
        }
      });
      storePlane(dxPlanes, target, dxView.offset, item, channel, dx);
    });
  });
}

/** `[dy] → [dx]`: an input gets its share of the gradient of each window that it is in. */
function averageGradKernel(
  { geometry }: OpOf<'poolGrad'>,
  divisor: AverageDivisor,
  [dyLayout]: readonly Layout[],
  dxLayout: Layout,
  domain: Domain<number>,
): ReferenceKernel {
  const dyPlanes = outputPlanes(geometry, dyLayout.strides);
  const dxPlanes = inputPlanes(geometry, dxLayout.strides);
  const divisors = averageDivisors(geometry, divisor);
  const covers = roomForCovers(geometry);
  return makeKernel(`${domain.dtype}_poolGrad_avg`, ([dyView], [dxView]) => {
    const source = domain.open(dyView.buffer.data);
    const target = domain.open(dxView.buffer.data);
    const dy = domain.scratch('dy', dyPlanes.elements);
    const dx = domain.scratch('dx', dxPlanes.elements);
    forEachPlane(geometry, (item, channel) => {
      loadPlane(dyPlanes, source, dyView.offset, item, channel, dy);
      forEachCover(geometry, covers, (input) => {
        let sum = 0;
        for (let cover = 0; cover < covers.count; cover++) {
          const output = covers.at[cover];
          sum += dy[output] / divisors[output];
        }
        dx[input] = sum;
      });
      storePlane(dxPlanes, target, dxView.offset, item, channel, dx);
    });
  });
}

/**
 * `[dy, x, y] → [dx]`: `dy · sign(x) · (|x| / y)^(p − 1)` from each window that the input is in. `|x|` is at most `y`, so
 * the power does not overflow. Nothing comes from a window with `y = 0`, and nothing goes to `x = 0`: a subgradient where
 * the norm has a corner.
 */
function powerGradKernel(
  { geometry }: OpOf<'poolGrad'>,
  p: number,
  [dyLayout, xLayout, yLayout]: readonly Layout[],
  dxLayout: Layout,
  domain: Domain<number>,
): ReferenceKernel {
  const dyPlanes = outputPlanes(geometry, dyLayout.strides);
  const xPlanes = inputPlanes(geometry, xLayout.strides);
  const yPlanes = outputPlanes(geometry, yLayout.strides);
  const dxPlanes = inputPlanes(geometry, dxLayout.strides);
  const covers = roomForCovers(geometry);
  return makeKernel(`${domain.dtype}_poolGrad_lp`, ([dyView, xView, yView], [dxView]) => {
    const dySource = domain.open(dyView.buffer.data);
    const xSource = domain.open(xView.buffer.data);
    const ySource = domain.open(yView.buffer.data);
    const target = domain.open(dxView.buffer.data);
    const dy = domain.scratch('dy', dyPlanes.elements);
    const x = domain.scratch('x', xPlanes.elements);
    const y = domain.scratch('y', yPlanes.elements);
    const dx = domain.scratch('dx', dxPlanes.elements);
    forEachPlane(geometry, (item, channel) => {
      loadPlane(dyPlanes, dySource, dyView.offset, item, channel, dy);
      loadPlane(xPlanes, xSource, xView.offset, item, channel, x);
      loadPlane(yPlanes, ySource, yView.offset, item, channel, y);
      forEachCover(geometry, covers, (input) => {
        const value = x[input];
        let sum = 0;
        for (let cover = 0; cover < covers.count && value !== 0; cover++) {
          const output = covers.at[cover];
          const norm = y[output];
          if (norm !== 0) sum += dy[output] * Math.sign(value) * (Math.abs(value) / norm) ** (p - 1);
        }
        dx[input] = sum;
      });
      storePlane(dxPlanes, target, dxView.offset, item, channel, dx);
    });
  });
}
