import { type Domain, inDomain } from '../domain.js';
import { type Element, openNumbers } from '../elements.js';
import { type KernelBuilder, type KernelRun, makeKernel } from '../kernel.js';
import { forEachRow, maxRowElements, planRows, type RowPlan } from '../rows.js';
import type { Workspace } from '../workspace.js';

/** `[x, index: i32] → [y]`, any dtype. x is walked without `axis`, on which the index says how far to go. */
export const buildGather: KernelBuilder<'gather'> = ({ axis }, [x, index], [y], workspace) => {
  const plan = planRows(index.shape, x.strides.with(axis, 0), index.strides, y.strides);
  return inDomain(x.dtype, workspace, (domain) =>
    makeKernel(`${x.dtype}_gather`, gatherRows(plan, x.strides[axis], domain, workspace)),
  );
};

function gatherRows<T extends Element>(
  plan: RowPlan,
  axisStride: number,
  domain: Domain<T>,
  workspace: Workspace,
): KernelRun {
  const [xStep, indexStep, yStep] = plan.steps;
  return ([x, index], [y]) => {
    const source = domain.open(x.buffer.data);
    const indexSource = openNumbers('i32', index.buffer.data);
    const target = domain.open(y.buffer.data);
    const indexRow = workspace.numbers('index', maxRowElements);
    const yRow = domain.scratch('y', maxRowElements);
    forEachRow(plan, [x.offset, index.offset, y.offset], ([xAt, indexAt, yAt], count) => {
      indexSource.read(indexAt, indexStep, indexRow, 0, 1, count);
      for (let i = 0; i < count; i++) source.read(xAt + i * xStep + indexRow[i] * axisStride, 1, yRow, i, 1, 1);
      target.write(yAt, yStep, yRow, 0, 1, count);
    });
  };
}
