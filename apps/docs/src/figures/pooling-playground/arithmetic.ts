import { axisTaps, type Pooled, windowTaps } from './model.js';
import type { Input, Pair, Settings } from './settings.js';

/** What one output is, written out. */
export interface Arithmetic {
  /** `max(0, 1, 3, 4)` */
  readonly left: string;
  /** `4` */
  readonly right: string;
  /** Of an average: how the divisor comes about, `3 × 2`. */
  readonly divisor: string | null;
  /** Of a maximum or minimum: the place in its channel that it was taken from. */
  readonly from: { readonly row: number; readonly column: number; readonly index: number } | null;
}

/** A number in at most four decimals, with a real minus sign. */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  const size = Math.abs(value);
  const text = size !== 0 && (size >= 1e6 || size < 1e-4) ? value.toExponential(2) : String(Number(value.toFixed(4)));
  return text.replace('-', '−');
}

/** A number as it fits into a cell: in four digits. */
export function formatCell(value: number): string {
  const text = formatNumber(value);
  if (text.length <= 5 || !Number.isFinite(value)) return text;
  return formatNumber(Number(value.toPrecision(4))).slice(0, 8);
}

/** Writes out how one output of one channel comes about; the result itself is the library's. */
export function arithmetic(input: Input, settings: Settings, pooled: Pooled, at: Pair, channel: number): Arithmetic {
  const { geometry } = pooled;
  const [, height, width] = geometry.axes;
  const taps = windowTaps(geometry, at)
    .filter(({ on }) => on === 'input')
    .map(({ row, column }) => formatNumber(input.values[(channel * input.rows + row) * input.columns + column]));
  const output = (channel * height.output + at[0]) * width.output + at[1];
  const right = formatNumber(pooled.values[output]);
  const common = { right, divisor: null, from: null };
  switch (settings.kind) {
    case 'avg': {
      const counts = (axis: typeof height, index: number) =>
        settings.countIncludePad
          ? axisTaps(axis, index).filter(({ on }) => on !== 'beyond').length
          : axisTaps(axis, index).filter(({ on }) => on === 'input').length;
      const rows = counts(height, at[0]);
      const columns = counts(width, at[1]);
      const sum = taps.map((text) => (text.startsWith('−') ? `(${text})` : text)).join(' + ');
      return { ...common, left: `(${sum}) / ${rows * columns}`, divisor: `${rows} × ${columns}` };
    }
    case 'lp':
      return {
        ...common,
        left: `(${taps.map((text) => `|${text}|${'⁰¹²³⁴⁵⁶⁷⁸⁹'[settings.p]}`).join(' + ')})^(1/${settings.p})`,
      };
    case 'max':
    case 'min': {
      const index = pooled.indices?.[output] ?? 0;
      const from = { row: Math.floor(index / input.columns), column: index % input.columns, index };
      return { ...common, left: `${settings.kind}(${taps.join(', ')})`, from };
    }
  }
}

/** The size of the output along one axis, as the rule has it, with the numbers filled in. */
export interface ShapeRule {
  /** `⌊(5 + 1 + 1 − (1 · (3 − 1) + 1)) / 2⌋ + 1` */
  readonly left: string;
  readonly right: string;
  /** Whether ceil mode's last window was dropped, because it would have started in the padding at the end. */
  readonly dropped: boolean;
}

export function shapeRule(pooled: Pooled, axisNumber: 1 | 2, ceilMode: boolean): ShapeRule {
  const axis = pooled.geometry.axes[axisNumber];
  const { input, padLow, padHigh, dilation, kernel, stride, output } = axis;
  const [open, close] = ceilMode ? '⌈⌉' : '⌊⌋';
  const steps = (input + padLow + padHigh - (dilation * (kernel - 1) + 1)) / stride;
  const dropped = ceilMode && Math.ceil(steps) + 1 > output;
  const reach = `${dilation} · (${kernel} − 1) + 1`;
  return {
    left: `${open}(${input} + ${padLow} + ${padHigh} − (${reach})) / ${stride}${close} + 1${dropped ? ' − 1' : ''}`,
    right: String(output),
    dropped,
  };
}
