import type { Layout, OpOf } from '@cenote/backend';
import { roleStrides } from '@cenote/shape';
import { input, output, type Plan, step, table, temporary, type Variant } from '../../plan.js';
import { areUsable, nanosecondsPerProduct, offsets, tileBytes } from './common.js';
import { forwardAxis } from './positions.js';
import { gridSlots, planRegion } from './region.js';
import { tapOrder } from './window-product.js';

/** The batch is summed in so many parts. Threads take parts, but how many there are does not depend on threads. */
const mostParts = 16;
const maxPartsBytes = 2 ** 26;
/** Bytes of a tile among others of its part: 5 taps of 8 output channels. */
const partTileBytes = 160;

/** Gradients of f32 convolutions with respect to the weight, of any geometry, groups and strides. */
export const fastConvGradWeight: Variant<'convGradWeight'> = {
  target: 'relaxed',
  plan: (op, inputs, [dWeight]) => planGradWeight(op, inputs, dWeight),
};

function planGradWeight(
  { geometry, groups }: OpOf<'convGradWeight'>,
  inputs: readonly Layout[],
  dWeight: Layout,
): Plan | null {
  const [x, dy] = inputs;
  if (!areUsable([...inputs, dWeight])) return null;
  const { batch } = geometry;
  const axes = geometry.axes.map(forwardAxis);
  const inputChannels = geometry.inputChannels / groups;
  const channels = geometry.outputChannels / groups;
  const source = roleStrides(geometry, x.strides);
  const gradient = roleStrides(geometry, dy.strides);
  const positions = axes.reduce((all, axis) => all * axis.positions, 1);
  const taps = axes.reduce((all, axis) => all * axis.taps.length, inputChannels);
  const products = batch * groups * positions * taps * channels;
  const region = planRegion(axes, inputChannels, source, products, mostParts);
  if (region === null) return null;

  const panels = Math.ceil(channels / 8);
  const tiles = groups * panels * Math.ceil(taps / 5);
  let itemsPerPart = Math.ceil(batch / mostParts);
  while (itemsPerPart < batch && Math.ceil(batch / itemsPerPart) * tiles * partTileBytes > maxPartsBytes) {
    itemsPerPart *= 2;
  }
  const parts = Math.ceil(batch / itemsPerPart);
  if (parts * tiles * partTileBytes > 2 ** 30) return null;
  const chunkPanels = Math.ceil(panels / Math.min(panels, Math.ceil(mostParts / (parts * groups))));
  const chunks = Math.ceil(panels / chunkPanels);
  const [weights, regions] = tapOrder(axes, inputChannels, region.strides, dWeight, dWeight.strides[1], false);
  const isInOrder = weights.every((offset, tap) => offset === tap * 4);
  const [depths, heights, widths] = region.sizes;
  const steps = [gradient.depth, gradient.height, gradient.width];
  const regionAt = Math.ceil((tileBytes + depths * heights * widths * 32) / 64) * 64;
  const args = [
    input(0),
    input(1),
    temporary(0),
    table(regions),
    taps,
    table(region.positionOffsets),
    table(offsets(region.sizes, steps)),
    channels,
    gradient.channel * 4,
    chunkPanels,
    chunks,
    groups,
    batch,
    itemsPerPart,
    ...gridSlots(axes, region, { strides: source, channels: inputChannels }, { strides: gradient, channels }, steps),
    regionAt,
  ];
  const nanoseconds = products * nanosecondsPerProduct;
  const sumArgs = [temporary(0), output(0), parts, tiles, taps, channels, isInOrder ? 0 : table(weights)];
  return {
    name: `f32_conv${geometry.rank}d_grad_weight`,
    steps: [
      step('product_grad_weight', args, parts * groups * chunks, nanoseconds, regionAt + region.scratchBytes),
      step('product_sum_parts', sumArgs, tiles, tiles * parts * 8, tileBytes),
    ],
    temporaries: [parts * tiles * partTileBytes],
  };
}
