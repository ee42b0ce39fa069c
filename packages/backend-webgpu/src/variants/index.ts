import type { OpKind } from '@cenote/backend';
import type { Variant } from '../plan.js';
import { genericConv, genericConvGradInput, genericConvGradWeight } from './generic/conv.js';
import { genericBinary, genericCopy, genericFill, genericUnary, genericWhere } from './generic/elementwise.js';
import { genericGather, genericScatter, genericScatterAdd } from './generic/indexing.js';
import { genericMatmul } from './generic/matmul.js';
import { genericPool, genericPoolGrad } from './generic/pool.js';
import { genericArgReduce, genericReduce, genericSoftmax } from './generic/reductions.js';
import { blockPool } from './pool/blocks.js';
import { anySharedPool, sharedPool } from './pool/global.js';
import { blockPoolGrad } from './pool/gradient-blocks.js';
import { loopPool } from './pool/loops.js';
import { anySeparablePool, separablePool } from './pool/separable.js';
import { indexedPool } from './pool/with-indices.js';
import {
  anyTiledConv,
  anyTiledConvGradInput,
  anyTiledConvGradWeight,
  anyTiledMatmul,
  tiledConv,
  tiledConvGradInput,
  tiledConvGradWeight,
  tiledMatmul,
} from './product/index.js';
import { anySharedReduce, sharedReduce } from './reduce/index.js';

/** The variants of each kind of op, the best first. A kind that is new in the contract does not compile until it is listed here. */
export const variantTable: { readonly [K in OpKind]: readonly Variant<K>[] } = {
  copy: genericCopy,
  fill: genericFill,
  unary: genericUnary,
  binary: genericBinary,
  where: genericWhere,
  reduce: [sharedReduce, ...genericReduce, anySharedReduce],
  argReduce: genericArgReduce,
  matmul: [tiledMatmul, ...genericMatmul, anyTiledMatmul],
  conv: [tiledConv, ...genericConv, anyTiledConv],
  convGradInput: [tiledConvGradInput, ...genericConvGradInput, anyTiledConvGradInput],
  convGradWeight: [tiledConvGradWeight, ...genericConvGradWeight, anyTiledConvGradWeight],
  pool: [
    sharedPool,
    separablePool,
    ...blockPool,
    ...indexedPool,
    ...loopPool,
    anySharedPool,
    anySeparablePool,
    ...genericPool,
  ],
  poolGrad: [...blockPoolGrad, ...genericPoolGrad],
  softmax: genericSoftmax,
  gather: genericGather,
  scatterAdd: genericScatterAdd,
  scatter: genericScatter,
};
