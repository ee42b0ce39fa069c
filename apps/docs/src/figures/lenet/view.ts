import { html, nothing, type TemplateResult } from 'lit-html';
import type { Locale } from '../../figure.js';
import { button } from '../../ui/button.js';
import { checkbox } from '../../ui/checkbox.js';
import { errorBox } from '../../ui/error-box.js';
import { segmented } from '../../ui/segmented.js';
import type { LenetMessages } from './messages.js';
import type { Cell, LenetModel, WeightsOrigin } from './model.js';
import { type Inspection, type StageName, stageNames } from './network.js';
import { extentOf } from './paint.js';
import { side } from './strokes.js';
import { type Variant, variants } from './variants.js';

/** Which networks are shown. */
export type Shown = 'both' | Variant;

/** What the figure shows besides its model. */
export interface ViewState {
  readonly shown: Shown;
  readonly error: string | null;
  /** Whether a file is held over the figure. */
  readonly dropping: boolean;
}

/** What a reader can do. */
export interface Actions {
  readonly penDown: (event: PointerEvent) => void;
  readonly penMove: (event: PointerEvent) => void;
  readonly penUp: (event: PointerEvent) => void;
  readonly clear: () => void;
  readonly undo: () => void;
  readonly sample: (digit: number) => void;
  readonly fit: (fit: boolean) => void;
  readonly nudge: (right: number, down: number) => void;
  readonly inputKey: (event: KeyboardEvent) => void;
  readonly show: (shown: Shown) => void;
  readonly point: (event: PointerEvent) => void;
  readonly leave: () => void;
  readonly mapKey: (event: KeyboardEvent, variant: Variant, stage: StageName) => void;
  readonly files: (files: FileList | null, variant: Variant) => void;
  readonly restore: (variant: Variant) => void;
  readonly drag: (event: DragEvent) => void;
}

/** All that the templates need. */
export interface View {
  readonly model: LenetModel;
  readonly state: ViewState;
  readonly actions: Actions;
  readonly m: LenetMessages;
  readonly locale: Locale;
}

/** A share as a percentage: `98.1 %`, in Chinese `98.1%`. */
export function percent(share: number, locale: Locale): string {
  return `${(100 * share).toFixed(1)}${locale === 'zh' ? '' : ' '}%`;
}

/** The variants that are shown, in order. */
export function shownVariants(shown: Shown): readonly Variant[] {
  return shown === 'both' ? variants : [shown];
}

/** The whole figure. What is in `.time` is written by whoever measures it, after a drawing. */
export function view(v: View): TemplateResult {
  const { state, actions, m } = v;
  return html`<div
    class="figure-lenet"
    @dragenter=${actions.drag}
    @dragover=${actions.drag}
    @dragleave=${actions.drag}
    @drop=${actions.drag}
  >
    <div class="layout">
      <div class="hand">
        ${paper(v)} ${input(v)}
        <p class="readout" aria-live="polite">${readout(v)}</p>
      </div>
      <div class="networks">
        <div class="choices">
          ${segmented({
            label: m.show,
            name: 'lenet-show',
            choices: [
              { value: 'both', label: m.both },
              { value: 'modern', label: m.variant.modern },
              { value: 'd2l', label: m.variant.d2l },
            ],
            value: state.shown,
            onChange: actions.show,
          })}
          <p class="time"></p>
        </div>
        <div class="columns" data-count=${shownVariants(state.shown).length}>
          ${shownVariants(state.shown).map((variant) => column(v, variant))}
        </div>
      </div>
    </div>
    ${state.error === null ? nothing : errorBox(state.error)}
    ${state.dropping ? html`<div class="drop">${m.drop}</div>` : nothing}
  </div>`;
}

function paper({ model, actions, m }: View): TemplateResult {
  const isBlank = model.strokes.length === 0;
  return html`<div class="sheet">
      <span class="c-label">${m.draw}</span>
      <canvas
        data-canvas="paper"
        role="img"
        aria-label=${m.paperHint}
        @pointerdown=${actions.penDown}
        @pointermove=${actions.penMove}
        @pointerup=${actions.penUp}
        @pointercancel=${actions.penUp}
      ></canvas>
    </div>
    <div class="row pen">
      ${button({ label: m.clear, onClick: actions.clear, disabled: isBlank && model.sample === null })}
      ${button({ label: m.undo, onClick: actions.undo, disabled: isBlank })}
    </div>
    <div class="samples" role="group" aria-label=${m.samples}>
      <span class="c-label">${m.samples}</span>
      <div>
        ${Array.from(
          { length: 10 },
          (_, digit) =>
            html`<button
              type="button"
              class="c-button digit"
              aria-label=${m.sample(digit)}
              aria-pressed=${model.sample?.digit === digit}
              @click=${() => actions.sample(digit)}
            >
              ${digit}
            </button>`,
        )}
      </div>
    </div>`;
}

function input({ model, actions, m }: View): TemplateResult {
  const { right, down } = model.shift;
  const arrow = (name: keyof LenetMessages['nudge'], text: string, by: readonly [number, number]) =>
    html`<button
      type="button"
      class=${`c-button arrow ${name}`}
      aria-label=${m.nudge[name]}
      title=${m.nudge[name]}
      @click=${() => actions.nudge(...by)}
    >
      ${text}
    </button>`;
  return html`<div class="input">
    <div class="c-label" id="lenet-input">
      ${m.input}<span class="shift">${right === 0 && down === 0 ? '' : m.moved(right, down)}</span>
    </div>
    <div class="input-row">
      <div class="seen" tabindex="0" role="group" aria-label=${m.inputHint} @keydown=${actions.inputKey}>
        <canvas class="c-pixels" data-canvas="input" width=${side} height=${side}></canvas>
        ${field(model)}
      </div>
      <div class="arrows">
        ${arrow('up', '↑', [0, -1])} ${arrow('left', '←', [-1, 0])} ${arrow('right', '→', [1, 0])}
        ${arrow('down', '↓', [0, 1])}
      </div>
    </div>
  </div>
    <div class="fit">${checkbox({ label: m.fit, checked: model.fit, onChange: actions.fit })}</div>`;
}

/** The part of the picture that the pointed cell sees. */
function field(model: LenetModel): TemplateResult | typeof nothing {
  if (model.pointed === null) return nothing;
  const { rows, columns } = model.seenBy(model.pointed);
  const share = (pixels: number) => `${(100 * pixels) / side}%`;
  return html`<div
    class="field"
    style=${`left:${share(columns.start)};top:${share(rows.start)};width:${share(columns.end - columns.start)};height:${share(rows.end - rows.start)}`}
  ></div>`;
}

function column(v: View, variant: Variant): TemplateResult {
  const { model, m } = v;
  const inspection = model.inspection(variant);
  return html`<section class="network" aria-label=${m.variant[variant]}>
    <h4>${m.variant[variant]}</h4>
    ${stageNames.map((stage) => stageView(v, variant, stage, inspection))} ${answer(v, variant, inspection)}
    ${weights(v, variant)}
  </section>`;
}

function stageView(v: View, variant: Variant, stage: StageName, inspection: Inspection | null): TemplateResult {
  const { model, actions, m } = v;
  const shape = model.shapeOf(stage);
  const [channels, height, width] = shape;
  const about = m.maps(...shape);
  const output = inspection?.stages.find(({ name }) => name === stage);
  // Long rows of numbers are folded, to be seen.
  const folded = height === 1 && width > 10 ? 2 : 1;
  return html`<div class="stage">
    <div class="about"><span>${m.stage[stage]}</span><span>${about}</span><span>${output ? rangeOf(output.values) : ''}</span></div>
    <div
      class=${`maps ${stage}`}
      role="group"
      tabindex="0"
      aria-label=${`${m.stage[stage]}, ${m.variant[variant]}: ${about}. ${m.mapsHint}`}
      @pointermove=${actions.point}
      @pointerdown=${actions.point}
      @pointerleave=${actions.leave}
      @keydown=${(event: KeyboardEvent) => actions.mapKey(event, variant, stage)}
    >
      ${Array.from(
        { length: channels },
        (_, channel) =>
          html`<canvas
            class="c-pixels"
            width=${width / folded}
            height=${height * folded}
            data-variant=${variant}
            data-stage=${stage}
            data-channel=${channel}
          ></canvas>`,
      )}
    </div>
  </div>`;
}

function rangeOf(values: Float32Array): string {
  const { low, high } = extentOf(values);
  return `${low.toFixed(2)} … ${high.toFixed(2)}`.replaceAll('-', '−');
}

function answer({ m, locale }: View, variant: Variant, inspection: Inspection | null): TemplateResult {
  if (inspection === null) return html`<p class="answer">${m.loading}</p>`;
  const { probabilities, best } = inspection;
  return html`<ol class="bars" aria-label=${`${m.probabilities}, ${m.variant[variant]}`}>
      ${Array.from(
        probabilities,
        (share, digit) =>
          html`<li class=${digit === best ? 'best' : ''}>
            <span class="bar"><span style=${`height:${(100 * share).toFixed(2)}%`}></span></span>
            <span aria-hidden="true">${digit}</span>
            <span class="unseen">${m.probability(digit, percent(share, locale))}</span>
          </li>`,
      )}
    </ol>
    <p class="answer" aria-live="polite">${m.reads(best, percent(probabilities[best], locale))}</p>`;
}

function weights({ model, actions, m, locale }: View, variant: Variant): TemplateResult {
  const origin = model.origin(variant);
  const isOwn = origin.kind === 'trained' || origin.kind === 'file';
  return html`<div class="weights">
    <p><span class="c-label">${m.weights}</span> ${originText(origin, m, locale)}</p>
    <div class="row">
      <label class="c-button small file">
        <input
          type="file"
          accept=".safetensors"
          aria-label=${`${m.loadFile} ${m.variant[variant]}`}
          @change=${(event: Event) => {
            if (!(event.target instanceof HTMLInputElement)) return;
            actions.files(event.target.files, variant);
            // So that the same file can be chosen again.
            event.target.value = '';
          }}
        />${m.loadFile}
      </label>
      ${
        isOwn
          ? html`<button type="button" class="c-button small" @click=${() => actions.restore(variant)}>
              ${m.restore}
            </button>`
          : nothing
      }
    </div>
  </div>`;
}

function originText(origin: WeightsOrigin, m: LenetMessages, locale: Locale): string {
  if (origin.kind === 'shipped') return m.shipped;
  if (origin.kind === 'trained') return m.trained(percent(origin.accuracy, locale));
  return origin.kind === 'file' ? m.file(origin.name) : m.loading;
}

/** The pointed cell in words; positions are counted from 1, as people do. */
function readout({ model, m }: View): string {
  const cell = model.pointed;
  if (cell === null) return m.point;
  return `${cellText(cell, model, m)} ${seenText(cell, model, m)}`;
}

function cellText(cell: Cell, model: LenetModel, m: LenetMessages): string {
  const { variant, stage, channel, row, column: at } = cell;
  const name = `${m.stage[stage]} (${m.variant[variant]})`;
  const value = (model.valueOf(cell) ?? 0).toFixed(4).replace('-', '−');
  const [, height] = model.shapeOf(stage);
  // The ten scores are those of the digits 0 to 9.
  if (stage === 'scores') return m.unit(name, at, value);
  return height === 1 ? m.unit(name, at + 1, value) : m.cell(name, channel + 1, row + 1, at + 1, value);
}

function seenText(cell: Cell, model: LenetModel, m: LenetMessages): string {
  const { rows, columns } = model.seenBy(cell);
  if (rows.end - rows.start === side && columns.end - columns.start === side) return m.seesAll;
  const range = ({ start, end }: { readonly start: number; readonly end: number }) => `${start + 1}–${end}`;
  return m.sees(range(rows), range(columns));
}
