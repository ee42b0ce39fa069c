import { address, integer } from '../../arguments';
import { cell } from './cell';
import { finish, fold, MAX, SUM } from './fold';

// 3×3 windows with channels last, at stride 1 or 2, padded by one: each input column is combined once, and serves every
// window that it is in. At stride 1 two output rows are computed at once, since they have two input rows in common.

/** Combines where no element is NaN, which is watched for beside. */
@inline
function quick(mode: i32, a: v128, b: v128): v128 {
  return mode == MAX ? f32x4.pmax(a, b) : f32x4.add(a, b);
}

@inline
function nothing(mode: i32): v128 {
  return f32x4.splat(mode == MAX ? -Infinity : 0);
}

/** The maxima of three rows at a column of theirs. */
@inline
function three(r0: usize, r1: usize, r2: usize, at: usize): v128 {
  return fold(MAX, fold(MAX, v128.load(r0 + at), v128.load(r1 + at)), v128.load(r2 + at));
}

/** The divisor of a column of a row. */
@inline
function by(row: f32, columns: usize, column: i32): v128 {
  return f32x4.mul(f32x4.splat(row), v128.load32_splat(columns + ((<usize>column) << 2)));
}

/**
 * Output columns `first` ≤ w < `last` at stride 1, of the two rows whose windows are the input rows r0 to r2, and r1 to r3.
 * Where there is one row only, `out1` is `out0`, which is written last.
 *
 * @returns A vector that has a NaN if one was read.
 */
@inline
function pair(
  mode: i32,
  r0: usize,
  r1: usize,
  r2: usize,
  r3: usize,
  out0: usize,
  out1: usize,
  bytes: i32,
  first: i32,
  last: i32,
  width: i32,
  divisors: usize,
  divisor0: f32,
  divisor1: f32,
): v128 {
  let seen = f32x4.splat(0);
  for (let c = 0; c < bytes; c += 16) {
    // The last vector overlaps the one before it where the channels are no multiple of four.
    let at = <usize>(min(c, bytes - 16) + max(0, first - 1) * bytes);
    let here0 = nothing(mode);
    let here1 = here0;
    let before0 = here0;
    let before1 = here0;
    // The column whose window comes next is one behind that which is read.
    for (let w = max(0, first - 1); w <= last; w++) {
      let after0 = nothing(mode);
      let after1 = after0;
      if (w < width) {
        const x0 = v128.load(r0 + at);
        const x1 = v128.load(r1 + at);
        const x2 = v128.load(r2 + at);
        const x3 = v128.load(r3 + at);
        if (mode == MAX) seen = f32x4.add(seen, f32x4.add(f32x4.add(x0, x1), f32x4.add(x2, x3)));
        const both = quick(mode, x1, x2);
        after0 = quick(mode, x0, both);
        after1 = quick(mode, x3, both);
      }
      if (w > first) {
        const all0 = quick(mode, quick(mode, before0, here0), after0);
        const all1 = quick(mode, quick(mode, before1, here1), after1);
        v128.store(out1 + at - bytes, mode == MAX ? all1 : finish(mode, all1, by(divisor1, divisors, w - 1)));
        v128.store(out0 + at - bytes, mode == MAX ? all0 : finish(mode, all0, by(divisor0, divisors, w - 1)));
      }
      before0 = here0;
      before1 = here1;
      here0 = after0;
      here1 = after1;
      at += bytes;
    }
  }
  return seen;
}

/**
 * The maxima of one row at stride 2, whose windows are the input rows r0 to r2. The last column of a window is the first of
 * the next, and is kept in scratch memory, so that input and output are gone through in the order in which they lie there.
 */
@inline
function skip(
  r0: usize,
  r1: usize,
  r2: usize,
  out: usize,
  bytes: i32,
  first: i32,
  last: i32,
  width: i32,
  scratch: usize,
): void {
  const lastVector = <usize>bytes - 16;
  let at = <usize>(max(0, 2 * first - 1) * bytes);
  let kept = scratch;
  let next = scratch + bytes;
  for (let c: usize = 0; c < <usize>bytes; c += 16) {
    const channel = min(c, lastVector);
    v128.store(kept + channel, first == 0 ? nothing(MAX) : three(r0, r1, r2, at + channel));
  }
  if (first > 0) at += bytes;
  out += <usize>(first * bytes);
  for (let w = first; w < last; w++, out += bytes, at += 2 * bytes) {
    const isWhole = 2 * w + 1 < width;
    for (let c: usize = 0; c < <usize>bytes; c += 16) {
      // The last vector overlaps the one before it where the channels are no multiple of four.
      const channel = min(c, lastVector);
      const here = three(r0, r1, r2, at + channel);
      const after = isWhole ? three(r0, r1, r2, at + bytes + channel) : nothing(MAX);
      const all = fold(MAX, fold(MAX, v128.load(kept + channel), here), after);
      v128.store(next + channel, after);
      v128.store(out + channel, all);
    }
    const free = kept;
    kept = next;
    next = free;
  }
}

/**
 * Pooling of f32 by 3×3 windows with channels last and padding 1: `[batch, H, W, C]` → `[batch, H', W', C]`, at least four
 * channels; averages only at stride 1. A unit is a stretch of one output row, or of two at stride 1.
 *
 * Tables as for `pool_last_window`.
 */
export function pool_last_three(block: usize, begin: i32, end: i32, scratch: usize): void {
  const x = address(block, 0);
  const y = address(block, 1);
  const mode = integer(block, 2);
  const bytes = integer(block, 3);
  const outerStep = address(block, 4);
  const rowStep = address(block, 5);
  const tableH = address(block, 6);
  const tableW = address(block, 7);
  const outH = integer(block, 8);
  const outW = integer(block, 9);
  const width = integer(block, 10);
  const isPair = integer(block, 11) != 0;
  const columns = integer(block, 12);
  const stretches = integer(block, 13);
  const groups = isPair ? (outH + 1) >> 1 : outH;
  const outStep = <usize>(outW * bytes);
  const divisors = tableW + ((<usize>outW) << 3);
  let zeros: usize = 0;
  for (let unit = begin; unit < end; unit++) {
    const group = unit / stretches;
    const first = (unit % stretches) * columns;
    const last = min(outW, first + columns);
    const outer = group / groups;
    const h = (group % groups) << <i32>isPair;
    const entry = tableH + ((<usize>h) << 2);
    const start = load<i32>(entry);
    const count = load<i32>(entry + ((<usize>outH) << 2));
    const rows = isPair && h + 1 < outH ? 2 : 1;
    const second = entry + ((<usize>(rows - 1)) << 2);
    const divisor0 = load<f32>(entry + ((<usize>outH) << 3));
    const divisor1 = load<f32>(second + ((<usize>outH) << 3));
    // One past the last input row of the second output row.
    const limit = load<i32>(second) + load<i32>(second + ((<usize>outH) << 2));
    const source = x + <usize>outer * outerStep + <usize>start * rowStep;
    const out = y + <usize>(outer * outH + h) * outStep;
    // What is not there is for maxima a row that is, and for sums one of zeros.
    let absent = source;
    if (mode == SUM && (count < 3 || limit - start < 4)) {
      if (zeros == 0) memory.fill(scratch, 0, <usize>(width * bytes));
      zeros = scratch;
      absent = zeros;
    }
    let seen: v128;
    if (isPair) {
      // At the top the first of the four rows is padding.
      const lead = h == 0 ? 1 : 0;
      const r0 = lead ? absent : source;
      const r1 = source + <usize>(1 - lead) * rowStep;
      const has2 = start + 2 - lead < limit;
      const has3 = start + 3 - lead < limit;
      const r2 = has2 ? r1 + rowStep : absent;
      // A window of the second row need not see the first of the four.
      const r3 = has3 ? r1 + 2 * rowStep : mode == SUM ? absent : r2;
      const out1 = rows == 2 ? out + outStep : out;
      if (mode == SUM) {
        pair(SUM, r0, r1, r2, r3, out, out1, bytes, first, last, width, divisors, divisor0, divisor1);
        continue;
      }
      seen = pair(MAX, r0, r1, r2, r3, out, out1, bytes, first, last, width, divisors, 1, 1);
    } else {
      const r1 = count > 1 ? source + rowStep : absent;
      const r2 = count > 2 ? r1 + rowStep : absent;
      skip(source, r1, r2, out, bytes, first, last, width, scratch);
      continue;
    }
    if (v128.any_true(f32x4.ne(seen, seen))) {
      for (let r = 0; r < rows; r++) {
        const row = entry + ((<usize>r) << 2);
        const top = x + <usize>outer * outerStep + load<usize>(row) * rowStep;
        for (let w = first; w < last; w++) {
          const entryW = tableW + ((<usize>w) << 2);
          cell(
            MAX,
            out + <usize>r * outStep + <usize>(w * bytes),
            top + load<usize>(entryW) * bytes,
            bytes,
            1,
            0,
            load<i32>(row + ((<usize>outH) << 2)),
            rowStep,
            load<i32>(entryW + ((<usize>outW) << 2)),
            bytes,
            1,
          );
        }
      }
    }
  }
}
