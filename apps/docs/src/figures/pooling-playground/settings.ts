/** One value for the rows and one for the columns. */
export type Pair = readonly [rows: number, columns: number];

/** Which pooling. */
export type PoolKind = 'max' | 'avg' | 'min' | 'lp';

export const poolKinds: readonly PoolKind[] = ['max', 'avg', 'min', 'lp'];

/** What the call asks for. */
export interface Settings {
  readonly kind: PoolKind;
  readonly window: Pair;
  /** `null` is the library's default: as far as the window. */
  readonly stride: Pair | null;
  readonly padding: Pair;
  readonly dilation: Pair;
  readonly ceilMode: boolean;
  /** Of averages. */
  readonly countIncludePad: boolean;
  /** Of p-norms. */
  readonly p: number;
}

/** What is pooled: `[channels, rows, columns]` in row-major order. */
export interface Input {
  readonly channels: number;
  readonly rows: number;
  readonly columns: number;
  readonly values: readonly number[];
}

/** Everything that the address remembers. */
export interface Scene {
  readonly settings: Settings;
  readonly input: Input;
  /** The output cell whose window is shown. */
  readonly at: Pair;
  /** The channel that is shown. */
  readonly channel: number;
}

/** How large an input the figure shows. */
export const limits = { rows: 7, columns: 7, channels: 3, window: 7, stride: 7, padding: 3, dilation: 3, p: 9 };

export const plain: Settings = {
  kind: 'max',
  window: [2, 2],
  stride: null,
  padding: [0, 0],
  dilation: [1, 1],
  ceilMode: false,
  countIncludePad: true,
  p: 2,
};

/** An input whose channels are given by what they hold at each place. */
export function input(
  rows: number,
  columns: number,
  channels: readonly ((row: number, column: number) => number)[],
): Input {
  const values = channels.flatMap((value) =>
    Array.from({ length: rows * columns }, (_, index) => value(Math.floor(index / columns), index % columns)),
  );
  return { channels: channels.length, rows, columns, values };
}

/** The same numbers where they still have a place, zeros elsewhere. */
export function resize(from: Input, { channels, rows, columns }: Omit<Input, 'values'>): Input {
  const read = (channel: number, row: number, column: number) =>
    channel < from.channels && row < from.rows && column < from.columns
      ? from.values[(channel * from.rows + row) * from.columns + column]
      : 0;
  return input(
    rows,
    columns,
    Array.from({ length: channels }, (_, channel) => (row: number, column: number) => read(channel, row, column)),
  );
}

/** The input with another number at one place. */
export function withValue(from: Input, channel: number, row: number, column: number, value: number): Input {
  return { ...from, values: from.values.with((channel * from.rows + row) * from.columns + column, value) };
}

/** The number that a reader typed, or `null`. An empty cell is zero. */
export function parseValue(text: string): number | null {
  const word = text.trim().toLowerCase().replace('−', '-');
  if (word === '') return 0;
  if (word === 'nan') return Number.NaN;
  const infinity = /^([+-]?)(?:inf|infinity|∞)$/.exec(word);
  if (infinity !== null) return infinity[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const value = Number(word);
  return Number.isFinite(value) ? value : null;
}
