import type { Layout, OpOf, PoolFn } from '@cenote/backend';
import { type RoleStrides, roleStrides, type WindowGeometry } from '@cenote/shape';
import type { GpuFeatures, Plan, Step, Variant } from '../../plan.js';
import { computeType } from '../../wgsl/elements.js';
import { arithmeticFunctions } from '../../wgsl/functions.js';
import { mathFunctions } from '../../wgsl/math.js';
import { coordinates, perElement } from '../../wgsl/per-element.js';
import {
  coverTables,
  divisorOf,
  findWindows,
  forEachCover,
  forEachTap,
  roles,
  windowFunctions,
} from '../../wgsl/windows.js';

/** WGSL for a place by roles: `n * 12u + channel * 4u + iD * …`. */
export function rolePlace(strides: RoleStrides, spatial: 'i' | 'o'): string {
  const terms = [
    ['n', strides.batch],
    ['channel', strides.channel],
    [`${spatial}D`, strides.depth],
    [`${spatial}H`, strides.height],
    [`${spatial}W`, strides.width],
  ] as const;
  return terms
    .filter(([, stride]) => stride !== 0)
    .map(([name, stride]) => `${name} * ${stride}u`)
    .concat('0u')
    .join(' + ');
}

/** Reads input `index` at the role coordinates. */
function read(index: number, geometry: WindowGeometry, layout: Layout, spatial: 'i' | 'o'): string {
  return `load_in${index}(in${index}Offset() + ${rolePlace(roleStrides(geometry, layout.strides), spatial)})`;
}

const noRow = { before: '', after: '' };

/** `pool` of any dtype and layout: a thread for each output. */
export const genericPool: readonly Variant<'pool'>[] = [
  {
    plan(op, inputs, outputs, features) {
      const { dtype } = inputs[0];
      const { pool, indices } = op;
      if (pool.fn === 'max' || pool.fn === 'min') return extremumPlan(op, inputs, outputs, features);
      if (pool.fn === 'lp' && dtype !== 'f32') return null;
      if (dtype === 'i32' || dtype === 'bool') return null;
      const isWhole = dtype !== 'f32';
      if (isWhole && pool.fn === 'avg' && typeof pool.divisor === 'number' && !Number.isInteger(pool.divisor))
        return null;
      if (indices !== 'none') return null;
      const { geometry } = op;
      const body = `${coordinates(outputs[0].shape)} ${roles(geometry, outputs[0].shape, 'o')} ${findWindows}
${pool.fn === 'lp' ? powerNorm(pool.p, op, inputs[0]) : average(pool, op, inputs[0])}`;
      const step = perElement(
        {
          inputs,
          output: outputs[0],
          outputIndex: 0,
          functions: `${windowFunctions(geometry)}${pool.fn === 'lp' ? mathFunctions + arithmeticFunctions : ''}`,
          body,
        },
        features,
      );
      return step === null ? null : { name: `${dtype}_${pool.fn}Pool`, steps: [step] };
    },
  },
];

function average(pool: Extract<PoolFn, { fn: 'avg' }>, { geometry }: OpOf<'pool'>, x: Layout): string {
  const type = computeType(x.dtype);
  const loop = forEachTap(geometry, `row += ${read(0, geometry, x, 'i')};`, {
    before: `var row: ${type} = 0;`,
    after: 'total += row;',
  });
  const sum = `var total: ${type} = 0;${loop}`;
  const divisor = divisorOf(pool, type);
  if (type === 'f32') return `${sum}\nreturn total / ${divisor};`;
  const [least, most] = x.dtype === 'u8' ? [0, 255] : [-128, 127];
  // The exact quotient, halves to the even neighbour.
  return `${sum}
let given = ${divisor};
let d = abs(given);
let s = select(total, -total, given < 0);
var q = s / d;
var r = s % d;
if (r < 0) { r += d; q -= 1; }
if (r * 2 > d || (r * 2 == d && (q & 1) == 1)) { q += 1; }
return clamp(q, ${least}, ${most});`;
}

function powerNorm(p: number, { geometry }: OpOf<'pool'>, x: Layout): string {
  const value = read(0, geometry, x, 'i');
  return `var largest = 0.0;
${forEachTap(geometry, `largest = maxOf(largest, abs(${value}));`, noRow)}
if (largest == 0.0 || (bitcast<u32>(largest) & 0x7fffffffu) >= 0x7f800000u) { return largest; }
var total = 0.0;
${forEachTap(geometry, `row += ${power(`(abs(${value}) / largest)`, p)};`, { before: 'var row = 0.0;', after: 'total += row;' })}
return largest * ${p === 1 ? 'total' : p === 2 ? 'sqrtOf(total)' : `powOf(total, 1.0 / ${p.toExponential()})`};`;
}

function power(base: string, p: number): string {
  if (p === 0) return '1.0';
  if (p === 1) return base;
  return p === 2 ? `(${base} * ${base})` : `powOf(${base}, ${p.toExponential()})`;
}

/** Values and indices are steps of their own: a thread writes one element. */
function extremumPlan(
  { pool, geometry, indices }: OpOf<'pool'>,
  inputs: readonly Layout[],
  outputs: readonly Layout[],
  features: GpuFeatures,
): Plan | null {
  const [x] = inputs;
  const type = computeType(x.dtype);
  const [, kernelH, kernelW] = geometry.axes.map((axis) => axis.kernel);
  const [, height, width] = geometry.axes.map((axis) => axis.input);
  const better = `value ${pool.fn === 'max' ? '>' : '<'} best`;
  const place =
    indices === 'window'
      ? `i32((tD * ${kernelH}u + tH) * ${kernelW}u + tW)`
      : `i32((iD * ${height}u + iH) * ${width}u + iW)`;
  // A NaN beats everything, a later one too; nothing beats a NaN.
  const wins = x.dtype === 'f32' ? `isNan(value) || (!isNan(best) && ${better})` : better;
  const body = (result: string, output: Layout) => `
${coordinates(output.shape)} ${roles(geometry, output.shape, 'o')} ${findWindows}
var best: ${type};
var at = 0;
var isFirst = true;
${forEachTap(
  geometry,
  `let value = ${read(0, geometry, x, 'i')};
   if (isFirst || ${wins}) { best = value; at = ${place}; }
   isFirst = false;`,
  noRow,
)}
return ${result};`;
  const functions = windowFunctions(geometry);
  const steps = outputs.map((output, outputIndex) =>
    perElement(
      { inputs, output, outputIndex, functions, body: body(outputIndex === 0 ? 'best' : 'at', output) },
      features,
    ),
  );
  if (!steps.every((step): step is Step => step !== null)) return null;
  return { name: `${x.dtype}_${pool.fn}Pool${indices === 'none' ? '' : `_${indices}Index`}`, steps };
}

/** `poolGrad` of any layout: a thread for each input element gathers from the windows that cover it. */
export const genericPoolGrad: readonly Variant<'poolGrad'>[] = [
  {
    plan(op, inputs, [output], features) {
      const { pool, geometry, indices } = op;
      const { dtype } = inputs[0];
      if (dtype === 'bool') return null;
      if ((pool.fn === 'avg' || pool.fn === 'lp') && dtype !== 'f32') return null;
      const type = computeType(dtype);
      const isExtremum = pool.fn === 'max' || pool.fn === 'min';
      const contribution = isExtremum
        ? extremumShare(op, inputs)
        : pool.fn === 'avg'
          ? `${findWindows}\ntotal += ${read(0, geometry, inputs[0], 'o')} / ${divisorOf(pool, 'f32')};`
          : powerShare(pool.p, op, inputs);
      const before =
        pool.fn === 'lp' ? `let x = ${read(1, geometry, inputs[1], 'i')};\nif (x == 0.0) { return 0.0; }` : '';
      const body = `${coordinates(output.shape)} ${roles(geometry, output.shape, 'i')}
var total: ${type} = 0;
${before}
${forEachCover(geometry, contribution)}
return total;`;
      const step = perElement(
        {
          inputs,
          output,
          outputIndex: 0,
          functions: `${windowFunctions(geometry)}\n${coverTables(geometry)}${pool.fn === 'lp' ? mathFunctions + arithmeticFunctions : ''}`,
          body,
        },
        features,
      );
      const suffix = isExtremum ? `_${indices}Index` : '';
      return step === null ? null : { name: `${dtype}_${pool.fn}PoolGrad${suffix}`, steps: [step] };
    },
  },
];

function extremumShare({ geometry, indices }: OpOf<'poolGrad'>, [dy, index]: readonly Layout[]): string {
  const [, kernelH, kernelW] = geometry.axes.map((axis) => axis.kernel);
  const [, height, width] = geometry.axes.map((axis) => axis.input);
  const own =
    indices === 'window'
      ? `i32((tD * ${kernelH}u + tH) * ${kernelW}u + tW)`
      : `i32((iD * ${height}u + iH) * ${width}u + iW)`;
  return `if (${read(1, geometry, index, 'o')} == ${own}) { total += ${read(0, geometry, dy, 'o')}; }`;
}

function powerShare(p: number, { geometry }: OpOf<'poolGrad'>, [dy, , y]: readonly Layout[]): string {
  return `let norm = ${read(2, geometry, y, 'o')};
if (norm != 0.0) { total += ${read(0, geometry, dy, 'o')} * select(sign(x), x, isNan(x)) * ${power('quotient(abs(x), norm)', p - 1)}; }`;
}
