import { byteSize, type Layout } from '@cenote/backend';
import { type AxisWindow, type RoleStrides, roleStrides, type WindowGeometry } from '@cenote/shape';
import { type Argument, table } from '../../plan.js';

/** Strides by role, in bytes. */
export function byteStrides(geometry: WindowGeometry, { dtype, strides }: Layout): RoleStrides {
  const size = byteSize[dtype];
  return roleStrides(
    geometry,
    strides.map((stride) => stride * size),
  );
}

/** Where rows are: four of the five slots of a tensor, after its address. The step along the width has a slot elsewhere. */
export function rowStrides({ batch, channel, depth, height }: RoleStrides): readonly number[] {
  return [batch, channel, depth, height];
}

/** Whether outputs gather from inputs, or inputs from outputs. */
export type Direction = 'forward' | 'backward';

/** The table of a depth or height axis, see assembly/scalar/windows.ts. */
export function axisTable(axis: AxisWindow, direction: Direction): Argument {
  const isForward = direction === 'forward';
  const targets = isForward ? axis.output : axis.input;
  const data = new Int32Array(3 + 2 * (targets + axis.output));
  data.set([isForward ? axis.dilation : axis.coverStep, axis.dilation, targets]);
  const [first, count] = isForward ? [axis.start, axis.count] : [axis.coverStart, axis.coverCount];
  let at = 3;
  for (let target = 0; target < targets; target++) {
    data[at++] = first[target];
    data[at++] = count[target];
  }
  for (let output = 0; output < axis.output; output++) {
    data[at++] = axis.start[output];
    data[at++] = axis.firstTap[output];
  }
  return table(data);
}

/** The table of an axis of size 1 that meets an axis of size 1. */
export const unitAxisTable: Argument = table(Int32Array.of(1, 1, 1, 0, 1, 0, 0));

/** What meets what along the width, evenly spaced. */
export interface Run {
  readonly output: number;
  readonly outputStep: number;
  readonly input: number;
  readonly inputStep: number;
  readonly tap: number;
  readonly tapStep: number;
  readonly count: number;
}

/** For each tap the outputs that see it: in all others it falls into padding. Windows are evenly spaced. */
export function tapRuns(axis: AxisWindow): readonly Run[] {
  const { stride, dilation, padLow } = axis;
  const runs: Run[] = [];
  for (let tap = 0; tap < axis.kernel; tap++) {
    const base = tap * dilation - padLow;
    const output = Math.max(0, Math.ceil(-base / stride));
    const last = Math.min(axis.output - 1, Math.floor((axis.input - 1 - base) / stride));
    const count = last - output + 1;
    const input = output * stride + base;
    if (count > 0) runs.push({ output, outputStep: 1, input, inputStep: stride, tap, tapStep: 0, count });
  }
  return runs;
}

/** For each output the taps that it sees. */
function outputRuns(axis: AxisWindow): readonly Run[] {
  return Array.from({ length: axis.output }, (_, output) => ({
    output,
    outputStep: 0,
    input: axis.start[output],
    inputStep: axis.dilation,
    tap: axis.firstTap[output],
    tapStep: 1,
    count: axis.count[output],
  }));
}

/**
 * The runs of a pooling in an order in which every target meets its sources in ascending order: by taps, or by outputs
 * where windows are not evenly spaced or there are fewer outputs than taps.
 */
export function poolRuns(axis: AxisWindow, direction: Direction): readonly Run[] {
  if (!axis.uniform || axis.output < axis.kernel) return outputRuns(axis);
  const runs = tapRuns(axis);
  return direction === 'forward' ? runs : [...runs].reverse();
}

/** The two slots of runs. `number` says what a run counts along its meetings: taps or inputs. */
export function runSlots(runs: readonly Run[], direction: Direction, number: 'tap' | 'input'): readonly Argument[] {
  const records = runs.flatMap(({ output, outputStep, input, inputStep, tap, tapStep, count }) => {
    const outputs = [output * 8, outputStep * 8];
    const inputs = [input * 8, inputStep * 8];
    const [[target, targetStep], [source, sourceStep]] =
      direction === 'forward' ? [outputs, inputs] : [inputs, outputs];
    const numbers = number === 'tap' ? [tap, tapStep] : [input, inputStep];
    return [target, source, count, targetStep, sourceStep, ...numbers];
  });
  return [table(Int32Array.from(records)), runs.length];
}
