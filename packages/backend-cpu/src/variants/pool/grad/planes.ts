import type { Layout, OpOf } from '@cenote/backend';
import type { AxisWindow } from '@cenote/shape';
import { type Argument, input, output, type Plan, step, table } from '../../../plan.js';
import { tapCount } from '../../tap-count.js';
import { floatBits, readGrad, tapOf, widthDivisors } from './request.js';
import { indexSteps } from './window-layout.js';

/** Windows of two neighbours along the width, of which no two overlap: every input is written once. */
export function planPairs(op: OpOf<'poolGrad'>, inputs: readonly Layout[], outputs: readonly Layout[]): Plan | null {
  const request = readGrad(op, [...inputs, ...outputs]);
  if (request === null) return null;
  const { geometry, sizes, isAverage, isByTap, divisors, name } = request;
  const { axes } = geometry;
  const [depth, height, width] = axes;
  if (sizes.channels > 1 || !isPairs(width) || !isDisjoint(depth) || !isDisjoint(height)) return null;
  if (!isAverage && !isByTap) return null;
  const steps = indexSteps(geometry, true);
  const plane = height.output * width.output;
  // Per input: the output that looks at it, in elements, or a number below 0; and the index or the factor of the divisor.
  const covers = [plane, width.output].map((outputStep, a): Argument => {
    const axis = axes[a];
    const data = new Int32Array(axis.input * 2).fill(-1);
    for (let i = 0; i < axis.input; i++) {
      const o = axis.coverStart[i];
      const about = isAverage ? floatBits(divisors[a](o)) : tapOf(axis, o, i) * steps[a];
      if (axis.coverCount[i] > 0) data.set([o * outputStep, about], i * 2);
    }
    return table(data);
  });
  const args = [
    input(0),
    isAverage ? table(widthDivisors(request)) : input(1),
    output(0),
    ...covers,
    ...axes.map((axis) => axis.input),
    depth.output * plane,
    width.output,
    isAverage ? 1 : 0,
  ];
  const units = sizes.planes * depth.input * height.input;
  return { name: `${name}_pairs`, steps: [step('grad_pairs', args, units, sizes.inputs * 0.3)] };
}

/** Whether windows are the pairs 0 and 1, 2 and 3, and so on. */
function isPairs({ uniform, kernel, stride, dilation, padLow }: AxisWindow): boolean {
  return uniform && kernel === 2 && stride === 2 && dilation === 1 && padLow === 0;
}

/** Whether no input is in two windows. */
function isDisjoint(axis: AxisWindow): boolean {
  return Array.prototype.every.call(axis.coverCount, (count) => count <= 1);
}

/** Averages of whole planes: each is a row of which all is in the one window. */
export function planWhole(op: OpOf<'poolGrad'>, inputs: readonly Layout[], outputs: readonly Layout[]): Plan | null {
  const request = readGrad(op, [...inputs, ...outputs]);
  if (request === null) return null;
  const { geometry, sizes, isAverage, divisors, name } = request;
  const isWhole = geometry.axes.every((axis) => axis.output === 1 && axis.count[0] === axis.input);
  if (!isAverage || sizes.channels > 1 || !isWhole) return null;
  const divisor = divisors.reduce((product, along) => product * along(0), 1);
  // One entry at the beginning of dy and no factor; the divisor is that along the width.
  const cover = [table(Int32Array.of(0, 0, floatBits(1), 0)), table(Int32Array.of(0, 16))];
  const args = [
    ...[input(0), 0, output(0), ...cover, ...cover, 0, 0, 1, 1, sizes.planeBytes / 4],
    ...[4, 1, 0, table(Float32Array.of(divisor)), 4, 0, 0, 0, 16, 16],
  ];
  return { name: `${name}_whole`, steps: [step('avg_grad_planes', args, sizes.planes, sizes.inputs * 0.2, 32)] };
}

/** Any windows of max and min: every output adds to the input that it chose. */
export function planScatter(op: OpOf<'poolGrad'>, inputs: readonly Layout[], outputs: readonly Layout[]): Plan | null {
  const request = readGrad(op, [...inputs, ...outputs]);
  if (request === null) return null;
  const { geometry, sizes, isAverage, isByTap, name } = request;
  if (isAverage || sizes.channels > 1) return null;
  const { planeBytes, rowBytes, sliceBytes } = sizes;
  const [depth, height, width] = geometry.axes;
  const args = [
    input(0),
    input(1),
    output(0),
    windowStarts(depth, sliceBytes, (end) => (end - 1) * height.input),
    windowStarts(height, rowBytes, (end) => end),
    table(Int32Array.from({ length: width.output }, (_, o) => tapZero(width, o) * 4)),
    table(tapBytes(geometry.axes, [sliceBytes, rowBytes, 4])),
    ...geometry.axes.map((axis) => axis.output),
    planeBytes,
    rowBytes,
    isByTap ? 1 : 4,
  ];
  const nanoseconds = sizes.inputs * 0.2 + sizes.outputs * 1.5;
  return { name: `${name}_scatter`, steps: [step('max_grad_scatter', args, sizes.planes, nanoseconds)] };
}

/** Where tap 0 of an output lies, or would lie if there were no end to the input. */
function tapZero(axis: AxisWindow, o: number): number {
  return axis.start[o] - axis.firstTap[o] * axis.dilation;
}

/** Per output: bytes to tap 0, and what `reach` makes of the position after the last valid tap. */
function windowStarts(axis: AxisWindow, inputBytes: number, reach: (end: number) => number): Argument {
  const data = new Int32Array(axis.output * 2);
  for (let o = 0; o < axis.output; o++) {
    const end = axis.start[o] + (axis.count[o] - 1) * axis.dilation + 1;
    data.set([tapZero(axis, o) * inputBytes, reach(end)], o * 2);
  }
  return table(data);
}

/** Per index of kind `window`: bytes from tap 0; far outside of the plane for what is no tap. */
function tapBytes(axes: readonly AxisWindow[], inputBytes: readonly number[]): Int32Array {
  const data = new Int32Array(256).fill(-(2 ** 31));
  const taps = tapCount(axes);
  for (let tap = 0; tap < Math.min(256, taps); tap++) {
    let rest = tap;
    data[tap] = 0;
    for (let a = 2; a >= 0; a--) {
      const { kernel, dilation } = axes[a];
      data[tap] += (rest % kernel) * dilation * inputBytes[a];
      rest = Math.floor(rest / kernel);
    }
  }
  return data;
}
