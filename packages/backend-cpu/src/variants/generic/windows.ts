import { byteSize, type Layout } from '@cenote/backend';
import { type AxisWindow, type RoleStrides, roleStrides, type WindowGeometry } from '@cenote/shape';
import { type Argument, table } from '../../plan.js';

/** Six slots of a tensor, see assembly/scalar/windows.ts: its address, and its strides in bytes. */
export function tensorSlots(place: Argument, strides: RoleStrides, { dtype }: Layout): readonly Argument[] {
  const { batch, channel, depth, height, width } = strides;
  return [place, ...[batch, channel, depth, height, width].map((stride) => stride * byteSize[dtype])];
}

/** As {@link tensorSlots}, of an input or output of a geometry. */
export function windowTensor(place: Argument, geometry: WindowGeometry, layout: Layout): readonly Argument[] {
  return tensorSlots(place, roleStrides(geometry, layout.strides), layout);
}

/** In place of {@link tensorSlots}, where there is no tensor. */
export const noTensor: readonly Argument[] = [0, 0, 0, 0, 0, 0];

/** What meets what along the width, evenly spaced; positions count elements. */
type Run = readonly [
  output: number,
  outputStep: number,
  input: number,
  inputStep: number,
  tap: number,
  tapStep: number,
  count: number,
];

/** How many targets and sources an axis has, and how many taps the kernel has along it. */
type Sizes = readonly [targets: number, sources: number, taps: number];

function sizesOf({ input, output, kernel }: AxisWindow, isForward: boolean): Sizes {
  return isForward ? [output, input, kernel] : [input, output, kernel];
}

/**
 * The tables of depth, height and width (assembly/scalar/windows.ts).
 *
 * @param isForward Whether outputs gather from inputs, or inputs from outputs.
 * @param isByTap Whether what is counted along the width is taps, or else inputs.
 * @param isPool Whether runs may have several taps.
 */
export function windowTables(
  { axes: [depth, height, width] }: WindowGeometry,
  isForward: boolean,
  isByTap: boolean,
  isPool: boolean,
): readonly Argument[] {
  const isByTaps = !isPool || (width.uniform && width.output >= width.kernel);
  const runs = isByTaps ? tapRuns(width) : outputRuns(width);
  // So that every target meets its sources in ascending order.
  if (isByTaps && !isForward) runs.reverse();
  return [
    ...[depth, height].map((axis) => axisTable(axis, isForward)),
    widthTable(sizesOf(width, isForward), runs, isForward, isByTap),
  ];
}

function axisTable(axis: AxisWindow, isForward: boolean): Argument {
  const sizes = sizesOf(axis, isForward);
  const data = [...sizes, isForward ? axis.dilation : axis.coverStep, axis.dilation];
  const [first, count] = isForward ? [axis.start, axis.count] : [axis.coverStart, axis.coverCount];
  for (let target = 0; target < sizes[0]; target++) data.push(first[target], count[target]);
  for (let output = 0; output < axis.output; output++) data.push(axis.start[output], axis.firstTap[output]);
  return table(Int32Array.from(data));
}

function widthTable(sizes: Sizes, runs: readonly Run[], isForward: boolean, isByTap: boolean): Argument {
  const records = runs.flatMap(([output, outputStep, input, inputStep, tap, tapStep, count]) => [
    ...(isForward ? [output * 8, input * 8, count, outputStep * 8] : [input * 8, output * 8, count, inputStep * 8]),
    (isForward ? inputStep : outputStep) * 8,
    ...(isByTap ? [tap, tapStep] : [input, inputStep]),
  ]);
  return table(Int32Array.from([...sizes, runs.length, 0, ...records]));
}

/** The tables of a product of matrices: axes of size 1 that meet axes of size 1, and rows of equal length. */
export function matrixTables(columns: number): readonly Argument[] {
  const unit = table(Int32Array.of(1, 1, 1, 1, 1, 0, 1, 0, 0));
  return [unit, unit, widthTable([columns, columns, 1], [[0, 1, 0, 1, 0, 0, columns]], true, true)];
}

/** For each tap the outputs that see it: in all others it falls into padding. Windows are evenly spaced. */
function tapRuns({ kernel, stride, dilation, padLow, input, output }: AxisWindow): Run[] {
  const runs: Run[] = [];
  for (let tap = 0; tap < kernel; tap++) {
    const base = tap * dilation - padLow;
    const first = Math.max(0, Math.ceil(-base / stride));
    const count = Math.min(output, Math.floor((input - 1 - base) / stride) + 1) - first;
    if (count > 0) runs.push([first, 1, first * stride + base, stride, tap, 0, count]);
  }
  return runs;
}

/** For each output the taps that it sees. */
function outputRuns({ output, start, dilation, firstTap, count }: AxisWindow): Run[] {
  return Array.from({ length: output }, (_, o) => [o, 0, start[o], dilation, firstTap[o], 1, count[o]]);
}
