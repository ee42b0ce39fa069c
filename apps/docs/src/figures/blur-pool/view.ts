import { html, nothing, svg, type TemplateResult } from 'lit-html';
import type { Locale } from '../../figure.js';
import { formatCell } from '../../plane.js';
import { button } from '../../ui/button.js';
import { segmented } from '../../ui/segmented.js';
import { slider } from '../../ui/slider.js';
import { messages } from './messages.js';
import {
  type ConsistencySettings,
  change,
  highest,
  type Method,
  methods,
  pairs,
  pictureSize,
  type SignalName,
  signals,
} from './model.js';

/** A method's outputs and what shifts do to them. */
export interface Comparison {
  readonly method: Method;
  readonly rest: readonly number[];
  /** The output of the moved signal, turned to where it is nearest to `rest`. */
  readonly turned: readonly number[];
  /** How much it changes for each shift, from 0 on. */
  readonly changes: readonly number[];
}

/** What there is to draw. */
export interface BlurPoolView {
  readonly locale: Locale;
  readonly signal: readonly number[];
  readonly signalName: SignalName | 'own';
  readonly shift: number;
  readonly moved: readonly number[];
  readonly comparisons: readonly Comparison[];
  readonly settings: ConsistencySettings;
  /** Fractions that were measured; a method that is still to come is not there. */
  readonly consistency: Partial<Readonly<Record<Method, number>>>;
  readonly measuring: boolean;
  readonly choose: (name: SignalName) => void;
  readonly edit: (position: number, value: number) => void;
  readonly move: (shift: number) => void;
  readonly set: (changed: Partial<ConsistencySettings>) => void;
}

const percent = (share: number) => `${Math.round(100 * share)} %`;

export function blurPoolView(view: BlurPoolView): TemplateResult {
  const text = messages[view.locale];
  const names: (SignalName | 'own')[] = ['pairs', 'spike', 'hill', 'noise'];
  if (view.signalName === 'own') names.push('own');
  return html`<div class="figure-blur-pool">
    <div class="input">
      ${segmented({
        label: text.signal,
        name: 'blur-signal',
        choices: names.map((value) => ({ value, label: text.signals[value] })),
        value: view.signalName,
        onChange: (name) => (name === 'own' ? undefined : view.choose(name)),
      })}
      ${slider({
        label: text.shift,
        value: view.shift,
        min: 0,
        max: view.signal.length,
        format: text.shiftValue,
        onInput: view.move,
      })}
      <div class="signal">
        <p class="name">${text.input}. ${text.edit}</p>
        ${signalBars(view)}
        <p class="legend">
          <span class="swatch even"></span>${text.legend.even}<span class="swatch odd"></span>${text.legend.odd}
        </p>
      </div>
    </div>
    <div class="methods">${view.comparisons.map((comparison) => row(view, comparison))}</div>
    <p class="legend">
      <span class="swatch now"></span>${text.legend.now}<span class="swatch rest"></span>${text.legend.rest}
    </p>
    ${consistency(view)}
  </div>`;
}

const barWidth = 20;
const barHeight = 12;

/** The moved signal: its bars can be dragged, and each is a slider for the keyboard. */
function signalBars({ locale, moved, shift, edit }: BlurPoolView): TemplateResult {
  const text = messages[locale];
  const size = moved.length;
  const height = highest * barHeight;
  // The reader changes what stands in front of them: the element that has moved to this place.
  const original = (place: number) => (place - (shift % size) + size) % size;
  const draw = (event: PointerEvent) => {
    const target = event.currentTarget;
    if (!(target instanceof SVGElement)) return;
    if (event.type === 'pointerdown') target.setPointerCapture(event.pointerId);
    if (event.buttons === 0) return;
    const { left, top, width, height: tall } = target.getBoundingClientRect();
    const place = Math.floor(((event.clientX - left) / width) * size);
    const value = Math.round((1 - (event.clientY - top) / tall) * highest);
    if (place >= 0 && place < size) edit(original(place), clampValue(value));
  };
  const key = (place: number) => (event: KeyboardEvent) => {
    const target = event.currentTarget;
    if (!(target instanceof SVGElement)) return;
    const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    const aside = { ArrowRight: target.nextElementSibling, ArrowLeft: target.previousElementSibling }[event.key];
    if (step !== undefined) edit(original(place), clampValue(moved[place] + step));
    else if (aside instanceof SVGElement) aside.focus();
    else return;
    event.preventDefault();
  };
  return html`<svg
    class="bars editable"
    viewBox="0 0 ${size * barWidth} ${height}"
    preserveAspectRatio="none"
    @pointerdown=${draw}
    @pointermove=${draw}
  >
    ${moved.map(
      (value, place) => svg`<g
        class="bar"
        role="slider"
        tabindex="0"
        aria-orientation="vertical"
        aria-label=${text.element(place)}
        aria-valuemin="0"
        aria-valuemax=${highest}
        aria-valuenow=${value}
        @keydown=${key(place)}
      >
        <rect class="room" x=${place * barWidth} y="0" width=${barWidth} height=${height} />
        <rect
          class=${original(place) % 2 === 0 ? 'even' : 'odd'}
          x=${place * barWidth + 2}
          y=${height - Math.max(0.8, value * barHeight)}
          width=${barWidth - 4}
          height=${Math.max(0.8, value * barHeight)}
        />
      </g>`,
    )}
  </svg>`;
}

function clampValue(value: number): number {
  return Math.min(highest, Math.max(0, value));
}

function row({ locale, shift }: BlurPoolView, { method, rest, turned, changes }: Comparison): TemplateResult {
  const text = messages[locale];
  const list = (values: readonly number[]) => values.map(formatCell).join(' ');
  return html`<div class="method" data-method=${method}>
    <div class="who"><strong>${text.methods[method]}</strong><code>${text.calls[method]}</code></div>
    <div>
      <p class="name">${text.output}</p>
      ${outputBars(rest, turned, text.outputLabel(list(rest), list(turned)))}
    </div>
    <div>
      <p class="name">${text.change}</p>
      ${changeBars(changes, shift, text.changeLabel(changes.map(percent).join(', ')))}
    </div>
    <output>${percent(change(rest, turned))}</output>
  </div>`;
}

function outputBars(rest: readonly number[], turned: readonly number[], label: string): TemplateResult {
  const height = highest * barHeight;
  return html`<svg
    class="bars"
    viewBox="0 0 ${rest.length * barWidth} ${height}"
    preserveAspectRatio="none"
    role="img"
    aria-label=${label}
  >
    ${rest.map(
      (value, place) => svg`
        <rect
          class="now"
          x=${place * barWidth + 2}
          y=${height - turned[place] * barHeight}
          width=${barWidth - 4}
          height=${turned[place] * barHeight}
        />
        <line
          class="rest"
          x1=${place * barWidth + 0.5} x2=${(place + 1) * barWidth - 0.5}
          y1=${height - value * barHeight} y2=${height - value * barHeight}
        />`,
    )}
  </svg>`;
}

/** The full height of the bars of changes; a larger change is cut off there. */
const mostChange = 1;

function changeBars(changes: readonly number[], shift: number, label: string): TemplateResult {
  const width = 10;
  const height = 60;
  return html`<svg
    class="bars changes"
    viewBox="0 0 ${changes.length * width} ${height}"
    preserveAspectRatio="none"
    role="img"
    aria-label=${label}
  >
    ${changes.map((amount, index) => {
      const tall = Math.max(0.8, (Math.min(amount, mostChange) / mostChange) * height);
      return svg`
        ${
          index === shift
            ? svg`<rect class="current" x=${index * width} y="0" width=${width} height=${height} />`
            : nothing
        }
        <rect
          class=${amount > 1e-6 ? 'warm' : 'none'}
          x=${index * width + 1.5} y=${height - tall} width=${width - 3} height=${tall}
        />`;
    })}
  </svg>`;
}

function consistency(view: BlurPoolView): TemplateResult {
  const text = messages[view.locale];
  const { maxShift, seed } = view.settings;
  return html`<section class="consistency" aria-busy=${view.measuring}>
    <p class="title">${text.consistency}</p>
    <p class="note">${text.consistencyNote(pairs, maxShift)}</p>
    <div class="measured" role="status">
      ${methods.map((method) => {
        const share = view.consistency[method];
        return html`<div class="share" data-method=${method}>
          <span>${text.methods[method]}</span>
          <span class="track"><span class="fill" style=${`width: ${100 * (share ?? 0)}%`}></span></span>
          <output>${share === undefined ? '…' : percent(share)}</output>
        </div>`;
      })}
    </div>
    <div class="settings">
      ${slider({
        label: text.maxShift,
        value: maxShift,
        min: 1,
        max: pictureSize - 1,
        format: text.pixels,
        onInput: (value) => view.set({ maxShift: value }),
      })}
      ${button({ label: text.otherWeights, onClick: () => view.set({ seed: seed + 1 }) })}
    </div>
  </section>`;
}

/** The signals by name, or `own` for any other. */
export function nameOf(signal: readonly number[]): SignalName | 'own' {
  const same = (name: SignalName) => signals[name].every((value, index) => value === signal[index]);
  return (['pairs', 'spike', 'hill', 'noise'] as const).find(same) ?? 'own';
}
