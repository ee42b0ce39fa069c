/** A point that the pen passed, on paper that is 28 wide and 28 high: x to the right, y down. */
export interface PenPoint {
  readonly x: number;
  readonly y: number;
}

/** One movement of the pen; a single point is a dot. */
export type Stroke = readonly PenPoint[];

/** The box around what was drawn. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The side of the paper, and of the pictures that the network was trained on. */
export const side = 28;

// What `digits` of @cenote/data does to the digits that it writes: a height of 16.5 to 20.5 pixels, at most 20 in either
// direction, the middle of the path near the middle of the picture.
const usualHeight = 18.5;
const largestWidth = 20;
/** A dot stays a dot: nothing is enlarged by more than this. */
const mostEnlarged = 3;

/** The box around all points; `null` where nothing was drawn. */
export function boxOf(strokes: readonly Stroke[]): Box | null {
  const points = strokes.flat();
  if (points.length === 0) return null;
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  const left = xs.reduce((a, b) => Math.min(a, b));
  const top = ys.reduce((a, b) => Math.min(a, b));
  return {
    left,
    top,
    width: xs.reduce((a, b) => Math.max(a, b)) - left,
    height: ys.reduce((a, b) => Math.max(a, b)) - top,
  };
}

/**
 * Brings strokes to the size and the place of the digits that the network was trained on. Only the path is scaled, not
 * the pen, whose width stays.
 *
 * @returns The strokes with the middle of their box in the middle of the paper.
 */
export function fitted(strokes: readonly Stroke[]): readonly Stroke[] {
  const box = boxOf(strokes);
  if (box === null) return strokes;
  const scale = Math.min(usualHeight / box.height, largestWidth / box.width, mostEnlarged);
  const middleX = box.left + box.width / 2;
  const middleY = box.top + box.height / 2;
  return strokes.map((stroke) =>
    stroke.map(({ x, y }) => ({ x: side / 2 + scale * (x - middleX), y: side / 2 + scale * (y - middleY) })),
  );
}
