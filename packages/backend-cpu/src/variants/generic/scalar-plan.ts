import type { Layout } from '@cenote/backend';
import { elementCount } from '@cenote/shape';
import type { Argument, Plan, Step } from '../../plan.js';
import { type Rows, scalarStep, type Walk } from './rows.js';

/** A plan of one step, or `null` when there is no step. */
export function planOf(name: string, step: Step | null): Plan | null {
  return step === null ? null : { name, steps: [step] };
}

/** What {@link elementwisePlan} needs to know. */
export interface Elementwise {
  /** What the kernel is called. */
  readonly name: string;
  /** The exported function. */
  readonly function: string;
  readonly rows: Rows;
  /** The slots after those of the rows. */
  readonly args: readonly Argument[];
  /** The layout whose elements are counted. */
  readonly output: Layout;
  readonly nanosecondsEach: number;
  /** How many rows are in scratch. */
  readonly scratchRows?: number;
}

/** A plan whose units are pieces of rows. */
export function elementwisePlan(plan: Elementwise): Plan | null {
  const { rows, args, output, nanosecondsEach, scratchRows = 0 } = plan;
  const elements = elementCount(output.shape);
  const scratchBytes = scratchRows * rows.most * 8;
  const slots = [...rows.slots, ...args];
  return planOf(plan.name, scalarStep(plan.function, slots, rows.units, elements, nanosecondsEach, scratchBytes));
}

/** A plan whose units are lines along an axis. */
export function linesPlan(
  name: string,
  kernel: string,
  lines: Walk,
  args: readonly Argument[],
  elementsOfLine: number,
  nanosecondsEach: number,
  scratchElements: number,
): Plan | null {
  const slots = [...lines.slots, ...args];
  const elements = lines.units * elementsOfLine;
  return planOf(name, scalarStep(kernel, slots, lines.units, elements, nanosecondsEach, scratchElements * 8));
}
