import { type Domain, inDomain } from '../domain.js';
import { type Element, openNumbers } from '../elements.js';
import { type KernelBuilder, type KernelRun, makeKernel } from '../kernel.js';
import { forEachRow, maxRowElements, planRows, type RowPlan } from '../rows.js';
import type { Workspace } from '../workspace.js';

/** `[condition: bool, a, b] → [y]`, any dtype. */
export const buildWhere: KernelBuilder<'where'> = (_op, [condition, a, b], [y], workspace) => {
  const plan = planRows(y.shape, condition.strides, a.strides, b.strides, y.strides);
  return inDomain(y.dtype, workspace, (domain) => makeKernel(`${y.dtype}_where`, whereRows(plan, domain, workspace)));
};

function whereRows<T extends Element>(plan: RowPlan, domain: Domain<T>, workspace: Workspace): KernelRun {
  const [conditionStep, aStep, bStep, yStep] = plan.steps;
  return ([condition, a, b], [y]) => {
    const conditionSource = openNumbers('bool', condition.buffer.data);
    const aSource = domain.open(a.buffer.data);
    const bSource = domain.open(b.buffer.data);
    const target = domain.open(y.buffer.data);
    const conditionRow = workspace.numbers('condition', maxRowElements);
    const aRow = domain.scratch('a', maxRowElements);
    const bRow = domain.scratch('b', maxRowElements);
    const yRow = domain.scratch('y', maxRowElements);
    const bases = [condition.offset, a.offset, b.offset, y.offset];
    forEachRow(plan, bases, ([conditionAt, aAt, bAt, yAt], count) => {
      conditionSource.read(conditionAt, conditionStep, conditionRow, 0, 1, count);
      aSource.read(aAt, aStep, aRow, 0, 1, count);
      bSource.read(bAt, bStep, bRow, 0, 1, count);
      for (let i = 0; i < count; i++) yRow[i] = conditionRow[i] !== 0 ? aRow[i] : bRow[i];
      target.write(yAt, yStep, yRow, 0, 1, count);
    });
  };
}
