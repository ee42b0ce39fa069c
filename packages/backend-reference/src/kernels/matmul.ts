import type { Epilogue, Layout } from '@cenote/backend';
import { type Domain, inDomain } from '../domain.js';
import type { Element } from '../elements.js';
import type { WeightedRows } from '../functions/arithmetic.js';
import { type KernelBuilder, makeKernel, type ReferenceKernel } from '../kernel.js';
import { loadBlock, planBlock, storeBlock } from '../rows.js';
import { rowEpilogue } from './epilogue.js';

/** `[a: (B, M, K), b: (B, K, N), bias?: (N)] → [y: (B, M, N)]`, any number. */
export const buildMatmul: KernelBuilder<'matmul'> = ({ epilogue }, inputs, [y], workspace) =>
  inDomain(y.dtype, workspace, (domain) => matmulKernel(epilogue, inputs, y, domain));

function matmulKernel<T extends Element>(
  epilogue: Epilogue | undefined,
  [aLayout, bLayout, biasLayout]: readonly Layout[],
  yLayout: Layout,
  domain: Domain<T>,
): ReferenceKernel | null {
  const { arithmetic } = domain;
  const end = rowEpilogue(domain, epilogue);
  if (arithmetic === null || end === null) return null;
  const [batch, m, k] = aLayout.shape;
  const n = bLayout.shape[2];
  const aPlan = planBlock([m, k], aLayout.strides.slice(1));
  const bPlan = planBlock([k, n], bLayout.strides.slice(1));
  const yPlan = planBlock([m, n], yLayout.strides.slice(1));
  // Row i of y is the sum of all rows of b, weighted with row i of a.
  const rows: WeightedRows = {
    count: k,
    rowAt: Int32Array.from({ length: k }, (_, row) => row * n),
    factorAt: Int32Array.from({ length: k }, (_, row) => row),
  };

  return makeKernel(`${domain.dtype}_matmul${end.name}`, ([aView, bView, biasView], [yView]) => {
    const aSource = domain.open(aView.buffer.data);
    const bSource = domain.open(bView.buffer.data);
    const target = domain.open(yView.buffer.data);
    const a = domain.scratch('a', m * k);
    const b = domain.scratch('b', k * n);
    const y = domain.scratch('y', m * n);
    const bias = domain.scratch('bias', n);
    if (end.bias) domain.open(biasView.buffer.data).read(biasView.offset, biasLayout.strides[0], bias, 0, 1, n);
    for (let item = 0; item < batch; item++) {
      loadBlock(aPlan, aSource, aView.offset + item * aLayout.strides[0], a);
      if (item === 0 || bLayout.strides[0] !== 0) {
        loadBlock(bPlan, bSource, bView.offset + item * bLayout.strides[0], b);
      }
      y.fill(domain.zero, 0, m * n);
      for (let i = 0; i < m; i++) {
        arithmetic.addWeightedRows(y, i * n, 1, b, 0, 1, a, i * k, rows, n);
        end.finish(y, i * n, bias, 0, 1, n);
      }
      storeBlock(yPlan, target, yView.offset + item * yLayout.strides[0], y);
    }
  });
}
