import { combine, highHalf, identity, leave, lowHalf, Max, narrow, storeUpTo4 } from './combine';

// Combining the columns of windows, in rows that were already combined down the rows, padded, and lie in scratch memory.

/**
 * Windows at distance 1 along one row, by unaligned loads.
 *
 * @param from The first tap of the first window. Reads up to 3 elements beyond the last tap.
 * @param columns How many outputs.
 * @param step Bytes between taps.
 * @param divisors A factor of the divisor for each column, f32. Reads up to 3 beyond the last.
 * @param divisor The other factor.
 */
export function foldNeighbours<T>(
  from: usize,
  to: usize,
  columns: i32,
  kernel: i32,
  step: usize,
  divisors: usize,
  divisor: f32,
): void {
  const factor = f32x4.splat(divisor);
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
    v128.store(to, leave<T>(r0, factor, divisors));
    v128.store(to, leave<T>(r1, factor, divisors + 16), 16);
    v128.store(to, leave<T>(r2, factor, divisors + 32), 32);
    v128.store(to, leave<T>(r3, factor, divisors + 48), 48);
  }
  for (; columns > 0; columns -= 4, from += 16, to += 16, divisors += 16) {
    let result = v128.load(from);
    let tap = from;
    for (let j = 1; j < kernel; j++) {
      tap += step;
      result = combine<T>(result, v128.load(tap));
    }
    storeUpTo4(to, leave<T>(result, factor, divisors), columns);
  }
}

/** Windows at distance 2 along one row, of neighbouring taps: two vectors are shuffled into even and odd columns. */
export function foldPairs<T>(
  from: usize,
  to: usize,
  columns: i32,
  kernel: i32,
  divisors: usize,
  divisor: f32,
): void {
  const factor = f32x4.splat(divisor);
  for (; columns > 0; columns -= 4, from += 32, to += 16, divisors += 16) {
    let result = identity<T>();
    for (let left = kernel, tap = from; left > 0; left -= 2, tap += 8) {
      const a = v128.load(tap);
      const b = v128.load(tap, 16);
      result = combine<T>(result, v128.shuffle<f32>(a, b, 0, 2, 4, 6));
      if (left > 1) result = combine<T>(result, v128.shuffle<f32>(a, b, 1, 3, 5, 7));
    }
    storeUpTo4(to, leave<T>(result, factor, divisors), columns);
  }
}

/**
 * Four rows to columns, or columns to rows: vector `i` of four becomes element `i` of each of four.
 *
 * @param from The first of four vectors; the others are at the distances `f1`, `f2`, `f3`, and the next four at `fromStep`.
 * @param to The first of four that are written, likewise; of the last ones no more elements than there are columns.
 */
export function transpose(
  from: usize,
  f1: usize,
  f2: usize,
  f3: usize,
  fromStep: usize,
  to: usize,
  t1: usize,
  t2: usize,
  t3: usize,
  toStep: usize,
  columns: i32,
): void {
  for (; columns > 0; columns -= 4, from += fromStep, to += toStep) {
    const a = v128.load(from);
    const b = v128.load(from + f1);
    const c = v128.load(from + f2);
    const e = v128.load(from + f3);
    const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
    const ce = v128.shuffle<f32>(c, e, 0, 4, 1, 5);
    const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
    const ceHigh = v128.shuffle<f32>(c, e, 2, 6, 3, 7);
    storeUpTo4(to, v128.shuffle<f32>(ab, ce, 0, 1, 4, 5), columns);
    storeUpTo4(to + t1, v128.shuffle<f32>(ab, ce, 2, 3, 6, 7), columns);
    storeUpTo4(to + t2, v128.shuffle<f32>(abHigh, ceHigh, 0, 1, 4, 5), columns);
    storeUpTo4(to + t3, v128.shuffle<f32>(abHigh, ceHigh, 2, 3, 6, 7), columns);
  }
}

/**
 * The largest elements of any windows of four rows interleaved, one vector per column.
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
): void {
  for (; columns > 0; columns--, to += 16, starts += 4, counts += 4) {
    let tap = from + (<usize>load<i32>(starts) << 4);
    let result = v128.load(tap);
    for (let left = load<i32>(counts) - 1; left > 0; left--) {
      tap += step;
      result = combine<T>(result, v128.load(tap));
    }
    v128.store(to, result);
  }
}

/** As {@link foldInterleaved}, sums, divided: up to seven elements are added as f32, and more such sums as f64. */
export function sumInterleaved(
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
    let sum = v128.load(tap);
    let left = load<i32>(counts) - 1;
    for (let few = min(left, 6); few > 0; few--) sum = f32x4.add(sum, v128.load((tap += step)));
    left -= 6;
    if (left > 0) {
      let low = lowHalf(sum);
      let high = highHalf(sum);
      for (; left > 0; left -= 7) {
        sum = v128.load((tap += step));
        for (let few = min(left, 7); few > 1; few--) sum = f32x4.add(sum, v128.load((tap += step)));
        low = f64x2.add(low, lowHalf(sum));
        high = f64x2.add(high, highHalf(sum));
      }
      sum = narrow(low, high);
    }
    v128.store(to, f32x4.div(sum, f32x4.mul(factors, v128.load32_splat(divisors))));
  }
}

/**
 * The largest elements of windows of `kernel` neighbouring columns, `stride` apart, at the same cost for every kernel: van
 * Herk 1992, Gil and Werman 1993. Columns are cut into blocks as long as a window. A window then is the end of one block and
 * the beginning of the next: suffixes of a block are computed backwards into memory, prefixes of the next one on the way.
 *
 * @param from The first tap of the first window, four rows interleaved.
 * @param suffixes Room for `kernel` vectors.
 */
export function foldBlocks(from: usize, to: usize, columns: i32, kernel: i32, stride: i32, suffixes: usize): void {
  const blockBytes = <usize>kernel << 4;
  const strideBytes = <usize>stride << 4;
  const end = suffixes + blockBytes;
  // Where the first window of the block starts, in bytes from the beginning of the block.
  let first: usize = 0;
  for (; columns > 0; from += blockBytes) {
    let next = from + blockBytes;
    let running = identity<Max>();
    for (let at = blockBytes; at > 0; ) {
      at -= 16;
      running = combine<Max>(running, v128.load(from + at));
      v128.store(suffixes + at, running);
    }
    running = identity<Max>();
    for (let skipped: usize = 0; skipped < first; skipped += 16, next += 16) {
      running = combine<Max>(running, v128.load(next));
    }
    let suffix = suffixes + first;
    for (; suffix < end && columns > 0; suffix += strideBytes, to += 16, columns--) {
      v128.store(to, combine<Max>(running, v128.load(suffix)));
      running = combine<Max>(running, v128.load(next));
      next += 16;
      for (let more = stride; more > 1; more--, next += 16) running = combine<Max>(running, v128.load(next));
    }
    first = suffix - end;
  }
}

/** As {@link foldBlocks}, sums, divided, with f64 accumulators. `suffixes` has room for twice as much. */
export function sumBlocks(
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
      v128.store(to, f32x4.div(sum, f32x4.mul(factors, v128.load32_splat(divisors))));
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
