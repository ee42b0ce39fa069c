import { byteSize, type Layout } from '@cenote/backend';
import { contiguousStrides, elementCount } from '@cenote/shape';
import { output, type Plan, type Step, temporary } from '../../plan.js';
import { packStep } from './copy.js';
import { isContiguous, type Operand, rowStep } from './rows.js';

/**
 * The plan of a function that the kernel `rows` has, for a contiguous output: of rows as they are, or packed ones.
 *
 * @param fn Its number in assembly/simd/elementwise/rows.ts.
 * @param nanoseconds How long it takes for an element of four bytes.
 */
export function rowPlan(
  name: string,
  fn: number,
  y: Layout,
  operands: readonly Operand[],
  nanoseconds?: number,
): Plan | null {
  const direct = rowStep(fn, y, output(0), operands, nanoseconds);
  if (direct) {
    return { name: operands.every(([x]) => isContiguous(x)) ? name : `${name}_rows`, steps: [direct] };
  }
  // What is not made of rows is packed; what stands still somewhere is not, if that is enough.
  const strides = contiguousStrides(y.shape);
  const scattered = operands.map(([x, place]) => rowStep(0, { ...x, strides }, output(0), [[x, place]]) === null);
  const steps: Step[] = [];
  const temporaries: number[] = [];
  const packed: Operand[] = [];
  for (const [index, operand] of operands.entries()) {
    if (!scattered[index] && scattered.includes(true)) {
      packed.push(operand);
      continue;
    }
    const [x, place] = operand;
    const to = temporary(temporaries.length);
    const step = packStep(x, place, to);
    if (step === null) return null;
    steps.push(step);
    temporaries.push(byteSize[x.dtype] * elementCount(y.shape));
    packed.push([{ ...x, strides }, to]);
  }
  const last = rowStep(fn, y, output(0), packed, nanoseconds);
  return last && { name: `${name}_packed`, steps: [...steps, last], temporaries };
}
