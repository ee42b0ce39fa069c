import type { Epilogue, Layout } from '@cenote/backend';
import { type AxisWindow, type RoleStrides, roleStrides, type WindowGeometry } from '@cenote/shape';
import type { GpuFeatures, Plan, Variant } from '../../plan.js';
import { loader } from '../../wgsl/elements.js';
import { epilogueCode } from '../generic/conv.js';
import { type Product, tiledPlan } from './tile.js';

type IsWanted = (product: Product, features: GpuFeatures) => boolean;

/** Whether tiles pay: sums that are long enough, and enough of them to fill some tiles. */
const isLarge: IsWanted = ({ rows, columns, inner, batch }, { software }) =>
  !software && inner >= 8 && rows * columns * batch >= 256 && rows * columns * inner >= 2 ** 14;
/** Anything that fills part of a tile. */
const isAny: IsWanted = ({ rows, columns, inner, batch }) => inner >= 4 && rows * columns * batch >= 16;

function planned(product: Product | null, features: GpuFeatures, isWanted: IsWanted): Plan | null {
  return product !== null && isWanted(product, features) ? tiledPlan(product, features) : null;
}

const none = 'return total;';

/** What follows a product of the given channel; `null` for what the dtype does not have. */
function finishOf(epilogue: Epilogue | undefined, bias: Layout | undefined, channel: string) {
  const finish = epilogueCode('f32', epilogue, bias, channel);
  if (finish === null) return null;
  const hasBias = epilogue?.bias === true;
  return {
    ...finish,
    inputs: hasBias ? 3 : 2,
    functions: `${hasBias ? loader('in2', 'f32') : ''}\n${finish.functions}`,
  };
}

function matmul(isWanted: IsWanted): Variant<'matmul'> {
  return {
    plan({ epilogue }, [a, b, bias], [output], features) {
      if (a.dtype !== 'f32') return null;
      const finish = finishOf(epilogue, bias, 'n');
      if (finish === null) return null;
      const [batch, rows, columns] = output.shape;
      const y = output.strides;
      const product: Product = {
        name: `f32_matmul${finish.name}`,
        batch,
        rows,
        columns,
        inner: a.shape[2],
        row: `return vec4<i32>(i32(in0Offset() + b * ${a.strides[0]}u + m * ${a.strides[1]}u), 0, 0, 0);`,
        rowElement: `return in0[u32(row.x) + k * ${a.strides[2]}u];`,
        column: `return vec4<i32>(i32(in1Offset() + b * ${b.strides[0]}u + n * ${b.strides[2]}u), 0, 0, 0);`,
        columnElement: `return in1[u32(column.x) + k * ${b.strides[1]}u];`,
        place: `return b * ${y[0]}u + m * ${y[1]}u + n * ${y[2]}u;`,
        finish: finish.code,
        functions: finish.functions,
        inputs: finish.inputs,
        rowsAlongInner: a.strides[2] === 1,
        columnsAlongInner: b.strides[2] !== 1,
        resultAlongRows: false,
      };
      return planned(product, features, isWanted);
    },
  };
}

/** WGSL that takes `position` apart into the coordinates of an image: `let pW = …; let pH = …; let pD = …; let pN = …;` */
function positions(position: string, sizes: readonly number[]): string {
  const [depth, height, width] = sizes;
  return `let pW = ${position} % ${width}u; let restH = ${position} / ${width}u; let pH = restH % ${height}u;
let restD = restH / ${height}u; let pD = restD % ${depth}u; let pN = restD / ${depth}u;`;
}

/** WGSL that takes `k` apart into a channel and the numbers of a tap: `kC`, `tD`, `tH`, `tW`. */
function tapOf(position: string, [depth, height, width]: readonly AxisWindow[]): string {
  return `let tW = ${position} % ${width.kernel}u; let kH = ${position} / ${width.kernel}u; let tH = kH % ${height.kernel}u;
let kD = kH / ${height.kernel}u; let tD = kD % ${depth.kernel}u; let kC = kD / ${depth.kernel}u;`;
}

function spatialPlace(strides: RoleStrides, d: string, h: string, w: string): string {
  return `${d} * ${strides.depth} + ${h} * ${strides.height} + ${w} * ${strides.width}`;
}

/** The strides of a weight `[O, I / groups, …kernel]` by role. */
function weightStrides({ rank }: WindowGeometry, strides: readonly number[]) {
  const spatial = (fromEnd: number) => (fromEnd < rank ? strides[1 + rank - fromEnd] : 0);
  return { output: strides[0], input: strides[1], depth: spatial(2), height: spatial(1), width: spatial(0) };
}

const countOf = (sizes: readonly number[]) => sizes.reduce((product, size) => product * size, 1);

/** WGSL for the element of `source` at window `o`, tap `t`, of channel `kC`; 0 in the padding. */
function windowElement(
  source: string,
  { axes }: WindowGeometry,
  strides: RoleStrides,
  channel: string,
  base: string,
): string {
  const [depth, height, width] = axes;
  const at = (axis: AxisWindow, origin: string, tap: string) => `${origin} + i32(${tap}) * ${axis.dilation}`;
  return `let d = ${at(depth, 'oD', 'tD')}; let h = ${at(height, 'oH', 'tH')}; let w = ${at(width, 'oW', 'tW')};
if (d < 0 || d >= ${depth.input} || h < 0 || h >= ${height.input} || w < 0 || w >= ${width.input}) { return 0.0; }
return ${source}[u32(${base} + i32(${channel}) * ${strides.channel} + ${spatialPlace(strides, 'd', 'h', 'w')})];`;
}

function origin({ stride, padLow }: AxisWindow, position: string): string {
  return `i32(${position}) * ${stride} - ${padLow}`;
}

function conv(isWanted: IsWanted): Variant<'conv'> {
  return {
    plan({ geometry, groups, epilogue }, [x, weight, bias], [output], features) {
      if (x.dtype !== 'f32' || !geometry.axes.every(({ uniform }) => uniform)) return null;
      const rows = geometry.outputChannels / groups;
      const finish = finishOf(epilogue, bias, `(b * ${rows}u + m)`);
      if (finish === null) return null;
      const channels = geometry.inputChannels / groups;
      const [depth, height, width] = geometry.axes;
      const outputs = geometry.axes.map((axis) => axis.output);
      const xs = roleStrides(geometry, x.strides);
      const ys = roleStrides(geometry, output.strides);
      const ws = weightStrides(geometry, weight.strides);
      const product: Product = {
        name: `f32_conv${finish.name}`,
        batch: groups,
        rows,
        columns: geometry.batch * countOf(outputs),
        inner: channels * countOf(geometry.axes.map(({ kernel }) => kernel)),
        row: `return vec4<i32>(i32(in1Offset() + (b * ${rows}u + m) * ${ws.output}u), 0, 0, 0);`,
        rowElement: `${tapOf('k', geometry.axes)}
return in1[u32(row.x) + kC * ${ws.input}u + tD * ${ws.depth}u + tH * ${ws.height}u + tW * ${ws.width}u];`,
        column: `${positions('n', outputs)}
return vec4<i32>(i32(in0Offset() + pN * ${xs.batch}u + b * ${channels * xs.channel}u), ${origin(depth, 'pD')}, ${origin(height, 'pH')}, ${origin(width, 'pW')});`,
        columnElement: `${tapOf('k', geometry.axes)} let oD = column.y; let oH = column.z; let oW = column.w;
${windowElement('in0', geometry, xs, 'kC', 'column.x')}`,
        place: `${positions('n', outputs)}
return pN * ${ys.batch}u + (b * ${rows}u + m) * ${ys.channel}u + pD * ${ys.depth}u + pH * ${ys.height}u + pW * ${ys.width}u;`,
        finish: finish.code,
        functions: finish.functions,
        inputs: finish.inputs,
        rowsAlongInner: true,
        columnsAlongInner: false,
        resultAlongRows: ys.channel === 1 && geometry.outputChannels > 1,
      };
      return planned(product, features, isWanted);
    },
  };
}

function convGradInput(isWanted: IsWanted): Variant<'convGradInput'> {
  return {
    plan({ geometry, groups }, [dy, weight], [output], features) {
      if (dy.dtype !== 'f32' || !geometry.axes.every(({ uniform }) => uniform)) return null;
      const rows = geometry.inputChannels / groups;
      const channels = geometry.outputChannels / groups;
      const inputs = geometry.axes.map((axis) => axis.input);
      const dys = roleStrides(geometry, dy.strides);
      const dxs = roleStrides(geometry, output.strides);
      const ws = weightStrides(geometry, weight.strides);
      // The window that meets an input with a tap, where there is one.
      const meet = ({ stride, dilation, output: size }: AxisWindow, letter: string, from: string) =>
        `let s${letter} = ${from} - i32(t${letter}) * ${dilation}; let o${letter} = s${letter} / ${stride};
if (s${letter} < 0 || o${letter} >= ${size}${stride === 1 ? '' : ` || o${letter} * ${stride} != s${letter}`}) { return 0.0; }`;
      const [depth, height, width] = geometry.axes;
      const product: Product = {
        name: 'f32_convGradInput',
        batch: groups,
        rows,
        columns: geometry.batch * countOf(inputs),
        inner: channels * countOf(geometry.axes.map(({ kernel }) => kernel)),
        row: `return vec4<i32>(i32(in1Offset() + b * ${channels * ws.output}u + m * ${ws.input}u), 0, 0, 0);`,
        rowElement: `${tapOf('k', geometry.axes)}
return in1[u32(row.x) + kC * ${ws.output}u + tD * ${ws.depth}u + tH * ${ws.height}u + tW * ${ws.width}u];`,
        column: `${positions('n', inputs)}
return vec4<i32>(i32(in0Offset() + pN * ${dys.batch}u + b * ${channels * dys.channel}u), i32(pD) + ${depth.padLow}, i32(pH) + ${height.padLow}, i32(pW) + ${width.padLow});`,
        columnElement: `${tapOf('k', geometry.axes)}
${meet(depth, 'D', 'column.y')} ${meet(height, 'H', 'column.z')} ${meet(width, 'W', 'column.w')}
return in0[u32(column.x + i32(kC) * ${dys.channel} + ${spatialPlace(dys, 'oD', 'oH', 'oW')})];`,
        place: `${positions('n', inputs)}
return pN * ${dxs.batch}u + (b * ${rows}u + m) * ${dxs.channel}u + pD * ${dxs.depth}u + pH * ${dxs.height}u + pW * ${dxs.width}u;`,
        finish: none,
        functions: '',
        inputs: 2,
        rowsAlongInner: false,
        columnsAlongInner: false,
        resultAlongRows: dxs.channel === 1 && geometry.inputChannels > 1,
      };
      return planned(product, features, isWanted);
    },
  };
}

function convGradWeight(isWanted: IsWanted): Variant<'convGradWeight'> {
  return {
    plan({ geometry, groups }, [x, dy], [output], features) {
      if (x.dtype !== 'f32' || !geometry.axes.every(({ uniform }) => uniform)) return null;
      const rows = geometry.outputChannels / groups;
      const channels = geometry.inputChannels / groups;
      const outputs = geometry.axes.map((axis) => axis.output);
      const xs = roleStrides(geometry, x.strides);
      const dys = roleStrides(geometry, dy.strides);
      const ws = weightStrides(geometry, output.strides);
      const [depth, height, width] = geometry.axes;
      const product: Product = {
        name: 'f32_convGradWeight',
        batch: groups,
        rows,
        columns: channels * countOf(geometry.axes.map(({ kernel }) => kernel)),
        inner: geometry.batch * countOf(outputs),
        row: `return vec4<i32>(i32(in1Offset() + (b * ${rows}u + m) * ${dys.channel}u), 0, 0, 0);`,
        rowElement: `${positions('k', outputs)}
return in1[u32(row.x) + pN * ${dys.batch}u + pD * ${dys.depth}u + pH * ${dys.height}u + pW * ${dys.width}u];`,
        column: `${tapOf('n', geometry.axes)}
return vec4<i32>(i32(in0Offset() + (b * ${channels}u + kC) * ${xs.channel}u), i32(tD * ${depth.dilation}u), i32(tH * ${height.dilation}u), i32(tW * ${width.dilation}u));`,
        columnElement: `${positions('k', outputs)}
let d = ${origin(depth, 'pD')} + column.y; let h = ${origin(height, 'pH')} + column.z; let w = ${origin(width, 'pW')} + column.w;
if (d < 0 || d >= ${depth.input} || h < 0 || h >= ${height.input} || w < 0 || w >= ${width.input}) { return 0.0; }
return in0[u32(column.x + i32(pN) * ${xs.batch} + ${spatialPlace(xs, 'd', 'h', 'w')})];`,
        place: `${tapOf('n', geometry.axes)}
return (b * ${rows}u + m) * ${ws.output}u + kC * ${ws.input}u + tD * ${ws.depth}u + tH * ${ws.height}u + tW * ${ws.width}u;`,
        finish: none,
        functions: '',
        inputs: 2,
        rowsAlongInner: dys.channel !== 1,
        columnsAlongInner: xs.channel !== 1,
        resultAlongRows: false,
      };
      return planned(product, features, isWanted);
    },
  };
}

/** `matmul` in tiles, where that pays. */
export const tiledMatmul = matmul(isLarge);
/** `matmul` in tiles, of nearly any size. */
export const anyTiledMatmul = matmul(isAny);
/** `conv` as a product in tiles, where that pays: its matrix of windows is read from the input as it is. */
export const tiledConv = conv(isLarge);
/** The same for nearly any size. */
export const anyTiledConv = conv(isAny);
/** `convGradInput` as a product in tiles, where that pays. */
export const tiledConvGradInput = convGradInput(isLarge);
/** The same for nearly any size. */
export const anyTiledConvGradInput = convGradInput(isAny);
/** `convGradWeight` as a product in tiles, where that pays. */
export const tiledConvGradWeight = convGradWeight(isLarge);
/** The same for nearly any size. */
export const anyTiledConvGradWeight = convGradWeight(isAny);
