import type { Layout, OpOf } from '@cenote/backend';
import { roleStrides } from '@cenote/shape';
import type { Plan, Step, Target, Variant } from '../../plan.js';
import { areUsable, productTargets } from './common.js';
import { backwardAxes } from './positions.js';
import type { PositionAxes } from './region.js';
import { planWindowProduct, tapStrides } from './window-product.js';

/** A convolution with a stride has a gradient of many parts; from so many on, it is for a general kernel. */
const maxParts = 64;

/** Gradients of f32 convolutions with respect to the input, of any geometry, groups and strides. */
export const fastConvGradInput: readonly Variant<'convGradInput'>[] = productTargets.map((target) => ({
  target,
  plan: (op: OpOf<'convGradInput'>, inputs: readonly Layout[], [dx]: readonly Layout[]) =>
    planGradInput(target, op, inputs, dx),
}));

function planGradInput(
  target: Target,
  { geometry, groups }: OpOf<'convGradInput'>,
  inputs: readonly Layout[],
  dx: Layout,
): Plan | null {
  const [dy, weight] = inputs;
  if (!areUsable([...inputs, dx])) return null;
  const [depths, heights, widths] = geometry.axes.map(backwardAxes);
  const parts = depths.flatMap((depth) =>
    heights.flatMap((height) => widths.map((width): PositionAxes => [depth, height, width])),
  );
  if (parts.length > maxParts) return null;
  const steps: Step[] = [];
  const temporaries: number[] = [];
  for (const axes of parts) {
    const planned = planWindowProduct(target, {
      geometry,
      groups,
      axes,
      source: roleStrides(geometry, dy.strides),
      sourceChannels: geometry.outputChannels / groups,
      target: roleStrides(geometry, dx.strides),
      targetChannels: geometry.inputChannels / groups,
      weightSource: weight.strides[0],
      weightTarget: weight.strides[1],
      weightGroup: (geometry.outputChannels / groups) * weight.strides[0],
      weightTaps: tapStrides(weight),
      temporary: temporaries.length,
    });
    if (planned === null) return null;
    steps.push(...planned.steps);
    temporaries.push(planned.temporaryBytes);
  }
  return { name: `f32_conv${geometry.rank}d_grad_input`, steps, temporaries };
}
