import { combine, highHalf, identity, leave, leaveInterleaved, lowHalf, narrow, storeUpTo4, Sum } from './combine';

// Combining the columns of windows, in rows that were already combined down the rows, padded, and lie in scratch memory.

/**
 * Windows at distance 1 along one row, by unaligned loads.
 *
 * @param from The first tap of the first window. Reads up to 3 elements beyond the last tap.
 * @param columns How many outputs.
 * @param step Bytes between taps.
 * @param flipAt Where the bits to flip are.
 * @param divisors A factor of the divisor for each column, f32. Reads up to 3 beyond the last.
 * @param divisor The other factor.
 */
export function foldNeighbours<T>(
  from: usize,
  to: usize,
  columns: i32,
  kernel: i32,
  step: usize,
  flipAt: usize,
  divisors: usize,
  divisor: f32,
): void {
  const flip = v128.load32_splat(flipAt);
  const factor = f32x4.splat(divisor);
  if (kernel == 3) {
    for (; columns > 0; columns -= 4, from += 16, to += 16, divisors += 16) {
      const pair = combine<T>(v128.load(from), v128.load(from + step));
      const all = combine<T>(pair, v128.load(from + 2 * step));
      storeUpTo4(to, leave<T>(all, flip, factor, divisors), columns);
    }
    return;
  }
  for (; columns >= 16; columns -= 16, from += 64, to += 64, divisors += 64) {
    let r0 = v128.load(from);
    let r1 = v128.load(from, 16);
    let r2 = v128.load(from, 32);
    let r3 = v128.load(from, 48);
    let tap = from;
    for (let j = 1; j < kernel; j++) {
      tap += step;
      r0 = combine<T>(r0, v128.load(tap));
      r1 = combine<T>(r1, v128.load(tap, 16));
      r2 = combine<T>(r2, v128.load(tap, 32));
      r3 = combine<T>(r3, v128.load(tap, 48));
    }
    v128.store(to, leave<T>(r0, flip, factor, divisors));
    v128.store(to, leave<T>(r1, flip, factor, divisors + 16), 16);
    v128.store(to, leave<T>(r2, flip, factor, divisors + 32), 32);
    v128.store(to, leave<T>(r3, flip, factor, divisors + 48), 48);
  }
  for (; columns > 0; columns -= 4, from += 16, to += 16, divisors += 16) {
    let result = v128.load(from);
    let tap = from;
    for (let j = 1; j < kernel; j++) {
      tap += step;
      result = combine<T>(result, v128.load(tap));
    }
    storeUpTo4(to, leave<T>(result, flip, factor, divisors), columns);
  }
}

/** Windows at distance 2 along one row, of neighbouring taps: two vectors are shuffled into even and odd columns. */
export function foldPairs<T>(
  from: usize,
  to: usize,
  columns: i32,
  kernel: i32,
  flipAt: usize,
  divisors: usize,
  divisor: f32,
): void {
  const flip = v128.load32_splat(flipAt);
  const factor = f32x4.splat(divisor);
  for (; columns > 0; columns -= 4, from += 32, to += 16, divisors += 16) {
    let tap = from;
    let left = kernel - 2;
    const a = v128.load(tap);
    const b = v128.load(tap, 16);
    let result = v128.shuffle<f32>(a, b, 0, 2, 4, 6);
    if (left >= 0) {
      result = combine<T>(result, v128.shuffle<f32>(a, b, 1, 3, 5, 7));
      for (; left > 0; left -= 2) {
        tap += 8;
        const c = v128.load(tap);
        const e = v128.load(tap, 16);
        result = combine<T>(result, v128.shuffle<f32>(c, e, 0, 2, 4, 6));
        if (left > 1) result = combine<T>(result, v128.shuffle<f32>(c, e, 1, 3, 5, 7));
      }
    }
    storeUpTo4(to, leave<T>(result, flip, factor, divisors), columns);
  }
}

/** Four rows to columns: `to[i]` is the vector of element `i` of each. Works in blocks of four columns. */
export function interleave(r0: usize, r1: usize, r2: usize, r3: usize, to: usize, columns: i32): void {
  for (; columns > 0; columns -= 4, to += 64, r0 += 16, r1 += 16, r2 += 16, r3 += 16) {
    const a = v128.load(r0);
    const b = v128.load(r1);
    const c = v128.load(r2);
    const e = v128.load(r3);
    const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
    const ce = v128.shuffle<f32>(c, e, 0, 4, 1, 5);
    const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
    const ceHigh = v128.shuffle<f32>(c, e, 2, 6, 3, 7);
    v128.store(to, v128.shuffle<f32>(ab, ce, 0, 1, 4, 5));
    v128.store(to, v128.shuffle<f32>(ab, ce, 2, 3, 6, 7), 16);
    v128.store(to, v128.shuffle<f32>(abHigh, ceHigh, 0, 1, 4, 5), 32);
    v128.store(to, v128.shuffle<f32>(abHigh, ceHigh, 2, 3, 6, 7), 48);
  }
}

/** The inverse of {@link interleave}; writes no more than the columns there are. */
export function separate(from: usize, r0: usize, r1: usize, r2: usize, r3: usize, columns: i32): void {
  for (; columns > 0; columns -= 4, from += 64, r0 += 16, r1 += 16, r2 += 16, r3 += 16) {
    const a = v128.load(from);
    const b = v128.load(from, 16);
    const c = v128.load(from, 32);
    const e = v128.load(from, 48);
    const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
    const ce = v128.shuffle<f32>(c, e, 0, 4, 1, 5);
    const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
    const ceHigh = v128.shuffle<f32>(c, e, 2, 6, 3, 7);
    storeUpTo4(r0, v128.shuffle<f32>(ab, ce, 0, 1, 4, 5), columns);
    storeUpTo4(r1, v128.shuffle<f32>(ab, ce, 2, 3, 6, 7), columns);
    storeUpTo4(r2, v128.shuffle<f32>(abHigh, ceHigh, 0, 1, 4, 5), columns);
    storeUpTo4(r3, v128.shuffle<f32>(abHigh, ceHigh, 2, 3, 6, 7), columns);
  }
}

/**
 * Any windows of four rows interleaved, one vector per column.
 *
 * @param from The vector of input column 0.
 * @param starts The table of window starts, from the first output on.
 * @param counts The table of window sizes, likewise.
 * @param step Bytes between taps.
 */
export function foldInterleaved<T>(
  from: usize,
  to: usize,
  columns: i32,
  starts: usize,
  counts: usize,
  step: usize,
  flipAt: usize,
  divisors: usize,
  factorsAt: usize,
): void {
  const flip = v128.load32_splat(flipAt);
  const factors = v128.load(factorsAt);
  for (; columns > 0; columns--, to += 16, starts += 4, counts += 4, divisors += 4) {
    let tap = from + (<usize>load<i32>(starts) << 4);
    let result = v128.load(tap);
    for (let left = load<i32>(counts) - 1; left > 0; left--) {
      tap += step;
      result = combine<T>(result, v128.load(tap));
    }
    v128.store(to, leaveInterleaved<T>(result, flip, factors, divisors));
  }
}

/** As {@link foldInterleaved}, for sums over many columns. */
export function foldInterleavedWide(
  from: usize,
  to: usize,
  columns: i32,
  starts: usize,
  counts: usize,
  step: usize,
  divisors: usize,
  factorsAt: usize,
): void {
  const factors = v128.load(factorsAt);
  for (; columns > 0; columns--, to += 16, starts += 4, counts += 4, divisors += 4) {
    let tap = from + (<usize>load<i32>(starts) << 4);
    let low = f64x2.splat(0);
    let high = low;
    let left = load<i32>(counts);
    for (; left >= 4; left -= 4, tap += 4 * step) {
      const a = f32x4.add(v128.load(tap), v128.load(tap + step));
      const b = f32x4.add(v128.load(tap + 2 * step), v128.load(tap + 3 * step));
      const sum = f32x4.add(a, b);
      low = f64x2.add(low, lowHalf(sum));
      high = f64x2.add(high, highHalf(sum));
    }
    for (; left > 0; left--, tap += step) {
      const a = v128.load(tap);
      low = f64x2.add(low, lowHalf(a));
      high = f64x2.add(high, highHalf(a));
    }
    v128.store(to, leaveInterleaved<Sum>(narrow(low, high), factors, factors, divisors));
  }
}

/**
 * Windows of `kernel` neighbouring columns, `stride` apart, at the same cost for every kernel: van Herk 1992, Gil and
 * Werman 1993. Columns are cut into blocks as long as a window. A window then is the end of one block and the beginning of
 * the next: suffixes of a block are computed backwards into memory, prefixes of the next one on the way.
 *
 * @param from The first tap of the first window, four rows interleaved.
 * @param suffixes Room for `kernel` vectors.
 */
export function foldBlocks<T>(
  from: usize,
  to: usize,
  columns: i32,
  kernel: i32,
  stride: i32,
  suffixes: usize,
  flipAt: usize,
  divisors: usize,
  factorsAt: usize,
): void {
  const flip = v128.load32_splat(flipAt);
  const factors = v128.load(factorsAt);
  const blockBytes = <usize>kernel << 4;
  const strideBytes = <usize>stride << 4;
  const end = suffixes + blockBytes;
  // Where the first window of the block starts, in bytes from the beginning of the block.
  let first: usize = 0;
  for (; columns > 0; from += blockBytes) {
    let next = from + blockBytes;
    let running = identity<T>();
    for (let at = blockBytes; at > 0; ) {
      at -= 16;
      running = combine<T>(running, v128.load(from + at));
      v128.store(suffixes + at, running);
    }
    running = identity<T>();
    for (let skipped: usize = 0; skipped < first; skipped += 16, next += 16) {
      running = combine<T>(running, v128.load(next));
    }
    let suffix = suffixes + first;
    for (; suffix < end && columns > 0; suffix += strideBytes, to += 16, columns--) {
      const result = combine<T>(running, v128.load(suffix));
      v128.store(to, leaveInterleaved<T>(result, flip, factors, divisors));
      divisors += 4;
      running = combine<T>(running, v128.load(next));
      next += 16;
      for (let more = stride; more > 1; more--, next += 16) running = combine<T>(running, v128.load(next));
    }
    first = suffix - end;
  }
}

/** As {@link foldBlocks}, for sums, with f64 accumulators. `suffixes` has room for twice as much. */
export function foldBlocksWide(
  from: usize,
  to: usize,
  columns: i32,
  kernel: i32,
  stride: i32,
  suffixes: usize,
  divisors: usize,
  factorsAt: usize,
): void {
  const factors = v128.load(factorsAt);
  const blockBytes = <usize>kernel << 4;
  const strideBytes = <usize>stride << 5;
  const end = suffixes + 2 * blockBytes;
  let first: usize = 0;
  for (; columns > 0; from += blockBytes) {
    let next = from + blockBytes;
    let low = f64x2.splat(0);
    let high = low;
    for (let at = blockBytes; at > 0; ) {
      at -= 16;
      const a = v128.load(from + at);
      low = f64x2.add(low, lowHalf(a));
      high = f64x2.add(high, highHalf(a));
      v128.store(suffixes + 2 * at, low);
      v128.store(suffixes + 2 * at, high, 16);
    }
    low = f64x2.splat(0);
    high = low;
    for (let skipped: usize = 0; skipped < first; skipped += 32, next += 16) {
      const a = v128.load(next);
      low = f64x2.add(low, lowHalf(a));
      high = f64x2.add(high, highHalf(a));
    }
    let suffix = suffixes + first;
    for (; suffix < end && columns > 0; suffix += strideBytes, to += 16, columns--) {
      const sum = narrow(f64x2.add(low, v128.load(suffix)), f64x2.add(high, v128.load(suffix, 16)));
      v128.store(to, leaveInterleaved<Sum>(sum, factors, factors, divisors));
      divisors += 4;
      for (let more = stride; more > 0; more--, next += 16) {
        const a = v128.load(next);
        low = f64x2.add(low, lowHalf(a));
        high = f64x2.add(high, highHalf(a));
      }
    }
    first = suffix - end;
  }
}
