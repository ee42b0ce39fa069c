// Softmax and its logarithm of f32. Exponentials are summed in f64.
import { address, integer } from '../../arguments';
import { exp, log } from '../math';

/** Up to four elements, with −∞ for those that are missing. */
@inline
function loadSome(at: usize, count: i32): v128 {
  if (count >= 4) return v128.load(at);
  let value = v128.load32_lane(at, f32x4.splat(-Infinity), 0);
  if (count > 1) value = v128.load32_lane(at + 4, value, 1);
  if (count > 2) value = v128.load32_lane(at + 8, value, 2);
  return value;
}

/** Stores up to four elements. */
@inline
function storeSome(at: usize, value: v128, count: i32): void {
  if (count >= 4) {
    v128.store(at, value);
    return;
  }
  v128.store32_lane(at, value, 0);
  if (count > 1) v128.store32_lane(at + 4, value, 1);
  if (count > 2) v128.store32_lane(at + 8, value, 2);
}

/** Along the innermost axis. A unit is a row. Slots: 0 x; 1 y; 2 elements of a row; 3 whether the logarithm is wanted; 4 constants. */
export function softmax_rows(block: usize, begin: i32, end: i32, _scratch: usize): void {
  const length = integer(block, 2);
  const isLog = integer(block, 3);
  const table = address(block, 4);
  for (let row = begin; row < end; row++) {
    const x = address(block, 0) + ((<usize>row * <usize>length) << 2);
    const y = address(block, 1) + ((<usize>row * <usize>length) << 2);
    let largest = f32x4.splat(-Infinity);
    for (let i = 0; i < length; i += 4) {
      largest = f32x4.pmax(largest, loadSome(x + ((<usize>i) << 2), length - i));
    }
    largest = f32x4.pmax(largest, i64x2.shuffle(largest, largest, 1, 0));
    largest = f32x4.pmax(largest, i32x4.shuffle(largest, largest, 1, 0, 3, 2));
    let sum = f64x2.splat(0);
    for (let i = 0; i < length; i += 4) {
      const power = exp(f32x4.sub(loadSome(x + ((<usize>i) << 2), length - i), largest), table);
      if (!isLog) storeSome(y + ((<usize>i) << 2), power, length - i);
      sum = f64x2.add(sum, f64x2.promote_low_f32x4(power));
      sum = f64x2.add(sum, f64x2.promote_low_f32x4(i64x2.shuffle(power, power, 1, 0)));
    }
    const total = f32x4.splat(<f32>(f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1)));
    if (isLog) {
      const logarithm = log(total, table);
      for (let i = 0; i < length; i += 4) {
        const at = (<usize>i) << 2;
        const value = f32x4.sub(loadSome(x + at, length - i), largest);
        storeSome(y + at, f32x4.sub(value, logarithm), length - i);
      }
    } else {
      for (let i = 0; i < length; i += 4) {
        const at = y + ((<usize>i) << 2);
        storeSome(at, f32x4.div(loadSome(at, length - i), total), length - i);
      }
    }
  }
}

/**
 * Along another axis. A unit is four neighbours of the innermost one. Slots as in `softmax_rows`, 2 being the elements along the
 * axis, and 5 how many there are behind it.
 */
export function softmax_lanes(block: usize, begin: i32, end: i32, _scratch: usize): void {
  const length = integer(block, 2);
  const isLog = integer(block, 3);
  const table = address(block, 4);
  const inner = integer(block, 5);
  const blocks = (inner + 3) >> 2;
  const step = <usize>inner << 2;
  for (let unit = begin; unit < end; unit++) {
    const plane = unit / blocks;
    const lane = (unit - plane * blocks) << 2;
    const count = inner - lane;
    const start = (<usize>plane * <usize>length * <usize>inner + <usize>lane) << 2;
    const x = address(block, 0) + start;
    const y = address(block, 1) + start;
    const bytes = <usize>length * step;
    let largest = f32x4.splat(-Infinity);
    for (let at: usize = 0; at < bytes; at += step) largest = f32x4.pmax(largest, loadSome(x + at, count));
    let low = f64x2.splat(0);
    let high = f64x2.splat(0);
    for (let at: usize = 0; at < bytes; at += step) {
      const power = exp(f32x4.sub(loadSome(x + at, count), largest), table);
      if (!isLog) storeSome(y + at, power, count);
      low = f64x2.add(low, f64x2.promote_low_f32x4(power));
      high = f64x2.add(high, f64x2.promote_low_f32x4(i64x2.shuffle(power, power, 1, 0)));
    }
    const total = i64x2.shuffle(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
    if (isLog) {
      const logarithm = log(total, table);
      for (let at: usize = 0; at < bytes; at += step) {
        storeSome(y + at, f32x4.sub(f32x4.sub(loadSome(x + at, count), largest), logarithm), count);
      }
    } else {
      for (let at: usize = 0; at < bytes; at += step) {
        storeSome(y + at, f32x4.div(loadSome(y + at, count), total), count);
      }
    }
  }
}
