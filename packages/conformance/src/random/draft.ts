import { isFloat, type Op } from '@cenote/backend';
import { type CaseOp, resolveOp, type Tolerance } from '../case.js';
import type { OutputSpec } from '../execute.js';
import { elementsOf, type TensorData, tensorOf } from '../tensor-data.js';
import { referenceOutputs } from './reference.js';

/**
 * A random case before its results are known. `terms` is how many products or summands an output element has at most: a
 * tolerance of so many units in the last place of the largest sum of magnitudes, which no order of summation exceeds.
 */
export interface Draft {
  /** What it is, for the id: `max-grad`. */
  readonly name: string;
  readonly op: CaseOp;
  readonly inputs: readonly TensorData[];
  readonly outputs: readonly OutputSpec[];
  readonly tolerance: Tolerance | { readonly terms: number };
}

/** The tolerance of a draft, with the magnitude of its sums. */
export function draftTolerance({ op, inputs, outputs, tolerance }: Draft): Tolerance {
  if (typeof tolerance === 'string' || 'ulps' in tolerance) return tolerance;
  if (!isFloat(outputs[0].dtype)) return 'equal';
  const absolute = inputs.map((tensor) =>
    isFloat(tensor.dtype)
      ? tensorOf(
          tensor.dtype,
          tensor.shape,
          elementsOf(tensor).map((value) => Math.abs(Number(value))),
        )
      : tensor,
  );
  const [sums] = referenceOutputs(withoutActivation(resolveOp(op)), absolute, outputs);
  const magnitude = elementsOf(sums)
    .map(Number)
    .filter(Number.isFinite)
    .reduce((a, b) => Math.max(a, b), 0);
  return { ulps: tolerance.terms + (hasActivation(op) ? 4 : 0), magnitude };
}

function hasActivation(op: CaseOp): boolean {
  return 'epilogue' in op && op.epilogue?.activation !== undefined;
}

/** Activations are at most as steep as the identity: the error of what goes in bounds that of what comes out. */
function withoutActivation(op: Op): Op {
  if (op.kind !== 'conv' && op.kind !== 'matmul') return op;
  return { ...op, epilogue: { bias: op.epilogue?.bias ?? false } };
}
