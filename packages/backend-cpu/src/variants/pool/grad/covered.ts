import type { Layout, OpOf } from '@cenote/backend';
import type { AxisWindow, WindowGeometry } from '@cenote/shape';
import { type Argument, input, output, type Plan, table } from '../../../plan.js';
import { isDisjoint, isPairs, onlyCovers } from './extreme.js';
import { type CoverTable, coverTable, indexSteps, type PoolSizes, poolSizes, windowName } from './window-layout.js';

/** More scratch memory than this would not stay in the cache. */
const maxScratchBytes = 2 ** 18;

/** What an average is divided by on account of each axis; all 1 for what is no average. */
type Divisors = readonly [AxisDivisor, AxisDivisor, AxisDivisor];
type AxisDivisor = (output: number) => number;

/** The kernels for planes and for images, and what is in the name. */
interface Family {
  readonly planes: string | null;
  readonly images: string;
  readonly name: string;
  readonly divisors: Divisors;
  /** Spread rows that `planes` needs. */
  readonly spreadRows: number;
}

/**
 * Gradients that gather: every input from the outputs that look at it. Of averages and the norms with p = 1 and 2 in both
 * layouts, of max and min with channels last.
 */
export function planCovered(op: OpOf<'poolGrad'>, inputs: readonly Layout[], outputs: readonly Layout[]): Plan | null {
  const { geometry } = op;
  const family = familyOf(op);
  if (family === null || inputs[0].dtype !== 'f32') return null;
  const sizes = poolSizes(geometry, [...inputs, ...outputs]);
  if (sizes === null) return null;
  const [depth, height, width] = geometry.axes;
  const { channels } = sizes;
  const byTap = op.indices === 'window';
  const steps = byTap ? indexSteps(geometry, true) : [0, 0, 0];
  const rowStep = width.output * channels * 4;
  const covers = [
    coverTable(depth, height.output * rowStep, steps[0], family.divisors[0]),
    coverTable(height, rowStep, steps[1], family.divisors[1]),
    coverTable(width, channels * 4, steps[2], family.divisors[2]),
  ];
  if (!covers.every((one): one is CoverTable => one !== null)) return null;
  const listBytes = covers[0].most * covers[1].most * 16;
  const common = [
    input(0),
    inputs.length > 1 ? input(1) : 0,
    inputs.length > 2 ? input(2) : 0,
    output(0),
    ...covers.flatMap(({ data, begins }) => [table(data), table(begins)]),
    depth.input,
    height.input,
    width.input,
  ];
  const isOne = op.pool.fn === 'lp' && op.pool.p === 1 ? -1 : 0;
  const outPlaneBytes = depth.output * height.output * rowStep;
  const units = sizes.planes * depth.input * height.input;
  const terms = covers.reduce((product, { most }) => product * most, 1);
  const name = `${family.name}_${windowName(geometry)}_${sizes.layoutName}`;
  if (channels > 1) {
    if (listBytes > maxScratchBytes) return null;
    const args = [...common, channels, outPlaneBytes, op.indices === 'plane' ? 1 : 0, isOne];
    const nanoseconds = sizes.inputs * (0.3 + 0.3 * terms);
    const step = {
      function: family.images,
      target: 'simd',
      args,
      units,
      nanoseconds,
      scratchBytes: listBytes,
    } as const;
    return { name, steps: [step] };
  }
  if (family.planes === null) return null;
  if (op.pool.fn === 'avg') {
    const simpler = planAveragePairs(op, family, sizes, name) ?? planWholePlanes(op, family, sizes, name);
    if (simpler !== null) return simpler;
  }
  const row = spreadRow(geometry, family);
  if (row === null) return null;
  const scratchBytes = listBytes + row.bytes * family.spreadRows;
  if (scratchBytes > maxScratchBytes) return null;
  const args = [...common, outPlaneBytes, ...row.args, listBytes, row.bytes, isOne];
  const nanoseconds = sizes.inputs * (0.5 + 0.3 * terms);
  return { name, steps: [{ function: family.planes, target: 'simd', args, units, nanoseconds, scratchBytes }] };
}

/** Averages of windows of two neighbours along the width, of which no two overlap. */
function planAveragePairs({ geometry }: OpOf<'poolGrad'>, family: Family, sizes: PoolSizes, name: string): Plan | null {
  const [depth, height, width] = geometry.axes;
  if (!isPairs(width) || !isDisjoint(depth) || !isDisjoint(height)) return null;
  const factors = (axis: AxisWindow, outputStep: number, factor: AxisDivisor) =>
    table(onlyCovers(axis, outputStep, (_, o) => floatBits(factor(o))));
  const args = [
    input(0),
    table(widthDivisors(geometry, family)),
    output(0),
    factors(depth, height.output * width.output, family.divisors[0]),
    factors(height, width.output, family.divisors[1]),
    depth.input,
    height.input,
    width.input,
    depth.output * height.output * width.output,
    width.output,
    0,
    0,
  ];
  const units = sizes.planes * depth.input * height.input;
  return { name, steps: [{ function: 'grad_pairs', target: 'simd', args, units, nanoseconds: sizes.inputs * 0.3 }] };
}

/** Averages of whole planes: each is a row of which all is in the one window. */
function planWholePlanes({ geometry }: OpOf<'poolGrad'>, { divisors }: Family, sizes: PoolSizes, name: string) {
  const { axes } = geometry;
  if (!axes.every((axis) => axis.output === 1 && axis.count[0] === axis.input)) return null;
  const divisor = divisors.reduce((product, along) => product * along(0), 1);
  // One entry at the beginning of dy and no factor; the divisor is that along the width.
  const cover = Int32Array.of(0, 0, floatBits(1), 0);
  const covers = [table(cover), table(Int32Array.of(0, 16)), table(cover), table(Int32Array.of(0, 16)), 0, 0];
  const width = sizes.planeBytes / 4;
  const row = [1, 0, table(Float32Array.of(divisor)), 4, 0, 0, 0, 16, 16];
  const args = [input(0), 0, 0, output(0), ...covers, 1, 1, width, 4, ...row];
  const nanoseconds = sizes.inputs * 0.2;
  const step = { function: 'avg_grad_planes', target: 'simd', args, units: sizes.planes, nanoseconds } as const;
  return { name, steps: [{ ...step, scratchBytes: 32 }] };
}

function widthDivisors({ axes: [, , width] }: WindowGeometry, { divisors }: Family): Float32Array {
  return Float32Array.from({ length: width.output }, (_, o) => divisors[2](o));
}

/** The bits of an f32, as an integer. */
function floatBits(value: number): number {
  return new Int32Array(Float32Array.of(value).buffer)[0];
}

function familyOf({ pool, geometry, indices }: OpOf<'poolGrad'>): Family | null {
  const start = `f32_${pool.fn}pool${geometry.rank}d_grad`;
  const one: Divisors = [() => 1, () => 1, () => 1];
  if (pool.fn === 'max' || pool.fn === 'min') {
    if (indices === 'none') return null;
    const images = indices === 'window' ? 'max_grad_window_last' : 'max_grad_plane_last';
    return { planes: null, images, name: `${start}_${indices}`, divisors: one, spreadRows: 0 };
  }
  if (pool.fn === 'avg') {
    const divisors = averageDivisors(geometry, pool.divisor);
    if (divisors === null) return null;
    return { planes: 'avg_grad_planes', images: 'avg_grad_last', name: start, divisors, spreadRows: 1 };
  }
  if (pool.p !== 1 && pool.p !== 2) return null;
  const name = `${start}_p${pool.p}`;
  return { planes: 'lp_grad_planes', images: 'lp_grad_last', name, divisors: one, spreadRows: 2 };
}

/** `null` where f32 does not hold a divisor exactly. */
function averageDivisors(
  { axes: [depth, height, width] }: WindowGeometry,
  rule: 'taps' | 'window' | number,
): Divisors | null {
  if (typeof rule === 'number') {
    return Math.fround(rule) === rule ? [() => 1, () => 1, () => rule] : null;
  }
  if (depth.kernel * height.kernel * width.kernel > 2 ** 24) return null;
  const along = (axis: AxisWindow): AxisDivisor => {
    const table = rule === 'taps' ? axis.count : axis.span;
    return (o) => table[o];
  };
  return [along(depth), along(height), along(width)];
}

/** How outputs are laid out along the width, or `null` where the norms' kernels cannot do it. */
function spreadRow(
  geometry: WindowGeometry,
  family: Family,
): { readonly args: readonly Argument[]; readonly bytes: number } | null {
  const width = geometry.axes[2];
  const { kernel, stride, dilation, padLow } = width;
  const divisor = table(widthDivisors(geometry, family));
  const reach = (kernel - 1) * dilation;
  // Whole vectors are read: up to three elements beyond the last input's.
  const spreadBytes = Math.ceil((width.input + reach + 4) / 4) * 16;
  const isSpread = width.uniform && (kernel <= 8 || stride * 4 <= kernel) && spreadBytes <= maxScratchBytes / 2;
  if (isSpread) {
    const args = [width.output, 1, divisor, stride * 4, (reach - padLow) * 4, kernel, dilation * 4];
    return { args, bytes: spreadBytes };
  }
  if (family.spreadRows > 1) return null;
  return { args: [width.output, 2, divisor, 4, 0, 0, 0], bytes: Math.ceil(width.output / 4) * 16 };
}
