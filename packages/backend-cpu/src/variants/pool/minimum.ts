import { byteSize, type Layout } from '@cenote/backend';
import { contiguousStrides, elementCount } from '@cenote/shape';
import { type Argument, input, output, type Plan, type Step, temporary, type Variant } from '../../plan.js';
import { negateStep } from '../elementwise/unary.js';

/**
 * A variant that computes minima too: as the maxima of the negated input, negated. They are rare, and worth two more passes
 * over memory rather than kernels of their own.
 */
export function withMinimum({ target, plan }: Variant<'pool'>): Variant<'pool'> {
  return {
    target,
    plan(op, inputs, outputs) {
      if (op.pool.fn !== 'min') return plan(op, inputs, outputs);
      const [[x], [y]] = [inputs, outputs];
      if (op.indices !== 'none' || x.dtype !== 'f32') return null;
      const negated: Layout = { ...x, strides: contiguousStrides(x.shape) };
      const maximum = plan({ ...op, pool: { fn: 'max' } }, [negated], outputs);
      return maximum && negatedPlan(maximum, x, y);
    },
  };
}

function negatedPlan({ name, steps, temporaries = [] }: Plan, x: Layout, y: Layout): Plan | null {
  const first = temporaries.length;
  const packed: Layout = { ...x, strides: contiguousStrides(x.shape) };
  const before = negateStep(x, input(0), packed, temporary(first));
  const after = negateStep(y, temporary(first + 1), y, output(0));
  if (before === null || after === null) return null;
  const moved = (argument: Argument): Argument => {
    if (typeof argument === 'number') return argument;
    if (argument.kind === 'input') return temporary(first, argument.byteOffset);
    return argument.kind === 'output' ? temporary(first + 1, argument.byteOffset) : argument;
  };
  return {
    name: name.replace('_max', '_min'),
    steps: [before, ...steps.map((step): Step => ({ ...step, args: step.args.map(moved) })), after],
    temporaries: [...temporaries, ...[x, y].map(({ shape }) => elementCount(shape) * byteSize.f32)],
  };
}
