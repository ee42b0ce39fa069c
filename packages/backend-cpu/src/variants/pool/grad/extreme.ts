import type { Layout, OpOf } from '@cenote/backend';
import type { AxisWindow, WindowGeometry } from '@cenote/shape';
import { input, output, type Plan, table } from '../../../plan.js';
import { indexSteps, type PoolSizes, poolSizes, tapOf, windowName } from './window-layout.js';

/** `[dy, indices] → [dx]` of f32 max and min pooling with channels first: what every plan below starts from. */
interface Request {
  readonly geometry: WindowGeometry;
  readonly sizes: PoolSizes;
  readonly byTap: boolean;
  /** Beginning and end of the name. */
  readonly name: string;
}

function readRequest(op: OpOf<'poolGrad'>, layouts: readonly Layout[]): Request | null {
  const { pool, geometry, indices } = op;
  if (indices === 'none' || (pool.fn !== 'max' && pool.fn !== 'min') || layouts[0].dtype !== 'f32') return null;
  const sizes = poolSizes(geometry, layouts);
  if (sizes === null || sizes.channels > 1) return null;
  const name = `f32_${pool.fn}pool${geometry.rank}d_grad_${indices}_${windowName(geometry)}_${sizes.layoutName}`;
  return { geometry, sizes, byTap: indices === 'window', name };
}

/** Windows of two neighbours along the width, of which no two overlap: every input is written once. */
export function planPairs(op: OpOf<'poolGrad'>, inputs: readonly Layout[], outputs: readonly Layout[]): Plan | null {
  const request = readRequest(op, [...inputs, ...outputs]);
  if (request === null) return null;
  const { geometry, sizes, byTap, name } = request;
  const [depth, height, width] = geometry.axes;
  if (!isPairs(width) || !isDisjoint(depth) || !isDisjoint(height)) return null;
  const steps = indexSteps(geometry, byTap);
  const args = [
    input(0),
    input(1),
    output(0),
    table(onlyCovers(depth, height.output * width.output, (i, o) => (byTap ? tapOf(depth, o, i) : i) * steps[0])),
    table(onlyCovers(height, width.output, (i, o) => (byTap ? tapOf(height, o, i) : i) * steps[1])),
    depth.input,
    height.input,
    width.input,
    depth.output * height.output * width.output,
    width.output,
    byTap ? 0 : 1,
    byTap ? 1 : 4,
  ];
  const units = sizes.planes * depth.input * height.input;
  const nanoseconds = sizes.inputs * 0.3;
  return { name, steps: [{ function: 'grad_pairs', target: 'simd', args, units, nanoseconds }] };
}

/** Any windows: every output adds to the input that it chose. */
export function planScatter(op: OpOf<'poolGrad'>, inputs: readonly Layout[], outputs: readonly Layout[]): Plan | null {
  const request = readRequest(op, [...inputs, ...outputs]);
  if (request === null) return null;
  const { geometry, sizes, byTap, name } = request;
  const [depth, height, width] = geometry.axes;
  const args = [
    input(0),
    input(1),
    output(0),
    table(windowStarts(depth, sizes.sliceBytes, (end) => (end - 1) * height.input)),
    table(windowStarts(height, sizes.rowBytes, (end) => end)),
    table(Int32Array.from({ length: width.output }, (_, o) => tapZero(width, o) * 4)),
    table(tapBytes(geometry, sizes)),
    depth.output,
    height.output,
    width.output,
    sizes.planeBytes,
    sizes.rowBytes,
    byTap ? 1 : 4,
  ];
  const nanoseconds = sizes.inputs * 0.2 + sizes.outputs * 1.5;
  return {
    name: `${name}_scatter`,
    steps: [{ function: 'max_grad_scatter', target: 'simd', args, units: sizes.planes, nanoseconds }],
  };
}

/** Whether windows are the pairs 0 and 1, 2 and 3, and so on. */
export function isPairs({ uniform, kernel, stride, dilation, padLow }: AxisWindow): boolean {
  return uniform && kernel === 2 && stride === 2 && dilation === 1 && padLow === 0;
}

/** Whether no input is in two windows. */
export function isDisjoint(axis: AxisWindow): boolean {
  return Array.prototype.every.call(axis.coverCount, (count) => count <= 1);
}

/** Per input: the output that looks at it, in elements, or a number below 0; and what is said of both. */
export function onlyCovers(
  axis: AxisWindow,
  outputStep: number,
  describe: (input: number, output: number) => number,
): Int32Array {
  const data = new Int32Array(axis.input * 2).fill(-1);
  for (let i = 0; i < axis.input; i++) {
    if (axis.coverCount[i] === 0) continue;
    const o = axis.coverStart[i];
    data[2 * i] = o * outputStep;
    data[2 * i + 1] = describe(i, o);
  }
  return data;
}

/** Where tap 0 of an output lies, or would lie if there were no end to the input. */
function tapZero(axis: AxisWindow, o: number): number {
  return axis.start[o] - axis.firstTap[o] * axis.dilation;
}

/** Per output: bytes to tap 0, and what `reach` makes of the position after the last valid tap. */
function windowStarts(axis: AxisWindow, inputBytes: number, reach: (end: number) => number): Int32Array {
  const data = new Int32Array(axis.output * 2);
  for (let o = 0; o < axis.output; o++) {
    const end = axis.start[o] + (axis.count[o] - 1) * axis.dilation + 1;
    data.set([tapZero(axis, o) * inputBytes, reach(end)], o * 2);
  }
  return data;
}

/** Per index of kind `window`: bytes from tap 0; far outside of the plane for what is no tap. */
function tapBytes({ axes: [depth, height, width] }: WindowGeometry, { rowBytes, sliceBytes }: PoolSizes): Int32Array {
  const data = new Int32Array(256).fill(-(2 ** 31));
  const taps = Math.min(256, depth.kernel * height.kernel * width.kernel);
  for (let tap = 0; tap < taps; tap++) {
    const w = tap % width.kernel;
    const h = Math.floor(tap / width.kernel) % height.kernel;
    const d = Math.floor(tap / width.kernel / height.kernel);
    data[tap] = d * depth.dilation * sliceBytes + h * height.dilation * rowBytes + w * width.dilation * 4;
  }
  return data;
}
