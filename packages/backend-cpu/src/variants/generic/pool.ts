import { type DType, isFloat, type OpOf } from '@cenote/backend';
import { elementCount, type WindowGeometry } from '@cenote/shape';
import { type Argument, f64, input, output, table, type Variant } from '../../plan.js';
import { tapCount } from '../tap-count.js';
import { dtypeCode } from './codes.js';
import { scalarPlan } from './rows.js';
import { noTensor, windowTables, windowTensor } from './windows.js';

/** `pool` for every dtype and layout that the contract allows, one row of outputs after the other. */
export const genericPool: Variant<'pool'> = {
  target: 'scalar',
  plan(op, [x], [y, indexLayout]) {
    const { pool, geometry, indices } = op;
    const { dtype } = x;
    const kind = kindOf(op);
    const isByte = dtype === 'u8' || dtype === 'i8';
    if (kind > 0 && !isFloat(dtype) && !(isByte && kind === 1)) return null;
    const { axes, batch, inputChannels } = geometry;
    const [depth, height, width] = axes;
    const isByTap = indices === 'window';
    const kept = keptRows(geometry);
    const args = [
      dtypeCode[dtype],
      ...windowTables(geometry, true, isByTap, true),
      ...windowTensor(input(0), geometry, x),
      ...windowTensor(output(0), geometry, y),
      ...(indices === 'none' ? noTensor : windowTensor(output(1), geometry, indexLayout)),
      ...numberSlots(op),
      inputChannels,
      kept,
      kind,
      pool.fn === 'max' ? 0 : -1,
      dtypeCode[isByTap ? 'u8' : 'i32'],
      isByTap ? 1 : 0,
    ];
    const units = batch * inputChannels * depth.output * height.output;
    const perTap = kind === 2 ? 4 : indices === 'none' ? 1 : 2;
    const nanoseconds = elementCount(y.shape) * (6 + tapCount(geometry.axes) * perTap);
    const scratchBytes = kept * 4 + (kept * width.input + 2 * width.output) * 8;
    return scalarPlan(poolName(dtype, op), 'pool', args, units, nanoseconds, scratchBytes);
  },
};

/** `poolGrad` for every dtype and layout that the contract allows, one row of inputs after the other. */
export const genericPoolGrad: Variant<'poolGrad'> = {
  target: 'scalar',
  plan(op, [dy, second, x], [dx]) {
    const { geometry, indices } = op;
    const { dtype } = dx;
    const kind = kindOf(op);
    if (kind === 0 ? dtype === 'bool' || indices === 'none' : !isFloat(dtype)) return null;
    const { axes, batch, inputChannels } = geometry;
    const [depth, height, width] = axes;
    const isByTap = indices === 'window';
    const tensors = [
      windowTensor(input(0), geometry, dy),
      windowTensor(output(0), geometry, dx),
      // The indices of an extreme, and of a norm y and x.
      ...(kind === 1 ? [] : [windowTensor(input(kind === 0 ? 1 : 2), geometry, kind === 0 ? second : x)]),
      ...(kind < 2 ? [] : [windowTensor(input(1), geometry, second)]),
    ];
    const args = [
      dtypeCode[dtype],
      ...windowTables(geometry, false, isByTap, true),
      ...[...tensors, noTensor, noTensor].slice(0, 4).flat(),
      ...numberSlots(op),
      inputChannels,
      dtypeCode[kind > 0 ? dtype : isByTap ? 'u8' : 'i32'],
      kind > 0 ? kind + 1 : isByTap ? 1 : 0,
    ];
    const units = batch * inputChannels * depth.input * height.input;
    const nanoseconds = elementCount(dy.shape) * (6 + tapCount(geometry.axes) * (kind === 2 ? 8 : 1.5));
    const scratchBytes = 16 * (width.input + width.output);
    return scalarPlan(poolName(dtype, op), 'pool_grad', args, units, nanoseconds, scratchBytes);
  },
};

/** 0: an extreme, 1: the average, 2: the p-norm. */
function kindOf({ pool }: OpOf<'pool' | 'poolGrad'>): number {
  return pool.fn === 'avg' ? 1 : pool.fn === 'lp' ? 2 : 0;
}

/** `f32_maxpool2d`, with what else matters. */
function poolName(dtype: DType, { kind, pool, geometry, indices }: OpOf<'pool' | 'poolGrad'>): string {
  const what = `${pool.fn}pool${geometry.rank}d${kind === 'poolGrad' ? '_grad' : ''}`;
  return `${dtype}_${what}${indices === 'none' ? '' : `_${indices}Index`}`;
}

/** The divisor of an average or the p of a norm, as two slots, and tables of the factors of the divisor along each axis. */
function numberSlots({ pool, geometry }: OpOf<'pool' | 'poolGrad'>): readonly Argument[] {
  if (pool.fn !== 'avg') return [f64(pool.fn === 'lp' ? pool.p : 0), 0, 0, 0];
  const { divisor } = pool;
  if (typeof divisor === 'number') return [f64(divisor), 0, 0, 0];
  return [f64(1), ...geometry.axes.map(({ count, span }) => table(Int32Array.from(divisor === 'taps' ? count : span)))];
}

/** How many rows of the input are kept because the next row of outputs needs them again: a power of two. */
function keptRows({ axes: [depth, height, width] }: WindowGeometry): number {
  const wanted = Math.min(64, depth.kernel * ((height.kernel - 1) * height.dilation + 1));
  let kept = 2;
  while (kept < wanted && kept * width.input < 16384) kept *= 2;
  return kept;
}
