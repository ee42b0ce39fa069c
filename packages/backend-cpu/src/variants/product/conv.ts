import type { Layout, OpOf } from '@cenote/backend';
import type { Plan, Step, Variant } from '../../plan.js';
import { epilogueName } from '../epilogue-name.js';
import { areUsable } from './common.js';
import { backwardAxes, forwardAxis } from './positions.js';
import type { PositionAxes } from './region.js';
import { planWindowProduct } from './window-product.js';

/** A convolution with a stride has a gradient of many parts; from so many on, it is for a general kernel. */
const maxParts = 64;

/** f32 convolutions of any geometry, groups and strides. */
export const fastConv: Variant<'conv'> = {
  target: 'relaxed',
  plan: (op, inputs, [y]) =>
    planParts(`conv${op.geometry.rank}d${epilogueName(op.epilogue)}`, op, inputs, y, [
      op.geometry.axes.map(forwardAxis),
    ]),
};

/** Gradients of f32 convolutions with respect to the input, of any geometry, groups and strides. */
export const fastConvGradInput: Variant<'convGradInput'> = {
  target: 'relaxed',
  plan(op, inputs, [dx]) {
    const { axes, rank } = op.geometry;
    const [depths, heights, widths] = axes.map(backwardAxes);
    const parts = depths.flatMap((depth) => heights.flatMap((height) => widths.map((width) => [depth, height, width])));
    return planParts(`conv${rank}d_grad_input`, op, inputs, dx, parts);
  },
};

/** The plan of convolutions that together make up an output. */
function planParts(
  name: string,
  op: OpOf<'conv' | 'convGradInput'>,
  inputs: readonly Layout[],
  target: Layout,
  parts: readonly PositionAxes[],
): Plan | null {
  if (parts.length > maxParts || !areUsable([...inputs, target])) return null;
  const all: Step[] = [];
  const temporaries: number[] = [];
  for (const [index, axes] of parts.entries()) {
    const planned = planWindowProduct(op, inputs, target, axes, index);
    if (planned === null) return null;
    const [steps, bytes] = planned;
    all.push(...steps);
    temporaries.push(bytes);
  }
  return { name: `f32_${name}`, steps: all, temporaries };
}
