import { address, integer } from '../../arguments';
import { fold, high, low, MAX, MIN, narrow } from './fold';

/**
 * One axis of a pooling of f32 at a cost that does not depend on the window, by the algorithm of van Herk (1992) and of Gil
 * and Werman (1993): `[outer, A, inner]` → `[outer, A', inner]`, with `inner` of at least four elements side by side.
 *
 * Outputs are in groups whose windows all contain one position, the last of the group's first window. What comes up to
 * there is folded backwards and kept for every output (suffixes), what comes after it is folded forwards while outputs are
 * written (prefixes): three folds for each output. Rows are taken four at a time where that is possible.
 *
 * Sums of four rows are made in f32, the sum of what was before them in f64, so that there are at most six roundings.
 *
 * A unit is a group and a strip of `inner`. The table holds for each output its start, its end, the number of its suffix
 * within the group (outputs with one start share it) and its factor of the divisor; the table of groups the first output of
 * each, and the number of outputs. Each outer index has a factor of the divisor too: those of D and H, the second being the
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
    if (mode == MAX) groupMax(out, source, inner, bytes, table, outputs, first, last, scratch);
    else if (mode == MIN) groupMin(out, source, inner, bytes, table, outputs, first, last, scratch);
    else groupSum(out, source, inner, bytes, table, outputs, first, last, scratch, divisor);
  }
}

function groupMax(
  out: usize,
  source: usize,
  inner: usize,
  bytes: i32,
  table: usize,
  outputs: i32,
  first: i32,
  last: i32,
  scratch: usize,
): void {
  extremes(MAX, out, source, inner, bytes, table, outputs, first, last, scratch);
}

function groupMin(
  out: usize,
  source: usize,
  inner: usize,
  bytes: i32,
  table: usize,
  outputs: i32,
  first: i32,
  last: i32,
  scratch: usize,
): void {
  extremes(MIN, out, source, inner, bytes, table, outputs, first, last, scratch);
}

/** How many bytes a strip takes in scratch memory: whole vectors. */
@inline
function pitchOf(bytes: i32): usize {
  return (<usize>bytes + 15) & ~15;
}

/** Where the suffix that starts at `row` goes, if there is one: `o` is the next output whose suffix is not there yet. */
@inline
function suffixPlace(o: i32, row: i32, table: usize, slots: usize, suffixes: usize, pitch: usize, other: usize): usize {
  if (load<i32>(table + ((<usize>o) << 2)) != row) return other;
  return suffixes + <usize>load<i32>(slots + ((<usize>o) << 2)) * pitch;
}

/** The output before `o` that has another suffix; `first` when there is none. */
@inline
function outputBefore(o: i32, first: i32, slots: usize): i32 {
  const slot = load<i32>(slots + ((<usize>o) << 2));
  while (o > first && load<i32>(slots + ((<usize>o) << 2)) == slot) o--;
  return o;
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

/** A group of maxima or minima. Scratch: the running fold, a row that nobody reads, then the suffixes. */
@inline
function extremes(
  mode: i32,
  out: usize,
  source: usize,
  inner: usize,
  bytes: i32,
  table: usize,
  outputs: i32,
  first: i32,
  last: i32,
  scratch: usize,
): void {
  const pitch = pitchOf(bytes);
  const unread = scratch + pitch;
  const suffixes = unread + pitch;
  const ends = table + ((<usize>outputs) << 2);
  const slots = ends + ((<usize>outputs) << 2);
  const middle = load<i32>(ends + ((<usize>first) << 2)) - 1;
  const least = load<i32>(table + ((<usize>first) << 2));
  let o = last - 1;
  let row = middle;
  // A fold with itself changes nothing, so the running fold may start with the row that comes next.
  let p = source + <usize>row * inner;
  copyIn(scratch, p, bytes);
  while (row >= least) {
    const t0 = suffixPlace(o, row, table, slots, suffixes, pitch, unread);
    if (t0 != unread) o = outputBefore(o, first, slots);
    if (row - 3 < least) {
      oneBack(mode, scratch, p, bytes, t0);
      row--;
      p -= inner;
      continue;
    }
    const t1 = suffixPlace(o, row - 1, table, slots, suffixes, pitch, unread);
    if (t1 != unread) o = outputBefore(o, first, slots);
    const t2 = suffixPlace(o, row - 2, table, slots, suffixes, pitch, unread);
    if (t2 != unread) o = outputBefore(o, first, slots);
    const t3 = suffixPlace(o, row - 3, table, slots, suffixes, pitch, unread);
    if (t3 != unread) o = outputBefore(o, first, slots);
    fourBack(mode, scratch, p, inner, bytes, t0, t1, t2, t3);
    row -= 4;
    p -= inner << 2;
  }

  row = middle + 1;
  p = source + <usize>row * inner;
  let target = out + <usize>first * inner;
  for (o = first; o < last; ) {
    const stop = load<i32>(ends + ((<usize>o) << 2));
    if (row < stop && row == middle + 1) copyIn(scratch, p, bytes);
    const slot = slots + ((<usize>o) << 2);
    const s0 = suffixes + load<usize>(slot) * pitch;
    if (endsInTurn(o, last, row, ends)) {
      const s1 = suffixes + load<usize>(slot, 4) * pitch;
      const s2 = suffixes + load<usize>(slot, 8) * pitch;
      const s3 = suffixes + load<usize>(slot, 12) * pitch;
      fourOn(mode, scratch, p, inner, bytes, s0, s1, s2, s3, target);
      row += 4;
      p += inner << 2;
      o += 4;
      target += inner << 2;
      continue;
    }
    for (; row < stop; row++) {
      oneBack(mode, scratch, p, bytes, unread);
      p += inner;
    }
    // Without a prefix the suffix is folded with itself.
    joinRows(mode, target, s0, row == middle + 1 ? s0 : scratch, bytes);
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
@inline
function oneBack(mode: i32, running: usize, x: usize, bytes: i32, target: usize): void {
  for (let c: i32 = 0; c < bytes; c += 16) {
    const a = fold(mode, v128.load(running + c), v128.load(x + min(c, bytes - 16)));
    v128.store(running + c, a);
    v128.store(target + c, a);
  }
}

/** Four rows that lie one before the other, with a place for each running fold. */
@inline
function fourBack(
  mode: i32,
  running: usize,
  x: usize,
  step: usize,
  bytes: i32,
  t0: usize,
  t1: usize,
  t2: usize,
  t3: usize,
): void {
  for (let c: i32 = 0; c < bytes; c += 16) {
    let p = x + min(c, bytes - 16);
    let a = fold(mode, v128.load(running + c), v128.load(p));
    v128.store(t0 + c, a);
    p -= step;
    a = fold(mode, a, v128.load(p));
    v128.store(t1 + c, a);
    p -= step;
    a = fold(mode, a, v128.load(p));
    v128.store(t2 + c, a);
    p -= step;
    a = fold(mode, a, v128.load(p));
    v128.store(t3 + c, a);
    v128.store(running + c, a);
  }
}

/** Four rows one after the other, after each of which an output is complete. */
@inline
function fourOn(
  mode: i32,
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
    let a = fold(mode, v128.load(running + c), v128.load(p));
    v128.store(q, fold(mode, a, v128.load(s0 + c)));
    p += step;
    q += step;
    a = fold(mode, a, v128.load(p));
    v128.store(q, fold(mode, a, v128.load(s1 + c)));
    p += step;
    q += step;
    a = fold(mode, a, v128.load(p));
    v128.store(q, fold(mode, a, v128.load(s2 + c)));
    p += step;
    q += step;
    a = fold(mode, a, v128.load(p));
    v128.store(q, fold(mode, a, v128.load(s3 + c)));
    v128.store(running + c, a);
  }
}

/** `target = fold(suffix, prefix)`, into the output. */
@inline
function joinRows(mode: i32, target: usize, suffix: usize, prefix: usize, bytes: i32): void {
  for (let c: i32 = 0; c < bytes; c += 16) {
    v128.store(target + min(c, bytes - 16), fold(mode, v128.load(suffix + c), v128.load(prefix + c)));
  }
}

/** A group of sums. Scratch: the running sum in f64, a row that nobody reads, then the suffixes in f32. */
function groupSum(
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
  const pitch = pitchOf(bytes);
  const unread = scratch + (pitch << 1);
  const suffixes = unread + pitch;
  const ends = table + ((<usize>outputs) << 2);
  const slots = ends + ((<usize>outputs) << 2);
  const divisors = slots + ((<usize>outputs) << 2);
  const middle = load<i32>(ends + ((<usize>first) << 2)) - 1;
  const least = load<i32>(table + ((<usize>first) << 2));
  let o = last - 1;
  let row = middle;
  let p = source + <usize>row * inner;
  memory.fill(scratch, 0, pitch << 1);
  while (row >= least) {
    const t0 = suffixPlace(o, row, table, slots, suffixes, pitch, unread);
    if (t0 != unread) o = outputBefore(o, first, slots);
    if (row - 3 < least) {
      addOne(scratch, p, bytes, t0);
      row--;
      p -= inner;
      continue;
    }
    const t1 = suffixPlace(o, row - 1, table, slots, suffixes, pitch, unread);
    if (t1 != unread) o = outputBefore(o, first, slots);
    const t2 = suffixPlace(o, row - 2, table, slots, suffixes, pitch, unread);
    if (t2 != unread) o = outputBefore(o, first, slots);
    const t3 = suffixPlace(o, row - 3, table, slots, suffixes, pitch, unread);
    if (t3 != unread) o = outputBefore(o, first, slots);
    for (let c: i32 = 0; c < bytes; c += 16) {
      const sums = scratch + ((<usize>c) << 1);
      const sum01 = v128.load(sums);
      const sum23 = v128.load(sums, 16);
      const before = narrow(sum01, sum23);
      let from = p + min(c, bytes - 16);
      let a = v128.load(from);
      v128.store(t0 + c, f32x4.add(before, a));
      from -= inner;
      a = f32x4.add(a, v128.load(from));
      v128.store(t1 + c, f32x4.add(before, a));
      from -= inner;
      a = f32x4.add(a, v128.load(from));
      v128.store(t2 + c, f32x4.add(before, a));
      from -= inner;
      a = f32x4.add(a, v128.load(from));
      v128.store(t3 + c, f32x4.add(before, a));
      v128.store(sums, f64x2.add(sum01, low(a)));
      v128.store(sums, f64x2.add(sum23, high(a)), 16);
    }
    row -= 4;
    p -= inner << 2;
  }

  row = middle + 1;
  p = source + <usize>row * inner;
  let target = out + <usize>first * inner;
  memory.fill(scratch, 0, pitch << 1);
  for (o = first; o < last; ) {
    const slot = slots + ((<usize>o) << 2);
    const factor = divisors + ((<usize>o) << 2);
    const s0 = suffixes + load<usize>(slot) * pitch;
    const d0 = f32x4.splat(outerDivisor * load<f32>(factor));
    if (endsInTurn(o, last, row, ends)) {
      const s1 = suffixes + load<usize>(slot, 4) * pitch;
      const s2 = suffixes + load<usize>(slot, 8) * pitch;
      const s3 = suffixes + load<usize>(slot, 12) * pitch;
      const d1 = f32x4.splat(outerDivisor * load<f32>(factor, 4));
      const d2 = f32x4.splat(outerDivisor * load<f32>(factor, 8));
      const d3 = f32x4.splat(outerDivisor * load<f32>(factor, 12));
      for (let c: i32 = 0; c < bytes; c += 16) {
        const sums = scratch + ((<usize>c) << 1);
        const sum01 = v128.load(sums);
        const sum23 = v128.load(sums, 16);
        const before = narrow(sum01, sum23);
        const at = min(c, bytes - 16);
        let from = p + at;
        let to = target + at;
        let a = v128.load(from);
        v128.store(to, f32x4.div(f32x4.add(v128.load(s0 + c), f32x4.add(before, a)), d0));
        from += inner;
        to += inner;
        a = f32x4.add(a, v128.load(from));
        v128.store(to, f32x4.div(f32x4.add(v128.load(s1 + c), f32x4.add(before, a)), d1));
        from += inner;
        to += inner;
        a = f32x4.add(a, v128.load(from));
        v128.store(to, f32x4.div(f32x4.add(v128.load(s2 + c), f32x4.add(before, a)), d2));
        from += inner;
        to += inner;
        a = f32x4.add(a, v128.load(from));
        v128.store(to, f32x4.div(f32x4.add(v128.load(s3 + c), f32x4.add(before, a)), d3));
        v128.store(sums, f64x2.add(sum01, low(a)));
        v128.store(sums, f64x2.add(sum23, high(a)), 16);
      }
      row += 4;
      p += inner << 2;
      o += 4;
      target += inner << 2;
      continue;
    }
    const stop = load<i32>(ends + ((<usize>o) << 2));
    for (; row < stop; row++) {
      addOne(scratch, p, bytes, unread);
      p += inner;
    }
    for (let c: i32 = 0; c < bytes; c += 16) {
      const sums = scratch + ((<usize>c) << 1);
      const prefix = narrow(v128.load(sums), v128.load(sums, 16));
      const total = f32x4.add(v128.load(s0 + c), prefix);
      v128.store(target + min(c, bytes - 16), f32x4.div(total, d0));
    }
    o++;
    target += inner;
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
