import { html, type TemplateResult } from 'lit-html';
import { live } from 'lit-html/directives/live.js';

/** A choice of a few, all in sight. */
export interface SegmentedOptions<T extends string> {
  /** What is chosen, shown before the choices. */
  readonly label: string;
  /** Unlike any other on the page: the browser groups the choices by it. */
  readonly name: string;
  readonly choices: readonly { readonly value: T; readonly label: string }[];
  readonly value: T;
  readonly onChange: (value: T) => void;
}

/** Radio buttons that look like one control: arrow keys move between them. */
export function segmented<T extends string>(options: SegmentedOptions<T>): TemplateResult {
  const { label, name, choices, value, onChange } = options;
  return html`<fieldset class="c-segmented">
    <legend>${label}</legend>
    <div>
      ${choices.map(
        (choice) =>
          html`<label>
            <input
              type="radio"
              name=${name}
              .checked=${live(choice.value === value)}
              @change=${() => onChange(choice.value)}
            /><span>${choice.label}</span>
          </label>`,
      )}
    </div>
  </fieldset>`;
}
