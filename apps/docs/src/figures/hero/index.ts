import { html, type TemplateResult } from 'lit-html';
import { styleMap } from 'lit-html/directives/style-map.js';
import type { MountFigure } from '../../figure.js';
import { button, icons } from '../../ui/button.js';
import { drawPixels, onThemeChange } from '../../ui/pixels.js';
import { renderLoop } from '../../ui/render-loop.js';
import { segmented } from '../../ui/segmented.js';
import { messages } from './messages.js';
import { digit, fourOf, type HeroPooling, type Level, pyramid } from './model.js';
import './style.css';

/** Milliseconds for which the window rests at each place. */
const pace = 240;

/** The classes of ten digits in a row are in random order; this one starts with a 2. */
const firstDigit = 3;

/** A digit that shrinks twice while a window wanders over it: what pooling is, in one look. */
export const mount: MountFigure = (root, { locale }) => {
  const texts = messages[locale];
  let number = firstDigit;
  let pooling: HeroPooling = 'max';
  let levels = pyramid(digit(number), pooling);
  let place = 24;
  let isPlaying = !matchMedia('(prefers-reduced-motion: reduce)').matches;

  const view = (): TemplateResult => {
    const [row, column] = [Math.floor(place / 7), place % 7];
    const four = fourOf(levels, row, column).map(format);
    const result = format(levels[2].pixels[place]);
    const left = pooling === 'avg' ? `(${four.join(' + ')}) / 4` : `${pooling}(${four.join(', ')})`;
    return html`<div class="figure-hero">
      <div class="levels">${levels.map((level, depth) => levelView(level, depth, row, column))}</div>
      <p class="sum"><span>${left}</span> <strong>= ${result}</strong></p>
      <div class="bar">
        ${segmented({
          label: texts.pooling,
          name: 'hero-pooling',
          choices: (['max', 'avg', 'min'] as const).map((value) => ({ value, label: texts.kinds[value] })),
          value: pooling,
          onChange(value) {
            pooling = value;
            redraw();
          },
        })}
        ${button({
          label: isPlaying ? texts.pause : texts.play,
          icon: isPlaying ? icons.pause : icons.play,
          onClick() {
            isPlaying = !isPlaying;
            loop.update();
          },
        })}
        ${button({
          label: texts.another,
          onClick() {
            number++;
            redraw();
          },
        })}
      </div>
    </div>`;
  };

  const levelView = ({ size }: Level, depth: number, row: number, column: number): TemplateResult => {
    const cells = 4 >> depth;
    const share = (count: number) => `${(100 * count) / size}%`;
    const frame = { left: share(column * cells), top: share(row * cells), width: share(cells), height: share(cells) };
    return html`<div class="level">
      <div class="picture" @pointermove=${(event: PointerEvent) => point(event)} @pointerdown=${point}>
        <canvas class="c-pixels" width=${size} height=${size} role="img" aria-label=${texts.level(size)}></canvas>
        <div class="frame" style=${styleMap(frame)}></div>
      </div>
      <p>${size} × ${size}<br /><span>${texts.numbers(size * size)}</span></p>
    </div>`;
  };

  /** The window goes where the pointer is. */
  const point = (event: PointerEvent) => {
    const { currentTarget } = event;
    if (!(currentTarget instanceof HTMLElement)) return;
    const { left, top, width, height } = currentTarget.getBoundingClientRect();
    const cell = (share: number) => Math.min(6, Math.max(0, Math.floor(7 * share)));
    place = 7 * cell((event.clientY - top) / height) + cell((event.clientX - left) / width);
    isPlaying = false;
    loop.update();
  };

  const draw = () => {
    for (const [depth, canvas] of root.querySelectorAll('canvas').entries()) {
      const { size, pixels } = levels[depth];
      drawPixels(canvas, pixels, { columns: size, rows: size, range: [0, 1] });
    }
  };
  const redraw = () => {
    levels = pyramid(digit(number), pooling);
    loop.now();
    draw();
  };

  const loop = renderLoop(root, view);
  draw();
  const stopWatching = onThemeChange(draw);
  const timer = setInterval(() => {
    if (!isPlaying || document.hidden) return;
    place = (place + 1) % 49;
    loop.update();
  }, pace);
  return () => {
    clearInterval(timer);
    stopWatching();
    loop.dispose();
  };
};

/** Two decimals are enough to follow. */
function format(value: number): string {
  return String(Number(value.toFixed(2)));
}
