import { type Input, input, limits, type Pair, type PoolKind, parseValue, poolKinds, type Scene } from './settings.js';

/** The names in the address. */
export type AddressKey =
  | 'pool'
  | 'window'
  | 'stride'
  | 'padding'
  | 'dilation'
  | 'ceil'
  | 'count'
  | 'p'
  | 'x'
  | 'at'
  | 'channel';

/** A scene as the address has it: only characters that stay as they are there. */
export type Address = Readonly<Record<AddressKey, string>>;

/** `2`, or `2x3` where rows and columns differ. */
const writePair = ([rows, columns]: Pair) => (rows === columns ? String(rows) : `${rows}x${columns}`);

/** `0_1*2_3**4_5*6_7`: numbers, rows, channels. */
function writeInput({ channels, rows, columns, values }: Input): string {
  const row = (start: number) => values.slice(start, start + columns).join('_');
  const plane = (channel: number) =>
    Array.from({ length: rows }, (_, index) => row((channel * rows + index) * columns)).join('*');
  return Array.from({ length: channels }, (_, channel) => plane(channel)).join('**');
}

export function writeScene({ settings, input: x, at, channel }: Scene): Address {
  return {
    pool: settings.kind,
    window: writePair(settings.window),
    stride: settings.stride === null ? 'window' : writePair(settings.stride),
    padding: writePair(settings.padding),
    dilation: writePair(settings.dilation),
    ceil: String(settings.ceilMode),
    count: String(settings.countIncludePad),
    p: String(settings.p),
    x: writeInput(x),
    at: `${at[0]}x${at[1]}`,
    channel: String(channel),
  };
}

/** Reads what someone may have typed: what makes no sense is taken from `fallback`. */
export function readScene(address: Address, fallback: Scene): Scene {
  const { settings } = fallback;
  const x = readInput(address.x) ?? fallback.input;
  return {
    settings: {
      kind: poolKinds.find((kind: PoolKind) => kind === address.pool) ?? settings.kind,
      window: readPair(address.window, 1, limits.window) ?? settings.window,
      stride: address.stride === 'window' ? null : (readPair(address.stride, 1, limits.stride) ?? settings.stride),
      padding: readPair(address.padding, 0, limits.padding) ?? settings.padding,
      dilation: readPair(address.dilation, 1, limits.dilation) ?? settings.dilation,
      ceilMode: address.ceil === 'true',
      countIncludePad: address.count !== 'false',
      p: readWhole(address.p, 1, limits.p) ?? settings.p,
    },
    input: x,
    at: readPair(address.at, 0, 99) ?? fallback.at,
    channel: Math.min(x.channels - 1, readWhole(address.channel, 0, limits.channels - 1) ?? 0),
  };
}

function readWhole(text: string, least: number, most: number): number | null {
  const value = Number(text);
  return text !== '' && Number.isInteger(value) && value >= least && value <= most ? value : null;
}

function readPair(text: string, least: number, most: number): Pair | null {
  const [rows, columns = rows] = text.split('x').map((part) => readWhole(part, least, most));
  return rows === null || columns === null ? null : [rows, columns];
}

function readInput(text: string): Input | null {
  const planes = text.split('**').map((plane) => plane.split('*').map((row) => row.split('_').map(parseValue)));
  const rows = planes[0].length;
  const columns = planes[0][0].length;
  const fits = planes.every((plane) => plane.length === rows && plane.every((row) => row.length === columns));
  if (!fits || planes.length > limits.channels || rows > limits.rows || columns > limits.columns) return null;
  if (planes.flat(2).includes(null)) return null;
  return input(
    rows,
    columns,
    planes.map((plane) => (row: number, column: number) => plane[row][column] ?? 0),
  );
}
