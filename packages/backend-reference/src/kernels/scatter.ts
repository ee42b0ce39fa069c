import { contiguousStrides, elementCount } from '@cenote/shape';
import { type Domain, inDomain } from '../domain.js';
import { type Element, openNumbers } from '../elements.js';
import { type KernelBuilder, makeKernel, type ReferenceKernel } from '../kernel.js';
import { forEachRow, maxRowElements, planBlock, planRows, type RowPlan, storeBlock } from '../rows.js';
import type { Workspace } from '../workspace.js';

/** `[index: i32, source] → [y]`, any dtype. What comes later in row-major order replaces what came before. */
export const buildScatter: KernelBuilder<'scatter'> = ({ axis }, [index, source], [y], workspace) => {
  const strides = contiguousStrides(y.shape);
  const scatter: Scatter = {
    plan: planRows(index.shape, index.strides, source.strides, strides.with(axis, 0)),
    axisStride: strides[axis],
    block: planBlock(y.shape, y.strides),
    elements: elementCount(y.shape),
  };
  return inDomain(y.dtype, workspace, (domain) => scatterKernel(scatter, domain, workspace));
};

interface Scatter {
  /** Over index, source and y without its axis. */
  readonly plan: RowPlan;
  /** How far apart neighbours along the axis are in y. */
  readonly axisStride: number;
  /** The whole of y. */
  readonly block: RowPlan;
  readonly elements: number;
}

function scatterKernel<T extends Element>(
  { plan, axisStride, block, elements }: Scatter,
  domain: Domain<T>,
  workspace: Workspace,
): ReferenceKernel {
  const [indexStep, sourceStep, step] = plan.steps;
  return makeKernel(`${domain.dtype}_scatter`, ([index, source], [y]) => {
    const indexSource = openNumbers('i32', index.buffer.data);
    const input = domain.open(source.buffer.data);
    const indexRow = workspace.numbers('index', maxRowElements);
    const row = domain.scratch('row', maxRowElements);
    const result = domain.scratch('result', elements).fill(domain.zero, 0, elements);
    forEachRow(plan, [index.offset, source.offset, 0], ([indexAt, sourceAt, at], count) => {
      indexSource.read(indexAt, indexStep, indexRow, 0, 1, count);
      input.read(sourceAt, sourceStep, row, 0, 1, count);
      for (let i = 0; i < count; i++) result[at + i * step + indexRow[i] * axisStride] = row[i];
    });
    storeBlock(block, domain.open(y.buffer.data), y.offset, result);
  });
}
