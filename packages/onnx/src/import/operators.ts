import type { Operator } from './context.js';
import { activationOperators } from './ops/activations.js';
import { elementwiseOperators } from './ops/elementwise.js';
import { localResponseNormalization } from './ops/lrn.js';
import { poolingOperators } from './ops/pooling.js';
import { productOperators } from './ops/products.js';
import { reductionOperators } from './ops/reductions.js';
import { shapeOperators } from './ops/shapes.js';

const all = new Map<string, Operator>(
  [
    poolingOperators,
    productOperators,
    activationOperators,
    elementwiseOperators,
    reductionOperators,
    shapeOperators,
    { LRN: localResponseNormalization },
  ].flatMap((group) => Object.entries(group)),
);

/** What computes an operator of ONNX's own domain, by its name. */
export function operatorOf(opType: string): Operator | undefined {
  return all.get(opType);
}

/** The operators of ONNX that models may have, by name, in alphabetical order. */
export const supportedOperators: readonly string[] = [...all.keys(), 'Constant'].sort();
