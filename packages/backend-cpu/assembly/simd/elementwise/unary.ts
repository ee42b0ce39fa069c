// Functions of one input, contiguous to contiguous.
import { address, integer } from '../../arguments';
import { exp, log, relu, sigmoid, tanh } from '../math';

/** Function `fn` of the table in src/variants/elementwise/unary.ts, of four elements. */
@inline
function apply(fn: i32, x: v128, table: usize): v128 {
  switch (fn) {
    case 0: return f32x4.neg(x);
    case 1: return f32x4.abs(x);
    case 2: {
      const positive = v128.and(f32x4.gt(x, f32x4.splat(0)), f32x4.splat(1));
      const negative = v128.and(f32x4.lt(x, f32x4.splat(0)), f32x4.splat(1));
      return v128.or(f32x4.sub(positive, negative), f32x4.ne(x, x));
    }
    case 3: return f32x4.sqrt(x);
    case 4: return f32x4.div(f32x4.splat(1), x);
    case 5: return relu(x);
    case 6: return f32x4.floor(x);
    case 7: return f32x4.ceil(x);
    case 8: return f32x4.nearest(x);
    case 9: return exp(x, table);
    case 10: return sigmoid(x, table);
    case 11: return tanh(x, table);
    default: return log(x, table);
  }
}

/** `count` elements of function `fn`; two vectors at a time of what is quick to compute. */
@inline
function vectors(fn: i32, x: usize, y: usize, count: i32, table: usize): void {
  const bytes = <usize>count << 2;
  let at: usize = 0;
  if (fn < 9) {
    for (; at + 32 <= bytes; at += 32) {
      const p = x + at;
      const q = y + at;
      v128.store(q, apply(fn, v128.load(p), table));
      v128.store(q, apply(fn, v128.load(p, 16), table), 16);
    }
  }
  while (at < bytes) {
    // The last vector overlaps the one before, unless there is less than one in all.
    if (at + 16 > bytes) {
      if (bytes < 16) break;
      at = bytes - 16;
    }
    v128.store(y + at, apply(fn, v128.load(x + at), table));
    at += 16;
  }
  for (; at < bytes; at += 4) v128.store32_lane(y + at, apply(fn, v128.load32_splat(x + at), table), 0);
}

/** y = fn(x). Slots: 0 x, 1 y, 2 how many elements, 3 the table of constants, 4 fn. A unit is 16 elements. */
export function unary(block: usize, begin: i32, end: i32, _scratch: usize): void {
  const x = address(block, 0) + ((<usize>begin) << 6);
  const y = address(block, 1) + ((<usize>begin) << 6);
  const count = min(integer(block, 2) - (begin << 4), (end - begin) << 4);
  const table = address(block, 3);
  switch (integer(block, 4)) {
    case 0: return vectors(0, x, y, count, table);
    case 1: return vectors(1, x, y, count, table);
    case 2: return vectors(2, x, y, count, table);
    case 3: return vectors(3, x, y, count, table);
    case 4: return vectors(4, x, y, count, table);
    case 5: return vectors(5, x, y, count, table);
    case 6: return vectors(6, x, y, count, table);
    case 7: return vectors(7, x, y, count, table);
    case 8: return vectors(8, x, y, count, table);
    case 9: return vectors(9, x, y, count, table);
    case 10: return vectors(10, x, y, count, table);
    case 11: return vectors(11, x, y, count, table);
    default: return vectors(12, x, y, count, table);
  }
}
