import type { Backend, OpKind } from '@cenote/backend';
import { type ConformanceCase, resolveOp } from './case.js';
import { compare } from './compare.js';
import { execute } from './execute.js';
import { layoutOf } from './tensor-data.js';
import { forcesVariants } from './variant-forcing.js';

/** What one kernel made of a check. */
export interface Attempt {
  /** The kernel's name, for cases; empty for checks of several ops. */
  readonly variant: string;
  /** What is wrong, or `null`. */
  readonly failure: string | null;
}

/** What a check found: an attempt for every kernel that was tried, or why none was. */
export type Findings = { readonly attempts: readonly Attempt[] } | { readonly declined: string };

/** Thrown by a check that needs an op which the backend does not have: it becomes {@link Findings} of that kind. */
export class Declined extends Error {}

/** One thing that is checked of a backend: a case, a law, or a rule of the contract. */
export interface ConformanceCheck {
  /** Unique and stable. */
  readonly id: string;
  /** Does it, on a backend that is left as it was. */
  run(backend: Backend): Promise<Findings>;
}

/** Findings of a check that is one attempt. */
export function singleAttempt(failure: string | null): Findings {
  return { attempts: [{ variant: '', failure }] };
}

/**
 * The check of a case: runs every kernel that takes it, compares the outputs, and sees that nothing else was written.
 *
 * @param required Kinds of ops that the backend must not decline.
 */
export function caseCheck(conformanceCase: ConformanceCase, required: ReadonlySet<OpKind>): ConformanceCheck {
  const { id, inputs, expect, needs } = conformanceCase;
  return {
    id,
    async run(backend) {
      const missing = needs.dtypes.filter((dtype) => !backend.caps.dtypes.includes(dtype));
      if (missing.length > 0) return { declined: `has no ${missing.join(', ')}` };
      if (needs.nan && backend.caps.nan !== 'kept') return { declined: 'may lose NaN' };
      const op = resolveOp(conformanceCase.op);
      const inputLayouts = inputs.map(layoutOf);
      const outputLayouts = expect.map(layoutOf);
      const chosen = backend.kernel(op, inputLayouts, outputLayouts);
      const listed = forcesVariants(backend) ? backend.variants(op, inputLayouts, outputLayouts) : null;
      if (chosen === null) {
        if (listed !== null && listed.length > 0) {
          return singleAttempt(`kernel() declines, but variants() lists ${listed.join(', ')}`);
        }
        if (required.has(op.kind)) return singleAttempt(`kernel() declines ${op.kind}, which it is required to have`);
        return { declined: `kernel() declines ${op.kind}` };
      }
      if (listed !== null && !listed.includes(chosen.variant)) {
        return singleAttempt(`kernel() chooses ${chosen.variant}, which variants() does not list`);
      }
      const attempts: Attempt[] = [];
      for (const variant of listed ?? [undefined]) attempts.push(await attempt(backend, conformanceCase, variant));
      return { attempts };
    },
  };
}

async function attempt(
  backend: Backend,
  { op, inputs, expect, tolerance }: ConformanceCase,
  forced: string | undefined,
): Promise<Attempt> {
  try {
    const execution = await execute(backend, resolveOp(op), inputs, expect, forced);
    if (execution === null) {
      return { variant: forced ?? '', failure: 'kernel() returns null for a variant that variants() lists' };
    }
    const { variant, outputs, damage } = execution;
    if (forced !== undefined && forced !== variant) {
      return { variant: forced, failure: `kernel() was asked for ${forced} and returned ${variant}` };
    }
    let failure: string | null = null;
    for (const [i, expected] of expect.entries()) {
      failure ??= compare(`output ${i}`, outputs[i], expected, tolerance);
    }
    return { variant, failure: failure ?? damage };
  } catch (error) {
    return { variant: forced ?? '', failure: `threw ${String(error)}` };
  }
}
