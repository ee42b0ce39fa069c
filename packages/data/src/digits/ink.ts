import type { PenPath } from './pen-path.js';

/** How a pen draws. */
export interface Pen {
  /** Half the width of the line where the pen presses as usual, in pixels. */
  readonly radius: number;
  /** Over how many pixels the line fades out at its edge. */
  readonly softness: number;
  /** Pressure at the start, in the middle and at the end of a stroke: it scales width and darkness; 1 is usual. */
  readonly pressure: readonly [start: number, middle: number, end: number];
}

/**
 * Draws a line into a square picture: each pixel becomes as dark as the darkest piece of the line over it.
 *
 * @param picture `side × side` values, 0 for paper and 1 for full ink.
 * @param path Points in pixels; the centre of the first pixel is (0.5, 0.5).
 */
export function drawLine(picture: Float64Array, side: number, path: PenPath, pen: Pen): void {
  const last = path.x.length - 1;
  for (let index = 0; index < last; index++) {
    const pressure = pressureAt(pen.pressure, (index + 0.5) / last);
    const radius = pen.radius * pressure;
    const dark = pressure < 1 ? 0.25 + 0.75 * pressure : 1;
    drawSegment(picture, side, path, index, radius, pen.softness, dark);
  }
}

/** The parabola through the three pressures. */
function pressureAt([start, middle, end]: Pen['pressure'], t: number): number {
  const square = 2 * (start + end - 2 * middle);
  return start + t * (end - start - square) + t * t * square;
}

function drawSegment(
  picture: Float64Array,
  side: number,
  path: PenPath,
  index: number,
  radius: number,
  softness: number,
  dark: number,
): void {
  const x0 = path.x[index];
  const y0 = path.y[index];
  const x1 = path.x[index + 1];
  const y1 = path.y[index + 1];
  const reach = radius + softness / 2;
  const left = Math.max(0, Math.floor(Math.min(x0, x1) - reach));
  const right = Math.min(side - 1, Math.floor(Math.max(x0, x1) + reach));
  const top = Math.max(0, Math.floor(Math.min(y0, y1) - reach));
  const bottom = Math.min(side - 1, Math.floor(Math.max(y0, y1) + reach));
  const alongX = x1 - x0;
  const alongY = y1 - y0;
  const lengthSquared = alongX * alongX + alongY * alongY;
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) {
      const fromX = column + 0.5 - x0;
      const fromY = row + 0.5 - y0;
      let t = lengthSquared > 0 ? (fromX * alongX + fromY * alongY) / lengthSquared : 0;
      t = Math.max(0, Math.min(1, t));
      const awayX = fromX - t * alongX;
      const awayY = fromY - t * alongY;
      const distanceSquared = awayX * awayX + awayY * awayY;
      if (distanceSquared >= reach * reach) continue;
      const inside = (reach - Math.sqrt(distanceSquared)) / softness;
      const cover = inside >= 1 ? 1 : inside * inside * (3 - 2 * inside);
      const ink = cover * dark;
      const pixel = row * side + column;
      if (ink > picture[pixel]) picture[pixel] = ink;
    }
  }
}
