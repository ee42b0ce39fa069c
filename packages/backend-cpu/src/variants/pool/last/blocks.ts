import type { AxisWindow } from '@cenote/shape';
import { type Argument, input, output, type Plan, type Step, table, temporary } from '../../../plan.js';
import { axisTable, layoutName, modes, type PoolRequest, sumMode } from './pool-request.js';
import { windowNanoseconds } from './window.js';

/** A pass along one axis, over `[batch, D, H, W, C]` of which the axes before it are done already. */
interface Pass {
  /** 0 to 2: depth, height, width. */
  readonly index: number;
  readonly axis: AxisWindow;
  /** Output sizes of the axes before this one, in front of it ones: `[D′, H′]`. */
  readonly before: readonly [number, number];
  /** The factors of the divisor that belong to them. */
  readonly beforeDivisors: readonly [Float32Array, Float32Array];
  readonly divisors: Float32Array;
  /** Bytes that lie side by side behind the axis. */
  readonly inner: number;
  readonly from: Argument;
  readonly to: Argument;
}

/** Outputs of one axis whose windows have a position in common, for `assembly/simd/pool-last/blocks.ts`. */
interface Groups {
  /** The first output of each, and the number of outputs. */
  readonly first: readonly number[];
  /** The most rows that one has suffixes of. */
  readonly suffixes: number;
  /** Rows that are folded, in all. */
  readonly folds: number;
}

/** Windows of more rows than this are left to other kernels: their suffixes would not stay in a near cache. */
const mostRows = 2 ** 13;

/** Suffixes of a strip take about this much, a part of the second-level cache. */
const suffixBytes = 2 ** 16;

/** One pass for each axis, whose cost does not depend on the size of the window where windows overlap much. */
export function blocksPlan(request: PoolRequest): Plan | null {
  const { fn, rank, batch, channelBytes, axes, divisors, isContiguous } = request;
  if (!isContiguous || channelBytes < 16) return null;
  const windowed = [0, 1, 2].filter((index) => !isIdentity(axes[index]));
  if (windowed.length === 0) return null;
  const steps: Step[] = [];
  const temporaries: number[] = [];
  for (const [order, index] of windowed.entries()) {
    const isLast = order === windowed.length - 1;
    const size = (at: number) => (at <= index ? axes[at].output : axes[at].input);
    const elements = batch * size(0) * size(1) * size(2) * channelBytes;
    // The last pass divides, once.
    const factors = (at: number) => (isLast ? divisors[at] : new Float32Array(axes[at].output).fill(1));
    const one = new Float32Array([1]);
    steps.push(
      passStep(fn, batch, {
        index,
        axis: axes[index],
        before: [index > 0 ? size(0) : 1, index > 1 ? size(1) : 1],
        beforeDivisors: [index > 0 ? factors(0) : one, index > 1 ? factors(1) : one],
        divisors: factors(index),
        inner: (index < 1 ? size(1) : 1) * (index < 2 ? size(2) : 1) * channelBytes,
        from: order === 0 ? input(0) : temporary(order - 1),
        to: isLast ? output(0) : temporary(order),
      }),
    );
    if (!isLast) temporaries.push(elements);
  }
  return { name: `f32_${fn}pool${rank}d_blocks_${layoutName(rank)}`, steps, temporaries };
}

function isIdentity({ kernel, stride, input, output, padLow }: AxisWindow): boolean {
  return kernel === 1 && stride === 1 && input === output && padLow === 0;
}

function passStep(fn: PoolRequest['fn'], batch: number, pass: Pass): Step {
  const { axis, before, inner } = pass;
  const outer = batch * before[0] * before[1];
  const direct = windowNanoseconds(outer * axis.output, inner, axis.kernel);
  if (axis.dilation === 1 && axis.kernel <= mostRows) {
    const groups = groupOutputs(axis);
    const step = blocksStep(fn, batch, pass, groups);
    if (step.nanoseconds < direct) return step;
  }
  return directStep(fn, batch, pass, direct);
}

/** Each window of the axis by itself. */
function directStep(fn: PoolRequest['fn'], batch: number, pass: Pass, nanoseconds: number): Step {
  const { axis, before, beforeDivisors, inner, from, to } = pass;
  const row = axis.input * inner;
  return {
    function: 'pool_last_window',
    args: [
      from,
      to,
      // Half of the roundings that sums of all axes together may have.
      fn === 'avg' && axis.kernel > 6 ? modes.wideSum : sumMode(fn, [axis.kernel]),
      inner,
      ...[row * before[0] * before[1], row * before[1], row, inner],
      ...[0, 1].map((at) => table(singles(before[at], beforeDivisors[at]))),
      table(axisTable(axis, pass.divisors)),
      ...[before[0], before[1], axis.output],
      ...[0, 0, inner * axis.dilation],
      1,
      axis.output,
    ],
    units: batch * before[0] * before[1] * axis.output,
    nanoseconds,
  };
}

/** The table of an axis whose windows are single elements. */
function singles(size: number, divisors: Float32Array): Int32Array {
  const table = new Int32Array(3 * size).fill(1);
  for (let o = 0; o < size; o++) table[o] = o;
  table.set(new Int32Array(divisors.buffer, divisors.byteOffset, size), 2 * size);
  return table;
}

function blocksStep(fn: PoolRequest['fn'], batch: number, pass: Pass, groups: Groups): Step {
  const { axis, before, beforeDivisors, inner, from, to } = pass;
  const strip = stripBytes(inner, groups.suffixes);
  const strips = Math.ceil(inner / strip);
  const outer = batch * before[0] * before[1];
  const { output: outputs, start } = axis;
  const outputTable = axisTable(axis, pass.divisors);
  for (let o = 0; o < outputs; o++) outputTable[outputs + o] += start[o];
  return {
    function: 'pool_last_blocks',
    args: [
      from,
      to,
      fn === 'avg' ? modes.wideSum : modes.max,
      ...[inner, axis.input, outputs],
      table(outputTable),
      groups.first.length - 1,
      table(Int32Array.from(groups.first)),
      ...[strip, strips],
      ...[before[0], table(beforeDivisors[0])],
      ...[before[1], table(beforeDivisors[1])],
    ],
    units: outer * (groups.first.length - 1) * strips,
    nanoseconds: outer * strips * (60 * groups.first.length + groups.folds * (2 + (1.1 * strip) / 16)),
    // The running fold, which takes two rows as f64, a row that nobody reads, and the suffixes.
    scratchBytes: (groups.suffixes + 3) * Math.ceil(strip / 16) * 16,
  };
}

/** How wide strips are: whole cache lines, and no rest that is narrower than a vector. */
function stripBytes(inner: number, suffixes: number): number {
  let strip = Math.min(inner, Math.max(256, Math.min(4096, Math.floor(suffixBytes / suffixes / 64) * 64)));
  while (strip < inner && inner % strip > 0 && inner % strip < 16) strip += 16;
  return Math.min(strip, inner);
}

function groupOutputs({ output: outputs, start, count }: AxisWindow): Groups {
  const first: number[] = [];
  let suffixes = 0;
  let folds = outputs;
  for (let o = 0; o < outputs; ) {
    const begin = o;
    const end = start[o] + count[o];
    first.push(begin);
    while (o < outputs && start[o] < end) o++;
    suffixes = Math.max(suffixes, count[begin]);
    folds += start[o - 1] + count[o - 1] - start[begin];
  }
  return { first: [...first, outputs], suffixes, folds };
}
