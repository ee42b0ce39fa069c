import type { OpOf } from '@cenote/backend';
import type { AxisWindow } from '@cenote/shape';
import { type Argument, type Plan, table } from '../../../plan.js';
import { divisorTables } from './divisors.js';
import { type Planes, planeArguments } from './planes.js';

/** How the rows of a window are combined: one by one, or by block prefixes and suffixes. */
export type Down = 'rows' | 'blocks';

/** How its columns are: as `Across` in assembly/simd/pool-first/slots.ts, whose numbers are the positions here. */
export const acrossKinds = ['neighbours', 'pairs', 'interleaved', 'blocks'] as const;

/** One of {@link acrossKinds}. */
export type Across = (typeof acrossKinds)[number];

/** Windows that are computed in one pass, as `Fused` in assembly/simd/pool-first/slots.ts, whose numbers start at 1 here. */
export const fusedKinds = ['k2s2', 'k4s4', 'k3s1', 'k3s2'] as const;

/** One of {@link fusedKinds}. */
export type Fused = (typeof fusedKinds)[number];

/** Up to so many f32 are added one after the other, so that two passes and the division stay below 1e-6. */
export const mostNarrowTerms = 7;

/** Of inputs below this size, little has to be fetched from memory. */
const bytesInCache = 2 ** 23;

/** Most output columns of a strip of windows that touch, in one pass: scratch memory is only for the rare case of a NaN. */
export const mostColumnsApart = 2 ** 11;

/** Columns beyond its end at which a row in scratch memory is written and read, in whole vectors. */
const spareColumns = 8;

/**
 * The plan of the kernels over rows: each output row is made of its input rows combined (down), whose columns are combined
 * (across), or both in one pass (fused).
 */
export function rowPlan(
  { pool, geometry }: OpOf<'pool'>,
  planes: Planes,
  down: Down,
  across: Across,
  fused?: Fused,
): Plan | null {
  if (pool.fn === 'lp') return null;
  const isSum = pool.fn === 'avg';
  const isBlocks = down === 'blocks';
  const { axes, rank } = geometry;
  const [depth, height, width] = axes;
  const slices = planes.count * depth.output;
  const rows = slices * height.output;
  const isApart = fused === 'k2s2' || fused === 'k4s4';
  const stripColumns = isApart
    ? Math.min(width.output, mostColumnsApart)
    : columnsPerStrip(width, isBlocks ? height.kernel * (isSum ? 8 : 4) : 0);
  const [strips, widest] = cutIntoStrips(width, stripColumns);
  const unitRows = isBlocks ? Math.ceil(height.kernel / height.stride) : rowsPerUnit(rows, height.stride * width.input);
  const bands = isBlocks ? slices * Math.ceil(height.output / unitRows) : Math.ceil(rows / unitRows);
  // The places of scratch memory, in bytes.
  const columns = Math.ceil((widest + Math.max(spareColumns, 2 * width.stride)) / 4) * 4;
  const pitch = columns * 4;
  const accumulatorPitch = isSum ? 2 * pitch : pitch;
  const interleaved = 64 + 4 * pitch;
  const results = interleaved + columns * 16;
  const acrossSuffixes = results + Math.ceil((stripColumns + 4) / 4) * 64;
  const downPrefix = acrossSuffixes + (across === 'blocks' ? width.kernel * (isSum ? 32 : 16) : 0);
  const downSuffixes = downPrefix + accumulatorPitch;
  const args: Argument[] = [
    ...planeArguments(geometry, planes, isSum),
    ...[height.input, width.input],
    ...axes.map((axis) => axis.output),
    ...axes.map(({ start, count }) => table(Int32Array.from([...start, ...count]))),
    ...axes.map(({ dilation }) => dilation),
    ...[height.kernel, height.stride, height.padLow],
    ...[width.kernel, width.stride],
    ...(pool.fn === 'avg' ? divisorTables(axes, pool.divisor) : [0, 0, 0]),
    ...[acrossKinds.indexOf(across), fused === undefined ? 0 : fusedKinds.indexOf(fused) + 1],
    ...[rows, unitRows],
    ...[strips.length / 6, table(strips)],
    ...[pitch, fused === 'k2s2' ? bytesAhead(height.stride * width.input * 4, rows) : 0],
    ...[interleaved, results, acrossSuffixes, downPrefix, downSuffixes],
  ];
  const downTaps = isBlocks ? 3 : depth.kernel * height.kernel;
  const acrossTaps = across === 'blocks' ? 6 : width.kernel + 1;
  return {
    name: `f32_${pool.fn}pool${rank}d_${fused ?? `${down}_${across}`}_nchw`,
    steps: [
      {
        function: isBlocks ? 'poolFirstBlocks' : 'poolFirstRows',
        args,
        units: (bands * strips.length) / 6,
        nanoseconds: 0.15 * rows * (width.input * downTaps + width.output * acrossTaps),
        scratchBytes: downSuffixes + (isBlocks ? accumulatorPitch * unitRows : 0),
      },
    ],
  };
}

/** How far ahead to touch: as far as memory takes to answer, in whole rows, of so many bytes for each output row. */
function bytesAhead(rowBytes: number, rows: number): number {
  return rows * rowBytes < bytesInCache ? 0 : Math.ceil(3072 / rowBytes) * rowBytes;
}

/** Strips whose rows stay in the first-level cache, and which do not read much more than they write. */
function columnsPerStrip({ kernel, stride, dilation, output }: AxisWindow, bytesPerColumn: number): number {
  const most = Math.min(1024, bytesPerColumn === 0 ? 1024 : 2 ** 19 / bytesPerColumn);
  const reach = kernel * dilation;
  const columns = Math.max(64, most, 2 * reach) / Math.max(1, stride);
  return Math.min(output, Math.max(4, Math.ceil(columns / 4) * 4));
}

/** Enough rows for a unit to be worth a call, few enough for threads to share. */
function rowsPerUnit(rows: number, elementsPerRow: number): number {
  const enough = Math.min(Math.ceil(16384 / elementsPerRow), Math.ceil(rows / 16));
  return Math.max(4, Math.ceil(enough / 4) * 4);
}

/**
 * What each strip of so many output columns is, as `StripSlot` in assembly/simd/pool-first/slots.ts, and the most columns,
 * padding included, that one sees.
 */
function cutIntoStrips(width: AxisWindow, columns: number): [strips: Int32Array, widest: number] {
  const { uniform, kernel, stride, dilation, padLow, start, count, output, input } = width;
  const strips: number[] = [];
  let widest = 0;
  for (let first = 0; first < output; first += columns) {
    const last = Math.min(first + columns, output) - 1;
    const from = uniform ? first * stride - padLow : start[first];
    const to = uniform ? last * stride - padLow + (kernel - 1) * dilation + 1 : start[last] + count[last];
    const inside = Math.max(from, 0);
    strips.push(first, last - first + 1, inside, Math.min(to, input) - inside, inside - from, to - from);
    widest = Math.max(widest, to - from);
  }
  return [Int32Array.from(strips), widest];
}
