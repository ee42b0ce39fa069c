import { html, type TemplateResult } from 'lit-html';
import { cellAt } from './matrix.js';

/** The position of a cell. */
export interface Cell {
  readonly row: number;
  readonly column: number;
}

export interface CellPickerOptions {
  /** What is picked, and how: read aloud. */
  readonly label: string;
  readonly rows: number;
  readonly columns: number;
  readonly cell: Cell;
  readonly onPick: (cell: Cell) => void;
  /** Elements with `data-row` and `data-column`, such as a matrix. */
  readonly content: TemplateResult;
}

/** How the arrow keys move. */
const moves: Readonly<Record<string, readonly [rows: number, columns: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** The cell that an arrow key leads to, within the grid; null for other keys. */
export function moveCell(key: string, { row, column }: Cell, rows: number, columns: number): Cell | null {
  const move = moves[key];
  if (move === undefined) return null;
  const within = (position: number, size: number) => Math.min(size - 1, Math.max(0, position));
  return { row: within(row + move[0], rows), column: within(column + move[1], columns) };
}

/** One cell of many: hover, touch or drag to pick, or use the arrow keys. */
export function cellPicker({ label, rows, columns, cell, onPick, content }: CellPickerOptions): TemplateResult {
  const point = (event: PointerEvent) => {
    const pointed = cellAt(event);
    if (pointed !== null) onPick(pointed);
  };
  const key = (event: KeyboardEvent) => {
    const next = moveCell(event.key, cell, rows, columns);
    if (next === null) return;
    event.preventDefault();
    onPick(next);
  };
  return html`<div
    class="c-cell-picker"
    role="application"
    aria-label=${label}
    tabindex="0"
    @pointerdown=${point}
    @pointermove=${point}
    @keydown=${key}
  >
    ${content}
  </div>`;
}
