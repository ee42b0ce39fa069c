import type { PrimitiveName } from '@cenote/tensor/engine';
import type { Rule } from '../rule.js';
import { binaryRule, unaryRule, whereRule } from './elementwise.js';
import { gatherRule, scatterAddRule, scatterRule } from './indexing.js';
import { poolGradRule, poolRule } from './pooling.js';
import { convGradInputRule, convGradWeightRule, convRule, linearRule, matmulRule } from './products.js';
import { reduceRule, softmaxRule } from './reductions.js';
import { concatRule, copyRule, expandRule, padRule, permuteRule, reshapeRule, sliceRule } from './views.js';

/** The rule of each primitive. A new primitive does not compile until it has one. */
export const rules: { readonly [N in PrimitiveName]: Rule<N> } = {
  reshape: reshapeRule,
  permute: permuteRule,
  expand: expandRule,
  slice: sliceRule,
  pad: padRule,
  concat: concatRule,
  copy: copyRule,
  unary: unaryRule,
  binary: binaryRule,
  where: whereRule,
  reduce: reduceRule,
  matmul: matmulRule,
  linear: linearRule,
  conv: convRule,
  convGradInput: convGradInputRule,
  convGradWeight: convGradWeightRule,
  pool: poolRule,
  poolGrad: poolGradRule,
  softmax: softmaxRule,
  gather: gatherRule,
  scatterAdd: scatterAddRule,
  scatter: scatterRule,
};
