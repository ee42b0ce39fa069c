import { html, type TemplateResult } from 'lit-html';
import { highlight } from './highlight.js';

export interface CodeBlockOptions {
  readonly code: string;
  /** What it is, shown above: "The code of this figure". */
  readonly label: string;
  readonly labels: { readonly copy: string; readonly copied: string };
}

/** Milliseconds for which the button says that it has copied. */
const thanks = 1500;

/** TypeScript that can be copied. */
export function codeBlock({ code, label, labels }: CodeBlockOptions): TemplateResult {
  const copy = async (event: Event) => {
    const target = event.currentTarget;
    if (!(target instanceof HTMLButtonElement)) return;
    await navigator.clipboard.writeText(code);
    target.textContent = labels.copied;
    setTimeout(() => {
      target.textContent = labels.copy;
    }, thanks);
  };
  // The code scrolls by itself on narrow screens, for which the keyboard has to reach it.
  return html`<div class="c-code">
    <div class="c-code-head">
      <span>${label}</span>
      <button type="button" class="c-button small" .textContent=${labels.copy} @click=${copy}></button>
    </div>
    <pre tabindex="0" role="region" aria-label=${label}><code>${highlight(code)}</code></pre>
  </div>`;
}
