// Copies whose inner axes change places.
import { address, integer } from '../../arguments';

/** Transposes 4 × 4 elements of 4 bytes; the steps are from row to row. */
@inline
function transposeSquare(x: usize, xStep: usize, y: usize, yStep: usize): void {
  const a = v128.load(x);
  const b = v128.load(x + xStep);
  const c = v128.load(x + 2 * xStep);
  const d = v128.load(x + 3 * xStep);
  const ab = i32x4.shuffle(a, b, 0, 4, 1, 5);
  const cd = i32x4.shuffle(c, d, 0, 4, 1, 5);
  const abHigh = i32x4.shuffle(a, b, 2, 6, 3, 7);
  const cdHigh = i32x4.shuffle(c, d, 2, 6, 3, 7);
  v128.store(y, i64x2.shuffle(ab, cd, 0, 2));
  v128.store(y + yStep, i64x2.shuffle(ab, cd, 1, 3));
  v128.store(y + 2 * yStep, i64x2.shuffle(abHigh, cdHigh, 0, 2));
  v128.store(y + 3 * yStep, i64x2.shuffle(abHigh, cdHigh, 1, 3));
}

/**
 * Copies elements of 4 bytes from planes in which an axis q is contiguous to planes in which another, p, is. A unit is a plane
 * by 16 places along p: a cache line of y for each place along q. Slots: 0, 1 sizes of p and q; 2 the step of x along p in bytes; 3 that
 * of y along q; 4 units per plane; 5, 6 sizes of the two inner axes around a plane; 7 x; 8 to 10 its steps along the three axes
 * around a plane, as in `copy`; 11 y; 12 to 14 its steps.
 */
export function transpose(block: usize, begin: i32, end: i32, _scratch: usize): void {
  const sizeP = integer(block, 0);
  const sizeQ = integer(block, 1);
  const xStep = address(block, 2);
  const yStep = address(block, 3);
  const unitsPerPlane = integer(block, 4);
  const middle = integer(block, 5);
  const inner = integer(block, 6);
  for (let unit = begin; unit < end; unit++) {
    const plane = unit / unitsPerPlane;
    const from = (unit - plane * unitsPerPlane) << 4;
    const to = min(from + 16, sizeP);
    const j = plane / inner;
    const i = j / middle;
    const x = address(block, 7) + <usize>plane * address(block, 10) + <usize>j * address(block, 9) + <usize>i * address(block, 8);
    const y = address(block, 11) + <usize>plane * address(block, 14) + <usize>j * address(block, 13) + <usize>i * address(block, 12);
    if (sizeQ < 4 || to - from < 4) {
      for (let q = 0; q < sizeQ; q++) {
        const source = x + ((<usize>q) << 2);
        const target = y + <usize>q * yStep;
        for (let p = from; p < to; p++) store<u32>(target + ((<usize>p) << 2), load<u32>(source + <usize>p * xStep));
      }
      continue;
    }
    for (let q = 0; q < sizeQ; q += 4) {
      // What is left at the ends is done together with what is beside it.
      q = min(q, sizeQ - 4);
      const source = x + ((<usize>q) << 2);
      const target = y + <usize>q * yStep;
      for (let p = from; p < to; p += 4) {
        p = min(p, to - 4);
        transposeSquare(source + <usize>p * xStep, xStep, target + ((<usize>p) << 2), yStep);
      }
    }
  }
}
