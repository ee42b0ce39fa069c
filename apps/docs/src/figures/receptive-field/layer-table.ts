import { html, nothing, type TemplateResult } from 'lit-html';
import { button } from '../../ui/button.js';
import { errorBox } from '../../ui/error-box.js';
import { segmented } from '../../ui/segmented.js';
import { stepper } from '../../ui/stepper.js';
import { type FieldView, layerName } from './field-state.js';
import { messages } from './messages.js';
import { type Layer, layerKinds, layerNumbers, mostLayers } from './model.js';

/** The layers with what they see; the chosen one opens to be changed. */
export function layerTable(view: FieldView): TemplateResult {
  const { locale, network, analysis } = view;
  const text = messages[locale];
  return html`<table class="layers">
    <thead>
      <tr>
        <th scope="col">${text.layer}</th>
        <th scope="col">${text.output}</th>
        <th scope="col">${text.field}</th>
        <th scope="col">${text.jump}</th>
        <th scope="col">${text.start}</th>
      </tr>
    </thead>
    <tbody>
      <tr>
        <th scope="row"><span class="still">${text.pictureRow}</span></th>
        <td>${analysis.size}</td>
        <td>1</td>
        <td>1</td>
        <td>0</td>
      </tr>
      ${network.layers.map((layer, index) => row(view, layer, index))}
    </tbody>
  </table>`;
}

function row(view: FieldView, layer: Layer, index: number): TemplateResult {
  const { locale, analysis, chosen } = view;
  const level = analysis.levels[index];
  const own = index === chosen;
  const name = layerName(locale, index, layer);
  const failed = index === analysis.levels.length && analysis.error !== null;
  return html`<tr class=${own ? 'own' : ''}>
      <th scope="row">
        <button type="button" aria-pressed=${own} @click=${() => view.choose(index)}>
          ${name} <span class="rest">${details(layer)}</span>
        </button>
      </th>
      <td>${level?.size ?? '–'}</td>
      <td>${level?.field.size ?? '–'}</td>
      <td>${level?.field.jump ?? '–'}</td>
      <td>${level === undefined ? '–' : String(level.field.start).replace('-', '−')}</td>
    </tr>
    ${own ? editor(view, layer, index, name) : nothing}
    ${
      failed && analysis.error !== null
        ? html`<tr>
            <td colspan="5" class="wide-cell">${errorBox(analysis.error)}</td>
          </tr>`
        : nothing
    }`;
}

/** What is not the default, in short: `s2 p1`. */
function details({ stride, padding, dilation }: Layer): string {
  const parts: string[] = [];
  if (stride !== 1) parts.push(`s${stride}`);
  if (padding !== 0) parts.push(`p${padding}`);
  if (dilation !== 1) parts.push(`d${dilation}`);
  return parts.join(' ');
}

function editor(view: FieldView, layer: Layer, index: number, name: string): TemplateResult {
  const text = messages[view.locale];
  const { length } = view.network.layers;
  return html`<tr class="own">
    <td colspan="5" class="wide-cell">
      <div class="editor" role="group" aria-label=${text.edit(name)}>
        ${segmented({
          label: text.kind,
          name: 'field-kind',
          choices: layerKinds.map((value) => ({ value, label: text.kinds[value] })),
          value: layer.kind,
          onChange: (kind) => view.change(index, { kind }),
        })}
        ${(['kernelSize', 'stride', 'padding', 'dilation'] as const).map((number) => {
          const [min, max] = layerNumbers[number];
          return stepper({
            label: text.numbers[number],
            value: layer[number],
            min,
            max,
            onChange: (value) => view.change(index, { [number]: value }),
          });
        })}
        <div class="moves">
          ${button({ label: text.earlier, disabled: index === 0, onClick: () => view.swap(index, index - 1) })}
          ${button({ label: text.later, disabled: index === length - 1, onClick: () => view.swap(index, index + 1) })}
          ${button({ label: text.remove, onClick: () => view.remove(index) })}
          ${button({ label: text.add, disabled: length >= mostLayers, onClick: () => view.add(index) })}
        </div>
      </div>
    </td>
  </tr>`;
}
