import { combine, identity, leave, Max, Sum, watch } from './combine';
import { Fused, touchedAfter } from './slots';

// The windows that matter most, in one pass and in registers. Rows have at least as many columns as the kernels want
// (src/variants/pool/first/fused.ts); the last vector of a row overlaps the one before it, so none is partial.
//
// Two short rows side by side are streams that break off before the processor has learned to fetch them in time. So a row of
// 2×2 windows touches, one after the other, the lines that some later row will read: `ahead` is where those start. What was
// touched goes into a sum that ends in scratch memory, because a load that nobody wants may be left out.

/** Combines each even column of eight with the odd one after it. */
@inline
function apart<T>(low: v128, high: v128): v128 {
  return combine<T>(v128.shuffle<f32>(low, high, 0, 2, 4, 6), v128.shuffle<f32>(low, high, 1, 3, 5, 7));
}

/** Combines each four neighbours of sixteen. */
@inline
function apartByFour<T>(a: v128, b: v128, c: v128, e: v128): v128 {
  const ab = combine<T>(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7));
  const ce = combine<T>(v128.shuffle<f32>(c, e, 0, 4, 1, 5), v128.shuffle<f32>(c, e, 2, 6, 3, 7));
  return combine<T>(v128.shuffle<f32>(ab, ce, 0, 1, 4, 5), v128.shuffle<f32>(ab, ce, 2, 3, 6, 7));
}

/** Four windows of 2×2. */
@inline
function two<T>(seen: v128, p: usize, q: usize, to: usize, factor: v128, divisors: usize): v128 {
  const a = v128.load(p);
  const b = v128.load(p, 16);
  const c = v128.load(q);
  const e = v128.load(q, 16);
  v128.store(to, leave<T>(apart<T>(combine<T>(a, c), combine<T>(b, e)), factor, divisors));
  return watch<T>(seen, f32x4.add(f32x4.add(a, b), f32x4.add(c, e)));
}

/** Four windows of 4 columns. */
@inline
function four<T>(seen: v128, p: usize, to: usize, factor: v128, divisors: usize): v128 {
  const a = v128.load(p);
  const b = v128.load(p, 16);
  const c = v128.load(p, 32);
  const e = v128.load(p, 48);
  v128.store(to, leave<T>(apartByFour<T>(a, b, c, e), factor, divisors));
  return watch<T>(seen, f32x4.add(f32x4.add(a, b), f32x4.add(c, e)));
}

/** Windows of `size` = stride = 2 columns and any rows, or of 4 columns of one row. None is clipped. */
function foldApart<T>(
  rows: i32,
  from: usize,
  fromStep: usize,
  to: usize,
  toStep: usize,
  columns: i32,
  size: i32,
  depthCount: i32,
  depthStep: usize,
  heightCount: i32,
  heightStep: usize,
  ahead: usize,
  seenAt: usize,
  divisors: usize,
  divisor: f32,
): void {
  const factor = f32x4.splat(divisor);
  const last = (<usize>columns - 4) << 2;
  let seen = v128.load(seenAt);
  let touched: i32 = 0;
  for (; rows > 0; rows--, from += fromStep, ahead += fromStep, to += toStep) {
    const end = to + last;
    if (size == 2 && depthCount == 1 && heightCount == 2) {
      let p = from;
      let t = to;
      let by = divisors;
      for (let line = ahead; t < end; t += 16, p += 32, by += 16, line += 64) {
        touched += load<i32>(line);
        seen = two<T>(seen, p, p + heightStep, t, factor, by);
      }
      p = from + (last << 1);
      seen = two<T>(seen, p, p + heightStep, end, factor, divisors + last);
    } else if (size == 4) {
      let p = from;
      let by = divisors;
      for (let t = to; t < end; t += 16, p += 64, by += 16) seen = four<T>(seen, p, t, factor, by);
      seen = four<T>(seen, from + (last << 2), end, factor, divisors + last);
    } else {
      for (let at: usize = 0; ; ) {
        let slice = from + (at << 1);
        let r0 = identity<T>();
        let r1 = r0;
        for (let d = 0; d < depthCount; d++, slice += depthStep) {
          let row = slice;
          for (let h = 0; h < heightCount; h++, row += heightStep) {
            const a = v128.load(row);
            const b = v128.load(row, 16);
            seen = watch<T>(seen, f32x4.add(a, b));
            r0 = combine<T>(r0, a);
            r1 = combine<T>(r1, b);
          }
        }
        v128.store(to + at, leave<T>(apart<T>(r0, r1), factor, divisors + at));
        if (at == last) break;
        at = min(at + 16, last);
      }
    }
  }
  store<i32>(seenAt, touched, touchedAfter);
  v128.store(seenAt, seen);
}

/** Three rows combined. */
@inline
function three<T>(a: usize, b: usize, c: usize): v128 {
  return combine<T>(combine<T>(v128.load(a), v128.load(b)), v128.load(c));
}

/** 3 columns at stride 1, padded by one on both sides, of the three rows `a`, `b` and `c`. */
function foldThree<T>(
  rows: i32,
  fromA: usize,
  fromB: usize,
  fromC: usize,
  fromStep: usize,
  to: usize,
  toStep: usize,
  columns: i32,
  seenAt: usize,
  divisors: usize,
  divisor: f32,
): void {
  const factor = f32x4.splat(divisor);
  const last = (<usize>columns - 4) << 2;
  let seen = v128.load(seenAt);
  for (; rows > 0; rows--, fromA += fromStep, fromB += fromStep, fromC += fromStep, to += toStep) {
    const a = fromA;
    const b = fromB;
    const c = fromC;
    let before = identity<T>();
    let here = three<T>(a, b, c);
    seen = watch<T>(seen, f32x4.add(f32x4.add(v128.load(a), v128.load(b)), v128.load(c)));
    for (let at: usize = 0; at < last; ) {
      // The last of these overlaps, and makes a wrong fourth result, which is written again below.
      const next = min(at + 16, last);
      const x = v128.load(a + next);
      const y = v128.load(b + next);
      const z = v128.load(c + next);
      seen = watch<T>(seen, f32x4.add(f32x4.add(x, y), z));
      const after = combine<T>(combine<T>(x, y), z);
      const sides = combine<T>(v128.shuffle<f32>(before, here, 3, 4, 5, 6), v128.shuffle<f32>(here, after, 1, 2, 3, 4));
      v128.store(to + at, leave<T>(combine<T>(sides, here), factor, divisors + at));
      before = here;
      here = after;
      at += 16;
    }
    before = three<T>(a + last - 16, b + last - 16, c + last - 16);
    const sides = combine<T>(
      v128.shuffle<f32>(before, here, 3, 4, 5, 6),
      v128.shuffle<f32>(here, identity<T>(), 1, 2, 3, 4),
    );
    v128.store(to + last, leave<T>(combine<T>(sides, here), factor, divisors + last));
  }
  v128.store(seenAt, seen);
}

/** 3 columns at stride 2, padded by one on the left, and on the right where `isOdd`. */
function foldThreeByTwo<T>(
  rows: i32,
  fromA: usize,
  fromB: usize,
  fromC: usize,
  fromStep: usize,
  to: usize,
  toStep: usize,
  columns: i32,
  isOdd: bool,
  seenAt: usize,
  divisors: usize,
  divisor: f32,
): void {
  const factor = f32x4.splat(divisor);
  const last = (<usize>columns - 4) << 2;
  let seen = v128.load(seenAt);
  for (; rows > 0; rows--, fromA += fromStep, fromB += fromStep, fromC += fromStep, to += toStep) {
    let a = fromA;
    let b = fromB;
    let c = fromC;
    let before = identity<T>();
    for (let at: usize = 0; at < last; at += 16, a += 32, b += 32, c += 32) {
      const a0 = v128.load(a);
      const b0 = v128.load(b);
      const c0 = v128.load(c);
      const a1 = v128.load(a, 16);
      const b1 = v128.load(b, 16);
      const c1 = v128.load(c, 16);
      seen = watch<T>(seen, f32x4.add(f32x4.add(f32x4.add(a0, b0), c0), f32x4.add(f32x4.add(a1, b1), c1)));
      const low = combine<T>(combine<T>(a0, b0), c0);
      const high = combine<T>(combine<T>(a1, b1), c1);
      const even = v128.shuffle<f32>(low, high, 0, 2, 4, 6);
      const odd = v128.shuffle<f32>(low, high, 1, 3, 5, 7);
      const all = combine<T>(combine<T>(even, odd), v128.shuffle<f32>(before, odd, 3, 4, 5, 6));
      v128.store(to + at, leave<T>(all, factor, divisors + at));
      before = odd;
    }
    // Back from the last vector to where four results end.
    const back = ((last + 15) & -16) - last;
    const at = (<usize>0) - 2 * back;
    before = three<T>(a + at - 16, b + at - 16, c + at - 16);
    const a0 = v128.load(a + at);
    const b0 = v128.load(b + at);
    const c0 = v128.load(c + at);
    const end = at + (isOdd ? 12 : 16);
    const a1 = v128.load(a + end);
    const b1 = v128.load(b + end);
    const c1 = v128.load(c + end);
    seen = watch<T>(seen, f32x4.add(f32x4.add(f32x4.add(a0, b0), c0), f32x4.add(f32x4.add(a1, b1), c1)));
    const low = combine<T>(combine<T>(a0, b0), c0);
    let high = combine<T>(combine<T>(a1, b1), c1);
    if (isOdd) high = v128.shuffle<f32>(high, identity<T>(), 1, 2, 3, 4);
    const even = v128.shuffle<f32>(low, high, 0, 2, 4, 6);
    const odd = v128.shuffle<f32>(low, high, 1, 3, 5, 7);
    const all = combine<T>(combine<T>(even, odd), v128.shuffle<f32>(before, odd, 3, 4, 5, 6));
    v128.store(to + last, leave<T>(all, factor, divisors + last));
  }
  v128.store(seenAt, seen);
}

/**
 * Rows of a strip, from the first column of the first input row (at `window`) on; see `foldStrip`. The windows of several rows
 * are alike, and none of their rows is clipped.
 */
@inline
export function foldFused(
  isSum: bool,
  fused: i32,
  rows: i32,
  window: usize,
  windowStep: usize,
  depthCount: i32,
  depthStep: usize,
  heightCount: i32,
  heightStep: usize,
  nothing: usize,
  isOdd: bool,
  to: usize,
  toStep: usize,
  columns: i32,
  ahead: usize,
  seen: usize,
  divisors: usize,
  divisor: f32,
): void {
  if (fused < Fused.Three) {
    const size = fused == Fused.Two ? 2 : 4;
    if (isSum) {
      foldApart<Sum>(
        rows, window, windowStep, to, toStep, columns, size, depthCount, depthStep, heightCount, heightStep, ahead, seen,
        divisors, divisor,
      );
    } else {
      foldApart<Max>(
        rows, window, windowStep, to, toStep, columns, size, depthCount, depthStep, heightCount, heightStep, ahead, seen,
        divisors, divisor,
      );
    }
    return;
  }
  const b = heightCount > 1 ? window + heightStep : nothing;
  const c = heightCount > 2 ? b + heightStep : nothing;
  if (fused == Fused.Three) {
    if (isSum) foldThree<Sum>(rows, window, b, c, windowStep, to, toStep, columns, seen, divisors, divisor);
    else foldThree<Max>(rows, window, b, c, windowStep, to, toStep, columns, seen, divisors, divisor);
  } else if (isSum) {
    foldThreeByTwo<Sum>(rows, window, b, c, windowStep, to, toStep, columns, isOdd, seen, divisors, divisor);
  } else foldThreeByTwo<Max>(rows, window, b, c, windowStep, to, toStep, columns, isOdd, seen, divisors, divisor);
}
