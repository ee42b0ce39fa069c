import { fitted, type Stroke, side } from './strokes.js';

/** Pixels of a picture, 28 × 28 row by row: 0 for paper to 255 for ink, as in the data sets of `@cenote/data`. */
export type Picture = Uint8Array;

// The middle of what `digits` of @cenote/data draws at random: half the width of the pen, over how many pixels its edge
// fades out, and how bright the ink is.
const penRadius = 1.2;
const penSoftness = 1.2;
const brightest = 230;

/** Half the width of the pen on paper that is 28 wide, for whoever shows the strokes themselves. */
export const penHalfWidth = penRadius;

/** Nothing but paper. */
export function emptyPicture(): Picture {
  return new Uint8Array(side * side);
}

/**
 * What the network sees of strokes: 28 × 28 pixels, in the ink of the digits that it was trained on.
 *
 * @param fit Whether the strokes are first brought to the size and the place of those digits.
 */
export function digitPicture(strokes: readonly Stroke[], fit: boolean): Picture {
  const picture = emptyPicture();
  for (const stroke of fit ? fitted(strokes) : strokes) {
    const last = Math.max(1, stroke.length - 1);
    // A dot is a segment from a point to itself.
    for (let index = 0; index < last; index++) drawSegment(picture, stroke[index], stroke[index + 1] ?? stroke[index]);
  }
  return picture;
}

/** Each pixel becomes as bright as the nearest piece of the line makes it; its centre counts. */
function drawSegment(picture: Picture, from: Stroke[number], to: Stroke[number]): void {
  const reach = penRadius + penSoftness / 2;
  const alongX = to.x - from.x;
  const alongY = to.y - from.y;
  const lengthSquared = alongX * alongX + alongY * alongY;
  const left = Math.max(0, Math.floor(Math.min(from.x, to.x) - reach));
  const right = Math.min(side - 1, Math.floor(Math.max(from.x, to.x) + reach));
  const top = Math.max(0, Math.floor(Math.min(from.y, to.y) - reach));
  const bottom = Math.min(side - 1, Math.floor(Math.max(from.y, to.y) + reach));
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) {
      const fromX = column + 0.5 - from.x;
      const fromY = row + 0.5 - from.y;
      const share = lengthSquared > 0 ? (fromX * alongX + fromY * alongY) / lengthSquared : 0;
      const t = Math.max(0, Math.min(1, share));
      const inside = (reach - Math.hypot(fromX - t * alongX, fromY - t * alongY)) / penSoftness;
      if (inside <= 0) continue;
      const cover = inside >= 1 ? 1 : inside * inside * (3 - 2 * inside);
      const at = row * side + column;
      picture[at] = Math.max(picture[at], Math.round(cover * brightest));
    }
  }
}

/**
 * The picture moved by whole pixels; what leaves it is lost, and paper comes in.
 *
 * @param right Pixels to the right; negative to the left.
 * @param down Pixels down; negative up.
 */
export function shifted(picture: Picture, right: number, down: number): Picture {
  const moved = emptyPicture();
  for (let row = Math.max(0, down); row < Math.min(side, side + down); row++) {
    for (let column = Math.max(0, right); column < Math.min(side, side + right); column++) {
      moved[row * side + column] = picture[(row - down) * side + column - right];
    }
  }
  return moved;
}
