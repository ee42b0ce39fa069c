import { html, type TemplateResult } from 'lit-html';
import { live } from 'lit-html/directives/live.js';

export interface StepperOptions {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  /** 1 when left out. */
  readonly step?: number;
  readonly onChange: (value: number) => void;
}

/** A small whole number, to be typed, or changed by buttons and arrow keys. */
export function stepper({ label, value, min, max, step = 1, onChange }: StepperOptions): TemplateResult {
  const change = (next: number) => {
    if (Number.isFinite(next)) onChange(Math.min(max, Math.max(min, next)));
  };
  return html`<div class="c-stepper">
    <label>
      <span class="c-label">${label}</span>
      <input
        type="number"
        inputmode="numeric"
        min=${min}
        max=${max}
        step=${step}
        .value=${live(String(value))}
        @change=${(event: Event) => {
          if (event.target instanceof HTMLInputElement) change(event.target.valueAsNumber);
        }}
      />
    </label>
    <button
      type="button"
      tabindex="-1"
      aria-label=${`${label} −`}
      ?disabled=${value <= min}
      @click=${() => change(value - step)}
    >
      −
    </button>
    <button
      type="button"
      tabindex="-1"
      aria-label=${`${label} +`}
      ?disabled=${value >= max}
      @click=${() => change(value + step)}
    >
      +
    </button>
  </div>`;
}
