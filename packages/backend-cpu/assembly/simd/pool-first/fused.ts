import { combine, identity, leave, Max, Sum, watch } from './combine';
import { Fused } from './slots';

// The windows that matter most, in one pass and in registers. Rows have at least as many columns as the kernels want
// (src/variants/pool/first/fused.ts); the last vector of a row overlaps the one before it, so none is partial.

/** Windows of `size` = stride = 2 or 4 columns, none of which is clipped, and of any rows. */
function foldApart<T>(
  from: usize,
  to: usize,
  columns: i32,
  size: i32,
  depthCount: i32,
  depthStep: usize,
  heightCount: i32,
  heightStep: usize,
  seenAt: usize,
  divisors: usize,
  divisor: f32,
): void {
  const factor = f32x4.splat(divisor);
  const inputShift = size == 2 ? 1 : 2;
  const last = (<usize>columns - 4) << 2;
  let seen = v128.load(seenAt);
  let at: usize = 0;
  if (size == 2 && depthCount == 1 && heightCount == 2) {
    for (;;) {
      const p = from + (at << 1);
      const q = p + heightStep;
      const a = v128.load(p);
      const b = v128.load(p, 16);
      const c = v128.load(q);
      const e = v128.load(q, 16);
      seen = watch<T>(seen, f32x4.add(f32x4.add(a, b), f32x4.add(c, e)));
      const low = combine<T>(a, c);
      const high = combine<T>(b, e);
      const all = combine<T>(v128.shuffle<f32>(low, high, 0, 2, 4, 6), v128.shuffle<f32>(low, high, 1, 3, 5, 7));
      v128.store(to + at, leave<T>(all, factor, divisors + at));
      if (at == last) break;
      at = min(at + 16, last);
    }
  } else {
    for (;;) {
      let slice = from + (at << inputShift);
      let r0 = identity<T>();
      let r1 = r0;
      let r2 = r0;
      let r3 = r0;
      for (let d = 0; d < depthCount; d++, slice += depthStep) {
        let row = slice;
        for (let h = 0; h < heightCount; h++, row += heightStep) {
          const a = v128.load(row);
          const b = v128.load(row, 16);
          seen = watch<T>(seen, f32x4.add(a, b));
          r0 = combine<T>(r0, a);
          r1 = combine<T>(r1, b);
          if (size == 4) {
            const c = v128.load(row, 32);
            const e = v128.load(row, 48);
            seen = watch<T>(seen, f32x4.add(c, e));
            r2 = combine<T>(r2, c);
            r3 = combine<T>(r3, e);
          }
        }
      }
      let all = combine<T>(v128.shuffle<f32>(r0, r1, 0, 2, 4, 6), v128.shuffle<f32>(r0, r1, 1, 3, 5, 7));
      if (size == 4) {
        const rest = combine<T>(v128.shuffle<f32>(r2, r3, 0, 2, 4, 6), v128.shuffle<f32>(r2, r3, 1, 3, 5, 7));
        all = combine<T>(v128.shuffle<f32>(all, rest, 0, 2, 4, 6), v128.shuffle<f32>(all, rest, 1, 3, 5, 7));
      }
      v128.store(to + at, leave<T>(all, factor, divisors + at));
      if (at == last) break;
      at = min(at + 16, last);
    }
  }
  v128.store(seenAt, seen);
}

/** Three rows combined. */
@inline
function three<T>(a: usize, b: usize, c: usize): v128 {
  return combine<T>(combine<T>(v128.load(a), v128.load(b)), v128.load(c));
}

/** 3 columns at stride 1, padded by one on both sides, of the three rows `a`, `b` and `c`. */
function foldThree<T>(
  a: usize,
  b: usize,
  c: usize,
  to: usize,
  columns: i32,
  seenAt: usize,
  divisors: usize,
  divisor: f32,
): void {
  const factor = f32x4.splat(divisor);
  const last = (<usize>columns - 4) << 2;
  let seen = v128.load(seenAt);
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
  v128.store(seenAt, seen);
}

/** 3 columns at stride 2, padded by one on the left, and on the right where `isOdd`. */
function foldThreeByTwo<T>(
  a: usize,
  b: usize,
  c: usize,
  to: usize,
  columns: i32,
  isOdd: bool,
  seenAt: usize,
  divisors: usize,
  divisor: f32,
): void {
  const factor = f32x4.splat(divisor);
  const last = (<usize>columns - 4) << 2;
  let seen = v128.load(seenAt);
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
  v128.store(seenAt, seen);
}

/** One row of a strip, from the first column of its first input row (at `window`) on; see `foldStrip`. */
@inline
export function foldFused(
  isSum: bool,
  fused: i32,
  window: usize,
  depthCount: i32,
  depthStep: usize,
  heightCount: i32,
  heightStep: usize,
  nothing: usize,
  isOdd: bool,
  to: usize,
  columns: i32,
  seen: usize,
  divisors: usize,
  divisor: f32,
): void {
  if (fused < Fused.Three) {
    const size = fused == Fused.Two ? 2 : 4;
    if (isSum) {
      foldApart<Sum>(
        window, to, columns, size, depthCount, depthStep, heightCount, heightStep, seen, divisors, divisor,
      );
    } else {
      foldApart<Max>(
        window, to, columns, size, depthCount, depthStep, heightCount, heightStep, seen, divisors, divisor,
      );
    }
    return;
  }
  const b = heightCount > 1 ? window + heightStep : nothing;
  const c = heightCount > 2 ? b + heightStep : nothing;
  if (fused == Fused.Three) {
    if (isSum) foldThree<Sum>(window, b, c, to, columns, seen, divisors, divisor);
    else foldThree<Max>(window, b, c, to, columns, seen, divisors, divisor);
  } else if (isSum) foldThreeByTwo<Sum>(window, b, c, to, columns, isOdd, seen, divisors, divisor);
  else foldThreeByTwo<Max>(window, b, c, to, columns, isOdd, seen, divisors, divisor);
}
