import type { Variant } from '../../plan.js';
import { computeType } from '../../wgsl/elements.js';
import { coordinates, perElement, readAt } from '../../wgsl/per-element.js';
import { epilogueCode } from './conv.js';

/** `matmul` of any layout: a thread for each element of the product. */
export const genericMatmul: readonly Variant<'matmul'>[] = [
  {
    plan({ epilogue }, inputs, [output], features) {
      const [a, b, bias] = inputs;
      if (a.dtype === 'bool') return null;
      const finish = epilogueCode(a.dtype, epilogue, bias, 'c2');
      if (finish === null) return null;
      const type = computeType(a.dtype);
      const inner = a.shape[2];
      const body = `${coordinates(output.shape)}
var total: ${type} = 0;
for (var start = 0u; start < ${inner}u; start += 32u) {
  var part: ${type} = 0;
  for (var k = start; k < min(start + 32u, ${inner}u); k++) {
    part += aAt(c0, c1, k) * bAt(c0, k, c2);
  }
  total += part;
}
${finish.code}`;
      const functions = `${finish.functions}
fn aAt(c0: u32, c1: u32, c2: u32) -> ${type} { return ${readAt(0, a.strides)}; }
fn bAt(c0: u32, c1: u32, c2: u32) -> ${type} { return ${readAt(1, b.strides)}; }`;
      const step = perElement({ inputs, output, outputIndex: 0, functions, body }, features);
      return step === null ? null : { name: `${a.dtype}_matmul${finish.name}`, steps: [step] };
    },
  },
];
