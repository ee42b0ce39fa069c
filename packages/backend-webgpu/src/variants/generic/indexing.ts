import type { Layout } from '@cenote/backend';
import type { GpuFeatures, Plan, Variant } from '../../plan.js';
import { computeType } from '../../wgsl/elements.js';
import { coordinates, perElement, placeOf, readAt } from '../../wgsl/per-element.js';

/** `gather` of any dtype and layout. */
export const genericGather: readonly Variant<'gather'>[] = [
  {
    plan({ axis }, inputs, [output], features) {
      const [x, index] = inputs;
      const terms = x.strides.map((stride, each) => (each === axis ? 0 : stride));
      const body = `${coordinates(output.shape)}
let at = u32(${readAt(1, index.strides)});
return load_in0(in0Offset() + ${placeOf(terms)} + at * ${x.strides[axis]}u);`;
      const made = perElement({ inputs, output, outputIndex: 0, body }, features);
      return made === null ? null : { name: `${x.dtype}_gather`, steps: [made] };
    },
  },
];

/** `scatterAdd` of any dtype and layout, as a gather: a thread for each output looks for what comes to it, in order. */
export const genericScatterAdd: readonly Variant<'scatterAdd'>[] = [
  { plan: ({ axis }, inputs, outputs, features) => scatterPlan('scatterAdd', axis, inputs, outputs, features) },
];

/** `scatter`, likewise: what comes last stays. */
export const genericScatter: readonly Variant<'scatter'>[] = [
  { plan: ({ axis }, inputs, outputs, features) => scatterPlan('scatter', axis, inputs, outputs, features) },
];

function scatterPlan(
  kind: 'scatter' | 'scatterAdd',
  axis: number,
  inputs: readonly Layout[],
  [output]: readonly Layout[],
  features: GpuFeatures,
): Plan | null {
  const [index, source] = inputs;
  if (kind === 'scatterAdd' && source.dtype === 'bool') return null;
  const others = output.shape.map((_, each) => (each === axis ? '' : `let c${each} = r${each};`)).join(' ');
  const body = `${coordinates(output.shape, 'i', 'r')} ${others}
var result: ${computeType(output.dtype)} = 0;
for (var c${axis} = 0u; c${axis} < ${index.shape[axis]}u; c${axis}++) {
  if (u32(${readAt(0, index.strides)}) == r${axis}) {
    result ${kind === 'scatterAdd' ? '+=' : '='} ${readAt(1, source.strides)};
  }
}
return result;`;
  const made = perElement({ inputs, output, outputIndex: 0, body }, features);
  return made === null ? null : { name: `${output.dtype}_${kind}`, steps: [made] };
}
