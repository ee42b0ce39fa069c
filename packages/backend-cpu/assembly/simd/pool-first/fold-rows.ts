import { combine, highHalf, identity, loadUpTo4, lowHalf, narrow, watch } from './combine';

/**
 * Combines the rows of a window, column by column; of sums only a few.
 *
 * @param from The first column to be read, in the first row of the window.
 * @param to Where the result goes: it is written in whole vectors.
 * @param seenAt The place of the sum that {@link watch} keeps.
 */
export function foldRows<T>(
  from: usize,
  depthCount: i32,
  depthStep: usize,
  heightCount: i32,
  heightStep: usize,
  to: usize,
  columns: i32,
  seenAt: usize,
): void {
  let seen = v128.load(seenAt);
  for (; columns >= 16; columns -= 16, from += 64, to += 64) {
    let r0 = identity<T>();
    let r1 = r0;
    let r2 = r0;
    let r3 = r0;
    for (let d = 0, slice = from; d < depthCount; d++, slice += depthStep) {
      for (let h = 0, row = slice; h < heightCount; h++, row += heightStep) {
        const a = v128.load(row);
        const b = v128.load(row, 16);
        const c = v128.load(row, 32);
        const e = v128.load(row, 48);
        seen = watch<T>(seen, f32x4.add(f32x4.add(a, b), f32x4.add(c, e)));
        r0 = combine<T>(r0, a);
        r1 = combine<T>(r1, b);
        r2 = combine<T>(r2, c);
        r3 = combine<T>(r3, e);
      }
    }
    v128.store(to, r0);
    v128.store(to, r1, 16);
    v128.store(to, r2, 32);
    v128.store(to, r3, 48);
  }
  for (; columns > 0; columns -= 4, from += 16, to += 16) {
    let result = identity<T>();
    for (let d = 0, slice = from; d < depthCount; d++, slice += depthStep) {
      for (let h = 0, row = slice; h < heightCount; h++, row += heightStep) {
        const a = loadUpTo4(row, columns);
        seen = watch<T>(seen, a);
        result = combine<T>(result, a);
      }
    }
    v128.store(to, result);
  }
  v128.store(seenAt, seen);
}

/** As {@link foldRows}, sums of many: up to four elements are added as f32, and such sums as f64. */
export function sumRows(
  from: usize,
  depthCount: i32,
  depthStep: usize,
  heightCount: i32,
  heightStep: usize,
  to: usize,
  columns: i32,
): void {
  for (; columns > 0; columns -= 4, from += 16, to += 16) {
    let low = f64x2.splat(0);
    let high = low;
    for (let d = 0, slice = from; d < depthCount; d++, slice += depthStep) {
      for (let h = heightCount, row = slice; h > 0; ) {
        let sum = loadUpTo4(row, columns);
        row += heightStep;
        for (let four = min(h, 4) - 1; four > 0; four--, row += heightStep) {
          sum = f32x4.add(sum, loadUpTo4(row, columns));
        }
        h -= 4;
        low = f64x2.add(low, lowHalf(sum));
        high = f64x2.add(high, highHalf(sum));
      }
    }
    v128.store(to, narrow(low, high));
  }
}
