import { isFloat, type Layout, type OpOf } from '@cenote/backend';
import { elementCount } from '@cenote/shape';
import { type Argument, f64, input, output, type Variant } from '../../plan.js';
import { dtypeCode } from './codes.js';
import { divisorSlots, poolName } from './pool-plan.js';
import { scalarStep } from './rows.js';
import { planOf } from './scalar-plan.js';
import { axisTable, byteStrides, poolRuns, rowStrides, runSlots } from './windows.js';

/** `poolGrad` for every dtype and layout that the contract allows, one row of inputs after the other. */
export const genericPoolGrad: readonly Variant<'poolGrad'>[] = [
  {
    target: 'scalar',
    plan(op, inputs, [dx]) {
      const { pool, geometry, indices } = op;
      const { dtype } = dx;
      const isExtreme = pool.fn === 'max' || pool.fn === 'min';
      if (isExtreme ? dtype === 'bool' || indices === 'none' : !isFloat(dtype)) return null;
      const { axes, batch, inputChannels } = geometry;
      const [depth, height, width] = axes;
      const tensors = placesOf(op, inputs, dx);
      const { slots, dividers } = numbersOf(op);
      const args = [
        dtypeCode[dtype],
        ...tensors.flatMap(({ place, strides }) => [place, ...rowStrides(strides)]),
        ...tensors.map(({ strides }) => strides.width),
        isExtreme ? dtypeCode[indices === 'window' ? 'u8' : 'i32'] : dtypeCode[dtype],
        ...[inputChannels, depth.input, height.input, width.input, height.kernel, width.kernel],
        ...[axisTable(depth, 'backward'), axisTable(height, 'backward')],
        ...runSlots(poolRuns(width, 'backward'), 'backward', indices === 'window' ? 'tap' : 'input'),
        isExtreme ? (indices === 'window' ? 1 : 0) : pool.fn === 'avg' ? 2 : 3,
        width.output,
        ...slots,
        dividers,
      ];
      const units = batch * inputChannels * depth.input * height.input;
      const taps = depth.kernel * height.kernel * width.kernel;
      const outputs = elementCount(geometry.outputShape);
      const nanoseconds = 6 + taps * (pool.fn === 'lp' ? 8 : 1.5);
      const scratchBytes = 16 * (width.input + width.output);
      return planOf(poolName(dtype, op), scalarStep('pool_grad', args, units, outputs, nanoseconds, scratchBytes));
    },
  },
];

/** dy, dx, indices or y, x; what there is not is at address 0. */
function placesOf({ pool, geometry }: OpOf<'poolGrad'>, inputs: readonly Layout[], dx: Layout) {
  const nothing = { place: 0, strides: { batch: 0, channel: 0, depth: 0, height: 0, width: 0 } };
  const at = (place: Argument, layout: Layout) => ({ place, strides: byteStrides(geometry, layout) });
  const [dy, second, third] = inputs;
  const common = [at(input(0), dy), at(output(0), dx)];
  if (pool.fn === 'avg') return [...common, nothing, nothing];
  if (pool.fn === 'lp') return [...common, at(input(2), third), at(input(1), second)];
  return [...common, at(input(1), second), nothing];
}

/** The divisor of an average or the p of a norm, as four slots, and the table of the divisor along the width. */
function numbersOf({ pool, geometry }: OpOf<'poolGrad'>): {
  readonly slots: readonly Argument[];
  readonly dividers: Argument;
} {
  if (pool.fn === 'avg') {
    const { slots, width } = divisorSlots(geometry, pool);
    return { slots, dividers: width };
  }
  return { slots: [f64(pool.fn === 'lp' ? pool.p : 0), 0, 0], dividers: 0 };
}
