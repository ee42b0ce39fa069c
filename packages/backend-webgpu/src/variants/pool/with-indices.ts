import type { IndexKind, Layout, OpOf } from '@cenote/backend';
import type { AxisWindow } from '@cenote/shape';
import type { GpuFeatures, Plan, Variant } from '../../plan.js';
import { foldFunctions, poolFold, vectorType } from '../../wgsl/fold.js';
import { windowFunctions } from '../../wgsl/windows.js';
import { type Arrangement, arrange, channelsInFours, imagePlace, positionsOf, takeApart } from './arrangement.js';
import { threadStep } from './threads.js';

/** WGSL for the number that an index gives to the tap at `tD`, `tH`, `tW`, which is at `iD`, `iH`, `iW` of the input. */
export function indexOf(indices: IndexKind, [, height, width]: readonly AxisWindow[]): string {
  return indices === 'window'
    ? `i32((tD * ${height.kernel}u + tH) * ${width.kernel}u + tW)`
    : `i32((iD * ${height.input}u + iH) * ${width.input}u + iW)`;
}

/**
 * Maximum or minimum pooling with indices: each thread computes four neighbouring outputs, values and indices in one pass, and
 * writes each as one vector (indices of bytes as one word). Four channels of a window at once where they come in fours.
 */
export const indexedPool: readonly Variant<'pool'>[] = [
  {
    plan(op, [x], [y, index], features) {
      const { geometry, pool, indices } = op;
      if (indices === 'none' || x.dtype !== 'f32') return null;
      const scalar = arrange(geometry, x, y, 1);
      const inFours = channelsInFours(geometry, scalar.x, scalar.y);
      const arrangement: Arrangement = inFours ? { ...scalar, lanes: 4 } : scalar;
      return indexedPlan(op, arrangement, { x, index }, features, `f32_${pool.fn}Pool_${indices}Index_`);
    },
  },
];

function indexedPlan(
  { geometry, pool, indices }: OpOf<'pool'>,
  { x, lanes, channelsLast }: Arrangement,
  layouts: { readonly x: Layout; readonly index: Layout },
  features: GpuFeatures,
  name: string,
): Plan | null {
  const fold = poolFold(pool, layouts.x.dtype);
  if (fold === null) return null;
  const [depth, height, width] = geometry.axes;
  const batch = { name: 'n', size: geometry.batch };
  const channel = { name: 'channel', size: geometry.inputChannels / lanes };
  const spatial = [
    { name: 'oD', size: depth.output },
    { name: 'oH', size: height.output },
    { name: 'oW', size: width.output },
  ];
  const order = channelsLast ? [batch, ...spatial, channel] : [batch, channel, ...spatial];
  const outputs = positionsOf(order) * lanes;
  const type = vectorType('i32', lanes);
  const steps = { D: x.depth / lanes, H: x.height / lanes, W: x.width / lanes };
  const base = `in0Offset() / ${lanes}u + ${imagePlace(x, lanes)}`;
  // All NaNs are at the top, and a later one replaces an earlier one. Zeros are equal whatever their signs.
  const best = `
fn outputAt(n: u32, channel: u32, oD: u32, oH: u32, oW: u32) -> Choice {
  let wD = window_D(oD); let wH = window_H(oH); let wW = window_W(oW);
  var best = T(-2147483647 - 1); var value = T(0); var at = ${type}(-1);
  let base = ${base};
  for (var jD = 0u; jD < wD.count; jD++) {
    let iD = wD.start + jD * ${depth.dilation}u; let tD = wD.tap + jD;
    for (var jH = 0u; jH < wH.count; jH++) {
      let iH = wH.start + jH * ${height.dilation}u; let tH = wH.tap + jH;
      let row = base + iD * ${steps.D}u + iH * ${steps.H}u;
      for (var jW = 0u; jW < wW.count; jW++) {
        let iW = wW.start + jW * ${width.dilation}u; let tW = wW.tap + jW;
        let element = in0[row + iW * ${steps.W}u];
        let key = unsigned(${fold.load('element')});
        let wins = (key > best) | (key >= T(firstNan)) | (at < ${type}(0));
        best = select(best, key, wins);
        value = select(value, element, wins);
        at = select(at, ${type}(${indexOf(indices, geometry.axes)}), wins);
      }
    }
  }
  return Choice(value, at);
}`;
  const next = order
    .toReversed()
    .map(({ name: each, size }) => (size === 1 ? '' : `${each}++; if (${each} == ${size}u) { ${each} = 0u;`))
    .filter((code) => code !== '');
  const advance = `${next.join(' ')}${' }'.repeat(next.length)}`;
  const gather =
    lanes === 4
      ? `let c = outputAt(n, channel, oD, oH, oW); let values = c.value; let places = c.at;`
      : `var values = vec4<i32>(0); var places = vec4<i32>(0);
for (var lane = 0u; lane < 4u; lane++) {
  if (i * 4u + lane >= ${outputs}u) { break; }
  let c = outputAt(n, channel, oD, oH, oW);
  values[lane] = c.value; places[lane] = c.at;
  ${advance}
}`;
  const isWord = layouts.index.dtype === 'u8';
  const tail = outputs % 4;
  const whole = (code: string, rest: string) =>
    tail === 0 ? code : `if (i * 4u + 4u <= ${outputs}u) { ${code} } else { ${rest} }`;
  // Values are stored one by one at the end; of a word of indices the bytes behind the end stay as they are.
  const kept = `let word = (out1Offset() >> 2u) + i; let mask = ${2 ** (8 * tail) - 1}u;
  out1[word] = (out1[word] & ~mask) | (packed & mask);`;
  const places = isWord
    ? `let p = vec4<u32>(places) << vec4<u32>(0u, 8u, 16u, 24u);
let packed = p.x | p.y | p.z | p.w;
${whole('out1[(out1Offset() >> 2u) + i] = packed;', kept)}`
    : `for (var lane = 0u; lane < ${tail === 0 ? '4u' : `min(4u, ${outputs}u - i * 4u)`}; lane++) {
  out1[out1Offset() + i * 4u + lane] = places[lane]; }`;
  const values = `for (var lane = 0u; lane < ${tail === 0 ? '4u' : `min(4u, ${outputs}u - i * 4u)`}; lane++) {
  out0[out0Offset() + i * 4u + lane] = values[lane]; }`;
  const vectors = tail === 0;
  const body = `
${takeApart(lanes === 4 ? 'i' : '(i * 4u)', order).replaceAll('let ', lanes === 4 ? 'let ' : 'var ')}
${gather}
${vectors ? 'out0[(out0Offset() >> 2u) + i] = values;' : values}
${vectors && !isWord ? 'out1[(out1Offset() >> 2u) + i] = places;' : places}`;
  const functions = `${foldFunctions(fold, lanes)}
struct Choice { value: ${type}, at: ${type} };
const firstNan = 0x7f000002;
// The key of -0 is one below that of 0.
fn unsigned(key: T) -> T { return select(key, T(-0x7fffff), key == T(-0x7fffff - 1)); }
${windowFunctions(geometry)}
${best}`;
  const step = threadStep(
    Math.ceil(outputs / 4),
    {
      functions,
      body,
      bindings: [
        { what: { kind: 'input', index: 0 }, declaration: `array<${type}>` },
        { what: { kind: 'output', index: 0 }, declaration: `array<${vectors ? 'vec4<i32>' : 'i32'}>` },
        {
          what: { kind: 'output', index: 1 },
          declaration: isWord ? 'array<u32>' : `array<${vectors ? 'vec4<i32>' : 'i32'}>`,
        },
      ],
    },
    features,
  );
  return step === null ? null : { name: `${name}${lanes === 4 ? 'c4' : 'four'}`, steps: [step], aligned: true };
}
