import { html, nothing, svg, type TemplateResult } from 'lit-html';
import type { Locale } from '../../figure.js';
import { formatCell, type Plane } from '../../plane.js';
import { checkbox } from '../../ui/checkbox.js';
import { segmented } from '../../ui/segmented.js';
import { slider } from '../../ui/slider.js';
import { messages } from './messages.js';
import {
  type Difference,
  differenceOf,
  maxShift,
  type PhaseRow,
  pictures,
  poolings,
  type ShiftSettings,
  type Stages,
  strides,
  windows,
} from './model.js';

/** What there is to draw. */
export interface ShiftView {
  readonly locale: Locale;
  readonly settings: ShiftSettings;
  readonly shift: number;
  readonly rest: Stages;
  readonly now: Stages;
  readonly phases: readonly PhaseRow[];
  readonly set: (changed: Partial<ShiftSettings>) => void;
  readonly move: (shift: number) => void;
}

/** Units of a drawing to one pixel of the picture. */
const unit = 22;

export function shiftView(view: ShiftView): TemplateResult {
  const text = messages[view.locale];
  const { settings, shift, rest, now } = view;
  const edges = differenceOf(rest.edges, now.edges);
  const pooled = differenceOf(rest.pooled, now.pooled);
  return html`<div class="figure-shift">
    <div class="controls">${controls(view)}</div>
    <div class="move">
      ${slider({
        label: text.shift,
        value: shift,
        min: -maxShift,
        max: maxShift,
        format: text.shiftValue,
        onInput: view.move,
      })}
      <p class="status" role="status">
        ${text.status(shift, edges.count, edges.total, pooled.count, pooled.total)}
      </p>
    </div>
    <div class="stages">
      <p class="name">${text.image}</p>
      ${picture(view)}
      <p class="name">${text.edges}</p>
      ${numbers(text.edges, now.edges, edges, { window: 1, stride: 1 }, settings.stride)}
      <p class="name">${text.pooled(settings.window, settings.stride)}</p>
      ${numbers(text.afterPooling, now.pooled, pooled, settings)}
      <p class="legend"><span class="swatch"></span>${text.changed}</p>
    </div>
    <div class="phases">
      <p class="name">${text.diagram}</p>
      ${diagram(view)}
    </div>
  </div>`;
}

function controls({ locale, settings, set }: ShiftView): TemplateResult {
  const text = messages[locale];
  const numbersOf = (values: readonly number[]) => values.map((value) => ({ value: `${value}`, label: `${value}` }));
  return html`
    ${segmented({
      label: text.picture,
      name: 'shift-picture',
      choices: pictures.map((value) => ({ value, label: text.pictures[value] })),
      value: settings.picture,
      onChange: (picture) => set({ picture }),
    })}
    ${segmented({
      label: text.pooling,
      name: 'shift-pooling',
      choices: poolings.map((value) => ({ value, label: text.poolings[value] })),
      value: settings.pooling,
      onChange: (pooling) => set({ pooling }),
    })}
    ${segmented({
      label: text.window,
      name: 'shift-window',
      choices: numbersOf(windows),
      value: `${settings.window}`,
      onChange: (window) => set({ window: Number(window) }),
    })}
    ${segmented({
      label: text.stride,
      name: 'shift-stride',
      choices: numbersOf(strides),
      value: `${settings.stride}`,
      onChange: (stride) => set({ stride: Number(stride) }),
    })}
    ${checkbox({
      label: text.unsigned,
      checked: settings.unsigned,
      onChange: (unsigned) => set({ unsigned }),
    })}
  `;
}

/** The picture, which can be dragged. */
function picture({ locale, now, shift, move }: ShiftView): TemplateResult {
  const columns = now.image[0].length;
  const drag = (event: PointerEvent) => {
    const target = event.currentTarget;
    if (!(target instanceof SVGElement)) return;
    if (event.type === 'pointerdown') {
      target.setPointerCapture(event.pointerId);
      target.dataset.from = `${event.clientX} ${shift}`;
    }
    if (event.buttons === 0 || target.dataset.from === undefined) return;
    const [x, start] = target.dataset.from.split(' ').map(Number);
    const pixel = target.getBoundingClientRect().width / columns;
    const next = start + Math.round((event.clientX - x) / pixel);
    move(Math.min(maxShift, Math.max(-maxShift, next)));
  };
  return html`<svg
    class="picture"
    viewBox="0 0 ${columns * unit} ${now.image.length * unit}"
    role="img"
    aria-label=${messages[locale].drag}
    @pointerdown=${drag}
    @pointermove=${drag}
  >
    ${now.image.flatMap((row, r) =>
      row.map(
        (value, c) =>
          svg`<rect class=${value === 1 ? 'bright' : 'dark'} x=${c * unit} y=${r * unit} width=${unit} height=${unit} />`,
      ),
    )}
  </svg>`;
}

/**
 * Numbers on the columns of the picture that they come from, so that what belongs together stands one above the other.
 *
 * @param grid how many columns the windows that come next lie apart; their borders are drawn
 */
function numbers(
  label: string,
  plane: Plane,
  { flipped }: Difference,
  { window, stride }: Pick<ShiftSettings, 'window' | 'stride'>,
  grid = 1,
): TemplateResult {
  const height = Math.min(stride, 2) * unit;
  // An output of a window stands in the middle of its columns; neighbours leave each other room.
  const left = (column: number) => (column * stride + Math.max(0, (window - stride) / 2)) * unit;
  const borders = grid === 1 ? [] : plane[0].map((_, column) => column).filter((column) => column % grid === 0);
  return html`<svg viewBox="0 0 ${17 * unit} ${plane.length * height}" role="img" aria-label=${label}>
    ${plane.flatMap((row, r) =>
      row.map((value, c) => cell(value, flipped[r][c], { x: left(c), y: r * height, width: stride * unit, height })),
    )}
    ${borders.map(
      (column) =>
        svg`<line class="border" x1=${column * unit} x2=${column * unit} y1="-4" y2=${plane.length * height + 4} />`,
    )}
  </svg>`;
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function cell(value: number, flipped: boolean, { x, y, width, height }: Box): TemplateResult<2> {
  return svg`<g>
    <rect class="ground" x=${x + 1} y=${y + 1} width=${width - 2} height=${height - 2} rx="3" />
    <rect
      class=${value < 0 ? 'negative' : 'positive'}
      x=${x + 1} y=${y + 1} width=${width - 2} height=${height - 2} rx="3"
      fill-opacity=${Math.min(1, Math.abs(value))}
    />
    ${
      flipped
        ? svg`<rect class="flipped" x=${x + 2} y=${y + 2} width=${width - 4} height=${height - 4} rx="2.5" />`
        : nothing
    }
    <text class=${tone(value)} x=${x + width / 2} y=${y + height / 2}>${formatCell(value)}</text>
  </g>`;
}

function tone(value: number): string {
  if (Math.abs(value) < 0.005) return 'zero';
  return Math.abs(value) > 0.6 ? 'inverse' : '';
}

const line = 24;
const top = 22;
const small = 11;
const labelWidth = 26;
const gap = 16;

/** One row for each shift: the outputs' rows side by side, and how many numbers changed since the row above. */
function diagram({ locale, phases, shift, settings, move }: ShiftView): TemplateResult {
  const text = messages[locale];
  const edgesWidth = phases[0].edges.length * small;
  const pooledLeft = labelWidth + edgesWidth + gap;
  const pooledCell = settings.stride * small;
  const countLeft = pooledLeft + edgesWidth + 40;
  const flips = phases.map(({ flippedPooled }) => flippedPooled);
  return html`<svg
    class="diagram"
    viewBox="0 0 ${countLeft + 2} ${top + phases.length * line + 2}"
    role="img"
    aria-label=${text.diagramLabel(flips.filter((count) => count !== null).map(String))}
  >
    <text class="head" x=${labelWidth} y="10">${text.convolution}</text>
    <text class="head" x=${pooledLeft} y="10">${text.afterPooling}</text>
    <text class="head end" x=${countLeft} y="10">${text.flips}</text>
    ${phases.map((row, index) => {
      const y = top + index * line;
      const current = row.shift === shift;
      return svg`<g class=${current ? 'row current' : 'row'} @pointerdown=${() => move(row.shift)}>
        <rect class="hit" x="0" y=${y} width=${countLeft + 2} height=${line} />
        <text class="end" x=${labelWidth - 8} y=${y + line / 2}>${text.shiftValue(row.shift).replace(/ .*/, '')}</text>
        ${row.edges.map((value, c) => smallCell(value, labelWidth + c * small, y, small))}
        ${row.pooled.map((value, c) => smallCell(value, pooledLeft + c * pooledCell, y, pooledCell))}
        <text class=${row.flippedPooled === 0 ? 'end none' : 'end some'} x=${countLeft} y=${y + line / 2}>
          ${row.flippedPooled ?? ''}
        </text>
      </g>`;
    })}
  </svg>`;
}

function smallCell(value: number, x: number, y: number, width: number): TemplateResult<2> {
  return svg`<rect class="ground" x=${x + 0.5} y=${y + 2} width=${width - 1} height=${line - 4} rx="2" />
    <rect
      class=${value < 0 ? 'negative' : 'positive'}
      x=${x + 0.5} y=${y + 2} width=${width - 1} height=${line - 4} rx="2"
      fill-opacity=${Math.min(1, Math.abs(value))}
    />`;
}
