import type { Layout, OpOf } from '@cenote/backend';
import { roleStrides } from '@cenote/shape';
import { input, output, type Plan, type Step, type Target, table, temporary, type Variant } from '../../plan.js';
import { areUsable, nanosecondsPerProduct, productTargets, tileBytes } from './common.js';
import { forwardAxis } from './positions.js';
import { offsets, type PositionAxes, planRegion } from './region.js';
import { tapOrder, tapStrides } from './window-product.js';

/** The batch is summed in so many parts. Threads take parts, but how many there are does not depend on threads. */
const mostParts = 16;
const maxPartsBytes = 2 ** 26;
/** Bytes of a tile among others of its part: 5 taps of 8 output channels. */
const partTileBytes = 160;

/** Gradients of f32 convolutions with respect to the weight, of any geometry, groups and strides. */
export const fastConvGradWeight: readonly Variant<'convGradWeight'>[] = productTargets.map((target) => ({
  target,
  plan: (op: OpOf<'convGradWeight'>, inputs: readonly Layout[], [dWeight]: readonly Layout[]) =>
    planGradWeight(target, op, inputs, dWeight),
}));

function planGradWeight(
  target: Target,
  { geometry, groups }: OpOf<'convGradWeight'>,
  inputs: readonly Layout[],
  dWeight: Layout,
): Plan | null {
  const [x, dy] = inputs;
  if (!areUsable([...inputs, dWeight])) return null;
  const { batch, axes: windows } = geometry;
  const axes: PositionAxes = [forwardAxis(windows[0]), forwardAxis(windows[1]), forwardAxis(windows[2])];
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
  const weights = { channel: dWeight.strides[1], taps: tapStrides(dWeight) };
  const order = tapOrder(axes, inputChannels, region.strides, weights, false);
  const isInOrder = order.weights.every((offset, tap) => offset === tap * 4);
  const { depths, heights } = region;
  const [depth, height, width] = axes;
  const panelBytes = depths * heights * width.positions * 32;
  const regionAt = Math.ceil((tileBytes + panelBytes) / 64) * 64;
  const multiply: Step = {
    function: 'product_grad_weight',
    target,
    args: [
      input(0),
      input(1),
      temporary(0),
      table(order.regions),
      taps,
      table(region.positionOffsets),
      table(offsets([depths, heights, width.positions], [gradient.depth, gradient.height, gradient.width])),
      channels,
      gradient.channel * 4,
      chunkPanels,
      chunks,
      groups,
      batch,
      itemsPerPart,
      source.batch * 4,
      inputChannels * source.channel * 4,
      gradient.batch * 4,
      channels * gradient.channel * 4,
      depth.positions,
      depths,
      height.positions,
      heights,
      width.positions,
      gradient.depth * 4,
      gradient.height * 4,
      ...region.slots,
      regionAt,
    ],
    units: parts * groups * chunks,
    nanoseconds: products * nanosecondsPerProduct,
    scratchBytes: regionAt + region.scratchBytes,
  };
  const sum: Step = {
    function: 'product_sum_parts',
    target,
    args: [temporary(0), output(0), parts, tiles, taps, channels, isInOrder ? 0 : table(order.weights)],
    units: tiles,
    nanoseconds: tiles * parts * 8,
    scratchBytes: tileBytes,
  };
  return {
    name: `f32_conv${geometry.rank}d_grad_weight`,
    steps: [multiply, sum],
    temporaries: [parts * tiles * partTileBytes],
  };
}
