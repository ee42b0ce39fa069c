import type { Epilogue, Layout } from '@cenote/backend';
import type { RoleStrides, WindowGeometry } from '@cenote/shape';
import { input, output, type Step, type Target, table, temporary } from '../../plan.js';
import { mathConstants } from '../elementwise/math-constants.js';
import { activationNumber, nanosecondsPerProduct, packedBytes, packStep, tileBytes } from './common.js';
import { offsets, type PositionAxes, planRegion } from './region.js';

/** Rows of a tile. */
const tileRows = 5;
/** Taps in padding are left out when that leaves less than this share of the work. */
const worthwhile = 0.9;

/** A convolution, or a part of its gradient with respect to the input: input 0 is convolved with input 1. */
export interface WindowProduct {
  readonly geometry: WindowGeometry;
  readonly groups: number;
  readonly axes: PositionAxes;
  /** Strides of input 0, and its channels in a group. */
  readonly source: RoleStrides;
  readonly sourceChannels: number;
  /** Strides of the output, and its channels in a group. */
  readonly target: RoleStrides;
  readonly targetChannels: number;
  /** Elements of the weight from one channel to the next, of the source and of the target. */
  readonly weightSource: number;
  readonly weightTarget: number;
  /** Elements of the weight from group to group. */
  readonly weightGroup: number;
  /** Strides of the weight's kernel axes. */
  readonly weightTaps: readonly [number, number, number];
  readonly epilogue?: Epilogue | undefined;
  readonly bias?: Layout | undefined;
  /** Which temporary holds the packed weight. */
  readonly temporary: number;
}

/** The strides of a weight's kernel axes, with unit axes in front. */
export function tapStrides({ strides }: Layout): readonly [number, number, number] {
  const [depth, height, width] = [0, 0, 0, ...strides.slice(2)].slice(-3);
  return [depth, height, width];
}

/** The steps of a product, and the size of its temporary; `null` when its regions are too large. */
export function planWindowProduct(
  target: Target,
  product: WindowProduct,
): { readonly steps: readonly Step[]; readonly temporaryBytes: number } | null {
  const { geometry, groups, axes, sourceChannels, targetChannels, bias } = product;
  const positions = axes.reduce((all, axis) => all * axis.positions, 1);
  const taps = axes.reduce((all, axis) => all * axis.taps.length, sourceChannels);
  const shares = geometry.batch * groups;
  const products = shares * positions * taps * targetChannels;
  const region = planRegion(axes, sourceChannels, product.source, products, shares);
  if (region === null) return null;

  const ranges = tapRanges(axes, taps);
  const weights = { channel: product.weightSource, taps: product.weightTaps };
  const order = tapOrder(axes, sourceChannels, region.strides, weights, ranges !== null);
  const pack = packStep(target, {
    source: input(1),
    target: product.temporary,
    rows: order.weights,
    columns: targetChannels,
    columnStride: product.weightTarget,
    matrices: groups,
    matrixStride: product.weightGroup,
    bias,
    biasesPerMatrix: targetChannels,
  });
  const { depths, heights } = region;
  const [depth, height, width] = axes;
  const to = product.target;
  const steps = [depth.targetStep * to.depth, height.targetStep * to.height, width.targetStep * to.width] as const;
  // Rows of positions follow each other at the distance that positions have, or a table says where they are.
  const row = width.positions * steps[2];
  const isEven = (heights === 1 || steps[1] === row) && (depths === 1 || steps[0] === heights * row);
  const first = depth.target * to.depth + height.target * to.height + width.target * to.width;
  const multiply: Step = {
    function: 'product_conv',
    target,
    args: [
      input(0),
      temporary(product.temporary),
      output(0, first * 4),
      table(order.regions),
      order.regions.length,
      table(region.positionOffsets),
      isEven ? 0 : table(offsets([depths, heights, width.positions], steps)),
      steps[2] * 4,
      targetChannels,
      to.channel * 4,
      activationNumber(product.epilogue),
      groups,
      region.depthUnits,
      region.heightUnits,
      product.source.batch * 4,
      sourceChannels * product.source.channel * 4,
      to.batch * 4,
      targetChannels * to.channel * 4,
      depth.positions,
      depths,
      height.positions,
      heights,
      width.positions,
      steps[0] * 4,
      steps[1] * 4,
      ...region.slots,
      mathConstants,
      ranges === null ? 0 : table(ranges),
    ],
    units: shares * region.depthUnits * region.heightUnits,
    nanoseconds: products * nanosecondsPerProduct,
    scratchBytes: tileBytes + region.scratchBytes,
  };
  return { steps: [pack, multiply], temporaryBytes: groups * packedBytes(taps, targetChannels) };
}

/**
 * In which order taps are visited: as they follow each other in the region. In bytes, where each is there and where its
 * weight is.
 *
 * @param heightFirst Whether the taps of one row of the kernel follow each other, whatever their channel.
 */
export function tapOrder(
  axes: PositionAxes,
  channels: number,
  region: RoleStrides,
  weight: { readonly channel: number; readonly taps: readonly [number, number, number] },
  heightFirst: boolean,
): { readonly weights: Int32Array; readonly regions: Int32Array } {
  const along = (axis: 0 | 1 | 2, regionStride: number) => ({
    weights: axes[axis].taps.map(({ tap }) => tap * weight.taps[axis] * 4),
    regions: axes[axis].taps.map(({ offset }) => offset * regionStride * 4),
  });
  const [depth, height, width] = [along(0, region.depth), along(1, region.height), along(2, region.width)];
  const across = {
    weights: Array.from({ length: channels }, (_, channel) => channel * weight.channel * 4),
    regions: Array.from({ length: channels }, (_, channel) => channel * region.channel * 4),
  };
  const others = region.channel < region.width ? [depth, height, width, across] : [across, depth, height, width];
  const loops = heightFirst ? [height, ...others.filter((loop) => loop !== height)] : others;
  return {
    weights: sums(loops.map(({ weights }) => weights)),
    regions: sums(loops.map(({ regions }) => regions)),
  };
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

/** Every sum of one number of each list, those of the last list following each other. */
function sums(lists: readonly (readonly number[])[]): Int32Array {
  return Int32Array.from(
    lists.reduce<number[]>((all, list) => all.flatMap((sum) => list.map((one) => sum + one)), [0]),
  );
}
