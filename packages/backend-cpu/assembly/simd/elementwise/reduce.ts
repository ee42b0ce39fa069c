// Reductions of f32: along rows (the innermost axis is reduced), and down columns (it is not). Sums go up to 16 terms in f32
// and from there in f64, so that their error does not grow with their length. How the work is cut depends on the shape
// alone: what was summed in several chunks is left as f64, and summed up by `reduce_chunks`.
import { address, integer } from '../../arguments';

/** The sum, or the maximum, where NaN wins: pmax(a, b) is a < b ? b : a, so that NaN in either input is in one of the two. */
@inline
function combine(isSum: bool, a: v128, b: v128): v128 {
  return isSum ? f32x4.add(a, b) : v128.or(f32x4.pmax(a, b), f32x4.pmax(b, a));
}

/** What changes nothing when it is combined. */
@inline
function neutral(isSum: bool): v128 {
  return f32x4.splat(isSum ? 0 : -Infinity);
}

/** What is flipped in every element, so that the minimum is the maximum: function 2 is the minimum, 1 the maximum, 0 the sum. */
@inline
function flipOf(block: usize): v128 {
  return i32x4.splat(integer(block, 0) == 2 ? i32.MIN_VALUE : 0);
}

/** Four f32 as the sums of two and two, in f64. */
@inline
function pairs(x: v128): v128 {
  return f64x2.add(f64x2.promote_low_f32x4(x), f64x2.promote_low_f32x4(i64x2.shuffle(x, x, 1, 0)));
}

/** The sum of a row, in two parts. */
@inline
function sumRow(x: usize, length: i32): v128 {
  let total = f64x2.splat(0);
  let at = x;
  const end = x + ((<usize>length) << 2);
  while (at + 64 <= end) {
    let a = v128.load(at);
    let b = v128.load(at, 16);
    let c = v128.load(at, 32);
    let d = v128.load(at, 48);
    at += 64;
    const stop = min(end, at + 7 * 64);
    for (; at + 64 <= stop; at += 64) {
      a = f32x4.add(a, v128.load(at));
      b = f32x4.add(b, v128.load(at, 16));
      c = f32x4.add(c, v128.load(at, 32));
      d = f32x4.add(d, v128.load(at, 48));
    }
    total = f64x2.add(total, pairs(f32x4.add(f32x4.add(a, b), f32x4.add(c, d))));
  }
  let rest = f32x4.splat(0);
  for (; at + 16 <= end; at += 16) rest = f32x4.add(rest, v128.load(at));
  total = f64x2.add(total, pairs(rest));
  for (; at < end; at += 4) total = f64x2.add(total, f64x2.promote_low_f32x4(v128.load32_zero(at)));
  return total;
}

/** The largest elements of a row and of what was before it, in four lanes. */
@inline
function maximaOfRow(x: usize, length: i32, so: v128, flip: v128): v128 {
  let at = x;
  const end = x + ((<usize>length) << 2);
  let a = so;
  let b = so;
  for (; at + 32 <= end; at += 32) {
    a = combine(false, a, v128.xor(v128.load(at), flip));
    b = combine(false, b, v128.xor(v128.load(at, 16), flip));
  }
  a = combine(false, a, b);
  if (length < 4) {
    for (; at < end; at += 4) a = combine(false, a, v128.xor(v128.load32_splat(at), flip));
    return a;
  }
  if (at + 16 <= end) a = combine(false, a, v128.xor(v128.load(at), flip));
  return combine(false, a, v128.xor(v128.load(end - 16), flip));
}

/** Where a kept index of the input begins. */
@inline
function keptAt(block: usize, k: i32): usize {
  const j = k / integer(block, 7);
  return (
    address(block, 8) +
    <usize>k * address(block, 11) +
    <usize>j * address(block, 10) +
    <usize>(j / integer(block, 6)) * address(block, 9)
  );
}

/** Where row `row` of an input is. */
@inline
function rowAt(block: usize, x: usize, row: i32): usize {
  return x + <usize>row * address(block, 14) + <usize>(row / integer(block, 12)) * address(block, 13);
}

/**
 * Reduces rows. A unit is an output in a chunk of its rows; all outputs of a chunk come one after the other. Slots: 0 which function;
 * 1, 2 elements of a row and of the last row; 3 rows of an output; 4 rows of a chunk; 5 how many outputs; 6, 7 sizes of the two inner kept
 * axes; 8 x; 9 to 11 its steps in bytes along the three kept axes, where an outer one takes back what the inner one advanced; 12 size of
 * the inner one of two reduced axes around a row; 13, 14 the steps along them; 15 where the results go: f32, or f64 of every chunk.
 */
export function reduce_rows(block: usize, begin: i32, end: i32, _scratch: usize): void {
  const isSum = integer(block, 0) == 0;
  const length = integer(block, 1);
  const lastLength = integer(block, 2);
  const rows = integer(block, 3);
  const rowsPerChunk = integer(block, 4);
  const outputs = integer(block, 5);
  const flip = flipOf(block);
  for (let unit = begin; unit < end; unit++) {
    const chunk = unit / outputs;
    const k = unit - chunk * outputs;
    const x = keptAt(block, k);
    const stop = min(rows, (chunk + 1) * rowsPerChunk);
    let sum = f64x2.splat(0);
    let maxima = neutral(false);
    for (let row = chunk * rowsPerChunk; row < stop; row++) {
      const at = rowAt(block, x, row);
      const count = row == rows - 1 ? lastLength : length;
      if (isSum) sum = f64x2.add(sum, sumRow(at, count));
      else maxima = maximaOfRow(at, count, maxima, flip);
    }
    let result = f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
    if (!isSum) {
      maxima = combine(false, maxima, i64x2.shuffle(maxima, maxima, 1, 0));
      maxima = combine(false, maxima, i32x4.shuffle(maxima, maxima, 1, 0, 3, 2));
      result = <f64>f32x4.extract_lane(v128.xor(maxima, flip), 0);
    }
    if (rowsPerChunk >= rows) store<f32>(address(block, 15) + ((<usize>k) << 2), <f32>result);
    else store<f64>(address(block, 15) + ((<usize>unit) << 3), result);
  }
}

/** Adds four f32 to four f64 in memory. */
@inline
function addWide(to: usize, x: v128): void {
  v128.store(to, f64x2.add(v128.load(to), f64x2.promote_low_f32x4(x)));
  v128.store(to, f64x2.add(v128.load(to, 16), f64x2.promote_low_f32x4(i64x2.shuffle(x, x, 1, 0))), 16);
}

/** Up to four elements of a row of columns. */
@inline
function loadColumns(at: usize, count: i32): v128 {
  if (count >= 4) return v128.load(at);
  let value = v128.load32_splat(at);
  if (count > 1) value = v128.load32_lane(at + 4, value, 1);
  if (count > 2) value = v128.load32_lane(at + 8, value, 2);
  return value;
}

/** The sum, as a type parameter. */
type Sum = i32;
/** The maximum. */
type Max = i8;

/** Reduces 16 columns, or up to four, over rows into as many f64. */
function reduceBlock<T>(
  isWide: bool,
  block: usize,
  x: usize,
  count: i32,
  from: i32,
  to: i32,
  wide: usize,
): void {
  const isSum = sizeof<T>() == sizeof<Sum>();
  const flip = flipOf(block);
  const innerRows = integer(block, 12);
  const step = address(block, 14);
  const carry = address(block, 13);
  let at = rowAt(block, x, from);
  let left = innerRows - (from % innerRows);
  let a = neutral(isSum);
  let b = a;
  let c = a;
  let d = a;
  memory.fill(wide, 0, 128);
  for (let row = from; row < to; ) {
    const stop = isSum ? min(to, row + 16) : to;
    if (isWide) {
      for (; row < stop; row++) {
        a = combine(isSum, a, isSum ? v128.load(at) : v128.xor(v128.load(at), flip));
        b = combine(isSum, b, isSum ? v128.load(at, 16) : v128.xor(v128.load(at, 16), flip));
        c = combine(isSum, c, isSum ? v128.load(at, 32) : v128.xor(v128.load(at, 32), flip));
        d = combine(isSum, d, isSum ? v128.load(at, 48) : v128.xor(v128.load(at, 48), flip));
        at += step;
        if (--left == 0) {
          left = innerRows;
          at += carry;
        }
      }
    } else {
      for (; row < stop; row++) {
        const value = loadColumns(at, count);
        a = combine(isSum, a, isSum ? value : v128.xor(value, flip));
        at += step;
        if (--left == 0) {
          left = innerRows;
          at += carry;
        }
      }
    }
    addWide(wide, isSum ? a : v128.xor(a, flip));
    if (isWide) {
      addWide(wide + 32, isSum ? b : v128.xor(b, flip));
      addWide(wide + 64, isSum ? c : v128.xor(c, flip));
      addWide(wide + 96, isSum ? d : v128.xor(d, flip));
    }
    if (isSum) a = b = c = d = f32x4.splat(0);
  }
}

/**
 * Reduces columns. A unit is 16 columns of a plane in a chunk of its rows; the last 16 overlap those before them. Slots: 0 which function;
 * 1 columns; 2 units per plane; 3 rows; 4 rows of a chunk; 5 how many planes; 6 to 15 as in `reduce_rows`, the kept axes being those
 * around a plane. Scratch: 128 bytes.
 */
export function reduce_columns(block: usize, begin: i32, end: i32, scratch: usize): void {
  const isSum = integer(block, 0) == 0;
  const columns = integer(block, 1);
  const blocks = integer(block, 2);
  const rows = integer(block, 3);
  const rowsPerChunk = integer(block, 4);
  const planes = integer(block, 5);
  const isWhole = rowsPerChunk >= rows;
  const atOnce = columns < 16 ? 4 : 16;
  for (let unit = begin; unit < end; unit++) {
    const plane = unit / blocks;
    const chunk = plane / planes;
    const x = keptAt(block, plane - chunk * planes);
    const from = chunk * rowsPerChunk;
    const to = min(rows, from + rowsPerChunk);
    const y = address(block, 15) + ((<usize>plane * <usize>columns) << (isWhole ? 2 : 3));
    const first = (unit - plane * blocks) << 4;
    for (let column = first; column < min(columns, first + 16); column += atOnce) {
      if (columns >= 16) column = min(column, columns - 16);
      const count = min(atOnce, columns - column);
      const source = x + ((<usize>column) << 2);
      if (isSum) reduceBlock<Sum>(columns >= 16, block, source, count, from, to, scratch);
      else reduceBlock<Max>(columns >= 16, block, source, count, from, to, scratch);
      for (let i = 0; i < count; i++) {
        const value = load<f64>(scratch + ((<usize>i) << 3));
        if (isWhole) store<f32>(y + ((<usize>(column + i)) << 2), <f32>value);
        else store<f64>(y + ((<usize>(column + i)) << 3), value);
      }
    }
  }
}

/** Combines chunks. A unit is an output. Slots: 0 which function; 1 how many chunks; 2 how many outputs; 3 the chunks, f64; 4 y, f32. */
export function reduce_chunks(block: usize, begin: i32, end: i32, _scratch: usize): void {
  const fn = integer(block, 0);
  const chunks = integer(block, 1);
  const step = <usize>integer(block, 2) << 3;
  for (let k = begin; k < end; k++) {
    let at = address(block, 3) + ((<usize>k) << 3);
    let result = load<f64>(at);
    for (let chunk = 1; chunk < chunks; chunk++) {
      at += step;
      const value = load<f64>(at);
      if (fn == 0) result += value;
      else if (fn == 1) result = max<f64>(result, value);
      else result = min<f64>(result, value);
    }
    store<f32>(address(block, 4) + ((<usize>k) << 2), <f32>result);
  }
}
