import { html, type TemplateResult } from 'lit-html';
import { live } from 'lit-html/directives/live.js';

export interface CheckboxOptions {
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}

/** A choice between yes and no. */
export function checkbox({ label, checked, onChange }: CheckboxOptions): TemplateResult {
  return html`<label class="c-checkbox">
    <input
      type="checkbox"
      .checked=${live(checked)}
      @change=${(event: Event) => {
        if (event.target instanceof HTMLInputElement) onChange(event.target.checked);
      }}
    />
    <span>${label}</span>
  </label>`;
}
