/** A point that a stroke passes through; at a corner the pen changes its direction at once. */
export interface ControlPoint {
  readonly x: number;
  readonly y: number;
  readonly corner: boolean;
}

/** One movement of the pen, from the first point to the last. */
export type Stroke = readonly ControlPoint[];

/**
 * How people write the ten digits: for each digit several ways, for each way its strokes, for each stroke the points
 * that the pen passes through. Coordinates are percent of the digit's height, x to the right and y down; a digit is
 * about 70 wide. `!` marks a corner.
 */
const WRITTEN: readonly (readonly (readonly string[])[])[] = [
  [
    ['47,5 30,2 12,16 4,45 8,78 28,98 50,91 65,62 62,26 45,5'],
    ['40,3 24,12 16,40 18,72 32,97 48,90 56,60 52,25 37,4'],
    ['30,4 12,18 4,50 14,86 36,98 58,82 66,48 56,16 36,3 22,9'],
  ],
  [
    ['38,2 36,35 34,68 32,98'],
    ['36,2 36,35 36,68 36,98'],
    ['23,26 31,15 39,2! 38,35 37,68 36,98'],
    ['22,25 31,14 39,2! 38,35 38,68 38,96', '18,97 38,96 60,96'],
  ],
  [
    ['8,22 18,5 40,2 58,16 54,42 32,70 6,96! 36,95 68,93'],
    ['6,24 20,5 44,3 58,20 50,48 30,74 12,91 4,86 14,78 34,86 52,95 70,88'],
    ['10,16 30,2 54,10 56,34 40,58 22,78 8,94! 28,90 48,96 68,90'],
  ],
  [
    ['8,12 28,2 50,8 52,28 38,43 22,47! 46,50 62,66 54,90 30,99 6,90'],
    ['8,5 34,4 60,4! 44,22 28,40! 50,45 63,66 52,90 28,98 5,88'],
    ['6,16 26,3 48,6 54,24 42,42 24,46 44,50 60,66 58,86 36,98 10,94'],
  ],
  [
    ['22,3 14,30 6,58! 36,57 68,54', '52,22 48,60 44,98'],
    ['50,3 28,34 4,66! 36,66 70,65', '51,4 50,50 48,98'],
    ['14,5 10,32 14,53 34,57 58,48', '60,4 56,40 52,70 50,98'],
  ],
  [
    ['18,6 14,26 11,44! 30,37 52,44 62,66 50,90 26,98 4,90', '17,6 40,5 64,3'],
    ['62,4 40,5 20,7! 17,25 14,44! 34,38 56,48 60,72 44,94 22,98 4,88'],
    ['60,5 38,3 21,10 15,30 32,43 52,56 56,80 38,97 8,92'],
  ],
  [
    ['50,3 28,20 12,48 8,76 24,97 48,94 58,74 46,56 26,59 11,78'],
    ['38,2 22,28 10,60 14,88 34,98 54,86 54,64 36,54 18,64 11,80'],
    ['58,8 34,12 13,36 6,68 20,95 46,97 62,78 50,60 28,60 9,78'],
  ],
  [
    ['6,8 34,6 62,5! 46,36 34,66 26,98'],
    ['6,8 34,6 62,5! 48,36 38,66 32,98', '22,53 40,51 58,48'],
    ['8,22 7,6! 36,7 64,4! 50,34 38,64 34,98'],
    ['4,13 20,4 40,9 62,5! 47,32 35,64 30,98'],
  ],
  [
    ['54,14 36,2 16,10 16,30 34,46 54,62 56,86 34,98 12,86 14,64 36,46 54,28 52,10'],
    ['34,46 15,33 18,9 36,2 53,11 53,33 33,46', '34,46 12,62 11,88 34,98 57,86 56,62 33,46'],
    ['58,10 38,2 18,12 20,32 40,48 54,68 46,92 26,98 10,84 18,64 38,48 56,30 57,8'],
  ],
  [
    ['54,14 34,3 14,14 10,36 26,50 46,42 57,14! 55,50 51,98'],
    ['56,20 38,3 16,12 10,34 26,50 48,42 57,18 58,50 50,82 32,97 12,92'],
    ['54,10 30,4 12,22 18,45 38,44 56,12! 50,42 40,72 31,98'],
  ],
];

function parseStroke(text: string): Stroke {
  return text.split(' ').map((point) => {
    const corner = point.endsWith('!');
    const [x, y] = (corner ? point.slice(0, -1) : point).split(',').map(Number);
    return { x: x / 100, y: y / 100, corner };
  });
}

/** The ways to write each digit: `digitStrokes()[digit][way]` is a list of strokes, in units of the digit's height. */
export function digitStrokes(): readonly (readonly (readonly Stroke[])[])[] {
  return WRITTEN.map((ways) => ways.map((strokes) => strokes.map(parseStroke)));
}
