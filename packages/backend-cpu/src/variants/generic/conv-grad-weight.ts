import { byteSize } from '@cenote/backend';
import { elementCount } from '@cenote/shape';
import { input, output, type Variant } from '../../plan.js';
import { dtypeCode } from './codes.js';
import { scalarStep } from './rows.js';
import { planOf } from './scalar-plan.js';
import { axisTable, byteStrides, rowStrides, runSlots, tapRuns } from './windows.js';

/** Output channels that are computed together, so that a row of the input is loaded once for all of them. */
const blockChannels = 8;

/** `convGradWeight` for every number and layout: a tap is a sum over the places where it was. */
export const genericConvGradWeight: readonly Variant<'convGradWeight'>[] = [
  {
    target: 'scalar',
    plan({ geometry, groups }, [x, dy], [dWeight]) {
      const { dtype } = dWeight;
      if (dtype === 'bool') return null;
      const { axes, batch, inputChannels, outputChannels } = geometry;
      const [depth, height, width] = axes;
      const outputs = outputChannels / groups;
      const inputs = inputChannels / groups;
      const channels = Math.min(blockChannels, outputs);
      const blocks = Math.ceil(outputs / channels);
      const dyStrides = byteStrides(geometry, dy);
      const xStrides = byteStrides(geometry, x);
      const taps = depth.kernel * height.kernel * width.kernel;
      // The output is contiguous: its taps are a row.
      const size = byteSize[dtype];
      const args = [
        dtypeCode[dtype],
        ...[input(1), ...rowStrides(dyStrides), input(0), ...rowStrides(xStrides), dyStrides.width, xStrides.width],
        ...[output(0), inputs * taps * size, taps * size, size],
        ...[batch, outputs, inputs, channels, blocks, depth.output, height.output, width.output, width.input],
        ...[axisTable(depth, 'forward'), axisTable(height, 'forward')],
        ...runSlots(tapRuns(width), 'forward', 'tap'),
        ...[depth.kernel, height.kernel, width.kernel],
      ];
      const products = elementCount(dy.shape) * inputs * taps;
      const scratchBytes = 8 * (channels * (taps + width.output) + width.input);
      const step = scalarStep('conv_grad_weight', args, groups * blocks * inputs, products, 1.5, scratchBytes);
      return planOf(`${dtype}_conv${geometry.rank}d_grad_weight`, step);
    },
  },
];
