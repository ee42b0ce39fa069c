// Reductions of f32: along rows (the innermost axis is reduced), and down columns (it is not). Sums go up to 16 terms in f32
// and from there in f64, so that their error does not grow with their length. How the work is cut depends on the shape
// alone: what was summed in several chunks is left as f64, and summed up by `reduce_chunks`.
import { address, integer } from '../../arguments';

// fn: 0 sum, 1 max, 2 min.

/** The sum, or the extremum, where NaN wins: pmax(a, b) is a < b ? b : a, so that NaN in either input is in one of the two. */
@inline
function combine(fn: i32, a: v128, b: v128): v128 {
  if (fn == 0) return f32x4.add(a, b);
  if (fn == 1) return v128.or(f32x4.pmax(a, b), f32x4.pmax(b, a));
  return v128.or(f32x4.pmin(a, b), f32x4.pmin(b, a));
}

/** What changes nothing when it is combined. */
@inline
function neutral(fn: i32): v128 {
  return f32x4.splat(fn == 0 ? 0 : fn == 1 ? -Infinity : Infinity);
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

/** The extrema of a row so far, in four parts, of which each is one of its elements. */
@inline
function extremaOfRow(fn: i32, x: usize, length: i32, so: v128): v128 {
  let at = x;
  const end = x + ((<usize>length) << 2);
  let a = so;
  let b = so;
  for (; at + 32 <= end; at += 32) {
    a = combine(fn, a, v128.load(at));
    b = combine(fn, b, v128.load(at, 16));
  }
  a = combine(fn, a, b);
  if (length < 4) {
    for (; at < end; at += 4) a = combine(fn, a, v128.load32_splat(at));
    return a;
  }
  if (at + 16 <= end) a = combine(fn, a, v128.load(at));
  return combine(fn, a, v128.load(end - 16));
}

/** The extremum of four elements, in every lane. */
@inline
function extremum(fn: i32, x: v128): v128 {
  const two = combine(fn, x, i64x2.shuffle(x, x, 1, 0));
  return combine(fn, two, i32x4.shuffle(two, two, 1, 0, 3, 2));
}

@inline
function reduceRows(fn: i32, block: usize, begin: i32, end: i32): void {
  const length = integer(block, 1);
  const lastLength = integer(block, 2);
  const rows = integer(block, 3);
  const rowsPerChunk = integer(block, 4);
  const outputs = integer(block, 5);
  const isWhole = rowsPerChunk >= rows;
  const middle = integer(block, 6);
  const inner = integer(block, 7);
  const innerRows = integer(block, 12);
  for (let unit = begin; unit < end; unit++) {
    const chunk = unit / outputs;
    const k = unit - chunk * outputs;
    const j = k / inner;
    const x =
      address(block, 8) +
      <usize>k * address(block, 11) +
      <usize>j * address(block, 10) +
      <usize>(j / middle) * address(block, 9);
    const stop = min(rows, (chunk + 1) * rowsPerChunk);
    let sum = f64x2.splat(0);
    let extrema = neutral(fn);
    for (let row = chunk * rowsPerChunk; row < stop; row++) {
      const at = x + <usize>row * address(block, 14) + <usize>(row / innerRows) * address(block, 13);
      const count = row == rows - 1 ? lastLength : length;
      if (fn == 0) sum = f64x2.add(sum, sumRow(at, count));
      else extrema = extremaOfRow(fn, at, count, extrema);
    }
    const result =
      fn == 0
        ? f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1)
        : <f64>f32x4.extract_lane(extremum(fn, extrema), 0);
    if (isWhole) store<f32>(address(block, 15) + ((<usize>k) << 2), <f32>result);
    else store<f64>(address(block, 15) + ((<usize>unit) << 3), result);
  }
}

/**
 * Reduces rows. A unit is an output in a chunk of its rows; all outputs of a chunk come one after the other. Slots: 0 fn; 1, 2 elements
 * of a row and of the last row; 3 rows of an output; 4 rows of a chunk; 5 how many outputs; 6, 7 sizes of the two inner kept axes; 8 x;
 * 9 to 11 its steps in bytes along the three kept axes, where an outer one takes back what the inner one advanced; 12 size of the
 * inner one of two reduced axes around a row; 13, 14 the steps along them; 15 where the results go: f32, or f64 of every chunk.
 */
export function reduce_rows(block: usize, begin: i32, end: i32, _scratch: usize): void {
  switch (integer(block, 0)) {
    case 0: return reduceRows(0, block, begin, end);
    case 1: return reduceRows(1, block, begin, end);
    default: return reduceRows(2, block, begin, end);
  }
}

/** Adds four f32 to four f64 in memory. */
@inline
function addWide(to: usize, x: v128): void {
  v128.store(to, f64x2.add(v128.load(to), f64x2.promote_low_f32x4(x)));
  v128.store(to, f64x2.add(v128.load(to, 16), f64x2.promote_low_f32x4(i64x2.shuffle(x, x, 1, 0))), 16);
}

/** Four f32 as f64. */
@inline
function storeWide(to: usize, x: v128): void {
  v128.store(to, f64x2.promote_low_f32x4(x));
  v128.store(to, f64x2.promote_low_f32x4(i64x2.shuffle(x, x, 1, 0)), 16);
}

/** Where row `row` of a column is. */
@inline
function rowAt(block: usize, x: usize, row: i32): usize {
  return x + <usize>row * address(block, 14) + <usize>(row / integer(block, 12)) * address(block, 13);
}

/** Reduces 16 columns over rows into 16 f64. */
@inline
function sixteenColumns(fn: i32, block: usize, x: usize, from: i32, to: i32, wide: usize): void {
  const innerRows = integer(block, 12);
  const step = address(block, 14);
  const carry = address(block, 13);
  let at = rowAt(block, x, from);
  let left = innerRows - (from % innerRows);
  let a = neutral(fn);
  let b = a;
  let c = a;
  let d = a;
  if (fn == 0) memory.fill(wide, 0, 128);
  for (let row = from; row < to; ) {
    const stop = fn == 0 ? min(to, row + 16) : to;
    for (; row < stop; row++) {
      a = combine(fn, a, v128.load(at));
      b = combine(fn, b, v128.load(at, 16));
      c = combine(fn, c, v128.load(at, 32));
      d = combine(fn, d, v128.load(at, 48));
      at += step;
      if (--left == 0) {
        left = innerRows;
        at += carry;
      }
    }
    if (fn == 0) {
      addWide(wide, a);
      addWide(wide + 32, b);
      addWide(wide + 64, c);
      addWide(wide + 96, d);
      a = b = c = d = f32x4.splat(0);
    }
  }
  if (fn != 0) {
    storeWide(wide, a);
    storeWide(wide + 32, b);
    storeWide(wide + 64, c);
    storeWide(wide + 96, d);
  }
}

/** Reduces four columns over rows into four f64; or `count` of them, if fewer, with one load for each. */
@inline
function fourColumns(fn: i32, block: usize, x: usize, count: i32, from: i32, to: i32, wide: usize): void {
  const innerRows = integer(block, 12);
  const step = address(block, 14);
  const carry = address(block, 13);
  let at = rowAt(block, x, from);
  let left = innerRows - (from % innerRows);
  let a = neutral(fn);
  if (fn == 0) memory.fill(wide, 0, 32);
  for (let row = from; row < to; ) {
    const stop = fn == 0 ? min(to, row + 16) : to;
    for (; row < stop; row++) {
      let value: v128;
      if (count >= 4) value = v128.load(at);
      else {
        value = v128.load32_splat(at);
        if (count > 1) value = v128.load32_lane(at + 4, value, 1);
        if (count > 2) value = v128.load32_lane(at + 8, value, 2);
      }
      a = combine(fn, a, value);
      at += step;
      if (--left == 0) {
        left = innerRows;
        at += carry;
      }
    }
    if (fn == 0) {
      addWide(wide, a);
      a = f32x4.splat(0);
    }
  }
  if (fn != 0) storeWide(wide, a);
}

/** Moves f64 to their place: f32 or f64. */
@inline
function storeResults(wide: usize, count: i32, to: usize, isWhole: bool): void {
  for (let i: usize = 0; i < <usize>count; i++) {
    const value = load<f64>(wide + (i << 3));
    if (isWhole) store<f32>(to + (i << 2), <f32>value);
    else store<f64>(to + (i << 3), value);
  }
}

@inline
function reduceColumns(fn: i32, block: usize, begin: i32, end: i32, scratch: usize): void {
  const columns = integer(block, 1);
  const blocks = integer(block, 2);
  const rows = integer(block, 3);
  const rowsPerChunk = integer(block, 4);
  const planes = integer(block, 5);
  const isWhole = rowsPerChunk >= rows;
  const middle = integer(block, 6);
  const inner = integer(block, 7);
  for (let unit = begin; unit < end; unit++) {
    const plane = unit / blocks;
    let column = (unit - plane * blocks) << 4;
    const chunk = plane / planes;
    const k = plane - chunk * planes;
    const j = k / inner;
    const x =
      address(block, 8) +
      <usize>k * address(block, 11) +
      <usize>j * address(block, 10) +
      <usize>(j / middle) * address(block, 9);
    const from = chunk * rowsPerChunk;
    const to = min(rows, from + rowsPerChunk);
    const y = address(block, 15) + ((<usize>plane * <usize>columns) << (isWhole ? 2 : 3));
    const stop = min(columns, column + 16);
    if (stop - column == 16) {
      sixteenColumns(fn, block, x + ((<usize>column) << 2), from, to, scratch);
      storeResults(scratch, 16, y + ((<usize>column) << (isWhole ? 2 : 3)), isWhole);
      continue;
    }
    for (; column < stop; column += 4) {
      const count = min(4, stop - column);
      fourColumns(fn, block, x + ((<usize>column) << 2), count, from, to, scratch);
      storeResults(scratch, count, y + ((<usize>column) << (isWhole ? 2 : 3)), isWhole);
    }
  }
}

/**
 * Reduces columns. A unit is 16 columns of a plane in a chunk of its rows. Slots: 0 fn; 1 columns; 2 units per plane; 3 rows; 4 rows
 * of a chunk; 5 how many planes; 6 to 15 as in `reduce_rows`, the kept axes being those around a plane. Scratch: 128 bytes.
 */
export function reduce_columns(block: usize, begin: i32, end: i32, scratch: usize): void {
  switch (integer(block, 0)) {
    case 0: return reduceColumns(0, block, begin, end, scratch);
    case 1: return reduceColumns(1, block, begin, end, scratch);
    default: return reduceColumns(2, block, begin, end, scratch);
  }
}

/** Combines chunks. A unit is an output. Slots: 0 fn; 1 how many chunks; 2 how many outputs; 3 the chunks, f64; 4 y, f32. */
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
