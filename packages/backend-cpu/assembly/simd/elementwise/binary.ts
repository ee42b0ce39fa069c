// Functions of two inputs, row by row. A row is a run in which each input either advances with the output or stands still;
// one that stands still is spread over 64 bytes of scratch, from which every vector of the row reads, so that there is one
// loop per function whatever is broadcast.
import { address, integer } from '../../arguments';

/** Rows are cut for threads at multiples of so many bytes of the inputs. */
const unitBytes: usize = 64;

/** Function `fn` of the table in src/variants/elementwise/binary.ts, of 16 bytes. */
@inline
function apply(fn: i32, a: v128, b: v128): v128 {
  switch (fn) {
    case 0: return f32x4.add(a, b);
    case 1: return f32x4.sub(a, b);
    case 2: return f32x4.mul(a, b);
    case 3: return f32x4.div(a, b);
    // pmax(a, b) is a < b ? b : a, so that NaN in either input is in one of the two.
    case 4: return v128.or(f32x4.pmax(a, b), f32x4.pmax(b, a));
    case 5: return v128.or(f32x4.pmin(a, b), f32x4.pmin(b, a));
    case 6: return v128.andnot(a, f32x4.le(b, f32x4.splat(0)));
    case 7: return f32x4.mul(a, f32x4.mul(b, f32x4.sub(f32x4.splat(1), b)));
    case 8: return f32x4.mul(a, f32x4.mul(f32x4.sub(f32x4.splat(1), b), f32x4.add(f32x4.splat(1), b)));
    case 9: return i32x4.add(a, b);
    case 10: return i32x4.sub(a, b);
    case 11: return i32x4.mul(a, b);
    case 12: return i32x4.max_s(a, b);
    case 13: return i32x4.min_s(a, b);
    case 14: return i8x16.max_u(a, b);
    case 15: return i8x16.min_u(a, b);
    case 16: return v128.and(i8x16.eq(a, b), i8x16.splat(1));
    default: return v128.and(i8x16.ne(a, b), i8x16.splat(1));
  }
}

/** A row of function `fn`. The masks are 0 for an input that stands still, else −1. */
@inline
function vectors(fn: i32, a: usize, maskA: usize, b: usize, maskB: usize, y: usize, bytes: usize): void {
  let at: usize = 0;
  for (; at + 64 <= bytes; at += 64) {
    const p = a + (at & maskA);
    const q = b + (at & maskB);
    const r = y + at;
    v128.store(r, apply(fn, v128.load(p), v128.load(q)));
    v128.store(r, apply(fn, v128.load(p, 16), v128.load(q, 16)), 16);
    v128.store(r, apply(fn, v128.load(p, 32), v128.load(q, 32)), 32);
    v128.store(r, apply(fn, v128.load(p, 48), v128.load(q, 48)), 48);
  }
  while (at < bytes) {
    // The last vector overlaps the one before, unless the row is shorter than one.
    if (at + 16 > bytes) {
      if (bytes < 16) break;
      at = bytes - 16;
    }
    v128.store(y + at, apply(fn, v128.load(a + (at & maskA)), v128.load(b + (at & maskB))));
    at += 16;
  }
  if (fn < 14) {
    for (; at < bytes; at += 4) {
      const value = apply(fn, v128.load32_zero(a + (at & maskA)), v128.load32_zero(b + (at & maskB)));
      v128.store32_lane(y + at, value, 0);
    }
  } else {
    for (; at < bytes; at++) {
      const value = apply(fn, v128.load8_splat(a + (at & maskA)), v128.load8_splat(b + (at & maskB)));
      v128.store8_lane(y + at, value, 0);
    }
  }
}

/** A row of any function that gives elements of the size of its inputs'. */
function binaryRow(fn: i32, a: usize, maskA: usize, b: usize, maskB: usize, y: usize, bytes: usize): void {
  switch (fn) {
    case 0: return vectors(0, a, maskA, b, maskB, y, bytes);
    case 1: return vectors(1, a, maskA, b, maskB, y, bytes);
    case 2: return vectors(2, a, maskA, b, maskB, y, bytes);
    case 3: return vectors(3, a, maskA, b, maskB, y, bytes);
    case 4: return vectors(4, a, maskA, b, maskB, y, bytes);
    case 5: return vectors(5, a, maskA, b, maskB, y, bytes);
    case 6: return vectors(6, a, maskA, b, maskB, y, bytes);
    case 7: return vectors(7, a, maskA, b, maskB, y, bytes);
    case 8: return vectors(8, a, maskA, b, maskB, y, bytes);
    case 9: return vectors(9, a, maskA, b, maskB, y, bytes);
    case 10: return vectors(10, a, maskA, b, maskB, y, bytes);
    case 11: return vectors(11, a, maskA, b, maskB, y, bytes);
    case 12: return vectors(12, a, maskA, b, maskB, y, bytes);
    case 13: return vectors(13, a, maskA, b, maskB, y, bytes);
    case 14: return vectors(14, a, maskA, b, maskB, y, bytes);
    case 15: return vectors(15, a, maskA, b, maskB, y, bytes);
    case 16: return vectors(16, a, maskA, b, maskB, y, bytes);
    default: return vectors(17, a, maskA, b, maskB, y, bytes);
  }
}

/** Comparison `fn` − 32 of four elements; all bits of what is true. Odd ones are of i32. */
@inline
function compare(fn: i32, a: v128, b: v128): v128 {
  switch (fn) {
    case 32: return f32x4.eq(a, b);
    case 33: return i32x4.eq(a, b);
    case 34: return f32x4.ne(a, b);
    case 35: return i32x4.ne(a, b);
    case 36: return f32x4.lt(a, b);
    case 37: return i32x4.lt_s(a, b);
    case 38: return f32x4.le(a, b);
    default: return i32x4.le_s(a, b);
  }
}

/** Four masks of four elements as 16 elements of bool. */
@inline
function pack(first: v128, second: v128, third: v128, fourth: v128): v128 {
  const low = i16x8.narrow_i32x4_s(first, second);
  const high = i16x8.narrow_i32x4_s(third, fourth);
  return v128.and(i8x16.narrow_i16x8_s(low, high), i8x16.splat(1));
}

/** A row of comparison `fn`; `bytes` are those of the inputs, four times as many as of y. */
@inline
function comparisons(fn: i32, a: usize, maskA: usize, b: usize, maskB: usize, y: usize, bytes: usize): void {
  let at: usize = 0;
  for (; at + 64 <= bytes; at += 64) {
    const p = a + (at & maskA);
    const q = b + (at & maskB);
    v128.store(
      y + (at >> 2),
      pack(
        compare(fn, v128.load(p), v128.load(q)),
        compare(fn, v128.load(p, 16), v128.load(q, 16)),
        compare(fn, v128.load(p, 32), v128.load(q, 32)),
        compare(fn, v128.load(p, 48), v128.load(q, 48)),
      ),
    );
  }
  for (; at < bytes; at += 4) {
    const mask = compare(fn, v128.load32_zero(a + (at & maskA)), v128.load32_zero(b + (at & maskB)));
    store<u8>(y + (at >> 2), i32x4.extract_lane(mask, 0) & 1);
  }
}

function compareRow(fn: i32, a: usize, maskA: usize, b: usize, maskB: usize, y: usize, bytes: usize): void {
  switch (fn) {
    case 32: return comparisons(32, a, maskA, b, maskB, y, bytes);
    case 33: return comparisons(33, a, maskA, b, maskB, y, bytes);
    case 34: return comparisons(34, a, maskA, b, maskB, y, bytes);
    case 35: return comparisons(35, a, maskA, b, maskB, y, bytes);
    case 36: return comparisons(36, a, maskA, b, maskB, y, bytes);
    case 37: return comparisons(37, a, maskA, b, maskB, y, bytes);
    case 38: return comparisons(38, a, maskA, b, maskB, y, bytes);
    default: return comparisons(39, a, maskA, b, maskB, y, bytes);
  }
}

/** Fills 64 bytes with an element of 4 bytes or 1. */
@inline
function spread(from: usize, elementBytes: i32, to: usize): void {
  const value = elementBytes == 4 ? v128.load32_splat(from) : v128.load8_splat(from);
  v128.store(to, value);
  v128.store(to, value, 16);
  v128.store(to, value, 32);
  v128.store(to, value, 48);
}

/**
 * y = fn(a, b) over rows. Slots: 0 fn, from 32 on a comparison; 1 bytes per element of the inputs; 2 bytes of a row of the
 * inputs; 3 units per row, of 64 bytes each, or 1; 4, 5 sizes of the two inner axes around a row; 6 y; for a, 7 the address, 8 the
 * mask of its step along a row, 9 to 11 steps in bytes of the three axes around a row, where an outer one takes back what the
 * inner one advanced; for b, 12 to 16. Scratch: 128 bytes. y is contiguous.
 */
export function binary(block: usize, begin: i32, end: i32, scratch: usize): void {
  const fn = integer(block, 0);
  const elementBytes = integer(block, 1);
  const rowBytes = address(block, 2);
  const unitsPerRow = integer(block, 3);
  const middle = integer(block, 4);
  const inner = integer(block, 5);
  const maskA = address(block, 8);
  const maskB = address(block, 13);
  const row = begin / unitsPerRow;
  let unit = begin - row * unitsPerRow;
  let k = row % inner;
  let j = row / inner;
  const i = j / middle;
  let a = address(block, 7) + <usize>row * address(block, 11) + <usize>j * address(block, 10);
  a += <usize>i * address(block, 9);
  let b = address(block, 12) + <usize>row * address(block, 16) + <usize>j * address(block, 15);
  b += <usize>i * address(block, 14);
  j -= i * middle;
  const shift: usize = fn < 32 ? 0 : 2;
  let y = address(block, 6) + ((<usize>row * rowBytes) >> shift);
  for (let left = end - begin; left > 0; ) {
    const from = <usize>unit * unitBytes;
    let to = rowBytes;
    const units = unitsPerRow - unit;
    if (left < units) to = from + <usize>left * unitBytes;
    left -= units;
    unit = 0;
    let p = a + (from & maskA);
    let q = b + (from & maskB);
    if (maskA == 0) {
      spread(a, elementBytes, scratch);
      p = scratch;
    }
    if (maskB == 0) {
      spread(b, elementBytes, scratch + 64);
      q = scratch + 64;
    }
    if (fn < 32) binaryRow(fn, p, maskA, q, maskB, y + from, to - from);
    else compareRow(fn, p, maskA, q, maskB, y + (from >> 2), to - from);
    y += rowBytes >> shift;
    a += address(block, 11);
    b += address(block, 16);
    if (++k == inner) {
      k = 0;
      a += address(block, 10);
      b += address(block, 15);
      if (++j == middle) {
        j = 0;
        a += address(block, 9);
        b += address(block, 14);
      }
    }
  }
}
