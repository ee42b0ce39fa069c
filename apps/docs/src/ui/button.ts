import { html, nothing, type TemplateResult } from 'lit-html';
import { classMap } from 'lit-html/directives/class-map.js';

export interface ButtonOptions {
  readonly label: string;
  /** Drawn instead of the label, which remains its name. */
  readonly icon?: TemplateResult;
  /** The one that a reader will most likely want. */
  readonly primary?: boolean;
  /** For one of many. */
  readonly small?: boolean;
  /** For a button that stays down. */
  readonly pressed?: boolean;
  readonly disabled?: boolean;
  readonly onClick: () => void;
}

export function button({
  label,
  icon,
  primary = false,
  small = false,
  pressed,
  disabled = false,
  onClick,
}: ButtonOptions): TemplateResult {
  return html`<button
    type="button"
    class=${classMap({ 'c-button': true, primary, small, icon: icon !== undefined })}
    aria-label=${icon === undefined ? nothing : label}
    title=${icon === undefined ? nothing : label}
    aria-pressed=${pressed === undefined ? nothing : pressed}
    ?disabled=${disabled}
    @click=${onClick}
  >
    ${icon ?? label}
  </button>`;
}

const shape = (path: string) =>
  html`<svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><path d=${path} fill="currentColor" /></svg>`;

/** Pictures for buttons. */
export const icons = {
  play: shape('M4 2.5v11l9-5.5z'),
  pause: shape('M4 3h3v10H4zM9 3h3v10H9z'),
  forward: shape('M3.5 3v10l6.5-5zM11 3h2v10h-2z'),
  back: shape('M12.5 3v10L6 8zM3 3h2v10H3z'),
};
