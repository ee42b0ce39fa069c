import { byteSize } from '@cenote/backend';
import { roleStrides } from '@cenote/shape';
import { input, output, table, type Variant } from '../../plan.js';
import { windowTensor } from '../generic/windows.js';
import { tapCount } from '../tap-count.js';
import { divisorTables } from './first/divisors.js';
import { layoutName } from './last/pool-request.js';

/** Sums of so many u8 fit in a u16. */
const mostTerms = 257;

/** Pooling of 8-bit integers whose rows are contiguous, without indices. */
export const bytePool: Variant<'pool'> = {
  target: 'simd',
  plan({ pool, geometry, indices }, [x]) {
    const { dtype } = x;
    const { fn } = pool;
    const { axes, rank, batch, inputChannels, dataFormat } = geometry;
    const [depth, height, width] = axes;
    const isLast = dataFormat === 'channelsLast';
    const pixel = isLast ? inputChannels : 1;
    const strides = roleStrides(geometry, x.strides);
    const taps = tapCount(axes);
    if (byteSize[dtype] > 1 || indices !== 'none' || fn === 'lp' || !width.uniform) return null;
    if (strides.width !== pixel || (isLast && strides.channel !== 1)) return null;
    const isSum = fn === 'avg';
    // A divisor for which f32 is exact, see assembly/simd/pool-bytes.ts.
    if (isSum && (taps > mostTerms || !isExact(pool.divisor))) return null;
    const columns = (width.output - 1) * width.stride + (width.kernel - 1) * width.dilation + 1;
    const rowBytes = Math.min(width.input, columns - width.padLow) * pixel;
    if (rowBytes < 16) return null;
    const pitch = (columns * pixel + 64) * (isSum ? 2 : 1);
    const channels = isLast ? 1 : inputChannels;
    const rows = batch * channels * depth.output * height.output;
    const outputBytes = width.output * pixel;
    const divisors = isSum ? divisorTables(axes, pool.divisor, pixel) : [0, 0, 0];
    const signs = dtype === 'i8' ? 0x8080_8080 : 0;
    return {
      name: `${dtype}_${fn}pool${rank}d_rows_${isLast ? layoutName(rank) : 'nchw'}`,
      steps: [
        {
          function: 'pool_bytes',
          args: [
            ...windowTensor(input(0), geometry, x),
            output(0),
            ...[channels, depth.output, height.output],
            ...[depth, height].map(({ start, count }) => table(Int32Array.from([...start, ...count]))),
            ...[strides.depth * depth.dilation, strides.height * height.dilation, pixel * width.dilation],
            ...[width.kernel, width.stride],
            ...[rowBytes, width.padLow * pixel, columns * pixel, pixel, outputBytes],
            isSum ? 1 : 0,
            fn === 'min' ? ~signs : signs,
            ...divisors,
            pitch,
          ],
          units: rows,
          nanoseconds: 0.05 * rows * rowBytes * (depth.kernel * height.kernel + width.kernel),
          scratchBytes: 2 * pitch,
        },
      ],
    };
  },
};

/** Whether the quotient of a sum is rounded right: not where it may be nearer to a half than an f32 can say. */
function isExact(divisor: number | string): boolean {
  return typeof divisor === 'string' || (Number.isInteger(divisor) && Math.abs(divisor) < 2 ** 15);
}
