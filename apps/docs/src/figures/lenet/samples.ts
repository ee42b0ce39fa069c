import { data } from 'cenote';
import type { Picture } from './digit-picture.js';
import { side } from './strokes.js';

/** A seed whose digits no network here was trained on. */
const sampleSeed = 2 ** 40;

/**
 * A digit that the library writes, to try the network on without drawing.
 *
 * @param digit From 0 to 9.
 * @param turn Another one each time: 0, 1, 2, …
 */
export function samplePicture(digit: number, turn: number): Picture {
  // Every ten examples hold each digit once.
  const { images, labels } = data.digits({ count: 10, seed: sampleSeed, start: 10 * turn });
  const index = labels.indexOf(digit);
  return images.slice(index * side * side, (index + 1) * side * side);
}
