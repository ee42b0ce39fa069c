import { html, nothing, type TemplateResult } from 'lit-html';
import { live } from 'lit-html/directives/live.js';
import type { Locale } from '../../figure.js';
import { button } from '../../ui/button.js';
import { errorBox } from '../../ui/error-box.js';
import { highlight } from '../../ui/highlight.js';
import { messages } from './messages.js';
import type { Outcome } from './runner.js';

/** What there is to draw. */
export interface ExerciseView {
  readonly locale: Locale;
  readonly program: string;
  readonly changed: boolean;
  /** Of the last run; null while it runs. */
  readonly outcome: Outcome | null;
  readonly edit: (program: string) => void;
  readonly run: () => void;
  readonly reset: () => void;
}

export function exerciseView({ locale, program, changed, outcome, edit, run, reset }: ExerciseView): TemplateResult {
  const text = messages[locale];
  return html`<div class="figure-exercises">
    <div class="c-code">
      <div class="editor">
        <pre aria-hidden="true"><code>${highlight(program)}${'\n'}</code></pre>
        <textarea
          aria-label=${text.program}
          spellcheck="false"
          autocapitalize="off"
          autocomplete="off"
          .value=${live(program)}
          @input=${(event: Event) => {
            if (event.target instanceof HTMLTextAreaElement) edit(event.target.value);
          }}
          @keydown=${(event: KeyboardEvent) => {
            if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
            event.preventDefault();
            run();
          }}
        ></textarea>
      </div>
    </div>
    <div class="bar">
      ${button({ label: text.run, primary: true, onClick: run })}
      ${changed ? button({ label: text.reset, onClick: reset }) : nothing}
      <span class="hint">${text.hint}</span>
    </div>
    <div class="output" role="status" aria-label=${text.output}>${printed(outcome, locale)}</div>
  </div>`;
}

function printed(outcome: Outcome | null, locale: Locale): TemplateResult {
  const text = messages[locale];
  if (outcome === null) return html`<pre tabindex="0">${text.running}</pre>`;
  const nothingAtAll = outcome.printed.length === 0 && outcome.error === null;
  return html`${
    outcome.printed.length > 0 || nothingAtAll
      ? html`<pre tabindex="0">${nothingAtAll ? text.nothing : outcome.printed.join('\n')}</pre>`
      : nothing
  }
  ${outcome.error === null ? nothing : errorBox(outcome.error)}`;
}
