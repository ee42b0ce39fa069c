/** How values become colours. `ink`: from paper to ink. `signed`: warm below zero, the accent above, paper at zero. */
export type Palette = 'ink' | 'signed';

export interface PixelOptions {
  readonly columns: number;
  readonly rows: number;
  /** The values of the palette's ends; those of the data when left out (for `signed`, the larger of both signs). */
  readonly range?: readonly [low: number, high: number];
  /** `ink` when left out. */
  readonly palette?: Palette;
}

/**
 * Draws numbers as pixels: one canvas pixel each, to be enlarged by CSS (`.c-pixels`). Its colours are the theme's of
 * this moment; draw again when the theme changes ({@link onThemeChange}).
 *
 * @param values row by row
 */
export function drawPixels(
  canvas: HTMLCanvasElement,
  values: ArrayLike<number>,
  { columns, rows, range, palette = 'ink' }: PixelOptions,
): void {
  const context = canvas.getContext('2d');
  if (context === null) return;
  if (canvas.width !== columns) canvas.width = columns;
  if (canvas.height !== rows) canvas.height = rows;
  const [low, high] = range ?? extent(values, palette);
  const paper = colour('--c-raised');
  const top = colour(palette === 'signed' ? '--c-accent' : '--c-ink');
  const bottom = colour('--c-warm');
  const image = context.createImageData(columns, rows);
  for (let index = 0; index < columns * rows; index++) {
    const value = values[index] ?? 0;
    const share = palette === 'signed' ? value / (high || 1) : (value - low) / (high - low || 1);
    const end = share < 0 ? bottom : top;
    const weight = Math.min(1, Math.abs(palette === 'signed' ? share : Math.max(0, share)));
    for (let channel = 0; channel < 3; channel++) {
      image.data[4 * index + channel] = paper[channel] + (end[channel] - paper[channel]) * weight;
    }
    image.data[4 * index + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}

function extent(values: ArrayLike<number>, palette: Palette): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < values.length; index++) {
    low = Math.min(low, values[index]);
    high = Math.max(high, values[index]);
  }
  if (palette === 'ink') return [low, high];
  const largest = Math.max(Math.abs(low), Math.abs(high));
  return [-largest, largest];
}

type Rgb = readonly [number, number, number];

/** A colour of the theme; tokens.css writes them as `#rrggbb`. */
function colour(variable: string): Rgb {
  const text = getComputedStyle(document.documentElement).getPropertyValue(variable).trim();
  const value = Number.parseInt(text.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/**
 * Calls back when the reader switches between the light and the dark theme.
 *
 * @returns ends it
 */
export function onThemeChange(callback: () => void): () => void {
  const observer = new MutationObserver(callback);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['class'] });
  return () => observer.disconnect();
}
