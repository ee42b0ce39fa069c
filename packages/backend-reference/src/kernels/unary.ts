import { type Domain, inDomain, numberDomain } from '../domain.js';
import type { Element, Elements } from '../elements.js';
import { isNanRow } from '../functions/unary.js';
import { type KernelBuilder, type KernelRun, makeKernel } from '../kernel.js';
import { forEachRow, maxRowElements, planRows, type RowPlan } from '../rows.js';

/** `[x] → [y]`, for the functions that the dtype has. */
export const buildUnary: KernelBuilder<'unary'> = ({ fn }, [x], [y], workspace) => {
  const plan = planRows(y.shape, x.strides, y.strides);
  const name = `${x.dtype}_unary_${fn}`;
  return inDomain(x.dtype, workspace, (domain) => {
    if (fn === 'isNan') return makeKernel(name, unaryRows(plan, domain, numberDomain('bool', workspace), isNanRow));
    const row = domain.unary[fn];
    return row === undefined ? null : makeKernel(name, unaryRows(plan, domain, domain, row));
  });
};

function unaryRows<X extends Element, Y extends Element>(
  plan: RowPlan,
  from: Domain<X>,
  to: Domain<Y>,
  apply: (x: Elements<X>, y: Elements<Y>, start: number, end: number) => void,
): KernelRun {
  const [xStep, yStep] = plan.steps;
  return ([x], [y]) => {
    const source = from.open(x.buffer.data);
    const target = to.open(y.buffer.data);
    const xRow = from.scratch('x', maxRowElements);
    const yRow = to.scratch('y', maxRowElements);
    forEachRow(plan, [x.offset, y.offset], ([xAt, yAt], count) => {
      source.read(xAt, xStep, xRow, 0, 1, count);
      apply(xRow, yRow, 0, count);
      target.write(yAt, yStep, yRow, 0, 1, count);
    });
  };
}
