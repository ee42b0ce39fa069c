import type { Layout, OpOf } from '@cenote/backend';
import { roleStrides } from '@cenote/shape';
import type { Plan, Target, Variant } from '../../plan.js';
import { areUsable, epilogueName, productTargets } from './common.js';
import { forwardAxis } from './positions.js';
import { planWindowProduct, tapStrides } from './window-product.js';

/** f32 convolutions of any geometry, groups and strides. */
export const fastConv: readonly Variant<'conv'>[] = productTargets.map((target) => ({
  target,
  plan: (op: OpOf<'conv'>, inputs: readonly Layout[], [y]: readonly Layout[]) => planConv(target, op, inputs, y),
}));

function planConv(target: Target, op: OpOf<'conv'>, inputs: readonly Layout[], y: Layout): Plan | null {
  const { geometry, groups, epilogue } = op;
  const [x, weight, bias] = inputs;
  if (!areUsable([...inputs, y])) return null;
  const [depth, height, width] = geometry.axes;
  const planned = planWindowProduct(target, {
    geometry,
    groups,
    axes: [forwardAxis(depth), forwardAxis(height), forwardAxis(width)],
    source: roleStrides(geometry, x.strides),
    sourceChannels: geometry.inputChannels / groups,
    target: roleStrides(geometry, y.strides),
    targetChannels: geometry.outputChannels / groups,
    weightSource: weight.strides[1],
    weightTarget: weight.strides[0],
    weightGroup: (geometry.outputChannels / groups) * weight.strides[0],
    weightTaps: tapStrides(weight),
    epilogue,
    bias,
    temporary: 0,
  });
  if (planned === null) return null;
  return {
    name: `f32_conv${geometry.rank}d${epilogueName(epilogue)}`,
    steps: planned.steps,
    temporaries: [planned.temporaryBytes],
  };
}
