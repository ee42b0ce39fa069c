import type { DType, Epilogue, Layout } from '@cenote/backend';
import { roleStrides, type WindowGeometry } from '@cenote/shape';
import type { Variant } from '../../plan.js';
import { computeType } from '../../wgsl/elements.js';
import { arithmeticFunctions, unaryExpression } from '../../wgsl/functions.js';
import { mathFunctions } from '../../wgsl/math.js';
import { coordinates, perElement } from '../../wgsl/per-element.js';
import { coverTables, findWindows, forEachCover, forEachTap, roles, windowFunctions } from '../../wgsl/windows.js';
import { rolePlace } from './pool.js';

/** WGSL that finishes an accumulator `total`: `activation(total + bias)`; `null` where the dtype does not have the activation. */
export function epilogueCode(
  dtype: DType,
  epilogue: Epilogue | undefined,
  bias: Layout | undefined,
  channel: string,
): { readonly code: string; readonly functions: string; readonly name: string } | null {
  const activation = epilogue?.activation;
  const expression = activation === undefined ? 'x' : unaryExpression(activation, dtype);
  if (expression === null) return null;
  const added =
    epilogue?.bias && bias !== undefined ? ` + load_in2(in2Offset() + ${channel} * ${bias.strides[0]}u)` : '';
  return {
    code: `let x = total${added};\nreturn ${expression};`,
    functions: activation === undefined || dtype !== 'f32' ? '' : mathFunctions + arithmeticFunctions,
    name: `${added === '' ? '' : '_bias'}${activation === undefined ? '' : `_${activation}`}`,
  };
}

/** WGSL for the place of a weight: `[O, C / groups, …kernel]`, by the numbers of the taps. */
function weightPlace(geometry: WindowGeometry, strides: readonly number[], output: string, input: string): string {
  const taps = ['tD', 'tH', 'tW'].slice(3 - geometry.rank);
  const parts = [output, input, ...taps];
  return parts.map((part, axis) => `(${part}) * ${strides[axis]}u`).join(' + ');
}

/** `conv` of any layout: a thread for each output element. */
export const genericConv: readonly Variant<'conv'>[] = [
  {
    plan({ geometry, groups, epilogue }, inputs, [output], features) {
      const [x, weight, bias] = inputs;
      if (x.dtype === 'bool') return null;
      const type = computeType(x.dtype);
      const finish = epilogueCode(x.dtype, epilogue, bias, 'outputChannel');
      if (finish === null) return null;
      const perGroup = geometry.inputChannels / groups;
      const outputsPerGroup = geometry.outputChannels / groups;
      const body = `${coordinates(output.shape)} ${roles(geometry, output.shape, 'o')} ${findWindows}
let outputChannel = channel;
let group = outputChannel / ${outputsPerGroup}u;
var total: ${type} = 0;
for (var k = 0u; k < ${perGroup}u; k++) {
  let channel = group * ${perGroup}u + k;
  ${forEachTap(
    geometry,
    `row += load_in0(in0Offset() + ${rolePlace(roleStrides(geometry, x.strides), 'i')})
       * load_in1(in1Offset() + ${weightPlace(geometry, weight.strides, 'outputChannel', 'k')});`,
    { before: `var row: ${type} = 0;`, after: 'total += row;' },
  )}
}
${finish.code}`;
      const functions = windowFunctions(geometry) + finish.functions;
      const step = perElement({ inputs, output, outputIndex: 0, functions, body }, features);
      return step === null ? null : { name: `${x.dtype}_conv${finish.name}`, steps: [step] };
    },
  },
];

/** `convGradInput` of any layout: a thread for each input element. */
export const genericConvGradInput: readonly Variant<'convGradInput'>[] = [
  {
    plan({ geometry, groups }, inputs, [output], features) {
      const [dy, weight] = inputs;
      if (dy.dtype === 'bool') return null;
      const type = computeType(dy.dtype);
      const perGroup = geometry.inputChannels / groups;
      const outputsPerGroup = geometry.outputChannels / groups;
      const body = `${coordinates(output.shape)} ${roles(geometry, output.shape, 'i')}
let inputChannel = channel;
let group = inputChannel / ${perGroup}u;
var total: ${type} = 0;
for (var k = 0u; k < ${outputsPerGroup}u; k++) {
  let channel = group * ${outputsPerGroup}u + k;
  var row: ${type} = 0;
  ${forEachCover(
    geometry,
    `row += load_in0(in0Offset() + ${rolePlace(roleStrides(geometry, dy.strides), 'o')})
       * load_in1(in1Offset() + ${weightPlace(geometry, weight.strides, 'channel', `inputChannel % ${perGroup}u`)});`,
  )}
  total += row;
}
return total;`;
      const functions = `${windowFunctions(geometry)}\n${coverTables(geometry)}`;
      const step = perElement({ inputs, output, outputIndex: 0, functions, body }, features);
      return step === null ? null : { name: `${dy.dtype}_convGradInput`, steps: [step] };
    },
  },
];

/** `convGradWeight` of any layout: a thread for each weight. */
export const genericConvGradWeight: readonly Variant<'convGradWeight'>[] = [
  {
    plan({ geometry, groups }, inputs, [output], features) {
      const [x, dy] = inputs;
      if (x.dtype === 'bool') return null;
      const type = computeType(x.dtype);
      const perGroup = geometry.inputChannels / groups;
      const outputsPerGroup = geometry.outputChannels / groups;
      const [depth, height, width] = geometry.axes;
      const tap = (letter: number) => (letter >= 3 - geometry.rank ? `c${letter - (3 - geometry.rank) + 2}` : '0u');
      // Of each window, the place that this tap sees; it has to be a valid one.
      const meet = (letter: string, index: number) =>
        `let w${letter} = window_${letter}(o${letter});
         if (${tap(index)} < w${letter}.tap || ${tap(index)} >= w${letter}.tap + w${letter}.count) { continue; }
         let i${letter} = w${letter}.start + (${tap(index)} - w${letter}.tap) * ${geometry.axes[index].dilation}u;`;
      const body = `${coordinates(output.shape)}
let group = c0 / ${outputsPerGroup}u;
var total: ${type} = 0;
for (var n = 0u; n < ${geometry.batch}u; n++) {
  var image: ${type} = 0;
  for (var oD = 0u; oD < ${depth.output}u; oD++) {
    ${meet('D', 0)}
    for (var oH = 0u; oH < ${height.output}u; oH++) {
      ${meet('H', 1)}
      var row: ${type} = 0;
      for (var oW = 0u; oW < ${width.output}u; oW++) {
        ${meet('W', 2)}
        row += xAt(n, group * ${perGroup}u + c1, iD, iH, iW) * dyAt(n, c0, oD, oH, oW);
      }
      image += row;
    }
  }
  total += image;
}
return total;`;
      const functions = `${windowFunctions(geometry)}
fn xAt(n: u32, channel: u32, iD: u32, iH: u32, iW: u32) -> ${type} {
  return load_in0(in0Offset() + ${rolePlace(roleStrides(geometry, x.strides), 'i')});
}
fn dyAt(n: u32, channel: u32, oD: u32, oH: u32, oW: u32) -> ${type} {
  return load_in1(in1Offset() + ${rolePlace(roleStrides(geometry, dy.strides), 'o')});
}`;
      const step = perElement({ inputs, output, outputIndex: 0, functions, body }, features);
      return step === null ? null : { name: `${x.dtype}_convGradWeight`, steps: [step] };
    },
  },
];
