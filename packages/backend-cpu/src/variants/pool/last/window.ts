import { input, output, type Plan, table } from '../../../plan.js';
import { axisTable, layoutName, type PoolRequest, sumMode } from './pool-request.js';

/** Bytes of input that a unit reads, at least: enough that finding the place costs little beside it. */
const unitBytes = 2 ** 15;

/** Each window straight from the input; at least four channels. */
export function windowPlan(request: PoolRequest): Plan | null {
  const { fn, rank, batch, channelBytes, axes, step, divisors } = request;
  if (channelBytes < 16) return null;
  const [depth, height, width] = axes;
  const taps = axes.map(({ kernel }) => kernel);
  const perColumn = taps[0] * taps[1] * Math.min(taps[2], Math.max(1, width.stride)) * channelBytes;
  const columns = Math.min(width.output, Math.max(1, Math.ceil(unitBytes / perColumn)));
  const stretches = Math.ceil(width.output / columns);
  const units = batch * depth.output * height.output * stretches;
  const outputs = batch * depth.output * height.output * width.output;
  return {
    name: `f32_${fn}pool${rank}d_window_${layoutName(rank)}`,
    steps: [
      {
        function: 'pool_last_window',
        args: [
          input(0),
          output(0),
          sumMode(fn, taps),
          channelBytes,
          ...[step.batch, step.depth, step.height, step.width],
          ...axes.map((axis, index) => table(axisTable(axis, divisors[index]))),
          ...axes.map((axis) => axis.output),
          ...[step.depth * depth.dilation, step.height * height.dilation, step.width * width.dilation],
          columns,
          stretches,
        ],
        units,
        nanoseconds: windowNanoseconds(outputs, channelBytes, taps[0] * taps[1] * taps[2]),
      },
    ],
  };
}

/** About how long windows of `taps` positions take; of fewer than 16 channels everything around the loads counts too. */
export function windowNanoseconds(outputs: number, channelBytes: number, taps: number): number {
  const vectors = Math.ceil(channelBytes / 16);
  return outputs * (12 + vectors * (vectors < 4 ? 2 + 1.2 * taps : 1 + 0.55 * taps));
}
