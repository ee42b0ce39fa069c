import type { Layout, OpOf } from '@cenote/backend';
import { type RoleStrides, roleStrides } from '@cenote/shape';
import { input, output, type Step, step, table, temporary } from '../../plan.js';
import { mathConstants } from '../elementwise/math-constants.js';
import { activationNumber, nanosecondsPerProduct, offsets, packedBytes, packStep, sums, tileBytes } from './common.js';
import { gridSlots, type PositionAxes, planRegion } from './region.js';

/** Rows of a tile. */
const tileRows = 5;
/** Taps in padding are left out when that leaves less than this share of the work. */
const worthwhile = 0.9;

/** The strides of a weight's kernel axes, with unit axes in front. */
export function tapStrides({ strides }: Layout): readonly number[] {
  return [0, 0, 0, ...strides.slice(2)].slice(-3);
}

/**
 * The steps of a convolution, or of a part of its gradient with respect to the input: input 0 is convolved with input 1.
 *
 * @param target The layout of the output.
 * @param packed Which temporary holds the packed weight.
 * @returns The steps, and the size of that temporary; `null` when regions are too large.
 */
export function planWindowProduct(
  op: OpOf<'conv' | 'convGradInput'>,
  [x, weight, bias]: readonly Layout[],
  target: Layout,
  axes: PositionAxes,
  packed: number,
): readonly [steps: readonly Step[], temporaryBytes: number] | null {
  const { geometry, groups } = op;
  const [outputs, inputs] = [geometry.outputChannels / groups, geometry.inputChannels / groups];
  const [alongOutputs, alongInputs] = weight.strides;
  const [sourceChannels, targetChannels, weightSource, weightTarget] =
    op.kind === 'conv' ? [inputs, outputs, alongInputs, alongOutputs] : [outputs, inputs, alongOutputs, alongInputs];
  const source = roleStrides(geometry, x.strides);
  const to = roleStrides(geometry, target.strides);
  const positions = axes.reduce((all, axis) => all * axis.positions, 1);
  const taps = axes.reduce((all, axis) => all * axis.taps.length, sourceChannels);
  const shares = geometry.batch * groups;
  const products = shares * positions * taps * targetChannels;
  const region = planRegion(axes, sourceChannels, source, products, shares);
  if (region === null) return null;

  const ranges = tapRanges(axes, taps);
  const [weights, regions] = tapOrder(axes, sourceChannels, region.strides, weight, weightSource, ranges !== null);
  const groupStride = outputs * alongOutputs;
  const pack = packStep(packed, weights, targetChannels, weightTarget, groups, groupStride, bias, targetChannels);
  const { sizes, units } = region;
  const [depths, heights, widths] = sizes;
  const [depth, height, width] = axes;
  const steps = [depth.targetStep * to.depth, height.targetStep * to.height, width.targetStep * to.width];
  // Rows of positions follow each other at the distance that positions have, or a table says where they are.
  const row = widths * steps[2];
  const isEven = (heights === 1 || steps[1] === row) && (depths === 1 || steps[0] === heights * row);
  const first = depth.target * to.depth + height.target * to.height + width.target * to.width;
  const args = [
    input(0),
    temporary(packed),
    output(0, first * 4),
    table(regions),
    regions.length,
    table(region.positionOffsets),
    isEven ? 0 : table(offsets(sizes, steps)),
    steps[2] * 4,
    targetChannels,
    to.channel * 4,
    activationNumber(op.kind === 'conv' ? op.epilogue : undefined),
    groups,
    ...units,
    ...gridSlots(
      axes,
      region,
      { strides: source, channels: sourceChannels },
      { strides: to, channels: targetChannels },
      steps,
    ),
    mathConstants,
    ranges === null ? 0 : table(ranges),
  ];
  const multiply = step(
    'product_conv',
    args,
    shares * units[0] * units[1],
    products * nanosecondsPerProduct,
    tileBytes + region.scratchBytes,
  );
  return [[pack, multiply], groups * packedBytes(taps, targetChannels)];
}

/**
 * In which order taps are visited: as they follow each other in the region. In bytes, where the weight of each is, and where
 * it is in the region.
 *
 * @param weightStep Elements of the weight from channel to channel.
 * @param heightFirst Whether the taps of one row of the kernel follow each other, whatever their channel.
 */
export function tapOrder(
  axes: PositionAxes,
  channels: number,
  { channel, depth, height, width }: RoleStrides,
  weight: Layout,
  weightStep: number,
  heightFirst: boolean,
): readonly [weights: Int32Array, regions: Int32Array] {
  const taps = tapStrides(weight);
  const [first, second, third] = [depth, height, width].map((stride, axis) =>
    axes[axis].taps.map(({ tap, offset }) => [tap * taps[axis] * 4, offset * stride * 4]),
  );
  const across = Array.from({ length: channels }, (_, index) => [index * weightStep * 4, index * channel * 4]);
  const spatial = heightFirst ? [first, third] : [first, second, third];
  const others = channel < width ? [...spatial, across] : [across, ...spatial];
  const loops = heightFirst ? [second, ...others] : others;
  const all = (which: number) => sums(loops.map((loop) => loop.map((one) => one[which])));
  return [all(0), all(1)];
}

/**
 * The first tap and the number of taps that each row of positions has outside of padding, where it pays to visit only
 * those, else `null`.
 */
function tapRanges([depth, height, width]: PositionAxes, taps: number): Int32Array | null {
  if (depth.positions > 1 || height.taps.length === 0) return null;
  const each = taps / height.taps.length;
  const ranges = new Int32Array(height.positions * 2);
  let visited = 0;
  for (let row = 0; row < height.positions; row++) {
    const start = height.origin + row * height.step;
    const present = height.taps.filter(({ offset }) => start + offset >= 0 && start + offset < height.input);
    const first = present.length === 0 ? 0 : height.taps.indexOf(present[0]);
    ranges[2 * row] = first * each;
    ranges[2 * row + 1] = present.length * each;
    // A row is in tiles of its own, as if none had the same taps as its neighbour.
    visited += present.length * each * Math.ceil(width.positions / tileRows) * tileRows;
  }
  return visited < worthwhile * taps * height.positions * width.positions ? ranges : null;
}
