import { html, type TemplateResult } from 'lit-html';
import { live } from 'lit-html/directives/live.js';

export interface SliderOptions {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  /** 1 when left out. */
  readonly step?: number;
  /** The value as it is shown, `2 px` for example; the number itself when left out. */
  readonly format?: (value: number) => string;
  /** Called while it is dragged, too. */
  readonly onInput: (value: number) => void;
}

/** A slider with its label and its value. */
export function slider({ label, value, min, max, step = 1, format = String, onInput }: SliderOptions): TemplateResult {
  const text = format(value);
  return html`<label class="c-slider">
    <span class="c-label">${label}</span>
    <input
      type="range"
      min=${min}
      max=${max}
      step=${step}
      .value=${live(String(value))}
      aria-valuetext=${text}
      @input=${(event: Event) => {
        if (event.target instanceof HTMLInputElement) onInput(event.target.valueAsNumber);
      }}
    />
    <output>${text}</output>
  </label>`;
}
