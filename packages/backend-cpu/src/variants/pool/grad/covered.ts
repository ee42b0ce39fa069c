import type { Layout, OpOf } from '@cenote/backend';
import type { AxisWindow } from '@cenote/shape';
import { type Argument, input, output, type Plan, step, table } from '../../../plan.js';
import { type AxisDivisor, type GradRequest, readGrad, tapOf, widthDivisors } from './request.js';
import { indexSteps } from './window-layout.js';

/** More scratch memory than this would not stay in the cache, and larger tables are not worth their memory. */
const maxScratchBytes = 2 ** 18;
const maxTableIntegers = 2 ** 20;

/** Gradients that gather: every input from the outputs that look at it. Of averages, and of max and min with channels last. */
export function planCovered(op: OpOf<'poolGrad'>, inputs: readonly Layout[], outputs: readonly Layout[]): Plan | null {
  const request = readGrad(op, [...inputs, ...outputs]);
  if (request === null) return null;
  const { geometry, sizes, isAverage, isByTap, divisors, name } = request;
  const { channels } = sizes;
  // One vector of channels at least, or whole rows of a plane.
  if (channels === 1 ? !isAverage : channels < 4) return null;
  const { axes } = geometry;
  const [depth, height, width] = axes;
  const steps = isByTap ? indexSteps(geometry, true) : [0, 0, 0];
  const rowStep = width.output * channels * 4;
  const outputSteps = [height.output * rowStep, rowStep, channels * 4];
  const covers = axes.map((axis, a) => coverTable(axis, outputSteps[a], steps[a], divisors[a]));
  if (covers.includes(null)) return null;
  const most = covers.map((one) => one?.[2] ?? 0);
  const listBytes = most[0] * most[1] * 16;
  const args = [
    input(0),
    isAverage ? 0 : input(1),
    output(0),
    ...covers.flatMap((one) => one?.slice(0, 2) ?? []),
    ...axes.map((axis) => axis.input),
  ];
  const units = sizes.planes * depth.input * height.input;
  const terms = 0.3 * most[0] * most[1] * most[2];
  const outPlaneBytes = depth.output * height.output * rowStep;
  if (channels > 1) {
    if (listBytes > maxScratchBytes) return null;
    args.push(channels, outPlaneBytes, isAverage || isByTap ? 0 : 1, isAverage ? 0 : isByTap ? 1 : 4);
    const areApart = isSideBySide(width) && (isAverage || (isByTap && channels < 16));
    args.push(areApart ? width.kernel : 0, width.output);
    return { name, steps: [step('grad_images', args, units, sizes.inputs * (0.3 + terms), listBytes)] };
  }
  const [row, rowBytes] = spreadRow(width, request);
  if (listBytes + rowBytes > maxScratchBytes) return null;
  args.push(outPlaneBytes, width.output, ...row, listBytes, rowBytes);
  const nanoseconds = sizes.inputs * (0.5 + terms);
  return { name, steps: [step('avg_grad_planes', args, units, nanoseconds, listBytes + rowBytes)] };
}

/** Whether windows are the first elements, the next ones, and so on, as many in each. */
function isSideBySide({
  uniform,
  kernel,
  stride,
  dilation,
  padLow,
  input: inputs,
  output: outputs,
}: AxisWindow): boolean {
  return uniform && stride === kernel && dilation === 1 && padLow === 0 && outputs * kernel <= inputs;
}

/** How outputs are laid out along the width: spread to where their windows lie, or side by side. */
function spreadRow(
  { uniform, kernel, stride, dilation, padLow, input: inputs, output: outputs }: AxisWindow,
  request: GradRequest,
): readonly [args: readonly Argument[], bytes: number] {
  const divisor = table(widthDivisors(request));
  const reach = (kernel - 1) * dilation;
  // Whole vectors are read: up to three elements beyond the last input's.
  const bytes = Math.ceil((inputs + reach + 4) / 4) * 16;
  const isSpread = uniform && (kernel <= 8 || stride * 4 <= kernel) && bytes <= maxScratchBytes / 2;
  if (!isSpread) return [[2, divisor, 4, 0, 0, 0], Math.ceil(outputs / 4) * 16];
  return [[1, divisor, stride * 4, (reach - padLow) * 4, kernel, dilation * 4], bytes];
}

/**
 * The outputs that look at each input of an axis, see assembly/simd/pool-grad/covers.ts: four integers for each, and where those
 * of an input begin, in bytes.
 *
 * @param outputStep By how many bytes of dy outputs are apart.
 * @param tapStep By how much the index grows with the tap on this axis.
 * @returns The tables, and the most outputs that look at one input; `null` where they would be large.
 */
function coverTable(
  axis: AxisWindow,
  outputStep: number,
  tapStep: number,
  divisor: AxisDivisor,
): readonly [entries: Argument, begins: Argument, most: number] | null {
  const begins = new Int32Array(axis.input + 1);
  let most = 0;
  for (let i = 0; i < axis.input; i++) {
    most = Math.max(most, axis.coverCount[i]);
    begins[i + 1] = begins[i] + axis.coverCount[i] * 16;
  }
  const integers = begins[axis.input] / 4;
  if (integers > maxTableIntegers) return null;
  const data = new Int32Array(integers);
  const floats = new Float32Array(data.buffer);
  let at = 0;
  for (let i = 0; i < axis.input; i++) {
    for (let j = 0; j < axis.coverCount[i]; j++) {
      const o = axis.coverStart[i] + j * axis.coverStep;
      data.set([o * outputStep, tapOf(axis, o, i) * tapStep], at);
      floats[at + 2] = divisor(o);
      at += 4;
    }
  }
  return [table(data), table(begins), most];
}
