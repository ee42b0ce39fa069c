import { byteSize, type Layout } from '@cenote/backend';
import type { RoleStrides } from '@cenote/shape';
import { input, type Variant } from '../../plan.js';
import { epilogueName, productSumPlan } from './products.js';
import { runSlots, unitAxisTable } from './windows.js';

/** `matmul` for every number and layout: a row of the result is a sum of rows of b, which a convolution calls channels. */
export const genericMatmul: readonly Variant<'matmul'>[] = [
  {
    target: 'scalar',
    plan({ epilogue }, [a, b, bias], [y]) {
      const [batch, rows, inner] = a.shape;
      const columns = y.shape[2];
      const size = byteSize[y.dtype];
      const [aBatch, aRow, aColumn] = a.strides.map((stride) => stride * size);
      const run = { output: 0, outputStep: 1, input: 0, inputStep: 1, tap: 0, tapStep: 0, count: columns };
      return productSumPlan({
        name: `${y.dtype}_matmul${epilogueName(epilogue)}`,
        output: y,
        batch,
        groups: 1,
        targetChannels: rows,
        sourceChannels: inner,
        target: matrixStrides(y),
        source: matrixStrides(b),
        weight: [input(0), aBatch, aRow, aColumn, 0, 0, 0],
        bias: epilogue?.bias ? [input(2), 0, bias.strides[0] * size] : [0, 0, 0],
        targetSize: [1, 1, columns],
        sourceWidth: columns,
        depthTable: unitAxisTable,
        heightTable: unitAxisTable,
        runs: runSlots([run], 'forward', 'tap'),
        isGradient: false,
        taps: 1,
        products: inner,
        epilogue,
        sources: input(1),
      });
    },
  },
];

/** A row of a matrix is what a channel is to a convolution. */
function matrixStrides({ dtype, strides }: Layout): RoleStrides {
  const [batch, channel, width] = strides.map((stride) => stride * byteSize[dtype]);
  return { batch, channel, depth: 0, height: 0, width };
}
