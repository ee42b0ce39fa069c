import type { Stroke } from './strokes.js';

/** Points per span between two control points: a span is at most seven pixels long, so that a step is about one. */
const STEPS = 6;

/** The points that the pen visits, in writing order. */
export interface PenPath {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/**
 * A smooth curve through the control points of a stroke: uniform Catmull–Rom splines, which break at the corners.
 *
 * Source: Catmull and Rom, "A class of local interpolating splines", Computer Aided Geometric Design, 1974.
 *
 * @param stroke At least two control points.
 * @returns Six points a span, and the last control point.
 */
export function penPath(stroke: Stroke): PenPath {
  const spans = stroke.length - 1;
  const x = new Float64Array(spans * STEPS + 1);
  const y = new Float64Array(spans * STEPS + 1);
  for (let span = 0; span < spans; span++) {
    const start = stroke[span];
    const end = stroke[span + 1];
    const smoothStart = span > 0 && !start.corner;
    const smoothEnd = span + 2 < stroke.length && !end.corner;
    // Where there is no neighbour to be smooth with, the end point stands in for it.
    const before = smoothStart ? stroke[span - 1] : start;
    const after = smoothEnd ? stroke[span + 2] : end;
    for (let step = 0; step < STEPS; step++) {
      const t = step / STEPS;
      x[span * STEPS + step] = catmullRom(before.x, start.x, end.x, after.x, t);
      y[span * STEPS + step] = catmullRom(before.y, start.y, end.y, after.y, t);
    }
  }
  x[spans * STEPS] = stroke[spans].x;
  y[spans * STEPS] = stroke[spans].y;
  return { x, y };
}

function catmullRom(before: number, start: number, end: number, after: number, t: number): number {
  const linear = end - before;
  const square = 2 * before - 5 * start + 4 * end - after;
  const cube = 3 * (start - end) + after - before;
  return start + 0.5 * t * (linear + t * (square + t * cube));
}
