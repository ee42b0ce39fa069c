import type { Layout, OpOf } from '@cenote/backend';
import { type AxisWindow, roleStrides } from '@cenote/shape';
import type { GpuFeatures, Plan, Variant } from '../../plan.js';
import { vectorType } from '../../wgsl/fold.js';
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

/** Windows further apart leave blocks that are too long for one thread. */
const mostStride = 8;

/**
 * Gradients of maxima, minima and averages whose windows are evenly spaced: each thread computes a block of neighbouring elements
 * of a row, so that which windows cover which of them is known beforehand, and gathers from those. Nothing is added from two
 * sides, so that there are no atomics, and the order of the sums is always the same.
 */
export const blockPoolGrad: readonly Variant<'poolGrad'>[] = [
  {
    plan(op, inputs, [dx], features) {
      const { geometry, pool, indices } = op;
      const [dy, index] = inputs;
      if (pool.fn === 'lp' || dy.dtype !== 'f32') return null;
      if (!geometry.axes.every(({ uniform, dilation }) => uniform && dilation === 1)) return null;
      const [, , width] = geometry.axes;
      if (width.stride > mostStride || width.kernel > 16) return null;
      const scalar = arrange(geometry, dx, dy, 1);
      const others = index === undefined ? [] : [roleStrides(geometry, index.strides)];
      const inFours = channelsInFours(geometry, scalar.x, scalar.y, ...others);
      const arrangement: Arrangement = inFours ? { ...scalar, lanes: 4 } : scalar;
      const block = blockWidth(width, inFours);
      const vectors = !inFours && scalar.x.width === 1 && block === 4 && isFourfold(width.input);
      const suffix = `${pool.fn === 'avg' ? '' : `_${indices}Index`}_block${block}${inFours ? '_c4' : vectors ? '_w4' : ''}`;
      const step = gradientStep(op, arrangement, index, { block, vectors }, features);
      if (step === null) return null;
      const aligned = inFours || vectors;
      return { name: `f32_${pool.fn}PoolGrad${suffix}`, steps: [step], ...(aligned && { aligned }) } satisfies Plan;
    },
  },
];

/** A multiple of the stride, so that blocks are alike; four where that fits. */
function blockWidth({ stride }: AxisWindow, inFours: boolean): number {
  if (inFours) return Math.max(2, stride);
  return 4 % stride === 0 ? 4 : stride;
}

/** A loop over the windows that cover one position along an axis. */
function cover({ output, kernel, stride, padLow }: AxisWindow, letter: string, body: string): string {
  const reach = kernel - 1;
  return `
{ let p = i32(i${letter}) + ${padLow};
let least = select(0, (p - ${reach} + ${stride - 1}) / ${stride}, p > ${reach});
let most = min(${output - 1}, p / ${stride});
for (var o = least; o <= most; o++) { let o${letter} = u32(o); let t${letter} = u32(p - o * ${stride});
${body}
} }`;
}

function gradientStep(
  { geometry, pool, indices }: OpOf<'poolGrad'>,
  arrangement: Arrangement,
  index: Layout | undefined,
  { block, vectors }: { readonly block: number; readonly vectors: boolean },
  features: GpuFeatures,
) {
  const { x, y, lanes } = arrangement;
  const [depth, height, width] = geometry.axes;
  const blocks = Math.ceil(width.input / block);
  const coordinates = threadCoordinates(arrangement, [
    { name: 'iD', size: depth.input },
    { name: 'iH', size: height.input },
    { name: 'blockW', size: blocks },
  ]);
  const windows = block / width.stride;
  const firstWindow = Math.ceil((width.padLow - width.kernel + 1) / width.stride);
  const lastWindow = Math.floor((block - 1 + width.padLow) / width.stride);
  const reached = Array.from({ length: lastWindow - firstWindow + 1 }, (_, at) => at);
  const tap = (column: number, at: number) => column + width.padLow - (firstWindow + at) * width.stride;
  const type = vectorType('f32', lanes);
  const chosen =
    index !== undefined && indices !== 'none' && pool.fn !== 'avg' ? roleStrides(geometry, index.strides) : null;
  const place = (strides: typeof y) =>
    `oD * ${strides.depth / lanes}u + oH * ${strides.height / lanes}u + u32(o) * ${strides.width / lanes}u`;
  const load = (at: number) => {
    const window = firstWindow + at;
    const tests = [
      ...(window < 0 ? ['o >= 0'] : []),
      ...((blocks - 1) * windows + window >= width.output ? [`o < ${width.output}`] : []),
    ];
    const value = divided(pool, geometry.axes, ['oD', 'oH', 'u32(o)'])(`in0[dyBase + ${place(y)}]`);
    const masked = tests.length === 0 ? value : `select(${type}(0.0), ${value}, ${tests.join(' && ')})`;
    return `{ let o = i32(blockW * ${windows}u) + ${window}; g${at} = ${masked};
${chosen === null ? '' : `m${at} = indexAt(indexBase + ${place(chosen)});`} }`;
  };
  const indexType = vectorType('i32', lanes);
  // Of the number of an index, what belongs to the row, and what to the column.
  const rowNumber =
    indices === 'window'
      ? `i32((tD * ${height.kernel}u + tH) * ${width.kernel}u)`
      : `i32((iD * ${height.input}u + iH) * ${width.input}u + blockW * ${block}u)`;
  const add = reached.flatMap((at) =>
    Array.from({ length: block }, (_, column) => {
      const number = tap(column, at);
      if (number < 0 || number >= width.kernel) return '';
      if (chosen === null) return `a${column} += g${at};`;
      const own = `${indexType}(row + ${indices === 'window' ? number : column})`;
      return `a${column} += select(${type}(0.0), g${at}, m${at} == ${own});`;
    }),
  );
  const gather = cover(
    depth,
    'D',
    cover(
      height,
      'H',
      `${chosen === null ? '' : `let row = ${rowNumber};`}
${reached.map((at) => `var g${at}: ${type}; ${chosen === null ? '' : `var m${at}: ${indexType};`}`).join('\n')}
${reached.map(load).join('\n')}
${add.join('\n')}`,
    ),
  );
  const stores = vectors
    ? `out0[to >> 2u] = vec4<f32>(${[0, 1, 2, 3].map((column) => `a${column}`).join(', ')});`
    : Array.from({ length: block }, (_, column) => {
        const code = `out0[to + ${(column * x.width) / lanes}u] = a${column};`;
        return width.input % block === 0 || column === 0
          ? code
          : `if (blockW * ${block}u + ${column}u < ${width.input}u) { ${code} }`;
      }).join('\n');
  const body = `
${takeApart('i', coordinates)}
let dyBase = in0Offset() / ${lanes}u + ${imagePlace(y, lanes)};
${chosen === null ? '' : `let indexBase = in1Offset() / ${lanes}u + ${imagePlace(chosen, lanes)};`}
${Array.from({ length: block }, (_, column) => `var a${column} = ${type}(0.0);`).join('\n')}
${gather}
let to = out0Offset() / ${lanes}u + ${imagePlace(x, lanes)} + iD * ${x.depth / lanes}u + iH * ${x.height / lanes}u + blockW * ${(block * x.width) / lanes}u;
${stores}`;
  return threadStep(
    positionsOf(coordinates),
    {
      functions: chosen === null ? '' : indexLoader(index?.dtype === 'u8', lanes),
      body,
      bindings: [
        { what: { kind: 'input', index: 0 }, declaration: `array<${type}>` },
        ...(chosen === null
          ? []
          : [
              {
                what: { kind: 'input' as const, index: 1 },
                declaration: index?.dtype === 'u8' ? 'array<u32>' : `array<${indexType}>`,
              },
            ]),
        { what: { kind: 'output', index: 0 }, declaration: `array<${vectors ? 'vec4<f32>' : type}>` },
      ],
    },
    features,
  );
}

/** A function that reads the index of a window, or of four channels of it: words, or bytes of which four share a word. */
function indexLoader(areBytes: boolean, lanes: 1 | 4): string {
  const type = vectorType('i32', lanes);
  if (!areBytes) return `fn indexAt(i: u32) -> ${type} { return in1[i]; }`;
  return lanes === 1
    ? 'fn indexAt(i: u32) -> i32 { return i32((in1[i >> 2u] >> ((i & 3u) << 3u)) & 255u); }'
    : 'fn indexAt(i: u32) -> vec4<i32> { return vec4<i32>((vec4<u32>(in1[i]) >> vec4<u32>(0u, 8u, 16u, 24u)) & vec4<u32>(255u)); }';
}
