import { type DType, isFloat, type Layout, type OpOf } from '@cenote/backend';
import { elementCount, type WindowGeometry } from '@cenote/shape';
import { type Argument, f64, input, output, type Plan, type Variant } from '../../plan.js';
import { dtypeCode } from './codes.js';
import { divisorSlots, poolName } from './pool-plan.js';
import { scalarStep } from './rows.js';
import { planOf } from './scalar-plan.js';
import { axisTable, byteStrides, poolRuns, rowStrides, runSlots } from './windows.js';

/** `pool` for every dtype and layout that the contract allows, one row of outputs after the other. */
export const genericPool: readonly Variant<'pool'>[] = [
  {
    target: 'scalar',
    plan(op, inputs, outputs) {
      const { dtype } = inputs[0];
      const { pool } = op;
      if (pool.fn === 'max' || pool.fn === 'min') return extremePlan(op, inputs, outputs);
      if (isFloat(dtype)) return sumPlan(op, inputs, outputs);
      return pool.fn === 'avg' && (dtype === 'u8' || dtype === 'i8') ? sumPlan(op, inputs, outputs) : null;
    },
  },
];

function extremePlan(op: OpOf<'pool'>, [x]: readonly Layout[], [y, indexLayout]: readonly Layout[]): Plan | null {
  const { pool, geometry, indices } = op;
  const [, height, width] = geometry.axes;
  const index =
    indices === 'none'
      ? [0, 0, 0, 0, 0, 0, 0]
      : indexSlots(output(1), indices === 'plane' ? 'i32' : 'u8', geometry, indexLayout);
  const own = [pool.fn === 'max' ? 0 : -1, ...index, indices === 'window' ? 1 : 0, height.kernel, width.kernel];
  return planRows(op, 'pool_extreme', x, y, own, indices === 'none' ? 1 : 2);
}

function indexSlots(place: Argument, dtype: DType, geometry: WindowGeometry, layout: Layout): readonly Argument[] {
  const strides = byteStrides(geometry, layout);
  return [place, ...rowStrides(strides), strides.width, dtypeCode[dtype]];
}

function sumPlan(op: OpOf<'pool'>, [x]: readonly Layout[], [y]: readonly Layout[]): Plan | null {
  const { pool, geometry } = op;
  const range = x.dtype === 'u8' ? [0, 255] : [-128, 127];
  if (pool.fn === 'lp') return planRows(op, 'pool_sum', x, y, [0, f64(pool.p), 0, 0, 0, ...range], 4);
  if (pool.fn !== 'avg') return null;
  const { slots, width } = divisorSlots(geometry, pool);
  return planRows(op, 'pool_sum', x, y, [0, ...slots, width, ...range], 1);
}

/** The slots that both kernels have, and the ones that only one has. */
function planRows(
  op: OpOf<'pool'>,
  kernel: string,
  x: Layout,
  y: Layout,
  own: readonly Argument[],
  nanosecondsPerTap: number,
): Plan | null {
  const { geometry, indices } = op;
  const { axes, batch, inputChannels } = geometry;
  const [depth, height, width] = axes;
  const from = byteStrides(geometry, x);
  const to = byteStrides(geometry, y);
  const kept = keptRows(geometry);
  const args = [
    dtypeCode[x.dtype],
    ...[input(0), ...rowStrides(from), output(0), ...rowStrides(to), from.width, to.width],
    ...[inputChannels, depth.output, height.output, width.output, depth.input, height.input, width.input],
    ...[axisTable(depth, 'forward'), axisTable(height, 'forward')],
    ...runSlots(poolRuns(width, 'forward'), 'forward', indices === 'window' ? 'tap' : 'input'),
    kept,
    ...own,
  ];
  const units = batch * inputChannels * depth.output * height.output;
  const taps = depth.kernel * height.kernel * width.kernel;
  const elements = elementCount(y.shape);
  const scratchBytes = kept * 4 + (kept * width.input + 2 * width.output) * 8;
  const step = scalarStep(kernel, args, units, elements, 6 + taps * nanosecondsPerTap, scratchBytes);
  return planOf(poolName(x.dtype, op), step);
}

/** How many rows of the input are kept because the next row of outputs needs them again: a power of two. */
function keptRows({ axes: [depth, height, width] }: WindowGeometry): number {
  const wanted = Math.min(64, depth.kernel * ((height.kernel - 1) * height.dilation + 1));
  let kept = 2;
  while (kept < wanted && kept * width.input < 16384) kept *= 2;
  return kept;
}
