import type { OpOf } from '@cenote/backend';
import type { AxisWindow } from '@cenote/shape';
import { type Argument, input, output, type Plan, table } from '../../../plan.js';
import { divisorTables } from './divisors.js';
import type { Planes } from './planes.js';

/** How the rows of a window are combined: one by one, or by block prefixes and suffixes. */
export type Down = 'rows' | 'blocks';

/** How its columns are: as `Across` in assembly/simd/pool-first/slots.ts, whose numbers are the positions here. */
export const acrossKinds = ['neighbours', 'pairs', 'interleaved', 'blocks'] as const;

/** One of {@link acrossKinds}. */
export type Across = (typeof acrossKinds)[number];

/** Windows that are computed in one pass, as `Fused` in assembly/simd/pool-first/slots.ts. */
export type Fused = 'k2s2' | 'k4s4' | 'k3s1' | 'k3s2';

const fusedNumbers: { readonly [F in Fused]: number } = { k2s2: 1, k4s4: 2, k3s1: 3, k3s2: 4 };

/** How an op is to be computed. What is fused is computed with `down` and `across` where there is a NaN. */
export interface Way {
  readonly down: Down;
  readonly across: Across;
  readonly fused?: Fused | null;
}

/** Up to so many f32 are added one after the other, so that two passes and the division stay below 1e-6. */
export const mostNarrowTerms = 7;

const kernelNames = { max: 'Max', min: 'Careful', avg: 'Sum' } as const;

/** The places of scratch memory, in bytes; as in assembly/simd/pool-first. */
interface Scratch {
  readonly pitch: number;
  readonly interleaved: number;
  readonly results: number;
  readonly acrossSuffixes: number;
  readonly downPrefix: number;
  readonly downSuffixes: number;
  readonly byteLength: number;
}

/**
 * The plan of the kernels over rows: each output row is made of its input rows combined (down), whose columns are combined
 * (across).
 */
export function rowPlan(
  { pool, geometry }: OpOf<'pool'>,
  planes: Planes,
  { down, across, fused = null }: Way,
): Plan | null {
  if (pool.fn === 'lp') return null;
  const isSum = pool.fn === 'avg';
  const divisors = pool.fn === 'avg' ? divisorTables(geometry.axes, pool.divisor) : null;
  const [depth, height, width] = geometry.axes;
  const rows = planes.count * depth.output * height.output;
  const stripColumns = columnsPerStrip(width, down === 'blocks' ? height.kernel * (isSum ? 8 : 4) : 0);
  const strips = Math.ceil(width.output / stripColumns);
  const unitRows =
    down === 'blocks' ? Math.ceil(height.kernel / height.stride) : rowsPerUnit(rows, height.stride * width.input);
  const bands =
    down === 'blocks' ? planes.count * depth.output * Math.ceil(height.output / unitRows) : Math.ceil(rows / unitRows);
  const scratch = layOutScratch(width, stripColumns, {
    acrossSuffixes: across === 'blocks' ? width.kernel * (isSum ? 32 : 16) : 0,
    accumulatorRows: down === 'blocks' ? unitRows : 0,
    accumulatorScale: isSum ? 2 : 1,
  });
  const isWide = (taps: number) => (taps > mostNarrowTerms ? 1 : 0);
  const args: Argument[] = [
    ...[input(0), output(0)],
    ...[Math.max(1, geometry.inputChannels), planes.batchStride * 4, planes.channelStride * 4],
    ...[height.input, width.input],
    ...[depth.output, height.output, width.output],
    ...geometry.axes.map(windowTable),
    ...[depth.dilation, height.dilation, width.dilation],
    ...[height.kernel, height.stride, height.padLow],
    ...[width.kernel, width.stride, width.padLow],
    ...(divisors ?? [0, 0, 0]),
    ...[pool.fn === 'min' ? signBit : 0],
    ...[acrossKinds.indexOf(across), fused === null ? 0 : fusedNumbers[fused]],
    ...[isWide(depth.kernel * height.kernel), isWide(width.kernel)],
    ...[rows, unitRows, strips, stripColumns],
    ...[scratch.pitch, scratch.interleaved, scratch.results, scratch.acrossSuffixes],
    ...[scratch.downPrefix, scratch.downSuffixes],
  ];
  const downTaps = down === 'blocks' ? 3 : depth.kernel * height.kernel;
  const acrossTaps = across === 'blocks' ? 6 : width.kernel + 1;
  const elements = rows * (width.input * downTaps + width.output * acrossTaps);
  return {
    name: `f32_${pool.fn}pool${geometry.rank}d_${fused ?? `${down}_${across}`}_nchw`,
    steps: [
      {
        function: `poolFirst${down === 'rows' ? 'Rows' : 'Blocks'}${kernelNames[pool.fn]}`,
        target: 'simd',
        args,
        units: bands * strips,
        nanoseconds: elements * 0.15,
        scratchBytes: scratch.byteLength,
      },
    ],
  };
}

const signBit = -(2 ** 31);

/** `start` and then `count` of each output. */
function windowTable({ start, count }: AxisWindow): Argument {
  return table(Int32Array.from([...start, ...count]));
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

function layOutScratch(
  width: AxisWindow,
  stripColumns: number,
  sizes: {
    readonly acrossSuffixes: number;
    readonly accumulatorRows: number;
    readonly accumulatorScale: number;
  },
): Scratch {
  // A row is written in whole vectors, and read some columns beyond its end.
  const columns = Math.ceil((stripWidth(width, stripColumns) + Math.max(8, 2 * width.stride)) / 4) * 4;
  const pitch = columns * 4;
  const interleaved = 64 + 4 * pitch;
  const results = interleaved + columns * 16;
  const acrossSuffixes = results + Math.ceil((stripColumns + 4) / 4) * 64;
  const downPrefix = acrossSuffixes + sizes.acrossSuffixes;
  const accumulatorPitch = pitch * sizes.accumulatorScale;
  const downSuffixes = downPrefix + accumulatorPitch;
  const byteLength = downSuffixes + accumulatorPitch * sizes.accumulatorRows;
  return { pitch, interleaved, results, acrossSuffixes, downPrefix, downSuffixes, byteLength };
}

/** The most columns, padding included, that a strip of so many outputs sees. */
function stripWidth({ uniform, kernel, stride, dilation, start, count, output }: AxisWindow, columns: number): number {
  if (uniform) return (columns - 1) * stride + (kernel - 1) * dilation + 1;
  let most = 0;
  for (let first = 0; first < output; first += columns) {
    const last = Math.min(first + columns, output) - 1;
    most = Math.max(most, start[last] + count[last] - start[first]);
  }
  return most;
}
