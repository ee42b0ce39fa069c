import { extentOf } from './model.js';
import type { Picture } from './picture.js';

/** How seen elements are shown: alike, or by the number of ways that lead to them. */
export const displays = ['extent', 'ways'] as const;
export type Display = (typeof displays)[number];

/** What is seen of a plane, along each axis: the ways to each position. */
export interface Seen {
  readonly rows: readonly number[];
  readonly columns: readonly number[];
}

/** The colours that a plane is drawn with, as `[red, green, blue]`. */
export interface PlaneColours {
  readonly surface: Rgb;
  readonly accent: Rgb;
  readonly warm: Rgb;
}
type Rgb = readonly [number, number, number];

/** The theme's colours at this moment; `tokens.css` writes them as `#rrggbb`. */
export function planeColours(): PlaneColours {
  const style = getComputedStyle(document.documentElement);
  const read = (variable: string): Rgb => {
    const value = Number.parseInt(style.getPropertyValue(variable).trim().slice(1), 16);
    return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
  };
  return { surface: read('--c-surface'), accent: read('--c-accent'), warm: read('--c-warm') };
}

/**
 * Draws a plane: what is seen in the accent's light, the rest faded.
 *
 * @param seen null for a plane that the output does not look at
 * @param own whether it is the plane that the output itself lies on
 */
export function drawPlane(
  canvas: HTMLCanvasElement,
  { size, pixels }: Picture,
  seen: Seen | null,
  { display, own, colours }: { readonly display: Display; readonly own: boolean; readonly colours: PlaneColours },
): void {
  const context = canvas.getContext('2d');
  if (context === null) return;
  if (canvas.width !== size) canvas.width = size;
  if (canvas.height !== size) canvas.height = size;
  const image = context.createImageData(size, size);
  const tint = own ? colours.warm : colours.accent;
  const rows = shares(seen?.rows, display);
  const columns = shares(seen?.columns, display);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const index = row * size + column;
      const share = (rows[row] ?? 0) * (columns[column] ?? 0);
      const weight = own ? 1 : display === 'ways' ? 0.85 * share : 0.4;
      for (let channel = 0; channel < 3; channel++) {
        const grey = pixels[index];
        image.data[4 * index + channel] =
          share > 0
            ? grey + (tint[channel] - grey) * weight
            : colours.surface[channel] + (grey - colours.surface[channel]) * (seen === null ? 0.3 : 0.42);
      }
      image.data[4 * index + 3] = 255;
    }
  }
  context.putImageData(image, 0, 0);
}

/** Numbers of ways relative to the largest; 1 for all that are seen when they count alike. */
function shares(ways: readonly number[] | undefined, display: Display): readonly number[] {
  if (ways === undefined) return [];
  const most = Math.max(...ways);
  return ways.map((count) => (count === 0 ? 0 : display === 'ways' ? count / most : 1));
}

/** A rectangle in percent of a plane, for a frame around what is seen; null where nothing is. */
export function frameOf(
  seen: Seen,
  size: number,
): Readonly<Record<'top' | 'left' | 'width' | 'height', number>> | null {
  const rows = extentOf(seen.rows);
  const columns = extentOf(seen.columns);
  if (rows === null || columns === null) return null;
  const percent = (positions: number) => (100 * positions) / size;
  return {
    top: percent(rows.start),
    left: percent(columns.start),
    width: percent(columns.end - columns.start),
    height: percent(rows.end - rows.start),
  };
}
