import type { PoolFn } from '@cenote/backend';
import type { AxisWindow, IntegerTable, Shape, WindowGeometry } from '@cenote/shape';

const axisLetters = ['D', 'H', 'W'] as const;

function tableConstant(name: string, table: IntegerTable): string {
  return `const ${name} = array<u32, ${table.length}>(${[...table].map((value) => `${value}u`).join(', ')});`;
}

/**
 * WGSL of one axis: `window_W(o)`, the valid taps of output `o`: the first one's position, how many there are, the first one's
 * number in the kernel, and the span. Where windows are evenly spaced that is arithmetic, elsewhere the geometry's tables.
 */
function axisWindow(axis: AxisWindow, letter: string): string {
  if (!axis.uniform) {
    return `
${tableConstant(`starts_${letter}`, axis.start)}
${tableConstant(`counts_${letter}`, axis.count)}
fn window_${letter}(o: u32) -> Window {
  let n = counts_${letter}[o];
  return Window(starts_${letter}[o], n, 0u, n);
}`;
  }
  const { input, kernel, stride, dilation, padLow, padHigh } = axis;
  return `
fn window_${letter}(o: u32) -> Window {
  let base = i32(o) * ${stride} - ${padLow};
  let first = select(0, (${dilation - 1} - base) / ${dilation}, base < 0);
  let room = ${input - 1} - base;
  let last = select(min(${kernel}, room / ${dilation} + 1), 0, room < 0);
  let span = min(${kernel}, (${input + padHigh - 1} - base) / ${dilation} + 1);
  return Window(u32(base + first * ${dilation}), u32(max(0, last - first)), u32(first), u32(span));
}`;
}

/** Functions `window_D`, `window_H` and `window_W`. */
export function windowFunctions({ axes }: WindowGeometry): string {
  const functions = axes.map((axis, index) => axisWindow(axis, axisLetters[index]));
  return `struct Window { start: u32, count: u32, tap: u32, span: u32 };\n${functions.join('\n')}`;
}

/** A loop over the valid taps of the window of output `oD`, `oH`, `oW`: the body sees `iD`, `iH`, `iW` and tap numbers `tD`, `tH`, `tW`. */
export function forEachTap({ axes }: WindowGeometry, body: string, row: { before: string; after: string }): string {
  const [, , width] = axes;
  const dilation = (axis: AxisWindow) => axis.dilation;
  return `
for (var jD = 0u; jD < wD.count; jD++) {
  let iD = wD.start + jD * ${dilation(axes[0])}u; let tD = wD.tap + jD;
  for (var jH = 0u; jH < wH.count; jH++) {
    let iH = wH.start + jH * ${dilation(axes[1])}u; let tH = wH.tap + jH;
    ${row.before}
    for (var jW = 0u; jW < wW.count; jW++) {
      let iW = wW.start + jW * ${dilation(width)}u; let tW = wW.tap + jW;
      ${body}
    }
    ${row.after}
  }
}`;
}

/** `let wD = window_D(oD); …` */
export const findWindows = 'let wD = window_D(oD); let wH = window_H(oH); let wW = window_W(oW);';

/**
 * A loop over the windows that cover input `iD`, `iH`, `iW`, in ascending order: the body sees `oD`, `oH`, `oW` and the
 * number of the tap that meets the input, `tD`, `tH`, `tW`.
 */
export function forEachCover({ axes }: WindowGeometry, body: string): string {
  const inner = axes.reduceRight((code, axis, index) => {
    const letter = axisLetters[index];
    if (!axis.uniform) {
      return `
{ let first = coverStarts_${letter}[i${letter}]; let many = coverCounts_${letter}[i${letter}];
for (var k = 0u; k < many; k++) {
  let o${letter} = first + k; let t${letter} = i${letter} - starts_${letter}[o${letter}];
  ${code}
} }`;
    }
    const { output, kernel, stride, dilation, padLow } = axis;
    const reach = (kernel - 1) * dilation;
    return `
{ let p = i32(i${letter}) + ${padLow};
let least = select(0, (p - ${reach} + ${stride - 1}) / ${stride}, p > ${reach});
let most = min(${output - 1}, p / ${stride});
for (var o = least; o <= most; o++) {
  let distance = p - o * ${stride};
  ${dilation === 1 ? '' : `if (distance % ${dilation} != 0) { continue; }`}
  let o${letter} = u32(o); let t${letter} = u32(distance / ${dilation});
  ${code}
} }`;
  }, body);
  return inner;
}

/** Tables that {@link forEachCover} needs where windows are not evenly spaced. */
export function coverTables({ axes }: WindowGeometry): string {
  return axes
    .flatMap((axis, index) =>
      axis.uniform
        ? []
        : [
            tableConstant(`coverStarts_${axisLetters[index]}`, axis.coverStart),
            tableConstant(`coverCounts_${axisLetters[index]}`, axis.coverCount),
          ],
    )
    .join('\n');
}

/** WGSL that names the coordinates `c0`, … of a tensor by role: `let n = c0; let channel = c1; let oH = c2; …` */
export function roles(geometry: WindowGeometry, shape: Shape, spatial: 'o' | 'i'): string {
  const { rank, leading, dataFormat } = geometry;
  const hasBatch = leading === 'batchAndChannels';
  const hasChannels = leading !== 'none';
  const channelAxis = dataFormat === 'channelsFirst' ? (hasBatch ? 1 : 0) : shape.length - 1;
  const firstSpatial = (hasBatch ? 1 : 0) + (hasChannels && dataFormat === 'channelsFirst' ? 1 : 0);
  const place = (fromEnd: number) => (fromEnd < rank ? `c${firstSpatial + rank - 1 - fromEnd}` : '0u');
  return [
    `let n = ${hasBatch ? 'c0' : '0u'};`,
    `let channel = ${hasChannels ? `c${channelAxis}` : '0u'};`,
    `let ${spatial}D = ${place(2)}; let ${spatial}H = ${place(1)}; let ${spatial}W = ${place(0)};`,
  ].join(' ');
}

/** The divisor of an average, given `wD`, `wH`, `wW`. */
export function divisorOf(pool: Extract<PoolFn, { fn: 'avg' }>, type: 'f32' | 'i32'): string {
  if (typeof pool.divisor === 'number') return type === 'f32' ? `f32(${pool.divisor})` : `${pool.divisor}`;
  const field = pool.divisor === 'taps' ? 'count' : 'span';
  return `${type}(wD.${field} * wH.${field} * wW.${field})`;
}
