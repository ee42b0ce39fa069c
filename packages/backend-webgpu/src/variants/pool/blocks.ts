import type { OpOf } from '@cenote/backend';
import type { AxisWindow } from '@cenote/shape';
import type { GpuFeatures, Plan, Variant } from '../../plan.js';
import { type Fold, foldFunctions, poolFold, vectorType } from '../../wgsl/fold.js';
import {
  type Arrangement,
  arrange,
  channelsInFours,
  imagePlace,
  isFourfold,
  positionsOf,
  takeApart,
  threadCoordinates,
} from './arrangement.js';
import { divided } from './divisor.js';
import { threadStep } from './threads.js';

/** Windows of more taps along an axis have ways of their own. */
const mostTaps = 16;

/** Outputs of a thread. */
interface Block {
  readonly height: number;
  readonly width: number;
}

/** Along an axis on which windows overlap, neighbouring outputs of one thread share what they load. */
function overlaps({ kernel, stride, output }: AxisWindow): boolean {
  return kernel > stride && output > 1;
}

/**
 * `pool` with small, evenly spaced windows: each thread computes a block of neighbouring outputs from rows that it loads once.
 * With channels last an element is a vector of four channels. With channels first a row comes in vectors of four columns where
 * all rows are aligned, and one by one elsewhere.
 */
export const blockPool: readonly Variant<'pool'>[] = [
  { plan: (op, [x], [y], features) => blockPlan(op, 'vectors', { x, y }, features) },
  { plan: (op, [x], [y], features) => blockPlan(op, 'scalars', { x, y }, features) },
];

type Sides = Readonly<Record<'x' | 'y', Parameters<typeof arrange>[1]>>;

function blockPlan(op: OpOf<'pool'>, how: 'vectors' | 'scalars', { x, y }: Sides, features: GpuFeatures): Plan | null {
  const { geometry, pool, indices } = op;
  const fold = indices === 'none' ? poolFold(pool, x.dtype) : null;
  if (fold === null) return null;
  if (!geometry.axes.every(({ uniform, dilation, kernel }) => uniform && dilation === 1 && kernel <= mostTaps))
    return null;
  const [, height, width] = geometry.axes;
  const scalar = arrange(geometry, x, y, 1);
  const inFours = channelsInFours(geometry, scalar.x, scalar.y);
  if (inFours && how === 'scalars') return null;
  const arrangement: Arrangement = inFours ? { ...scalar, lanes: 4 } : scalar;
  const block: Block = inFours
    ? { height: overlaps(height) ? 2 : 1, width: overlaps(width) ? 2 : 1 }
    : { height: overlaps(height) ? 2 : 1, width: width.stride >= 8 || width.output === 1 ? 1 : 4 };
  const quads = !inFours && how === 'vectors' && rowsInFours(arrangement, block);
  if (how === 'vectors' && !inFours && !quads) return null;
  const name = `${x.dtype}_${pool.fn}Pool_block${block.height}x${block.width}${inFours ? '_c4' : quads ? '_w4' : ''}`;
  const step = blockStep(op, fold, arrangement, block, quads, features);
  return step === null ? null : { name, steps: [step], ...((inFours || quads) && { aligned: true }) };
}

/** Whether all rows begin at multiples of four, and all blocks too. */
function rowsInFours({ x, geometry }: Arrangement, block: Block): boolean {
  return (
    !(geometry.dataFormat === 'channelsLast' && geometry.inputChannels > 1) &&
    x.width === 1 &&
    isFourfold(block.width * geometry.axes[2].stride) &&
    [x.batch, x.channel, x.depth, x.height].every((stride) => isFourfold(stride))
  );
}

/** Of each column that a block loads, whether it may lie before or behind the row for an output that exists. */
function outside({ input, output, kernel, stride, padLow }: AxisWindow, width: number) {
  const columns = (width - 1) * stride + kernel;
  const before = new Array<boolean>(columns).fill(false);
  const behind = new Array<boolean>(columns).fill(false);
  for (let o = 0; o < output; o++) {
    for (let tap = 0; tap < kernel; tap++) {
      const column = (o % width) * stride + tap;
      const position = o * stride - padLow + tap;
      if (position < 0) before[column] = true;
      if (position >= input) behind[column] = true;
    }
  }
  return { before, behind };
}

function blockStep(
  { geometry, pool }: OpOf<'pool'>,
  fold: Fold,
  arrangement: Arrangement,
  block: Block,
  quads: boolean,
  features: GpuFeatures,
) {
  const { x, y, lanes } = arrangement;
  const [depth, height, width] = geometry.axes;
  const coordinates = threadCoordinates(arrangement, [
    { name: 'oD', size: depth.output },
    { name: 'blockH', size: Math.ceil(height.output / block.height) },
    { name: 'blockW', size: Math.ceil(width.output / block.width) },
  ]);
  const columns = (block.width - 1) * width.stride + width.kernel;
  const each = (count: number, code: (index: number) => string) =>
    Array.from({ length: count }, (_, index) => code(index)).join('\n');
  const neutral = `T(${fold.neutral})`;
  const { before, behind } = outside(width, block.width);
  const masked = (column: number, value: string) => {
    const tests = [
      ...(before[column] ? [`left + ${column} >= 0`] : []),
      ...(behind[column] ? [`left + ${column} < ${width.input}`] : []),
    ];
    return tests.length === 0 ? value : `select(${neutral}, ${value}, ${tests.join(' && ')})`;
  };
  // Column j of a block is component (j − padding) mod 4 of a vector, as blocks begin at multiples of four.
  const quadOf = (column: number) => Math.floor((column - width.padLow) / 4);
  const usesOf = new Map<number, number>();
  for (let column = 0; column < columns; column++) usesOf.set(quadOf(column), (usesOf.get(quadOf(column)) ?? 0) + 1);
  const quadName = (quad: number) => `q${quad - quadOf(0)}`;
  const loadColumn = (column: number) => {
    if (!quads) return `in0[u32(at + ${column * (x.width / lanes)})]`;
    const component = 'xyzw'[column - width.padLow - 4 * quadOf(column)];
    return usesOf.get(quadOf(column)) === 1
      ? `in0[u32(at + ${quadOf(column)})].${component}`
      : `${quadName(quadOf(column))}.${component}`;
  };
  const vectors = [...usesOf].filter(([, uses]) => uses > 1).map(([quad]) => quad);
  const start = quads ? `i32(blockW) * ${(block.width * width.stride) / 4}` : `left * ${x.width / lanes}`;
  const unit = quads ? 4 : lanes;
  const row = `
let at = base + i32(iD) * ${x.depth / unit} + iH * ${x.height / unit} + ${start};
${quads ? vectors.map((quad) => `let ${quadName(quad)} = in0[u32(at + ${quad})];`).join('\n') : ''}
${each(columns, (column) => `let x${column} = ${masked(column, fold.load(loadColumn(column)))};`)}
${each(block.width, (w) => {
  const taps = Array.from({ length: width.kernel }, (_, tap) => `x${w * width.stride + tap}`);
  return `let h${w} = ${taps.reduce((total, tap) => fold.combine(total, tap))};`;
})}`;
  const add = (h: number) => each(block.width, (w) => `a${h}_${w} = ${fold.combine(`a${h}_${w}`, `h${w}`)};`);
  const rows =
    block.height === 1
      ? `for (var j = max(0, -top); j < min(${height.kernel}, ${height.input} - top); j++) {
           let iH = top + j; ${row} ${add(0)} }`
      : each((block.height - 1) * height.stride + height.kernel, (j) => {
          const used = Array.from({ length: block.height }, (_, h) => h).filter(
            (h) => j >= h * height.stride && j < h * height.stride + height.kernel,
          );
          if (used.length === 0) return '';
          return `{ let iH = top + ${j}; if (iH >= 0 && iH < ${height.input}) { ${row} ${used.map(add).join('\n')} } }`;
        });
  const outputs = (h: number, w: number) => ['oD', `(oH + ${h}u)`, `(oW + ${w}u)`];
  const finished = (h: number, w: number) => {
    const total = fold.store(`a${h}_${w}`);
    return divided(pool, geometry.axes, outputs(h, w))(total);
  };
  const stores = quads && block.width === 4 && isFourfold(width.output);
  const store = (h: number) => {
    if (stores) {
      const values = Array.from({ length: 4 }, (_, w) => finished(h, w));
      return `out0[(to + ${h * y.height}u) >> 2u] = vec4<${fold.storage}>(${values.join(', ')});`;
    }
    return each(block.width, (w) => {
      const place = `to + ${(h * y.height + w * y.width) / lanes}u`;
      const code = `out0[${place}] = ${finished(h, w)};`;
      return width.output % block.width === 0 || w === 0 ? code : `if (oW + ${w}u < ${width.output}u) { ${code} }`;
    });
  };
  const body = `
${takeApart('i', coordinates)}
let oH = blockH * ${block.height}u; let oW = blockW * ${block.width}u;
let top = i32(oH) * ${height.stride} - ${height.padLow}; let left = i32(oW) * ${width.stride} - ${width.padLow};
let base = i32(in0Offset() / ${unit}u + ${quads ? `n * ${x.batch / 4}u + channel * ${x.channel / 4}u` : imagePlace(x, lanes)});
${each(block.height, (h) => each(block.width, (w) => `var a${h}_${w} = ${neutral};`))}
for (var jD = 0; jD < ${depth.kernel}; jD++) {
  let iD = i32(oD) * ${depth.stride} - ${depth.padLow} + jD;
  if (iD < 0 || iD >= ${depth.input}) { continue; }
  ${rows}
}
let to = out0Offset() / ${lanes}u + ${imagePlace(y, lanes)} + oD * ${y.depth / lanes}u + oH * ${y.height / lanes}u + oW * ${y.width / lanes}u;
${each(block.height, (h) =>
  height.output % block.height === 0 || h === 0 ? store(h) : `if (oH + ${h}u < ${height.output}u) { ${store(h)} }`,
)}`;
  return threadStep(
    positionsOf(coordinates),
    {
      functions: foldFunctions(fold, lanes),
      body,
      bindings: [
        {
          what: { kind: 'input', index: 0 },
          declaration: `array<${vectorType(fold.storage, quads ? 4 : lanes)}>`,
        },
        {
          what: { kind: 'output', index: 0 },
          declaration: `array<${vectorType(fold.storage, stores ? 4 : lanes)}>`,
        },
      ],
    },
    features,
  );
}
