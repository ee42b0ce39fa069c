import { type Domain, inDomain } from '../domain.js';
import type { Element } from '../elements.js';
import type { Fold } from '../functions/fold.js';
import { type KernelBuilder, type KernelRun, makeKernel } from '../kernel.js';
import { forEachElement, forEachRow, maxRowElements, planRows, type RowPlan } from '../rows.js';

/** `[x] → [y]`, for the reductions that the dtype has: for each element of y, a walk over the elements that it sums up. */
export const buildReduce: KernelBuilder<'reduce'> = ({ fn, axes }, [x], [y], workspace) => {
  const outer = planRows(y.shape, x.strides, y.strides);
  const inner = planRows(
    axes.map((axis) => x.shape[axis]),
    axes.map((axis) => x.strides[axis]),
  );
  return inDomain(x.dtype, workspace, (domain) => {
    const fold = domain.folds[fn];
    return fold === undefined ? null : makeKernel(`${x.dtype}_reduce_${fn}`, reduceRows(outer, inner, domain, fold));
  });
};

function reduceRows<T extends Element>(outer: RowPlan, inner: RowPlan, domain: Domain<T>, fold: Fold<T>): KernelRun {
  const [step] = inner.steps;
  return ([x], [y]) => {
    const source = domain.open(x.buffer.data);
    const target = domain.open(y.buffer.data);
    const row = domain.scratch('row', maxRowElements);
    const element = domain.scratch('element', 1);
    forEachElement(outer, [x.offset, y.offset], ([xAt, yAt]) => {
      let result = fold.seed;
      forEachRow(inner, [xAt], ([at], count) => {
        source.read(at, step, row, 0, 1, count);
        result = fold.next(result, row, count);
      });
      element[0] = result;
      target.write(yAt, 1, element, 0, 1, 1);
    });
  };
}
