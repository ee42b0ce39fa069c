import type { OpKind } from '@cenote/backend';
import type { KernelBuilder } from './kernel.js';
import { buildArgReduce } from './kernels/arg-reduce.js';
import { buildBinary } from './kernels/binary.js';
import { buildConv, buildConvGradInput, buildConvGradWeight } from './kernels/conv.js';
import { buildCopy } from './kernels/copy.js';
import { buildFill } from './kernels/fill.js';
import { buildGather } from './kernels/gather.js';
import { buildMatmul } from './kernels/matmul.js';
import { buildPool } from './kernels/pool.js';
import { buildPoolGrad } from './kernels/pool-grad.js';
import { buildReduce } from './kernels/reduce.js';
import { buildScatter, buildScatterAdd } from './kernels/scatter.js';
import { buildSoftmax } from './kernels/softmax.js';
import { buildUnary } from './kernels/unary.js';
import { buildWhere } from './kernels/where.js';

/** One builder for each kind of op. A kind that is new in the contract does not compile until it is listed here. */
export const kernelTable: { readonly [K in OpKind]: KernelBuilder<K> } = {
  copy: buildCopy,
  fill: buildFill,
  unary: buildUnary,
  binary: buildBinary,
  where: buildWhere,
  reduce: buildReduce,
  argReduce: buildArgReduce,
  matmul: buildMatmul,
  conv: buildConv,
  convGradInput: buildConvGradInput,
  convGradWeight: buildConvGradWeight,
  pool: buildPool,
  poolGrad: buildPoolGrad,
  softmax: buildSoftmax,
  gather: buildGather,
  scatterAdd: buildScatterAdd,
  scatter: buildScatter,
};
