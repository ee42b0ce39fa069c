import { html, nothing, type TemplateResult } from 'lit-html';
import { classMap } from 'lit-html/directives/class-map.js';
import { live } from 'lit-html/directives/live.js';
import { styleMap } from 'lit-html/directives/style-map.js';
import { cellAt } from '../../ui/matrix.js';
import { formatCell, formatNumber } from './arithmetic.js';
import { tensorType } from './code.js';
import type { PlaygroundMessages } from './messages.js';
import { axisTaps, margins, outputAt, type Pooled, type Tap, windowTaps } from './model.js';
import type { Playground } from './playground.js';
import { type Pair, parseValue } from './settings.js';

/** What a reader is typing into a cell; not always a number yet. */
export interface Draft {
  readonly row: number;
  readonly column: number;
  readonly text: string;
}

/** What the matrices need from the figure. */
export interface StageContext {
  readonly playground: Playground;
  readonly texts: PlaygroundMessages;
  readonly draft: Draft | null;
  readonly setDraft: (draft: Draft | null) => void;
  /** Draws at once and gives a cell the focus. */
  readonly focus: (side: 'input' | 'output', row: number, column: number) => void;
}

/** Where a drawn matrix begins and how many cells it has: an input's includes its margins. */
interface Extent {
  readonly first: Pair;
  readonly size: Pair;
}

/** The input with its padding, the window on it, and the place that the answer came from. */
export function inputMatrix(context: StageContext): TemplateResult {
  const { playground, texts } = context;
  const { input, at, channel, settings } = playground.scene;
  const pooled = playground.outcome.kind === 'pooled' ? playground.outcome.pooled : null;
  const { first, size } = inputExtent(input.rows, input.columns, pooled);
  const taps = new Map(
    pooled === null ? [] : windowTaps(pooled.geometry, at).map((tap) => [`${tap.row} ${tap.column}`, tap] as const),
  );
  const from = winner(pooled, at, channel);
  const padded: Extent = pooled === null ? { first, size } : paddedExtent(pooled);
  const shades = shadesOf(input.values);
  const plane = channel * input.rows * input.columns;
  const padText = settings.kind === 'avg' && settings.countIncludePad ? '0' : '';

  const cell = (row: number, column: number): TemplateResult => {
    const tap = taps.get(`${row} ${column}`);
    const isInput = row >= 0 && column >= 0 && row < input.rows && column < input.columns;
    if (!isInput) {
      const beyond = row >= padded.first[0] + padded.size[0] || column >= padded.first[1] + padded.size[1];
      return outsideCell(row, column, tap, beyond ? 'beyond' : 'pad', beyond ? '' : padText);
    }
    const index = row * input.columns + column;
    return inputCell(context, row, column, {
      value: input.values[plane + index],
      shade: shades[plane + index],
      covered: tap !== undefined,
      winner: from === index,
    });
  };

  return html`<div
    class=${classMap({ matrix: true, input: true, draws: playground.pointer === 'draw' })}
    role="group"
    aria-label=${texts.input}
    style=${styleMap({ '--columns': String(size[1]), '--rows': String(size[0]) })}
    @pointerdown=${(event: PointerEvent) => point(context, event)}
    @pointermove=${(event: PointerEvent) => {
      if (event.buttons !== 0) point(context, event);
    }}
    @dragstart=${(event: Event) => {
      // The text of a cell was selected when it got the focus; it is not what is being dragged.
      event.preventDefault();
    }}
  >
    ${Array.from({ length: size[0] * size[1] }, (_, index) =>
      cell(first[0] + Math.floor(index / size[1]), first[1] + (index % size[1])),
    )}
    ${pooled === null ? nothing : frame(pooled, at, first)}
  </div>`;
}

/** A pointer on the input slides the window, or draws. */
function point({ playground }: StageContext, event: PointerEvent): void {
  const cell = cellAt(event);
  if (cell === null) return;
  const { input, at } = playground.scene;
  if (playground.pointer === 'draw') {
    // Otherwise the browser would take it for the selection of text.
    event.preventDefault();
    const isInput = cell.row >= 0 && cell.column >= 0 && cell.row < input.rows && cell.column < input.columns;
    if (isInput) playground.write(cell.row, cell.column, playground.brush);
  } else if (playground.outcome.kind === 'pooled') {
    playground.moveTo(outputAt(playground.outcome.pooled.geometry, [cell.row, cell.column], at));
  }
}

interface InputCell {
  readonly value: number;
  readonly shade: number;
  readonly covered: boolean;
  readonly winner: boolean;
}

function inputCell(context: StageContext, row: number, column: number, cell: InputCell): TemplateResult {
  const { playground, texts, draft, setDraft } = context;
  const drafted = draft !== null && draft.row === row && draft.column === column ? draft.text : null;
  const text = drafted ?? formatNumber(cell.value);
  const invalid = drafted !== null && parseValue(drafted) === null;
  return html`<input
    class=${classMap({ cell: true, on: cell.covered, from: cell.winner, long: text.length > 4 })}
    style=${styleMap({ '--shade': cell.shade.toFixed(2) })}
    data-row=${row}
    data-column=${column}
    aria-label=${texts.cell(row, column)}
    aria-invalid=${invalid ? 'true' : nothing}
    inputmode="decimal"
    autocomplete="off"
    spellcheck="false"
    .value=${live(text)}
    @focus=${(event: Event) => {
      if (event.target instanceof HTMLInputElement) event.target.select();
    }}
    @blur=${() => setDraft(null)}
    @input=${(event: Event) => {
      if (!(event.target instanceof HTMLInputElement)) return;
      const text = event.target.value;
      setDraft({ row, column, text });
      const value = parseValue(text);
      if (value !== null) playground.write(row, column, value);
    }}
    @keydown=${(event: KeyboardEvent) => moveInInput(context, event, row, column)}
  />`;
}

function outsideCell(row: number, column: number, tap: Tap | undefined, kind: string, text: string): TemplateResult {
  return html`<span
    class=${`cell ${kind}${tap === undefined ? '' : ' on'}`}
    data-row=${row}
    data-column=${column}
    aria-hidden="true"
    >${text}</span
  >`;
}

/** The outline that slides: around all that the window spans, also what dilation skips. */
function frame(pooled: Pooled, at: Pair, first: Pair): TemplateResult {
  const [, height, width] = pooled.geometry.axes;
  const along = (axis: typeof height, output: number, from: number) => {
    const taps = axisTaps(axis, output);
    const start = taps[0].position;
    return [start - from, (taps.at(-1)?.position ?? start) - start + 1];
  };
  const [row, rows] = along(height, at[0], first[0]);
  const [column, columns] = along(width, at[1], first[1]);
  const style = { '--row': String(row), '--column': String(column), '--high': String(rows), '--wide': String(columns) };
  return html`<div class="frame" style=${styleMap(style)}></div>`;
}

/** The output, the cell of the present window lit. */
export function outputMatrix(context: StageContext, pooled: Pooled): TemplateResult {
  const { playground, texts } = context;
  const { at, channel } = playground.scene;
  const [, height, width] = pooled.geometry.axes;
  const plane = channel * height.output * width.output;
  const shades = shadesOf(pooled.values);
  const cell = (row: number, column: number): TemplateResult => {
    const index = plane + row * width.output + column;
    const text = formatCell(pooled.values[index]);
    const present = row === at[0] && column === at[1];
    return html`<div
      class=${classMap({ cell: true, out: present, long: text.length > 4 })}
      style=${styleMap({ '--shade': shades[index].toFixed(2) })}
      role="gridcell"
      data-row=${row}
      data-column=${column}
      tabindex=${present ? 0 : -1}
      aria-selected=${present}
      aria-label=${texts.outputCell(row, column, formatNumber(pooled.values[index]))}
      @keydown=${(event: KeyboardEvent) => moveInOutput(context, event)}
    >
      ${text}
    </div>`;
  };
  const slide = (event: PointerEvent) => {
    const place = cellAt(event);
    if (place !== null && (event.type === 'pointerdown' || event.buttons !== 0))
      playground.moveTo([place.row, place.column]);
  };
  return html`<div
    class="matrix output"
    role="grid"
    aria-label=${texts.output}
    style=${styleMap({ '--columns': String(width.output), '--rows': String(height.output) })}
    @pointerdown=${slide}
    @pointermove=${slide}
  >
    ${Array.from(
      { length: height.output },
      (_, row) => html`<div role="row">${Array.from({ length: width.output }, (_, column) => cell(row, column))}</div>`,
    )}
  </div>`;
}

/** A matrix with its name and its type above. */
export function titled(title: string, shape: readonly number[], content: TemplateResult): TemplateResult {
  return html`<div class="side">
    <p class="title"><span>${title}</span> <code>${tensorType(shape)}</code></p>
    ${content}
  </div>`;
}

const arrows: Readonly<Record<string, Pair>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  Enter: [1, 0],
};

/** Arrow keys leave a cell at the ends of its text; they move within it otherwise. */
function moveInInput({ playground, focus }: StageContext, event: KeyboardEvent, row: number, column: number): void {
  const step = arrows[event.key];
  if (step === undefined || !(event.target instanceof HTMLInputElement)) return;
  const { selectionStart, selectionEnd, value } = event.target;
  const isAllSelected = selectionStart === 0 && selectionEnd === value.length;
  if (event.key === 'ArrowLeft' && !isAllSelected && selectionEnd !== 0) return;
  if (event.key === 'ArrowRight' && !isAllSelected && selectionStart !== value.length) return;
  const { rows, columns } = playground.scene.input;
  const next: Pair = [row + step[0], column + step[1]];
  if (next[0] < 0 || next[1] < 0 || next[0] >= rows || next[1] >= columns) return;
  event.preventDefault();
  focus('input', ...next);
}

function moveInOutput({ playground, focus }: StageContext, event: KeyboardEvent): void {
  const step = arrows[event.key];
  if (step === undefined || event.key === 'Enter') return;
  event.preventDefault();
  const { at } = playground.scene;
  playground.moveTo([at[0] + step[0], at[1] + step[1]]);
  focus('output', ...playground.scene.at);
}

/** What is drawn of the input: all of it, its padding, and where ceil mode reaches. */
function inputExtent(rows: number, columns: number, pooled: Pooled | null): Extent {
  if (pooled === null) return { first: [0, 0], size: [rows, columns] };
  const [, height, width] = pooled.geometry.axes;
  const vertical = margins(height);
  const horizontal = margins(width);
  return {
    first: [-vertical.before, -horizontal.before],
    size: [vertical.before + rows + vertical.after, horizontal.before + columns + horizontal.after],
  };
}

function paddedExtent({ geometry: { axes } }: Pooled): Extent {
  const [, height, width] = axes;
  return {
    first: [-height.padLow, -width.padLow],
    size: [height.padLow + height.input + height.padHigh, width.padLow + width.input + width.padHigh],
  };
}

/** The place in its plane that a maximum or minimum came from. */
function winner(pooled: Pooled | null, at: Pair, channel: number): number | null {
  if (pooled === null || pooled.indices === null) return null;
  const [, height, width] = pooled.geometry.axes;
  return pooled.indices[(channel * height.output + at[0]) * width.output + at[1]];
}

/** From 0 for the smallest finite value to 1 for the largest: how dark a cell is. */
function shadesOf(values: readonly number[]): number[] {
  const finite = values.filter(Number.isFinite);
  const low = Math.min(...finite);
  const range = Math.max(...finite) - low;
  return values.map((value) => {
    if (Number.isFinite(value)) return range > 0 ? (value - low) / range : 0;
    return value > 0 ? 1 : 0;
  });
}
