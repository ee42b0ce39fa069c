import { type Domain, inDomain, numberDomain } from '../domain.js';
import type { Element, Elements } from '../elements.js';
import { compareRows, isCompare } from '../functions/binary.js';
import { type KernelBuilder, type KernelRun, makeKernel } from '../kernel.js';
import { forEachRow, maxRowElements, planRows, type RowPlan } from '../rows.js';

/** `[a, b] → [y]`, for the functions that the dtype has; comparisons give bool. */
export const buildBinary: KernelBuilder<'binary'> = ({ fn }, [a, b], [y], workspace) => {
  const plan = planRows(y.shape, a.strides, b.strides, y.strides);
  const name = `${a.dtype}_binary_${fn}`;
  return inDomain(a.dtype, workspace, (domain) => {
    if (isCompare(fn)) {
      return makeKernel(name, binaryRows(plan, domain, numberDomain('bool', workspace), compareRows[fn]));
    }
    const row = domain.binary[fn];
    return row === undefined ? null : makeKernel(name, binaryRows(plan, domain, domain, row));
  });
};

function binaryRows<X extends Element, Y extends Element>(
  plan: RowPlan,
  from: Domain<X>,
  to: Domain<Y>,
  apply: (a: Elements<X>, b: Elements<X>, y: Elements<Y>, count: number) => void,
): KernelRun {
  const [aStep, bStep, yStep] = plan.steps;
  return ([a, b], [y]) => {
    const aSource = from.open(a.buffer.data);
    const bSource = from.open(b.buffer.data);
    const target = to.open(y.buffer.data);
    const aRow = from.scratch('a', maxRowElements);
    const bRow = from.scratch('b', maxRowElements);
    const yRow = to.scratch('y', maxRowElements);
    forEachRow(plan, [a.offset, b.offset, y.offset], ([aAt, bAt, yAt], count) => {
      aSource.read(aAt, aStep, aRow, 0, 1, count);
      bSource.read(bAt, bStep, bRow, 0, 1, count);
      apply(aRow, bRow, yRow, count);
      target.write(yAt, yStep, yRow, 0, 1, count);
    });
  };
}
