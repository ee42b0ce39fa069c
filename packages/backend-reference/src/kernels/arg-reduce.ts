import { type Domain, inDomain } from '../domain.js';
import { type Element, openNumbers } from '../elements.js';
import { type KernelBuilder, type KernelRun, makeKernel } from '../kernel.js';
import { forEachElement, planRows, type RowPlan } from '../rows.js';
import type { Workspace } from '../workspace.js';

/** `[x] → [y: i32]`, any dtype. */
export const buildArgReduce: KernelBuilder<'argReduce'> = ({ fn, axis }, [x], [y], workspace) => {
  const outer = planRows(y.shape, x.strides, y.strides);
  const line: Line = { length: x.shape[axis], step: x.strides[axis], largest: fn === 'argmax' };
  return inDomain(x.dtype, workspace, (domain) =>
    makeKernel(`${x.dtype}_argReduce_${fn}`, argReduceLines(outer, line, domain, workspace)),
  );
};

interface Line {
  readonly length: number;
  readonly step: number;
  /** Whether the largest is looked for, or else the smallest. */
  readonly largest: boolean;
}

function argReduceLines<T extends Element>(
  outer: RowPlan,
  { length, step, largest }: Line,
  domain: Domain<T>,
  workspace: Workspace,
): KernelRun {
  return ([x], [y]) => {
    const source = domain.open(x.buffer.data);
    const target = openNumbers('i32', y.buffer.data);
    const line = domain.scratch('line', length);
    const position = workspace.numbers('position', 1);
    forEachElement(outer, [x.offset, y.offset], ([xAt, yAt]) => {
      source.read(xAt, step, line, 0, 1, length);
      let best = line[0];
      position[0] = 0;
      for (let i = 1; i < length && !Number.isNaN(best); i++) {
        const value = line[i];
        if (Number.isNaN(value) || (largest ? value > best : value < best)) {
          best = value;
          position[0] = i;
        }
      }
      target.write(yAt, 1, position, 0, 1, 1);
    });
  };
}
