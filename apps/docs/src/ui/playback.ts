import { html, type TemplateResult } from 'lit-html';
import { button, icons } from './button.js';

export interface PlaybackOptions {
  readonly playing: boolean;
  readonly labels: { readonly play: string; readonly pause: string; readonly back: string; readonly step: string };
  readonly onPlay: () => void;
  readonly onBack: () => void;
  readonly onStep: () => void;
}

/** Back, play or pause, and step. */
export function playback({ playing, labels, onPlay, onBack, onStep }: PlaybackOptions): TemplateResult {
  return html`<div class="c-playback">
    ${button({ label: labels.back, icon: icons.back, onClick: onBack })}
    ${button({
      label: playing ? labels.pause : labels.play,
      icon: playing ? icons.pause : icons.play,
      primary: true,
      onClick: onPlay,
    })}
    ${button({ label: labels.step, icon: icons.forward, onClick: onStep })}
  </div>`;
}
