import { html, type TemplateResult } from 'lit-html';

/** A message of the library's, in its own words; read aloud when it appears. */
export function errorBox(message: string): TemplateResult {
  return html`<p class="c-error" role="alert">${message}</p>`;
}
