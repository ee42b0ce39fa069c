// Copies that convert, contiguous to contiguous.
import { address, integer } from '../../arguments';

/** Whether a float is so large that its conversion to i32 does not fit: then it wraps around. */
@inline
function isLarge(x: v128): v128 {
  return f32x4.ge(f32x4.abs(x), f32x4.splat(2147483648));
}

/** A float truncated to i32, with what does not fit wrapped around. From 2^63 on the lowest 32 bits of a float are 0. */
@inline
function wrap(x: f32): i32 {
  return abs(x) < <f32>9223372036854775808.0 ? <i32>(<i64>x) : 0;
}

/** Four floats truncated to i32; NaN and infinities become 0. */
function truncate(x: v128): v128 {
  let result = i32x4.trunc_sat_f32x4_s(x);
  if (v128.any_true(isLarge(x))) {
    result = i32x4.replace_lane(result, 0, wrap(f32x4.extract_lane(x, 0)));
    result = i32x4.replace_lane(result, 1, wrap(f32x4.extract_lane(x, 1)));
    result = i32x4.replace_lane(result, 2, wrap(f32x4.extract_lane(x, 2)));
    result = i32x4.replace_lane(result, 3, wrap(f32x4.extract_lane(x, 3)));
  }
  return result;
}

/** Four bytes in the lowest lane as four i32. */
@inline
function widen(bytes: v128): v128 {
  return i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(bytes));
}

/** The lowest bytes of four i32, in the lowest lane. */
@inline
function narrow(x: v128): v128 {
  const low = v128.and(x, i32x4.splat(255));
  const halves = i16x8.narrow_i32x4_u(low, low);
  return i8x16.narrow_i16x8_u(halves, halves);
}

/** Conversion `fn` of four elements, which are in the lowest lane if they are bytes. */
@inline
function apply(fn: i32, x: v128): v128 {
  switch (fn) {
    case 0: return f32x4.convert_i32x4_s(widen(x));
    case 1: return widen(x);
    case 2: return f32x4.convert_i32x4_s(x);
    case 3: return truncate(x);
    case 4: return narrow(truncate(x));
    default: return narrow(v128.and(f32x4.ne(x, f32x4.splat(0)), i32x4.splat(1)));
  }
}

@inline
function elements(fn: i32, x: usize, y: usize, count: i32): void {
  const fromShift: usize = fn < 2 ? 0 : 2;
  const toShift: usize = fn < 4 ? 2 : 0;
  let at: usize = 0;
  const size = <usize>count;
  for (; at + 4 <= size; at += 4) {
    const p = x + (at << fromShift);
    const value = apply(fn, fn < 2 ? v128.load32_zero(p) : v128.load(p));
    if (fn < 4) v128.store(y + (at << toShift), value);
    else v128.store32_lane(y + (at << toShift), value, 0);
  }
  for (; at < size; at++) {
    const p = x + (at << fromShift);
    const value = apply(fn, fn < 2 ? v128.load8_splat(p) : v128.load32_splat(p));
    if (fn < 4) v128.store32_lane(y + (at << toShift), value, 0);
    else v128.store8_lane(y + (at << toShift), value, 0);
  }
}

/** Conversion of elements. Slots: 0 x; 1 y; 2 how many; 3 fn, see src/variants/elementwise/copy.ts. A unit is 64 elements. */
export function convert(block: usize, begin: i32, end: i32, _scratch: usize): void {
  const fn = integer(block, 3);
  const start = <usize>begin << 6;
  const x = address(block, 0) + (start << (fn < 2 ? 0 : 2));
  const y = address(block, 1) + (start << (fn < 4 ? 2 : 0));
  const count = min(integer(block, 2) - (begin << 6), (end - begin) << 6);
  switch (fn) {
    case 0: return elements(0, x, y, count);
    case 1: return elements(1, x, y, count);
    case 2: return elements(2, x, y, count);
    case 3: return elements(3, x, y, count);
    case 4: return elements(4, x, y, count);
    default: return elements(5, x, y, count);
  }
}
