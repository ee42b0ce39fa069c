/** A point of a curve, in its own units. */
export interface CurvePoint {
  readonly x: number;
  readonly y: number;
}

/** The box that curves are drawn into, in pixels, and the range of the units along both axes. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly x: readonly [low: number, high: number];
  readonly y: readonly [low: number, high: number];
}

/**
 * The running mean of a curve: each point is the mean of itself and those before it, `span` of them at most.
 *
 * @returns As many points.
 */
export function smoothed(points: readonly CurvePoint[], span: number): readonly CurvePoint[] {
  let sum = 0;
  return points.map(({ x, y }, index) => {
    sum += y;
    if (index >= span) sum -= points[index - span].y;
    return { x, y: sum / Math.min(index + 1, span) };
  });
}

/** Where a point lies in its frame, in pixels from the upper left corner; what is beyond the frame, at its edge. */
export function placed({ x, y }: CurvePoint, frame: Frame): CurvePoint {
  const share = (value: number, [low, high]: readonly [number, number]) =>
    Math.max(0, Math.min(1, (value - low) / (high - low)));
  return { x: share(x, frame.x) * frame.width, y: (1 - share(y, frame.y)) * frame.height };
}

/** The curve as an SVG path; empty where there are no points. */
export function pathOf(points: readonly CurvePoint[], frame: Frame): string {
  return points
    .map((point, index) => {
      const { x, y } = placed(point, frame);
      return `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
    })
    .join('');
}
