import type { Layout } from '@cenote/backend';
import { contiguousStrides, elementCount } from '@cenote/shape';
import { type Domain, inDomain } from '../domain.js';
import { type Element, type Elements, openNumbers } from '../elements.js';
import { type KernelBuilder, makeKernel, type ReferenceKernel } from '../kernel.js';
import { forEachRow, maxRowElements, planBlock, planRows, type RowPlan, storeBlock } from '../rows.js';
import type { Workspace } from '../workspace.js';

/** `[index: i32, source] → [y]`, any dtype. What comes later in row-major order replaces what came before. */
export const buildScatter: KernelBuilder<'scatter'> = ({ axis }, [index, source], [y], workspace) => {
  const plan = planScatter(axis, index, source, y);
  return inDomain(y.dtype, workspace, (domain) =>
    scatterKernel('scatter', plan, domain, workspace, (result, at, row, i) => {
      result[at] = row[i];
    }),
  );
};

/** `[index: i32, source] → [y]`, any number. y accumulates in scratch and is rounded when everything was added. */
export const buildScatterAdd: KernelBuilder<'scatterAdd'> = ({ axis }, [index, source], [y], workspace) => {
  const plan = planScatter(axis, index, source, y);
  return inDomain(y.dtype, workspace, (domain) => {
    const { arithmetic } = domain;
    if (arithmetic === null) return null;
    return scatterKernel('scatterAdd', plan, domain, workspace, (result, at, row, i) =>
      arithmetic.addRow(result, at, row, i, 1, 1),
    );
  });
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

function planScatter(axis: number, index: Layout, source: Layout, y: Layout): Scatter {
  const strides = contiguousStrides(y.shape);
  return {
    plan: planRows(index.shape, index.strides, source.strides, strides.with(axis, 0)),
    axisStride: strides[axis],
    block: planBlock(y.shape, y.strides),
    elements: elementCount(y.shape),
  };
}

/** @param put What becomes of `result[at]` when `row[i]` meets it. */
function scatterKernel<T extends Element>(
  name: string,
  { plan, axisStride, block, elements }: Scatter,
  domain: Domain<T>,
  workspace: Workspace,
  put: (result: Elements<T>, at: number, row: Elements<T>, i: number) => void,
): ReferenceKernel {
  const [indexStep, sourceStep, step] = plan.steps;
  return makeKernel(`${domain.dtype}_${name}`, ([index, source], [y]) => {
    const indexSource = openNumbers('i32', index.buffer.data);
    const input = domain.open(source.buffer.data);
    const indexRow = workspace.numbers('index', maxRowElements);
    const row = domain.scratch('row', maxRowElements);
    const result = domain.scratch('result', elements).fill(domain.zero, 0, elements);
    forEachRow(plan, [index.offset, source.offset, 0], ([indexAt, sourceAt, at], count) => {
      indexSource.read(indexAt, indexStep, indexRow, 0, 1, count);
      input.read(sourceAt, sourceStep, row, 0, 1, count);
      for (let i = 0; i < count; i++) put(result, at + i * step + indexRow[i] * axisStride, row, i);
    });
    storeBlock(block, domain.open(y.buffer.data), y.offset, result);
  });
}
