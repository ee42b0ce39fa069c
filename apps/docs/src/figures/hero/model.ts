import { avgPool2d, data, fromData, maxPool2d, minPool2d, scope, type Tensor } from 'cenote';

/** How the picture is pooled. */
export type HeroPooling = 'max' | 'avg' | 'min';

/** A picture at one size: square, row by row, from 0 to 1. */
export interface Level {
  readonly size: number;
  readonly pixels: Float32Array;
}

/** A digit that looks handwritten: 28 × 28, the same for the same number. */
export function digit(number: number): Level {
  const { images } = data.digits({ count: 1, start: number });
  return { size: 28, pixels: Float32Array.from(images, (ink) => ink / 255) };
}

/** The picture, and what is left after pooling it by 2 × 2 once and twice. */
export function pyramid({ size, pixels }: Level, pooling: HeroPooling): readonly [Level, Level, Level] {
  return scope(() => {
    const whole = fromData(pixels, [size, size]);
    const pool = (x: Tensor) =>
      pooling === 'avg' ? avgPool2d(x, 2) : pooling === 'max' ? maxPool2d(x, 2) : minPool2d(x, 2);
    const half = pool(whole);
    const quarter = pool(half);
    return [
      { size, pixels },
      { size: half.shape[0], pixels: Float32Array.from(half.dataSync(), Number) },
      { size: quarter.shape[0], pixels: Float32Array.from(quarter.dataSync(), Number) },
    ];
  });
}

/** The four numbers of the middle level from which a pixel of the smallest was made. */
export function fourOf([, half]: readonly Level[], row: number, column: number): number[] {
  const at = (down: number, right: number) => half.pixels[(2 * row + down) * half.size + 2 * column + right];
  return [at(0, 0), at(0, 1), at(1, 0), at(1, 1)];
}
