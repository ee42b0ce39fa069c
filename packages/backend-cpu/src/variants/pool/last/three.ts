import { input, output, type Plan, table } from '../../../plan.js';
import { axisTable, layoutName, type PoolRequest, sumMode } from './pool-request.js';

/** Bytes of each of its input rows that a unit works on: four rows of which stay in the nearest cache; or how much is worth a call. */
const stretchBytes = { pair: 2 ** 12, skip: 2 ** 16 };

/** 3×3 windows at stride 1 or 2, padded by one, where each column is combined once; at least four channels. */
export function threePlan(request: PoolRequest): Plan | null {
  const { fn, rank, batch, channelBytes, axes, step, divisors } = request;
  const [depth, height, width] = axes;
  const isThree = [height, width].every(
    ({ uniform, kernel, dilation, padLow }) => uniform && kernel === 3 && dilation === 1 && padLow === 1,
  );
  const isFlat = depth.input === 1 && depth.output === 1 && divisors[0][0] === 1;
  if (!isThree || !isFlat || channelBytes < 16 || width.output !== Math.ceil(width.input / width.stride)) return null;
  const isPair = width.stride === 1;
  if (isPair ? height.stride !== 1 || height.output !== height.input : width.stride !== 2 || fn !== 'max') return null;
  const columns = Math.max(8, Math.ceil(stretchBytes[isPair ? 'pair' : 'skip'] / channelBytes / width.stride));
  const stretches = Math.ceil(width.output / columns);
  const groups = batch * Math.ceil(height.output / (isPair ? 2 : 1));
  const vectors = batch * height.output * width.output * Math.ceil(channelBytes / 16);
  return {
    name: `f32_${fn}pool${rank}d_k3s${width.stride}_${layoutName(rank)}`,
    steps: [
      {
        function: 'pool_last_three',
        args: [
          input(0),
          output(0),
          sumMode(fn, [3, 3]),
          channelBytes,
          ...[step.batch, step.height],
          ...[height, width].map((axis, index) => table(axisTable(axis, divisors[index + 1]))),
          ...[height.output, width.output, width.input],
          isPair ? 1 : 0,
          columns,
          stretches,
        ],
        units: groups * stretches,
        nanoseconds: vectors * (isPair ? 1.5 : 2.5),
        // A row of zeros, or two columns that are kept.
        scratchBytes: (width.input + 2) * channelBytes,
      },
    ],
  };
}
