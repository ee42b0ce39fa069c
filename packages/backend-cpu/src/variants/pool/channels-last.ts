import type { Layout, OpOf } from '@cenote/backend';
import type { Plan, Variant } from '../../plan.js';
import { blocksPlan } from './last/blocks.js';
import { readPool } from './last/pool-request.js';
import { rowsPlan } from './last/rows.js';
import { windowPlan } from './last/window.js';

/** f32 pooling with channels last, without indices: the way that should be the fastest, then the others. */
export const lastPool: readonly Variant<'pool'>[] = [0, 1, 2].map((place) => ({
  target: 'simd',
  plan: (op, inputs, outputs) => ranked(op, inputs, outputs)[place] ?? null,
}));

/** The ways that there are, the fastest first. */
function ranked(op: OpOf<'pool'>, inputs: readonly Layout[], outputs: readonly Layout[]): Plan[] {
  const request = readPool(op, inputs, outputs);
  if (request === null) return [];
  const time = ({ steps }: Plan) => steps.reduce((total, { nanoseconds }) => total + nanoseconds, 0);
  return [windowPlan(request), rowsPlan(request), blocksPlan(request)]
    .filter((plan) => plan !== null)
    .sort((a, b) => time(a) - time(b));
}
