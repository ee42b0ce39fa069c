import { bigintDomain, type Domain, numberDomain } from '../domain.js';
import type { Element } from '../elements.js';
import { bigintToNumber, numberToBigint } from '../functions/convert.js';
import { type KernelBuilder, type KernelRun, makeKernel } from '../kernel.js';
import { forEachRow, maxRowElements, planRows, type RowPlan } from '../rows.js';

/** `[] → [y]`: every element is the value, converted as `copy` converts. */
export const buildFill: KernelBuilder<'fill'> = ({ value }, _inputs, [y], workspace) => {
  const plan = planRows(y.shape, y.strides);
  const name = `${y.dtype}_fill`;
  if (y.dtype === 'i64') {
    const element = typeof value === 'bigint' ? value : numberToBigint(value);
    return makeKernel(name, fillRows(plan, bigintDomain(workspace), element));
  }
  const element = typeof value === 'bigint' ? bigintToNumber(value, y.dtype) : value;
  return makeKernel(name, fillRows(plan, numberDomain(y.dtype, workspace), element));
};

function fillRows<T extends Element>(plan: RowPlan, domain: Domain<T>, value: T): KernelRun {
  const [step] = plan.steps;
  return (_inputs, [y]) => {
    const target = domain.open(y.buffer.data);
    const row = domain.scratch('row', maxRowElements).fill(value, 0, Math.min(plan.length, maxRowElements));
    forEachRow(plan, [y.offset], ([at], count) => {
      target.write(at, step, row, 0, 1, count);
    });
  };
}
