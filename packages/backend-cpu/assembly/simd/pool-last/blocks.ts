import { address, integer } from '../../arguments';
import { fold, high, low, MAX, narrow } from './fold';

/**
 * One axis of a pooling of f32 at a cost that does not depend on the window, by the algorithm of van Herk (1992) and of Gil
 * and Werman (1993): `[outer, A, inner]` → `[outer, A', inner]`, with `inner` of at least four elements side by side.
 *
 * Outputs are in groups whose windows all contain one position, the last of the group's first window. What comes up to
 * there is folded backwards and kept for every row (suffixes), what comes after it is folded forwards while outputs are
 * written (prefixes): three folds for each output. Rows are taken four at a time where that is possible.
 *
 * Sums of four rows are made in f32, the sum of what was before them in f64, so that there are at most six roundings.
 *
 * A unit is a group and a strip of `inner`. The table holds for each output its start, its end and its factor of the
 * divisor; the table of groups the first output of each, and the number of outputs. Each outer index has a factor of the divisor too: those of D and H, the second being the
 * faster.
 */
export function pool_last_blocks(block: usize, begin: i32, end: i32, scratch: usize): void {
  const x = address(block, 0);
  const y = address(block, 1);
  const mode = integer(block, 2);
  const inner = address(block, 3);
  const size = address(block, 4);
  const outputs = integer(block, 5);
  const table = address(block, 6);
  const groups = integer(block, 7);
  const groupTable = address(block, 8);
  const strip = integer(block, 9);
  const strips = integer(block, 10);
  const outD = integer(block, 11);
  const divisorsD = address(block, 12);
  const outH = integer(block, 13);
  const divisorsH = address(block, 14);
  for (let unit = begin; unit < end; unit++) {
    const at = <usize>(unit % strips) * strip;
    const rest = unit / strips;
    const group = rest % groups;
    const outer = rest / groups;
    const bytes = <i32>min(<usize>strip, inner - at);
    const divisor =
      load<f32>(divisorsH + (<usize>(outer % outH) << 2)) * load<f32>(divisorsD + (<usize>((outer / outH) % outD) << 2));
    const first = load<i32>(groupTable + ((<usize>group) << 2));
    const last = load<i32>(groupTable + ((<usize>group) << 2), 4);
    const source = x + <usize>outer * size * inner + at;
    const out = y + <usize>outer * outputs * inner + at;
    groupOf(mode != MAX, out, source, inner, bytes, table, outputs, first, last, scratch, divisor);
  }
}

/** Whether the windows of four outputs from `o` on end after `row` and each of the three rows that follow. */
@inline
function endsInTurn(o: i32, last: i32, row: i32, ends: usize): bool {
  const entry = ends + ((<usize>o) << 2);
  return (
    o + 4 <= last &&
    load<i32>(entry) == row + 1 &&
    load<i32>(entry, 4) == row + 2 &&
    load<i32>(entry, 8) == row + 3 &&
    load<i32>(entry, 12) == row + 4
  );
}

/**
 * The outputs of a group. Scratch: the running fold (in f64 for sums), a row that nobody reads, then for each row from the
 * first of the group on its suffix, in f32.
 */
function groupOf(
  isSum: bool,
  out: usize,
  source: usize,
  inner: usize,
  bytes: i32,
  table: usize,
  outputs: i32,
  first: i32,
  last: i32,
  scratch: usize,
  outerDivisor: f32,
): void {
  // Whole vectors.
  const pitch = (<usize>bytes + 15) & ~15;
  const runningBytes = isSum ? pitch << 1 : pitch;
  const unread = scratch + runningBytes;
  const suffixes = unread + pitch;
  const ends = table + ((<usize>outputs) << 2);
  const divisors = ends + ((<usize>outputs) << 2);
  const middle = load<i32>(ends + ((<usize>first) << 2)) - 1;
  const least = load<i32>(table + ((<usize>first) << 2));
  let row = middle;
  let p = source + <usize>row * inner;
  // A fold with itself changes nothing, so the running maximum may start with the row that comes next.
  if (isSum) memory.fill(scratch, 0, runningBytes);
  else copyIn(scratch, p, bytes);
  while (row >= least) {
    const to = suffixes + <usize>(row - least) * pitch;
    if (row - 3 < least) {
      if (isSum) addOne(scratch, p, bytes, to);
      else foldOne(scratch, p, bytes, to);
      row--;
      p -= inner;
      continue;
    }
    if (isSum) addFourBack(scratch, p, inner, bytes, to, pitch);
    else foldFourBack(scratch, p, inner, bytes, to, pitch);
    row -= 4;
    p -= inner << 2;
  }

  row = middle + 1;
  p = source + <usize>row * inner;
  let target = out + <usize>first * inner;
  if (isSum) memory.fill(scratch, 0, runningBytes);
  for (let o = first; o < last; ) {
    const entry = (<usize>o) << 2;
    const stop = load<i32>(ends + entry);
    if (!isSum && row < stop && row == middle + 1) copyIn(scratch, p, bytes);
    const s0 = suffixes + <usize>(load<i32>(table + entry) - least) * pitch;
    if (endsInTurn(o, last, row, ends)) {
      const s1 = suffixes + <usize>(load<i32>(table + entry, 4) - least) * pitch;
      const s2 = suffixes + <usize>(load<i32>(table + entry, 8) - least) * pitch;
      const s3 = suffixes + <usize>(load<i32>(table + entry, 12) - least) * pitch;
      if (isSum) addFourOn(scratch, p, inner, bytes, s0, s1, s2, s3, target, divisors + entry, outerDivisor);
      else foldFourOn(scratch, p, inner, bytes, s0, s1, s2, s3, target);
      row += 4;
      p += inner << 2;
      o += 4;
      target += inner << 2;
      continue;
    }
    for (; row < stop; row++) {
      if (isSum) addOne(scratch, p, bytes, unread);
      else foldOne(scratch, p, bytes, unread);
      p += inner;
    }
    if (isSum) joinSums(target, s0, scratch, bytes, outerDivisor * load<f32>(divisors + entry));
    // Without a prefix the suffix is folded with itself.
    else joinRows(target, s0, row == middle + 1 ? s0 : scratch, bytes);
    o++;
    target += inner;
  }
}

// Rows of a strip. In tensors the last vector overlaps the one before it where the strip is no multiple of four
// elements; in scratch memory it has its own place behind it.

function copyIn(target: usize, source: usize, bytes: i32): void {
  for (let c: i32 = 0; c < bytes; c += 16) v128.store(target + c, v128.load(source + min(c, bytes - 16)));
}

/** Folds a row into the running fold and keeps that in `target` too. */
function foldOne(running: usize, x: usize, bytes: i32, target: usize): void {
  for (let c: i32 = 0; c < bytes; c += 16) {
    const a = fold(MAX, v128.load(running + c), v128.load(x + min(c, bytes - 16)));
    v128.store(running + c, a);
    v128.store(target + c, a);
  }
}

/** Four rows that lie one before the other, each with a place for the running fold before that of the last. */
function foldFourBack(running: usize, x: usize, step: usize, bytes: i32, target: usize, pitch: usize): void {
  for (let c: i32 = 0; c < bytes; c += 16) {
    let p = x + min(c, bytes - 16);
    let q = target + c;
    let a = fold(MAX, v128.load(running + c), v128.load(p));
    v128.store(q, a);
    p -= step;
    q -= pitch;
    a = fold(MAX, a, v128.load(p));
    v128.store(q, a);
    p -= step;
    q -= pitch;
    a = fold(MAX, a, v128.load(p));
    v128.store(q, a);
    p -= step;
    q -= pitch;
    a = fold(MAX, a, v128.load(p));
    v128.store(q, a);
    v128.store(running + c, a);
  }
}

/** Four rows one after the other, after each of which an output is complete. */
function foldFourOn(
  running: usize,
  x: usize,
  step: usize,
  bytes: i32,
  s0: usize,
  s1: usize,
  s2: usize,
  s3: usize,
  target: usize,
): void {
  for (let c: i32 = 0; c < bytes; c += 16) {
    const at = min(c, bytes - 16);
    let p = x + at;
    let q = target + at;
    let a = fold(MAX, v128.load(running + c), v128.load(p));
    v128.store(q, fold(MAX, a, v128.load(s0 + c)));
    p += step;
    q += step;
    a = fold(MAX, a, v128.load(p));
    v128.store(q, fold(MAX, a, v128.load(s1 + c)));
    p += step;
    q += step;
    a = fold(MAX, a, v128.load(p));
    v128.store(q, fold(MAX, a, v128.load(s2 + c)));
    p += step;
    q += step;
    a = fold(MAX, a, v128.load(p));
    v128.store(q, fold(MAX, a, v128.load(s3 + c)));
    v128.store(running + c, a);
  }
}

/** `target = fold(suffix, prefix)`, into the output. */
function joinRows(target: usize, suffix: usize, prefix: usize, bytes: i32): void {
  for (let c: i32 = 0; c < bytes; c += 16) {
    v128.store(target + min(c, bytes - 16), fold(MAX, v128.load(suffix + c), v128.load(prefix + c)));
  }
}

/** Adds a row to a running sum in f64, and keeps the sum, rounded, in `target`. */
function addOne(running: usize, x: usize, bytes: i32, target: usize): void {
  for (let c: i32 = 0; c < bytes; c += 16) {
    const values = v128.load(x + min(c, bytes - 16));
    const sums = running + ((<usize>c) << 1);
    const sum01 = f64x2.add(v128.load(sums), low(values));
    const sum23 = f64x2.add(v128.load(sums, 16), high(values));
    v128.store(sums, sum01);
    v128.store(sums, sum23, 16);
    v128.store(target + c, narrow(sum01, sum23));
  }
}

/** As {@link foldFourBack}, of sums. */
function addFourBack(running: usize, x: usize, step: usize, bytes: i32, target: usize, pitch: usize): void {
  for (let c: i32 = 0; c < bytes; c += 16) {
    const sums = running + ((<usize>c) << 1);
    const sum01 = v128.load(sums);
    const sum23 = v128.load(sums, 16);
    const before = narrow(sum01, sum23);
    let from = x + min(c, bytes - 16);
    let to = target + c;
    let a = v128.load(from);
    v128.store(to, f32x4.add(before, a));
    from -= step;
    to -= pitch;
    a = f32x4.add(a, v128.load(from));
    v128.store(to, f32x4.add(before, a));
    from -= step;
    to -= pitch;
    a = f32x4.add(a, v128.load(from));
    v128.store(to, f32x4.add(before, a));
    from -= step;
    to -= pitch;
    a = f32x4.add(a, v128.load(from));
    v128.store(to, f32x4.add(before, a));
    v128.store(sums, f64x2.add(sum01, low(a)));
    v128.store(sums, f64x2.add(sum23, high(a)), 16);
  }
}

/** As {@link foldFourOn}, of sums, divided by `outerDivisor` and the factor of each output at `factors`. */
function addFourOn(
  running: usize,
  x: usize,
  step: usize,
  bytes: i32,
  s0: usize,
  s1: usize,
  s2: usize,
  s3: usize,
  target: usize,
  factors: usize,
  outerDivisor: f32,
): void {
  const d0 = f32x4.splat(outerDivisor * load<f32>(factors));
  const d1 = f32x4.splat(outerDivisor * load<f32>(factors, 4));
  const d2 = f32x4.splat(outerDivisor * load<f32>(factors, 8));
  const d3 = f32x4.splat(outerDivisor * load<f32>(factors, 12));
  for (let c: i32 = 0; c < bytes; c += 16) {
    const sums = running + ((<usize>c) << 1);
    const sum01 = v128.load(sums);
    const sum23 = v128.load(sums, 16);
    const before = narrow(sum01, sum23);
    const at = min(c, bytes - 16);
    let from = x + at;
    let to = target + at;
    let a = v128.load(from);
    v128.store(to, f32x4.div(f32x4.add(v128.load(s0 + c), f32x4.add(before, a)), d0));
    from += step;
    to += step;
    a = f32x4.add(a, v128.load(from));
    v128.store(to, f32x4.div(f32x4.add(v128.load(s1 + c), f32x4.add(before, a)), d1));
    from += step;
    to += step;
    a = f32x4.add(a, v128.load(from));
    v128.store(to, f32x4.div(f32x4.add(v128.load(s2 + c), f32x4.add(before, a)), d2));
    from += step;
    to += step;
    a = f32x4.add(a, v128.load(from));
    v128.store(to, f32x4.div(f32x4.add(v128.load(s3 + c), f32x4.add(before, a)), d3));
    v128.store(sums, f64x2.add(sum01, low(a)));
    v128.store(sums, f64x2.add(sum23, high(a)), 16);
  }
}

/** As {@link joinRows}, of sums, divided. */
function joinSums(target: usize, suffix: usize, prefix: usize, bytes: i32, divisor: f32): void {
  for (let c: i32 = 0; c < bytes; c += 16) {
    const sums = prefix + ((<usize>c) << 1);
    const total = f32x4.add(v128.load(suffix + c), narrow(v128.load(sums), v128.load(sums, 16)));
    v128.store(target + min(c, bytes - 16), f32x4.div(total, f32x4.splat(divisor)));
  }
}
