import type { RoleStrides } from '@cenote/shape';
import { offsets } from './common.js';
import type { PositionAxis } from './positions.js';

/** Regions are made about so large at most: they stay in the second cache. */
const regionBytes = 2 ** 18;
/** A region that cannot be made smaller than this is for a general kernel. */
const maxRegionBytes = 2 ** 25;
/** Units are made smaller until there are so many, or each has little to do. */
const enoughUnits = 16;
const leastProducts = 2 ** 16;
/** Channels whose distance is a multiple of so many bytes fall into few sets of a cache. */
const cacheSetsBytes = 512;
const fewChannels = 8;

/** The positions of one unit, and where what they see is while the unit is computed. */
export interface RegionPlan {
  /** How many positions a unit has along each axis, and how many units there are along depth and height. */
  readonly sizes: readonly [depths: number, heights: number, widths: number];
  readonly units: readonly [alongDepth: number, alongHeight: number];
  /** Where the window of each position of a unit starts in the region, in bytes. */
  readonly positionOffsets: Int32Array;
  /** Distances in the region, in elements. */
  readonly strides: RoleStrides;
  /** The slots of the kernel that describe it. */
  readonly slots: readonly number[];
  /** Scratch memory for it. */
  readonly scratchBytes: number;
}

/** The axes of a window product: depth, height, width. */
export type PositionAxes = readonly PositionAxis[];

/** A tensor, and how many of its channels a group has. */
interface Placed {
  readonly strides: RoleStrides;
  readonly channels: number;
}

/**
 * Slots that the kernels have in common: how items and groups follow each other in the input and in the other tensor, how
 * positions are divided, and what describes the region.
 *
 * @param steps Elements of the other tensor from position to position along depth and height.
 */
export function gridSlots(
  [depth, height, width]: PositionAxes,
  { sizes: [depths, heights], slots }: RegionPlan,
  source: Placed,
  other: Placed,
  [depthStep, heightStep]: readonly number[],
): readonly number[] {
  const placed = [source, other].flatMap(({ strides, channels }) => [
    strides.batch * 4,
    channels * strides.channel * 4,
  ]);
  const divided = [depth.positions, depths, height.positions, heights, width.positions];
  return [...placed, ...divided, depthStep * 4, heightStep * 4, ...slots];
}

/**
 * Divides the positions of an item into units.
 *
 * @param channels Channels of the input that a group sees.
 * @param strides Strides of the input.
 * @param products Multiplications in all, of which `shares` independent parts are made anyway.
 * @returns `null` when no unit is small enough.
 */
export function planRegion(
  axes: PositionAxes,
  channels: number,
  strides: RoleStrides,
  products: number,
  shares: number,
): RegionPlan | null {
  const [depth, height, width] = axes;
  const isInside = axes.every(
    ({ origin, positions, step, span, input }) => origin >= 0 && origin + (positions - 1) * step + span <= input,
  );
  const isInPlace = isInside && (channels <= fewChannels || (strides.channel * 4) % cacheSetsBytes !== 0);
  const length = ({ step, span }: PositionAxis, positions: number) => (positions - 1) * step + span;
  const bytes = (depths: number, heights: number) =>
    channels * length(depth, depths) * length(height, heights) * length(width, width.positions) * 4;
  const units = Math.max(1, Math.ceil(Math.min(enoughUnits, products / leastProducts) / shares));
  let depths = Math.ceil(depth.positions / Math.min(depth.positions, units));
  if (depths < depth.positions || bytes(depths, height.positions) > regionBytes) {
    while (depths > 1 && bytes(depths, height.positions) > regionBytes) depths = Math.ceil(depths / 2);
  }
  const depthUnits = Math.ceil(depth.positions / depths);
  let heights = height.positions;
  if (depths === 1) {
    heights = Math.ceil(heights / Math.min(heights, Math.ceil(units / depthUnits)));
    while (heights > 1 && bytes(1, heights) > regionBytes) heights = Math.ceil(heights / 2);
  }
  if (bytes(depths, heights) > maxRegionBytes) return null;

  const lengths = [length(depth, depths), length(height, heights), length(width, width.positions)];
  const channelsInside = strides.channel < strides.width;
  const region = isInPlace ? strides : regionStrides(lengths, channels, channelsInside);
  const start = Math.max(0, width.origin);
  const end = Math.min(width.input, width.origin + lengths[2]);
  const run = { count: Math.max(0, end - start), source: strides.width, region: region.width };
  let [outer, inner] = [{ count: channels, source: strides.channel, region: region.channel }, run];
  if (channelsInside) {
    [outer, inner] = [inner, outer];
    if (outer.source === inner.count && inner.source === 1) {
      inner = { ...inner, count: inner.count * outer.count };
      outer = { count: 1, source: 0, region: 0 };
    }
  }
  if (run.count === 0) outer = { ...outer, count: 0 };
  const elements = lengths[0] * lengths[1] * lengths[2] * channels;
  const regionSize = isInPlace ? 0 : Math.ceil(((region.channel + elements) * 4) / 64) * 64;
  const axisSlots = ({ origin, step, span, input }: PositionAxis, source: number, target: number) => [
    origin,
    step,
    span,
    input,
    source * 4,
    target * 4,
  ];
  const sizes = [depths, heights, width.positions] as const;
  return {
    sizes,
    units: [depthUnits, Math.ceil(height.positions / heights)],
    positionOffsets: offsets(sizes, [
      depth.step * region.depth,
      height.step * region.height,
      width.step * region.width,
    ]),
    strides: region,
    slots: [
      isInPlace ? 1 : 0,
      (isInPlace ? width.origin : start) * strides.width * 4,
      ...axisSlots(depth, strides.depth, region.depth),
      ...axisSlots(height, strides.height, region.height),
      outer.count,
      outer.source * 4,
      outer.region * 4,
      inner.count,
      inner.source * 4,
      inner.region * 4,
      (start - width.origin) * region.width * 4,
      isInside ? 0 : regionSize,
    ],
    scratchBytes: regionSize,
  };
}

/** Row-major distances, channels first or last as in the input. */
function regionStrides(
  [depths, heights, widths]: readonly number[],
  channels: number,
  channelsInside: boolean,
): RoleStrides {
  const width = channelsInside ? channels : 1;
  const height = width * widths;
  const depth = height * heights;
  let channel = channelsInside ? 1 : depth * depths;
  if (!channelsInside && channels > 1 && (channel * 4) % cacheSetsBytes === 0) channel += 16;
  return { batch: 0, channel, depth, height, width };
}
