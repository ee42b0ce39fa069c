import type { Region } from '@cenote/pool-stream';

/** A pseudo-random number from 0 to 255, of whole numbers (the mixing steps of MurmurHash3, in the public domain). */
function noise(seed: number, y: number, x: number): number {
  let hash = Math.imul(y ^ Math.imul(seed, 0x9e37_79b1), 0x85eb_ca6b) ^ Math.imul(x, 0xc2b2_ae35);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash ^= hash >>> 13;
  return hash & 255;
}

/** Pixels of a patch of one brightness. */
const patch = 64;

/** A region of a generated scan `[size, size]`: patches of many brightnesses, with grain. Any part of it can be made alone. */
export function scanRegion(seed: number, { start, shape }: Region): Uint8Array<ArrayBuffer> {
  const [top, left] = start;
  const [height, width] = shape;
  const data = new Uint8Array(height * width);
  let index = 0;
  for (let y = top; y < top + height; y++) {
    for (let x = left; x < left + width; x++) {
      const base = noise(seed, Math.floor(y / patch), Math.floor(x / patch));
      data[index++] = (3 * base + noise(seed + 1, y, x)) >> 2;
    }
  }
  return data;
}
