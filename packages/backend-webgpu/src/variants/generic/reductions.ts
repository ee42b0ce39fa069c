import type { DType, ReduceFn } from '@cenote/backend';
import type { Variant } from '../../plan.js';
import { computeType, literal } from '../../wgsl/elements.js';
import { mathFunctions } from '../../wgsl/math.js';
import { coordinates, perElement, readAt } from '../../wgsl/per-element.js';

/** The start of a reduction and its step from `total` and `value`; `null` where the dtype does not have it. */
function reduction(fn: ReduceFn, dtype: DType): { readonly seed: string; readonly next: string } | null {
  const isFloat = dtype === 'f32';
  switch (fn) {
    case 'sum':
      return dtype === 'bool' ? null : { seed: literal(dtype, 0), next: 'total + value' };
    case 'prod':
      return dtype === 'bool' ? null : { seed: literal(dtype, 1), next: 'total * value' };
    case 'max':
      return {
        seed: literal(dtype, isFloat ? -Infinity : -(2 ** 31)),
        next: isFloat ? 'maxOf(total, value)' : 'max(total, value)',
      };
    case 'min':
      return {
        seed: literal(dtype, isFloat ? Infinity : 2 ** 31 - 1),
        next: isFloat ? 'minOf(total, value)' : 'min(total, value)',
      };
    case 'any':
      return dtype === 'bool' ? { seed: '0', next: 'total | value' } : null;
    case 'all':
      return dtype === 'bool' ? { seed: '1', next: 'total & value' } : null;
  }
}

/** `reduce` of any dtype and layout: a thread for each element of the result. */
export const genericReduce: readonly Variant<'reduce'>[] = [
  {
    plan({ fn, axes }, inputs, [output], features) {
      const [x] = inputs;
      const step = reduction(fn, x.dtype);
      if (step === null) return null;
      const type = computeType(x.dtype);
      const loops = axes.map((axis) => `for (var c${axis} = 0u; c${axis} < ${x.shape[axis]}u; c${axis}++) {`);
      // Sums of a row are added up before they meet the rest, which costs fewer digits.
      const inner = axes.at(-1);
      const outer = loops.slice(0, -1).join('\n');
      const kept = coordinates(output.shape, 'i', 'r');
      const names = output.shape.map((_, axis) => (axes.includes(axis) ? '' : `let c${axis} = r${axis};`)).join(' ');
      const body =
        inner === undefined
          ? `${coordinates(output.shape)} return ${readAt(0, x.strides)};`
          : `${kept} ${names}
var whole: ${type} = ${step.seed};
${outer}
var total: ${type} = ${step.seed};
${loops.at(-1)}
  let value = ${readAt(0, x.strides)};
  total = ${step.next};
}
{ let value = total; let total = whole; whole = ${step.next}; }
${'}'.repeat(axes.length - 1)}
return whole;`;
      const made = perElement({ inputs, output, outputIndex: 0, body }, features);
      return made === null ? null : { name: `${x.dtype}_${fn}`, steps: [made] };
    },
  },
];

/** `argReduce` of any dtype and layout. */
export const genericArgReduce: readonly Variant<'argReduce'>[] = [
  {
    plan({ fn, axis }, inputs, [output], features) {
      const [x] = inputs;
      const better = `value ${fn === 'argmax' ? '>' : '<'} best`;
      // The first NaN wins over everything.
      const wins = x.dtype === 'f32' ? `!isNan(best) && (isNan(value) || ${better})` : better;
      const body = `${coordinates(output.shape, 'i', 'r')}
${output.shape.map((_, each) => (each === axis ? '' : `let c${each} = r${each};`)).join(' ')}
var best: ${computeType(x.dtype)};
var at = 0;
for (var c${axis} = 0u; c${axis} < ${x.shape[axis]}u; c${axis}++) {
  let value = ${readAt(0, x.strides)};
  if (c${axis} == 0u || (${wins})) { best = value; at = i32(c${axis}); }
}
return at;`;
      const made = perElement({ inputs, output, outputIndex: 0, body }, features);
      return made === null ? null : { name: `${x.dtype}_${fn}`, steps: [made] };
    },
  },
];

/** `softmax` of any layout: a thread for each element looks at its whole line. */
export const genericSoftmax: readonly Variant<'softmax'>[] = [
  {
    plan({ axis, log }, inputs, [output], features) {
      const [x] = inputs;
      if (x.dtype !== 'f32') return null;
      const others = output.shape.map((_, each) => (each === axis ? '' : `let c${each} = r${each};`)).join(' ');
      const loop = (inner: string) =>
        `for (var c${axis} = 0u; c${axis} < ${x.shape[axis]}u; c${axis}++) { let value = ${readAt(0, x.strides)}; ${inner} }`;
      const body = `${coordinates(output.shape, 'i', 'r')} ${others}
var largest = ${literal('f32', -Infinity)};
${loop('largest = maxOf(largest, value);')}
var total = 0.0;
${loop('total += expOf(value - largest);')}
let c${axis} = r${axis};
let value = ${readAt(0, x.strides)};
return ${log ? 'value - largest - logOf(total)' : 'expOf(value - largest) / total'};`;
      const made = perElement({ inputs, output, outputIndex: 0, functions: mathFunctions, body }, features);
      return made === null ? null : { name: `f32_${log ? 'logSoftmax' : 'softmax'}`, steps: [made] };
    },
  },
];
