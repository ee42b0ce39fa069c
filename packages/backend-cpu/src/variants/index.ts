import type { OpKind } from '@cenote/backend';
import type { Variant } from '../plan.js';
import { fastBinary } from './elementwise/binary.js';
import { fastCopy } from './elementwise/copy.js';
import { fastFill } from './elementwise/fill.js';
import { fastReduce } from './elementwise/reduce.js';
import { fastSoftmax } from './elementwise/softmax.js';
import { fastUnary } from './elementwise/unary.js';
import { fastWhere } from './elementwise/where.js';
import { genericArgReduce } from './generic/arg-reduce.js';
import { genericBinary } from './generic/binary.js';
import { genericCopy, genericFill } from './generic/copy.js';
import { genericGather } from './generic/gather.js';
import { genericPool, genericPoolGrad } from './generic/pool.js';
import { genericConv, genericConvGradInput, genericConvGradWeight, genericMatmul } from './generic/products.js';
import { genericReduce } from './generic/reduce.js';
import { genericScatter, genericScatterAdd } from './generic/scatter.js';
import { genericSoftmax } from './generic/softmax.js';
import { genericUnary } from './generic/unary.js';
import { genericWhere } from './generic/where.js';
import { bytePool } from './pool/bytes.js';
import { firstPool } from './pool/channels-first.js';
import { lastPool } from './pool/channels-last.js';
import { fastPoolGrad } from './pool/pool-grad.js';
import { indexedPool } from './pool/with-indices.js';
import { fastConv, fastConvGradInput } from './product/conv.js';
import { fastConvGradWeight } from './product/conv-grad-weight.js';
import { fastMatmul } from './product/matmul.js';

/** The variants of each kind of op, the best first. A kind that is new in the contract does not compile until it is listed here. */
export const variantTable: { readonly [K in OpKind]: readonly Variant<K>[] } = {
  copy: [...fastCopy, genericCopy],
  fill: [...fastFill, genericFill],
  unary: [...fastUnary, genericUnary],
  binary: [...fastBinary, genericBinary],
  where: [...fastWhere, genericWhere],
  reduce: [...fastReduce, genericReduce],
  argReduce: [genericArgReduce],
  matmul: [fastMatmul, genericMatmul],
  conv: [fastConv, genericConv],
  convGradInput: [fastConvGradInput, genericConvGradInput],
  convGradWeight: [fastConvGradWeight, genericConvGradWeight],
  pool: [...firstPool, ...lastPool, ...indexedPool, bytePool, genericPool],
  poolGrad: [...fastPoolGrad, genericPoolGrad],
  softmax: [...fastSoftmax, genericSoftmax],
  gather: [genericGather],
  scatterAdd: [genericScatterAdd],
  scatter: [genericScatter],
};
