import type { Locale } from '../../figure.js';
import type { Cell } from '../../ui/cell-picker.js';
import { messages } from './messages.js';
import { type Analysis, type Layer, type Network, type PresetName, pathsOf } from './model.js';
import type { Display, Seen } from './plane-canvas.js';

/** What there is to draw. */
export interface FieldView {
  readonly locale: Locale;
  readonly network: Network;
  readonly preset: PresetName | 'own';
  readonly analysis: Analysis;
  readonly display: Display;
  /** The layer whose output is looked from, from 0. */
  readonly chosen: number;
  readonly cell: Cell;
  readonly choosePreset: (name: PresetName) => void;
  readonly setSize: (size: number) => void;
  readonly setDisplay: (display: Display) => void;
  readonly choose: (layer: number) => void;
  readonly pick: (layer: number, cell: Cell) => void;
  readonly change: (index: number, changed: Partial<Layer>) => void;
  readonly add: (index: number) => void;
  readonly remove: (index: number) => void;
  readonly swap: (index: number, other: number) => void;
}

/** What is seen of each plane, from the picture (index 0) to the output's own; empty where there is no layer. */
export function seenOf({ analysis, chosen, cell }: Pick<FieldView, 'analysis' | 'chosen' | 'cell'>): readonly Seen[] {
  const levels = analysis.levels.slice(0, chosen + 1);
  if (levels.length === 0) return [];
  const rows = pathsOf(levels, cell.row);
  const columns = pathsOf(levels, cell.column);
  return rows.map((ways, plane) => ({ rows: ways, columns: columns[plane] }));
}

/** What a layer is called: `2 pool 2 × 2`. */
export function layerName(locale: Locale, index: number, { kind, kernelSize }: Layer): string {
  return `${index + 1} ${messages[locale].kinds[kind]} ${kernelSize} × ${kernelSize}`;
}

/** The element in the middle of a plane. */
export function middleOf(size: number): Cell {
  const middle = Math.floor((size - 1) / 2);
  return { row: middle, column: middle };
}
