import type { AxisWindow } from '@cenote/shape';
import { input, output, type Plan, table } from '../../../plan.js';
import { axisTable, layoutName, type PoolRequest, sumMode } from './pool-request.js';

/** A stretch of an output row sees at most about this many bytes of an input row, so that it stays in the nearest cache. */
const stretchBytes = 2 ** 15;

/** The rows of a window into one in scratch memory, then its columns. */
export function rowsPlan(request: PoolRequest): Plan | null {
  const { fn, rank, batch, channelBytes, axes, step, divisors } = request;
  const [depth, height, width] = axes;
  const stretches = cutRow(width, channelBytes);
  if (stretches === null) return null;
  const taps = axes.map(({ kernel }) => kernel);
  const isFlat = width.uniform && width.stride === 1;
  const rows = batch * depth.output * height.output;
  return {
    name: `f32_${fn}pool${rank}d_rows_${layoutName(rank)}`,
    steps: [
      {
        function: 'pool_last_rows',
        args: [
          input(0),
          output(0),
          sumMode(fn, taps),
          channelBytes,
          ...[step.batch, step.depth, step.height],
          ...axes.map((axis, index) => table(axisTable(axis, divisors[index]))),
          ...axes.map((axis) => axis.output),
          ...[step.depth * depth.dilation, step.height * height.dilation, step.width * width.dilation],
          stretches.columns,
          stretches.count,
          table(stretches.table),
          isFlat ? width.interiorStart : 0,
          isFlat ? width.interiorEnd : 0,
        ],
        units: rows * stretches.count,
        nanoseconds: rows * rowNanoseconds(request, isFlat),
        // A vector of fewer than four channels may reach beyond the last column.
        scratchBytes: stretches.longest * channelBytes + 16,
      },
    ],
  };
}

/** Cuts output rows into stretches: how many columns each has, and which input columns it sees. */
function cutRow({ input, output, kernel, stride, dilation, start, count }: AxisWindow, channelBytes: number) {
  const wanted = Math.ceil((input * channelBytes) / stretchBytes);
  // Neighbours both read what their windows share, so stretches are several times as long as that.
  const least = Math.ceil((4 * (kernel - 1) * dilation) / Math.max(1, stride));
  const columns = Math.min(output, Math.max(Math.ceil(output / wanted), least, 1));
  const number = Math.ceil(output / columns);
  const table = new Int32Array(2 * number);
  let longest = 0;
  for (let stretch = 0; stretch < number; stretch++) {
    let [first, last] = [input, 0];
    for (let o = stretch * columns; o < Math.min(output, (stretch + 1) * columns); o++) {
      first = Math.min(first, start[o]);
      last = Math.max(last, start[o] + (count[o] - 1) * dilation + 1);
    }
    // The first pass works on whole vectors.
    while ((last - first) * channelBytes < 16 && (first > 0 || last < input)) {
      if (first > 0) first--;
      else last++;
    }
    if ((last - first) * channelBytes < 16) return null;
    table[2 * stretch] = first;
    table[2 * stretch + 1] = last;
    longest = Math.max(longest, last - first);
  }
  return { columns, count: number, table, longest };
}

/** About how long an output row takes. */
function rowNanoseconds({ axes, channelBytes }: PoolRequest, isFlat: boolean): number {
  const [depth, height, width] = axes;
  const perVector = (taps: number) => 1 + 0.55 * taps;
  const down = ((width.input * channelBytes) / 16) * perVector(depth.kernel * height.kernel);
  const vectors = Math.ceil(channelBytes / 16);
  if (isFlat) return 40 + down + ((width.output * channelBytes) / 16) * perVector(width.kernel);
  const column = vectors < 4 ? vectors * (1.5 + 1.2 * width.kernel) : 12 + vectors * perVector(width.kernel);
  return 40 + down + width.output * column;
}
