import type { Layout, OpOf } from '@cenote/backend';
import type { AxisWindow, WindowGeometry } from '@cenote/shape';
import { type Argument, input, output, type Plan, step, table, type Variant } from '../../plan.js';
import { indexSteps, type PoolSizes, poolName, poolSizes } from './grad/window-layout.js';

/** f32 max and min pooling that also gives indices. */
export const indexedPool: readonly Variant<'pool'>[] = [{ target: 'simd', plan: planWithIndices }];

/** Every window tap by tap, four outputs of a row or four channels at a time. */
function planWithIndices(op: OpOf<'pool'>, inputs: readonly Layout[], outputs: readonly Layout[]): Plan | null {
  const { pool, geometry, indices } = op;
  if (indices === 'none' || (pool.fn !== 'max' && pool.fn !== 'min') || inputs[0].dtype !== 'f32') return null;
  const sizes = poolSizes(geometry, [...inputs, ...outputs]);
  if (sizes === null) return null;
  const { axes } = geometry;
  const [depth, height, width] = axes;
  const { channels } = sizes;
  const bytes = [sizes.sliceBytes, sizes.rowBytes, sizes.pixelBytes];
  const byTap = indices === 'window';
  const steps = indexSteps(geometry, byTap);
  const tables = axes.map((axis, a) => table(tapTable(axis, bytes[a], steps[a], byTap)));
  const isVector = channels === 1;
  const [scratchBytes, ...padding] = paddedRows(geometry.axes, sizes, byTap);
  const args = [
    input(0),
    output(0),
    output(1),
    ...tables,
    ...axes.map((axis) => axis.output),
    sizes.planeBytes,
    channels,
    ...(isVector ? [width.interiorStart, width.interiorEnd, width.stride * 4] : [0, 0, 4]),
    ...axes.map(({ dilation }, a) => dilation * bytes[a]),
    ...steps.map((one, a) => (byTap ? one : one * axes[a].dilation)),
    isVector && !byTap ? width.stride : 0,
    pool.fn === 'min' ? -(2 ** 31) : 0,
    byTap ? 1 : 4,
    width.uniform ? width.kernel : 0,
    ...padding,
    scratchBytes,
  ];
  const taps = depth.kernel * height.kernel * width.kernel;
  const units = sizes.planes * depth.output * height.output;
  const nanoseconds = sizes.outputs * (1 + 0.5 * taps);
  return { name: poolName(op, sizes), steps: [step('pool_with_indices', args, units, nanoseconds, scratchBytes)] };
}

/** More scratch memory than this would not stay in the cache. */
const maxScratchBytes = 2 ** 18;

/** Scratch memory, and what the kernel needs to copy rows with padding around them; all zero where it need not. */
function paddedRows(
  [depth, height, width]: WindowGeometry['axes'],
  { channels, rowBytes }: PoolSizes,
  byTap: boolean,
): readonly [scratchBytes: number, ...args: Argument[]] {
  const { input: inputSize, output: outputSize, kernel, stride, dilation, padLow } = width;
  const isFull = width.interiorStart === 0 && width.interiorEnd === outputSize;
  const reach = (outputSize - 1) * stride + (kernel - 1) * dilation + 1;
  // A vector of the last windows may look at three elements more.
  const pitch = Math.ceil((Math.max(padLow + inputSize, reach) + 3) / 4) * 16;
  const scratchBytes = pitch * depth.kernel * height.kernel;
  if (channels > 1 || !width.uniform || isFull || scratchBytes > maxScratchBytes) {
    return [0, 0, 0, 0, 0, 0];
  }
  const firsts = Int32Array.from({ length: outputSize }, (_, o) => (byTap ? width.firstTap[o] : width.start[o]));
  const base = byTap ? 0 : -padLow;
  return [scratchBytes, pitch, base, table(firsts), padLow * 4, rowBytes];
}

/** Per output: bytes to its first valid tap, the index of that, how many taps are valid, and 0. */
function tapTable(axis: AxisWindow, inputBytes: number, indexStep: number, byTap: boolean): Int32Array {
  const data = new Int32Array(axis.output * 4);
  for (let o = 0; o < axis.output; o++) {
    const first = byTap ? axis.firstTap[o] : axis.start[o];
    data.set([axis.start[o] * inputBytes, first * indexStep, axis.count[o], 0], o * 4);
  }
  return data;
}
