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

/**
 * Softmax or its logarithm. Along the innermost axis, a unit is a row; along another, four neighbours of the innermost one,
 * each in a lane of its own. Slots: 0 x; 1 y; 2 elements along the axis; 3 whether the logarithm is wanted; 4 constants; 5 how
 * many elements there are behind the axis.
 */
export function softmax(block: usize, begin: i32, end: i32, _scratch: usize): void {
  const length = integer(block, 2);
  const isLog = integer(block, 3);
  const table = address(block, 4);
  const inner = integer(block, 5);
  const isRow = inner == 1;
  const blocks = (inner + 3) >> 2;
  const step: usize = isRow ? 16 : <usize>inner << 2;
  const bytes = (<usize>length * <usize>inner) << 2;
  for (let unit = begin; unit < end; unit++) {
    const plane = unit / blocks;
    const lane = (unit - plane * blocks) << 2;
    const start = <usize>plane * bytes + (<usize>lane << 2);
    const x = address(block, 0) + start;
    const y = address(block, 1) + start;
    // How many lanes the first vector fills, and how many fewer each one after it.
    const first = isRow ? length : inner - lane;
    const fewer = isRow ? 4 : 0;
    let largest = f32x4.splat(-Infinity);
    for (let at: usize = 0, count = first; at < bytes; at += step, count -= fewer) {
      largest = f32x4.pmax(largest, loadSome(x + at, count));
    }
    if (isRow) {
      largest = f32x4.pmax(largest, i64x2.shuffle(largest, largest, 1, 0));
      largest = f32x4.pmax(largest, i32x4.shuffle(largest, largest, 1, 0, 3, 2));
    }
    let low = f64x2.splat(0);
    let high = f64x2.splat(0);
    for (let at: usize = 0, count = first; at < bytes; at += step, count -= fewer) {
      const power = exp(f32x4.sub(loadSome(x + at, count), largest), table);
      if (!isLog) storeSome(y + at, power, count);
      low = f64x2.add(low, f64x2.promote_low_f32x4(power));
      high = f64x2.add(high, f64x2.promote_low_f32x4(i64x2.shuffle(power, power, 1, 0)));
    }
    if (isRow) {
      low = f64x2.add(low, high);
      low = f64x2.add(low, i64x2.shuffle(low, low, 1, 0));
      high = low;
    }
    const total = i64x2.shuffle(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
    const logarithm = isLog ? log(total, table) : total;
    for (let at: usize = 0, count = first; at < bytes; at += step, count -= fewer) {
      const result = isLog
        ? f32x4.sub(f32x4.sub(loadSome(x + at, count), largest), logarithm)
        : f32x4.div(loadSome(y + at, count), total);
      storeSome(y + at, result, count);
    }
  }
}
