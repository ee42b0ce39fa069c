import { html, nothing, type TemplateResult } from 'lit-html';

export interface MatrixOptions {
  /** What it is: read aloud, and shown above when `caption` is set. */
  readonly label: string;
  /** Whether the label is shown. */
  readonly caption?: boolean;
  /** The texts of its cells, row by row. */
  readonly rows: readonly (readonly string[])[];
  /** Classes of a cell: `on` (covered), `out` (the answer), `pad` (not there), `dim`, `warm`, or the figure's own. */
  readonly mark?: (row: number, column: number) => string;
  /** Called when a pointer presses a cell, or moves onto one while it is down. */
  readonly onPoint?: (row: number, column: number) => void;
}

/** Numbers in cells. */
export function matrix({ label, caption = false, rows, mark, onPoint }: MatrixOptions): TemplateResult {
  const point = (event: PointerEvent) => {
    if (event.type === 'pointermove' && event.buttons === 0) return;
    const cell = cellAt(event);
    if (cell !== null) onPoint?.(cell.row, cell.column);
  };
  return html`<table
    class="c-matrix"
    aria-label=${caption ? nothing : label}
    @pointerdown=${onPoint === undefined ? nothing : point}
    @pointermove=${onPoint === undefined ? nothing : point}
  >
    ${caption ? html`<caption>${label}</caption>` : nothing}
    <tbody>
      ${rows.map(
        (cells, row) =>
          html`<tr>
            ${cells.map(
              (text, column) =>
                html`<td class=${mark?.(row, column) ?? ''} data-row=${row} data-column=${column}>${text}</td>`,
            )}
          </tr>`,
      )}
    </tbody>
  </table>`;
}

/**
 * The cell under a pointer, which a captured pointer's own target does not tell: any element with `data-row` and
 * `data-column` inside the element that listens.
 */
export function cellAt(event: PointerEvent): { readonly row: number; readonly column: number } | null {
  const cell = document.elementFromPoint(event.clientX, event.clientY)?.closest('[data-row][data-column]');
  const { currentTarget } = event;
  if (!(cell instanceof HTMLElement && currentTarget instanceof Element && currentTarget.contains(cell))) return null;
  return { row: Number(cell.dataset.row), column: Number(cell.dataset.column) };
}
