// Copies without conversion, and fills: rows, and transposed blocks.
import { address, integer } from '../../arguments';

/** From so many bytes on, the engine's own copy and fill are faster, in spite of the call. */
const longRow: usize = 512;

/** A row that is copied. */
@inline
function copyRow(x: usize, y: usize, bytes: usize): void {
  if (bytes >= longRow) {
    memory.copy(y, x, bytes);
    return;
  }
  let at: usize = 0;
  if (bytes >= 16) {
    const last = bytes - 16;
    for (; at < last; at += 16) v128.store(y + at, v128.load(x + at));
    v128.store(y + last, v128.load(x + last));
    return;
  }
  for (; at + 4 <= bytes; at += 4) store<u32>(y + at, load<u32>(x + at));
  for (; at < bytes; at++) store<u8>(y + at, load<u8>(x + at));
}

/** A row that one element of 1, 4 or 8 bytes is repeated in. */
@inline
function fillRow(x: usize, elementBytes: i32, y: usize, bytes: usize): void {
  if (elementBytes == 1 && bytes >= longRow) {
    memory.fill(y, load<u8>(x), bytes);
    return;
  }
  let at: usize = 0;
  if (bytes >= 16) {
    let value: v128;
    if (elementBytes == 1) value = v128.load8_splat(x);
    else if (elementBytes == 4) value = v128.load32_splat(x);
    else value = v128.load64_splat(x);
    for (; at + 64 <= bytes; at += 64) {
      v128.store(y + at, value);
      v128.store(y + at, value, 16);
      v128.store(y + at, value, 32);
      v128.store(y + at, value, 48);
    }
    for (; at + 16 <= bytes; at += 16) v128.store(y + at, value);
    v128.store(y + bytes - 16, value);
    return;
  }
  for (; at < bytes; at += <usize>elementBytes) copyRow(x, y + at, elementBytes);
}

/**
 * Copies rows. Slots: 0 bytes of an element; 1 bytes of a row; 2 units per row, of 64 bytes each, or 1; 3, 4 sizes of the two
 * inner axes around a row; for x, 5 the address, 6 whether one element fills the row, 7 to 9 steps in bytes of the three axes around
 * a row, where an outer one takes back what the inner one advanced; for y, 10 the address, 11 to 13 the steps.
 */
export function copy(block: usize, begin: i32, end: i32, _scratch: usize): void {
  const elementBytes = integer(block, 0);
  const rowBytes = address(block, 1);
  const unitsPerRow = integer(block, 2);
  const middle = integer(block, 3);
  const inner = integer(block, 4);
  const fills = integer(block, 6);
  const row = begin / unitsPerRow;
  let unit = begin - row * unitsPerRow;
  let k = row % inner;
  let j = row / inner;
  const i = j / middle;
  let x = address(block, 5) + <usize>row * address(block, 9) + <usize>j * address(block, 8) + <usize>i * address(block, 7);
  let y = address(block, 10) + <usize>row * address(block, 13) + <usize>j * address(block, 12);
  y += <usize>i * address(block, 11);
  j -= i * middle;
  for (let left = end - begin; left > 0; ) {
    const from = <usize>unit << 6;
    let to = rowBytes;
    const units = unitsPerRow - unit;
    if (left < units) to = from + ((<usize>left) << 6);
    left -= units;
    unit = 0;
    if (fills) fillRow(x, elementBytes, y + from, to - from);
    else copyRow(x + from, y + from, to - from);
    x += address(block, 9);
    y += address(block, 13);
    if (++k == inner) {
      k = 0;
      x += address(block, 8);
      y += address(block, 12);
      if (++j == middle) {
        j = 0;
        x += address(block, 7);
        y += address(block, 11);
      }
    }
  }
}

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
