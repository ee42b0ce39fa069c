import { html, nothing, type TemplateResult } from 'lit-html';
import { styleMap } from 'lit-html/directives/style-map.js';
import { button } from '../../ui/button.js';
import { type Cell, moveCell } from '../../ui/cell-picker.js';
import { segmented } from '../../ui/segmented.js';
import { type FieldView, layerName, middleOf, seenOf } from './field-state.js';
import { layerTable } from './layer-table.js';
import { messages } from './messages.js';
import { extentOf, type Level, type PresetName, pictureSizes, presetNames } from './model.js';
import { displays, frameOf, type Seen } from './plane-canvas.js';
import { sideView } from './side-view.js';

export function fieldView(view: FieldView): TemplateResult {
  const { locale, analysis, chosen, display } = view;
  const text = messages[locale];
  const seen = seenOf(view);
  const levels = analysis.levels.slice(0, chosen + 1);
  return html`<div class="figure-receptive-field">
    <div class="controls">${controls(view)}</div>
    <div class="main">
      <div class="big">${bigPicture(view, seen, levels)}</div>
      <div class="beside">
        <p class="status" role="status">${status(view, seen)}</p>
        ${
          seen.length === 0
            ? nothing
            : html`<p class="name">${text.side}</p>
                ${sideView({
                  label: text.sideLabel(seen.length),
                  size: analysis.size,
                  levels,
                  paths: seen.map(({ columns }) => columns),
                  display,
                })}`
        }
      </div>
    </div>
    <div class="planes">${analysis.levels.map((level, index) => plane(view, seen, level, index))}</div>
    ${layerTable(view)}
    ${
      view.network.layers.length === 0
        ? html`<p>${text.empty}</p>
            ${button({ label: text.add, onClick: () => view.add(-1) })}`
        : nothing
    }
  </div>`;
}

function controls(view: FieldView): TemplateResult {
  const text = messages[view.locale];
  const names: (PresetName | 'own')[] = [...presetNames];
  if (view.preset === 'own') names.push('own');
  return html`
    ${segmented({
      label: text.network,
      name: 'field-network',
      choices: names.map((value) => ({ value, label: text.presets[value] })),
      value: view.preset,
      onChange: (name) => (name === 'own' ? undefined : view.choosePreset(name)),
    })}
    ${segmented({
      label: text.picture,
      name: 'field-picture',
      choices: pictureSizes.map((size) => ({ value: `${size}`, label: `${size}` })),
      value: `${view.network.size}`,
      onChange: (size) => view.setSize(Number(size)),
    })}
    ${segmented({
      label: text.display,
      name: 'field-display',
      choices: displays.map((value) => ({ value, label: text.displays[value] })),
      value: view.display,
      onChange: view.setDisplay,
    })}
  `;
}

/** The picture with the field on it; pointing at it picks the output that looks there. */
function bigPicture(view: FieldView, seen: readonly Seen[], levels: readonly Level[]): TemplateResult {
  const level = levels.at(-1);
  const point = (event: PointerEvent) => {
    const place = placeIn(event, view.analysis.size);
    if (place === null || level === undefined) return;
    const nearest = (position: number) =>
      Math.min(level.size - 1, Math.max(0, Math.round((position - level.field.center) / level.field.jump)));
    view.pick(view.chosen, { row: nearest(place.row), column: nearest(place.column) });
  };
  return html`<div class="canvas" @pointerdown=${point} @pointermove=${point}>
    <canvas data-plane="picture" role="img" aria-label=${messages[view.locale].pickByPicture}></canvas>
    ${frame(seen[0], view.analysis.size, '')}
  </div>`;
}

function plane(view: FieldView, seen: readonly Seen[], { layer, size }: Level, index: number): TemplateResult {
  const { locale, chosen, cell } = view;
  const text = messages[locale];
  const name = layerName(locale, index, layer);
  const own = index === chosen;
  // On its way elsewhere, a mouse must not choose every plane that it crosses.
  const point = (event: PointerEvent) => {
    const place = placeIn(event, size);
    if (place !== null && (own || event.type === 'pointerdown')) view.pick(index, place);
  };
  const key = (event: KeyboardEvent) => {
    const next = moveCell(event.key, own ? cell : { row: 0, column: 0 }, size, size);
    if (next === null) return;
    event.preventDefault();
    view.pick(index, own ? next : middleOf(size));
  };
  return html`<figure class=${own ? 'plane own' : 'plane'}>
    <div
      class="canvas"
      role="application"
      aria-label=${text.pick(name)}
      tabindex="0"
      @pointerdown=${point}
      @pointermove=${point}
      @keydown=${key}
    >
      <canvas data-plane=${index}></canvas>
      ${frame(seen[index + 1], size, own ? 'own' : '')}
    </div>
    <figcaption><strong>${name}</strong> ${size} × ${size}</figcaption>
  </figure>`;
}

function frame(seen: Seen | undefined, size: number, kind: string): TemplateResult | typeof nothing {
  const box = seen && frameOf(seen, size);
  if (!box) return nothing;
  const style = Object.fromEntries(Object.entries(box).map(([side, percent]) => [side, `${percent}%`]));
  return html`<span class=${`frame ${kind}`} style=${styleMap(style)}></span>`;
}

function placeIn(event: PointerEvent, size: number): Cell | null {
  const target = event.currentTarget;
  if (!(target instanceof HTMLElement)) return null;
  const { left, top, width, height } = target.getBoundingClientRect();
  const column = Math.floor(((event.clientX - left) / width) * size);
  const row = Math.floor(((event.clientY - top) / height) * size);
  return row >= 0 && column >= 0 && row < size && column < size ? { row, column } : null;
}

function status({ locale, analysis, chosen, cell }: FieldView, seen: readonly Seen[]): string {
  const text = messages[locale];
  const level = analysis.levels[chosen];
  if (level === undefined || seen.length === 0) return '';
  const name = layerName(locale, chosen, level.layer);
  const position = `(${cell.row}, ${cell.column})`;
  const rows = extentOf(seen[0].rows);
  const columns = extentOf(seen[0].columns);
  if (rows === null || columns === null) return text.nothingSeen(position, name);
  const range = ({ start, end }: { readonly start: number; readonly end: number }) => `${start}–${end - 1}`;
  const size = `${rows.end - rows.start}\u00a0×\u00a0${columns.end - columns.start}`;
  return text.status(position, name, range(rows), range(columns), size);
}
