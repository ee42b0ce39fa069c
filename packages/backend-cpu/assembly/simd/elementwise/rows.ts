// Functions of up to three inputs, copies and fills, row by row. A row is a run in which each input either advances with
// the output or stands still; one that stands still is spread over 64 bytes of scratch, from which every vector of the row
// reads, so that there is one loop per function whatever is broadcast.
import { address, integer } from '../../arguments';
import { exp, log, relu, sigmoid, tanh } from '../math';

/** From so many bytes on, the engine's own copy and fill are faster, in spite of the call. */
const longRow: usize = 512;

// Function numbers, which src/variants/elementwise knows too. They are in groups, whose loops differ; a group is a type
// parameter, because the compiler does not see what is constant in a function that has all of them.
/** Copies and fills. */
const COPY: i32 = 0;
const WHERE: i32 = 17;
const FROM_BYTES: i32 = 18;

/** 1 to 16: functions of two inputs. */
type Two = i8;
/** 17 and 18: those that have a third input, of bytes. */
type OfBytes = v128;
/** 19 to 28: those of one input that are quick to compute. */
type One = i16;
const FIRST_ONE: i32 = 19;
/** 29 to 32: those that are slow. */
type Slow = i32;
const FIRST_SLOW: i32 = 29;
/** 33 to 36: those that give bool. */
type Comparison = i64;
const FIRST_COMPARISON: i32 = 33;

@inline
function isGroup<T, Wanted>(): bool {
  return sizeof<T>() == sizeof<Wanted>();
}

@inline
function two(fn: i32, a: v128, b: v128): v128 {
  switch (fn) {
    case 1: return f32x4.add(a, b);
    case 2: return f32x4.sub(a, b);
    case 3: return f32x4.mul(a, b);
    case 4: return f32x4.div(a, b);
    // pmax(a, b) is a < b ? b : a, so that NaN in either input is in one of the two.
    case 5: return v128.or(f32x4.pmax(a, b), f32x4.pmax(b, a));
    case 6: return v128.or(f32x4.pmin(a, b), f32x4.pmin(b, a));
    case 7: return v128.andnot(a, f32x4.le(b, f32x4.splat(0)));
    case 8: return f32x4.mul(a, f32x4.mul(b, f32x4.sub(f32x4.splat(1), b)));
    case 9: return f32x4.mul(a, f32x4.mul(f32x4.sub(f32x4.splat(1), b), f32x4.add(f32x4.splat(1), b)));
    case 10: return i32x4.add(a, b);
    case 11: return i32x4.sub(a, b);
    case 12: return i32x4.mul(a, b);
    case 13: return i32x4.max_s(a, b);
    case 14: return i32x4.min_s(a, b);
    case 15: return i8x16.max_u(a, b);
    default: return i8x16.min_u(a, b);
  }
}

@inline
function one(fn: i32, a: v128): v128 {
  switch (fn) {
    case 19: return f32x4.neg(a);
    case 20: return f32x4.abs(a);
    case 21: {
      const positive = v128.and(f32x4.gt(a, f32x4.splat(0)), f32x4.splat(1));
      const negative = v128.and(f32x4.lt(a, f32x4.splat(0)), f32x4.splat(1));
      return v128.or(f32x4.sub(positive, negative), f32x4.ne(a, a));
    }
    case 22: return f32x4.sqrt(a);
    case 23: return f32x4.div(f32x4.splat(1), a);
    case 24: return relu(a);
    case 25: return f32x4.floor(a);
    case 26: return f32x4.ceil(a);
    case 27: return f32x4.nearest(a);
    default: return f32x4.convert_i32x4_s(a);
  }
}

@inline
function slow(fn: i32, a: v128, constants: usize): v128 {
  switch (fn) {
    case 29: return exp(a, constants);
    case 30: return sigmoid(a, constants);
    case 31: return tanh(a, constants);
    default: return log(a, constants);
  }
}

/** All bits of what is true. */
@inline
function comparison(fn: i32, a: v128, b: v128): v128 {
  switch (fn) {
    case 33: return f32x4.eq(a, b);
    case 34: return f32x4.ne(a, b);
    case 35: return f32x4.lt(a, b);
    default: return f32x4.le(a, b);
  }
}

/** Four bytes as integers. */
@inline
function widen(from: usize): v128 {
  return i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(from)));
}

/** How many bytes of the inputs a step of a row takes: what is quick to compute, several vectors at a time. */
@inline
function stepOf<T>(): usize {
  return isGroup<T, Comparison>() ? 64 : isGroup<T, Two>() || isGroup<T, One>() ? 32 : 16;
}

/** A row of function `fn`, of at least one step. The masks are 0 for an input that stands still, else −1. */
@inline
function vectors<T>(
  fn: i32,
  a: usize,
  maskA: usize,
  b: usize,
  maskB: usize,
  c: usize,
  maskC: usize,
  y: usize,
  bytes: usize,
  constants: usize,
): void {
  const last = bytes - stepOf<T>();
  let at: usize = 0;
  for (;;) {
    const p = a + (at & maskA);
    const q = b + (at & maskB);
    if (isGroup<T, Two>()) {
      v128.store(y + at, two(fn, v128.load(p), v128.load(q)));
      v128.store(y + at, two(fn, v128.load(p, 16), v128.load(q, 16)), 16);
    } else if (isGroup<T, OfBytes>()) {
      const r = widen(c + ((at >> 2) & maskC));
      if (fn == FROM_BYTES) v128.store(y + at, f32x4.convert_i32x4_s(r));
      else v128.store(y + at, v128.bitselect(v128.load(q), v128.load(p), i32x4.eq(r, i32x4.splat(0))));
    } else if (isGroup<T, One>()) {
      v128.store(y + at, one(fn, v128.load(p)));
      v128.store(y + at, one(fn, v128.load(p, 16)), 16);
    } else if (isGroup<T, Slow>()) {
      v128.store(y + at, slow(fn, v128.load(p), constants));
    } else {
      // Four masks of four elements as 16 elements of bool.
      const first = comparison(fn, v128.load(p), v128.load(q));
      const second = comparison(fn, v128.load(p, 16), v128.load(q, 16));
      const third = comparison(fn, v128.load(p, 32), v128.load(q, 32));
      const fourth = comparison(fn, v128.load(p, 48), v128.load(q, 48));
      const low = i16x8.narrow_i32x4_s(first, second);
      const masks = i8x16.narrow_i16x8_s(low, i16x8.narrow_i32x4_s(third, fourth));
      v128.store(y + (at >> 2), v128.and(masks, i8x16.splat(1)));
    }
    at += stepOf<T>();
    if (at > last) {
      // The last step overlaps the one before it.
      if (at == bytes) break;
      at = last;
    }
  }
}

// A row of a function of each group; each function has a loop of its own.

function twoRow(
  fn: i32,
  a: usize,
  maskA: usize,
  b: usize,
  maskB: usize,
  c: usize,
  maskC: usize,
  y: usize,
  bytes: usize,
  constants: usize,
): void {
  switch (fn) {
    case 1: return vectors<Two>(1, a, maskA, b, maskB, c, maskC, y, bytes, constants);
    case 2: return vectors<Two>(2, a, maskA, b, maskB, c, maskC, y, bytes, constants);
    case 3: return vectors<Two>(3, a, maskA, b, maskB, c, maskC, y, bytes, constants);
    case 4: return vectors<Two>(4, a, maskA, b, maskB, c, maskC, y, bytes, constants);
    case 5: return vectors<Two>(5, a, maskA, b, maskB, c, maskC, y, bytes, constants);
    case 6: return vectors<Two>(6, a, maskA, b, maskB, c, maskC, y, bytes, constants);
    case 7: return vectors<Two>(7, a, maskA, b, maskB, c, maskC, y, bytes, constants);
    case 8: return vectors<Two>(8, a, maskA, b, maskB, c, maskC, y, bytes, constants);
    case 9: return vectors<Two>(9, a, maskA, b, maskB, c, maskC, y, bytes, constants);
    case 10: return vectors<Two>(10, a, maskA, b, maskB, c, maskC, y, bytes, constants);
    case 11: return vectors<Two>(11, a, maskA, b, maskB, c, maskC, y, bytes, constants);
    case 12: return vectors<Two>(12, a, maskA, b, maskB, c, maskC, y, bytes, constants);
    case 13: return vectors<Two>(13, a, maskA, b, maskB, c, maskC, y, bytes, constants);
    case 14: return vectors<Two>(14, a, maskA, b, maskB, c, maskC, y, bytes, constants);
    case 15: return vectors<Two>(15, a, maskA, b, maskB, c, maskC, y, bytes, constants);
    default: return vectors<Two>(16, a, maskA, b, maskB, c, maskC, y, bytes, constants);
  }
}

function bytesRow(
  fn: i32,
  a: usize,
  maskA: usize,
  b: usize,
  maskB: usize,
  c: usize,
  maskC: usize,
  y: usize,
  bytes: usize,
  constants: usize,
): void {
  switch (fn) {
    case 17: return vectors<OfBytes>(17, a, maskA, b, maskB, c, maskC, y, bytes, constants);
    default: return vectors<OfBytes>(18, a, maskA, b, maskB, c, maskC, y, bytes, constants);
  }
}

function oneRow(
  fn: i32,
  a: usize,
  maskA: usize,
  b: usize,
  maskB: usize,
  c: usize,
  maskC: usize,
  y: usize,
  bytes: usize,
  constants: usize,
): void {
  switch (fn) {
    case 19: return vectors<One>(19, a, maskA, b, maskB, c, maskC, y, bytes, constants);
    case 20: return vectors<One>(20, a, maskA, b, maskB, c, maskC, y, bytes, constants);
    case 21: return vectors<One>(21, a, maskA, b, maskB, c, maskC, y, bytes, constants);
    case 22: return vectors<One>(22, a, maskA, b, maskB, c, maskC, y, bytes, constants);
    case 23: return vectors<One>(23, a, maskA, b, maskB, c, maskC, y, bytes, constants);
    case 24: return vectors<One>(24, a, maskA, b, maskB, c, maskC, y, bytes, constants);
    case 25: return vectors<One>(25, a, maskA, b, maskB, c, maskC, y, bytes, constants);
    case 26: return vectors<One>(26, a, maskA, b, maskB, c, maskC, y, bytes, constants);
    case 27: return vectors<One>(27, a, maskA, b, maskB, c, maskC, y, bytes, constants);
    default: return vectors<One>(28, a, maskA, b, maskB, c, maskC, y, bytes, constants);
  }
}

function slowRow(
  fn: i32,
  a: usize,
  maskA: usize,
  b: usize,
  maskB: usize,
  c: usize,
  maskC: usize,
  y: usize,
  bytes: usize,
  constants: usize,
): void {
  switch (fn) {
    case 29: return vectors<Slow>(29, a, maskA, b, maskB, c, maskC, y, bytes, constants);
    case 30: return vectors<Slow>(30, a, maskA, b, maskB, c, maskC, y, bytes, constants);
    case 31: return vectors<Slow>(31, a, maskA, b, maskB, c, maskC, y, bytes, constants);
    default: return vectors<Slow>(32, a, maskA, b, maskB, c, maskC, y, bytes, constants);
  }
}

function comparisonRow(
  fn: i32,
  a: usize,
  maskA: usize,
  b: usize,
  maskB: usize,
  c: usize,
  maskC: usize,
  y: usize,
  bytes: usize,
  constants: usize,
): void {
  switch (fn) {
    case 33: return vectors<Comparison>(33, a, maskA, b, maskB, c, maskC, y, bytes, constants);
    case 34: return vectors<Comparison>(34, a, maskA, b, maskB, c, maskC, y, bytes, constants);
    case 35: return vectors<Comparison>(35, a, maskA, b, maskB, c, maskC, y, bytes, constants);
    default: return vectors<Comparison>(36, a, maskA, b, maskB, c, maskC, y, bytes, constants);
  }
}

function rowOf(
  fn: i32,
  a: usize,
  maskA: usize,
  b: usize,
  maskB: usize,
  c: usize,
  maskC: usize,
  y: usize,
  bytes: usize,
  constants: usize,
): void {
  if (fn < WHERE) twoRow(fn, a, maskA, b, maskB, c, maskC, y, bytes, constants);
  else if (fn < FIRST_ONE) bytesRow(fn, a, maskA, b, maskB, c, maskC, y, bytes, constants);
  else if (fn < FIRST_SLOW) oneRow(fn, a, maskA, b, maskB, c, maskC, y, bytes, constants);
  else if (fn < FIRST_COMPARISON) slowRow(fn, a, maskA, b, maskB, c, maskC, y, bytes, constants);
  else comparisonRow(fn, a, maskA, b, maskB, c, maskC, y, bytes, constants);
}

/** Copies bytes, in as few pieces as there can be, which overlap. */
function move(y: usize, x: usize, bytes: usize): void {
  if (bytes >= longRow) memory.copy(y, x, bytes);
  else if (bytes >= 16) {
    const last = bytes - 16;
    for (let at: usize = 0; at < last; at += 16) v128.store(y + at, v128.load(x + at));
    v128.store(y + last, v128.load(x + last));
  } else if (bytes >= 8) {
    const tail = load<u64>(x + bytes - 8);
    store<u64>(y, load<u64>(x));
    store<u64>(y + bytes - 8, tail);
  } else if (bytes >= 4) {
    const tail = load<u32>(x + bytes - 4);
    store<u32>(y, load<u32>(x));
    store<u32>(y + bytes - 4, tail);
  } else {
    for (let at: usize = 0; at < bytes; at++) store<u8>(y + at, load<u8>(x + at));
  }
}

/** Fills a row with an element. */
function fill(y: usize, x: usize, elementBytes: i32, bytes: usize, scratch: usize): void {
  if (elementBytes == 1 && bytes >= longRow) {
    memory.fill(y, load<u8>(x), bytes);
    return;
  }
  spread(scratch, x, elementBytes);
  for (let at: usize = 0; at < bytes; ) {
    const count = min<usize>(at == 0 ? 64 : min<usize>(at, 4096), bytes - at);
    move(y + at, at == 0 ? scratch : y, count);
    at += count;
  }
}

/** Fills 64 bytes with an element. */
function spread(y: usize, x: usize, elementBytes: i32): void {
  let value: v128;
  if (elementBytes == 1) value = v128.load8_splat(x);
  else if (elementBytes == 4) value = v128.load32_splat(x);
  else value = v128.load64_splat(x);
  v128.store(y, value);
  v128.store(y, value, 16);
  v128.store(y, value, 32);
  v128.store(y, value, 48);
}

/**
 * The operands of `rows`: slot numbers of the address, of the mask of its step along a row (0 or −1), and of its steps in
 * bytes along the three axes around a row, where an outer one takes back what the inner one advanced.
 */
const Y = 7;
const A = 12;
const B = 17;
const C = 22;

/** How far an operand has advanced at a row. */
@inline
function advance(block: usize, operand: i32, row: i32, j: i32, i: i32): usize {
  return (
    <usize>row * address(block, operand + 4) +
    <usize>j * address(block, operand + 3) +
    <usize>i * address(block, operand + 2)
  );
}

/**
 * y = fn(a, b, c) over rows, where c is of bytes. Slots: 0 fn; 1 bytes per element of a and b; 2 bytes of a row of a and b;
 * 3 units per row, of 64 bytes each, or 1; 4, 5 sizes of the two inner axes around a row; 6 the constants of math.ts; then
 * the operands y, a, b, c. Scratch: 256 bytes.
 */
export function rows(block: usize, begin: i32, end: i32, scratch: usize): void {
  const fn = integer(block, 0);
  const elementBytes = integer(block, 1);
  const rowBytes = address(block, 2);
  const unitsPerRow = integer(block, 3);
  const middle = integer(block, 4);
  const inner = integer(block, 5);
  const constants = address(block, 6);
  const maskA = address(block, A + 1);
  const maskB = address(block, B + 1);
  const maskC = address(block, C + 1);
  const shift: usize = fn >= FIRST_COMPARISON ? 2 : 0;
  const step: usize = fn >= FIRST_COMPARISON ? 64 : fn < WHERE || (fn >= FIRST_ONE && fn < FIRST_SLOW) ? 32 : 16;
  const row = begin / unitsPerRow;
  let unit = begin - row * unitsPerRow;
  let k = row % inner;
  let j = row / inner;
  const i = j / middle;
  let y = address(block, Y) + advance(block, Y, row, j, i);
  let a = address(block, A) + advance(block, A, row, j, i);
  let b = address(block, B) + advance(block, B, row, j, i);
  let c = address(block, C) + advance(block, C, row, j, i);
  j -= i * middle;
  for (let left = end - begin; left > 0; ) {
    const from = <usize>unit << 6;
    let bytes = rowBytes - from;
    const units = unitsPerRow - unit;
    if (left < units) bytes = <usize>left << 6;
    left -= units;
    unit = 0;
    let p = a + (from & maskA);
    let q = b + (from & maskB);
    let r = c + ((from >> 2) & maskC);
    const to = y + (from >> shift);
    if (fn == COPY) {
      if (maskA == 0) fill(to, p, elementBytes, bytes, scratch);
      else move(to, p, bytes);
    } else {
      const isShort = bytes < step;
      if (fn != FROM_BYTES) {
        if (maskA == 0) spread(scratch, p, elementBytes);
        else if (isShort) move(scratch, p, bytes);
        if (maskA == 0 || isShort) p = scratch;
      }
      if (fn <= WHERE || fn >= FIRST_COMPARISON) {
        if (maskB == 0) spread(scratch + 64, q, elementBytes);
        else if (isShort) move(scratch + 64, q, bytes);
        if (maskB == 0 || isShort) q = scratch + 64;
      }
      if (fn == WHERE || fn == FROM_BYTES) {
        if (maskC == 0) spread(scratch + 128, r, 1);
        else if (isShort) move(scratch + 128, r, bytes >> 2);
        if (maskC == 0 || isShort) r = scratch + 128;
      }
      if (isShort) {
        rowOf(fn, p, maskA, q, maskB, r, maskC, scratch + 192, step, constants);
        move(to, scratch + 192, bytes >> shift);
      } else rowOf(fn, p, maskA, q, maskB, r, maskC, to, bytes, constants);
    }
    y += address(block, Y + 4);
    a += address(block, A + 4);
    b += address(block, B + 4);
    c += address(block, C + 4);
    if (++k == inner) {
      k = 0;
      y += address(block, Y + 3);
      a += address(block, A + 3);
      b += address(block, B + 3);
      c += address(block, C + 3);
      if (++j == middle) {
        j = 0;
        y += address(block, Y + 2);
        a += address(block, A + 2);
        b += address(block, B + 2);
        c += address(block, C + 2);
      }
    }
  }
}
