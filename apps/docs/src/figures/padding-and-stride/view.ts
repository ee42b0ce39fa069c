import { html, type TemplateResult } from 'lit-html';
import type { Locale } from '../../figure.js';
import { formatCell, mapGrid } from '../../plane.js';
import { type Cell, cellPicker } from '../../ui/cell-picker.js';
import { codeBlock } from '../../ui/code-block.js';
import { errorBox } from '../../ui/error-box.js';
import { matrix } from '../../ui/matrix.js';
import { segmented } from '../../ui/segmented.js';
import { stepper } from '../../ui/stepper.js';
import { messages } from './messages.js';
import {
  arithmetic,
  callOf,
  covers,
  inputOf,
  isSeen,
  limits,
  type Pooled,
  type PresetName,
  pool,
  presetOf,
  type Settings,
  sizeFormula,
} from './model.js';

/** What there is to draw. */
export interface PaddingView {
  readonly locale: Locale;
  readonly settings: Settings;
  /** The output that is looked at; within the output. */
  readonly cell: Cell;
  readonly set: (changed: Partial<Settings>) => void;
  readonly choose: (name: PresetName) => void;
  readonly pick: (cell: Cell) => void;
}

export function paddingView(view: PaddingView): TemplateResult {
  const { locale, settings } = view;
  const text = messages[locale];
  const pooled = pool(settings);
  const code = `const x = arange(${settings.size[0] * settings.size[1]}).reshape([${settings.size.join(', ')}]);\nconst y = ${callOf(settings)};`;
  return html`<div class="figure-padding-and-stride">
    <div class="controls">${controls(view)}</div>
    ${
      typeof pooled === 'string'
        ? html`${errorBox(pooled)} ${unpooled(view)}`
        : html`<div class="work">${planes(view, pooled)}<div>${formulas(view, pooled)}</div></div>`
    }
    ${codeBlock({ code, label: text.code, labels: text.copy })}
  </div>`;
}

function controls({ locale, settings, set, choose }: PaddingView): TemplateResult {
  const text = messages[locale];
  const preset = presetOf(settings) ?? 'own';
  const names: (PresetName | 'own')[] = ['whole', 'half', 'oblong'];
  if (preset === 'own') names.push('own');
  const axis = (index: 0 | 1) => html`<fieldset class="axis">
    <legend>${index === 0 ? text.rows : text.columns}</legend>
    ${(['kernelSize', 'stride', 'padding', 'size'] as const).map((name) => {
      const [min, max] = limits[name];
      return stepper({
        label: text.numbers[name],
        value: settings[name][index],
        min,
        max,
        onChange: (value) => {
          const [rows, columns] = settings[name];
          set({ [name]: index === 0 ? [value, columns] : [rows, value] });
        },
      });
    })}
  </fieldset>`;
  return html`
    <div class="choices">
      ${segmented({
        label: text.example,
        name: 'padding-preset',
        choices: names.map((value) => ({ value, label: text.presets[value] })),
        value: preset,
        onChange: (name) => (name === 'own' ? undefined : choose(name)),
      })}
      ${segmented({
        label: text.pooling,
        name: 'padding-pooling',
        choices: (['max', 'average'] as const).map((value) => ({ value, label: text.poolings[value] })),
        value: settings.pooling,
        onChange: (pooling) => set({ pooling }),
      })}
    </div>
    <div class="axes">${axis(0)}${axis(1)}</div>
  `;
}

function planes(view: PaddingView, pooled: Pooled): TemplateResult {
  const { locale, settings, cell, pick } = view;
  const text = messages[locale];
  const { output } = pooled;
  const chosen = [cell.row, cell.column] as const;
  return html`<div class="planes">
    ${padded(view, (row, column) => {
      if (covers(pooled, chosen, [row, column])) return 'on';
      const inside = row >= 0 && column >= 0 && row < settings.size[0] && column < settings.size[1];
      return inside && !isSeen(pooled, [row, column]) ? 'unseen' : '';
    })}
    <span class="arrow" aria-hidden="true">→</span>
    ${cellPicker({
      label: text.pick,
      rows: output.length,
      columns: output[0].length,
      cell,
      onPick: pick,
      content: matrix({
        label: text.output,
        caption: true,
        rows: output.map((row) => row.map(formatCell)),
        mark: (row, column) => (row === cell.row && column === cell.column ? 'out' : ''),
      }),
    })}
  </div>`;
}

/** The input with its padding around it. */
function padded(view: PaddingView, mark: (row: number, column: number) => string): TemplateResult {
  const { locale, settings } = view;
  const [height, width] = settings.size;
  const [above, beside] = settings.padding;
  const input = inputOf(settings.size);
  return matrix({
    label: messages[locale].input,
    caption: true,
    rows: mapGrid(height + 2 * above, width + 2 * beside, (row, column) => {
      const value = input[row - above]?.[column - beside];
      return value === undefined ? '' : formatCell(value);
    }),
    mark(row, column) {
      const inside = input[row - above]?.[column - beside] !== undefined;
      return `${inside ? '' : 'pad '}${mark(row - above, column - beside)}`;
    },
  });
}

function unpooled(view: PaddingView): TemplateResult {
  return html`<div class="planes">${padded(view, () => '')}</div>`;
}

function formulas({ locale, settings, cell }: PaddingView, pooled: Pooled): TemplateResult {
  const text = messages[locale];
  const { rows, columns, output, input } = pooled;
  const all = input.every((cells, row) => cells.every((_, column) => isSeen(pooled, [row, column])));
  const sum = arithmetic(settings.pooling, pooled, [cell.row, cell.column]);
  return html`<dl class="facts">
      <dt>${text.rows}</dt>
      <dd>${sizeFormula(rows)}</dd>
      <dt>${text.columns}</dt>
      <dd>${sizeFormula(columns)}</dd>
      <dt>${text.type}</dt>
      <dd><code>Tensor&lt;[${output.length}, ${output[0].length}]&gt;</code></dd>
    </dl>
    <p class="status" role="status">
      ${text.picked(cell.row, cell.column, sum)}<br />${all ? text.noUnseen : text.unseen}
    </p>`;
}
