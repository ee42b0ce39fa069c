import type { Layout } from '@cenote/backend';
import { contiguousStrides } from '@cenote/shape';
import type { Plan, Step, Variant } from '../../plan.js';
import { computeType, isByte, literal } from '../../wgsl/elements.js';
import { arithmeticFunctions, binaryExpression, unaryExpression } from '../../wgsl/functions.js';
import { mathFunctions } from '../../wgsl/math.js';
import { coordinates, perElement, readAt } from '../../wgsl/per-element.js';

function isDense({ shape, strides }: Layout): boolean {
  const dense = contiguousStrides(shape);
  return strides.every((stride, axis) => shape[axis] === 1 || stride === dense[axis]);
}

/** WGSL that reads element `i` of the output's shape from each input, into `x0`, `x1`, … */
function readInputs(inputs: readonly Layout[], output: Layout): { readonly anySize: boolean; readonly code: string } {
  const anySize = isDense(output) && inputs.every(isDense);
  const reads = inputs.map((layout, index) =>
    isDense(layout)
      ? `let x${index} = load_in${index}(in${index}Offset() + i);`
      : `let x${index} = ${readAt(index, layout.strides)};`,
  );
  return { anySize, code: `${anySize ? '' : coordinates(output.shape)}\n${reads.join('\n')}` };
}

function plan(name: string, step: Step | null): Plan | null {
  return step === null ? null : { name, steps: [step] };
}

/** `copy` between any dtypes and layouts. */
export const genericCopy: readonly Variant<'copy'>[] = [
  {
    plan(_op, inputs, [output], features) {
      const [x] = inputs;
      const { anySize, code } = readInputs(inputs, output);
      const step = perElement(
        {
          inputs,
          output,
          outputIndex: 0,
          anySize,
          functions: conversions,
          body: `${code}\nreturn ${converted(x, output)};`,
        },
        features,
      );
      return plan(x.dtype === output.dtype ? `${x.dtype}_copy` : `${x.dtype}_copy_${output.dtype}`, step);
    },
  },
];

function converted(x: Layout, y: Layout): string {
  const [from, to] = [computeType(x.dtype), computeType(y.dtype)];
  if (y.dtype === 'bool') return x.dtype === 'f32' ? 'select(0, 1, isNan(x0) || x0 != 0.0)' : 'select(0, 1, x0 != 0)';
  if (from === to) return 'x0';
  return to === 'f32' ? 'f32(x0)' : 'wholeOf(x0)';
}

const conversions = `
// Truncated, then modulo 2^32; NaN and infinities become 0.
fn wholeOf(x: f32) -> i32 {
  let bits = bitcast<u32>(x);
  let e = i32((bits >> 23u) & 255u) - 150;
  if (e >= 32 || e == 105) { return 0; }
  let m = (bits & 0x7fffffu) | 0x800000u;
  var whole = 0u;
  if (e >= 0) { whole = m << u32(e); } else if (e > -24) { whole = m >> u32(-e); }
  return select(i32(whole), -i32(whole), (bits >> 31u) == 1u);
}
`;

/** `fill` of any dtype and layout. */
export const genericFill: readonly Variant<'fill'>[] = [
  {
    plan({ value }, _inputs, [output], features) {
      const number = output.dtype === 'f32' ? Number(value) : Number(BigInt.asIntN(32, BigInt(value)));
      const body = `return ${literal(output.dtype, number)};`;
      const step = perElement({ inputs: [], output, outputIndex: 0, anySize: isDense(output), body }, features);
      return plan(`${output.dtype}_fill`, step);
    },
  },
];

/** `unary` of any dtype and layout. */
export const genericUnary: readonly Variant<'unary'>[] = [
  {
    plan({ fn }, inputs, [output], features) {
      const expression = unaryExpression(fn, inputs[0].dtype);
      if (expression === null) return null;
      const { anySize, code } = readInputs(inputs, output);
      const body = `${code}\nlet x = x0;\nreturn ${expression};`;
      const functions = inputs[0].dtype === 'f32' ? mathFunctions + arithmeticFunctions : '';
      return plan(
        `${inputs[0].dtype}_${fn}`,
        perElement({ inputs, output, outputIndex: 0, anySize, functions, body }, features),
      );
    },
  },
];

/** `binary` of any dtype and layout. */
export const genericBinary: readonly Variant<'binary'>[] = [
  {
    plan({ fn }, inputs, [output], features) {
      const expression = binaryExpression(fn, inputs[0].dtype);
      if (expression === null) return null;
      const { anySize, code } = readInputs(inputs, output);
      const body = `${code}\nlet a = x0;\nlet b = x1;\nreturn ${expression};`;
      const functions = mathFunctions + arithmeticFunctions;
      return plan(
        `${inputs[0].dtype}_${fn}`,
        perElement({ inputs, output, outputIndex: 0, anySize, functions, body }, features),
      );
    },
  },
];

/** `where` of any dtype and layout. */
export const genericWhere: readonly Variant<'where'>[] = [
  {
    plan(_op, inputs, [output], features) {
      const { anySize, code } = readInputs(inputs, output);
      const body = `${code}\n${selected(output)}`;
      return plan(`${output.dtype}_where`, perElement({ inputs, output, outputIndex: 0, anySize, body }, features));
    },
  },
];

function selected(output: Layout): string {
  return isByte(output.dtype) || output.dtype === 'i32'
    ? 'return select(x2, x1, x0 != 0);'
    : // A branch, because a selection of floats may lose the bits of a NaN.
      'if (x0 != 0) { return x1; }\nreturn x2;';
}
