import { address, integer } from '../../arguments';
import { fold, high, low, MAX, MIN, narrow } from './fold';

/**
 * One axis of a pooling of f32 at a cost that does not depend on the window, by the algorithm of van Herk (1992) and of Gil
 * and Werman (1993): `[outer, A, inner]` → `[outer, A', inner]`, with `inner` of at least four elements side by side.
 *
 * Outputs are in groups whose windows all contain one position, the last of the group's first window. What comes up to
 * there is folded backwards and kept for every output (suffixes), what comes after it is folded forwards while outputs are
 * written (prefixes): three folds for each output. Sums run in f64 and are rounded three times.
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

/** A group of maxima or minima. Scratch: the running fold, then the suffixes. */
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
  const suffixes = scratch + pitch;
  const ends = table + ((<usize>outputs) << 2);
  const slots = ends + ((<usize>outputs) << 2);
  let row = load<i32>(ends + ((<usize>first) << 2)) - 1;
  const middle = row;
  let o = last - 1;
  // Backwards: the newest suffix is the running fold, wherever it is.
  let running: usize = 0;
  const least = load<i32>(table + ((<usize>first) << 2));
  for (; row >= least; row--) {
    let target = scratch;
    if (load<i32>(table + ((<usize>o) << 2)) == row) {
      const slot = load<i32>(slots + ((<usize>o) << 2));
      target = suffixes + <usize>slot * pitch;
      while (o > first && load<i32>(slots + ((<usize>(o - 1)) << 2)) == slot) o--;
      if (o > first) o--;
    }
    const p = source + <usize>row * inner;
    if (running == 0) copyIn(target, p, bytes);
    else extendRow(mode, target, running, p, bytes);
    running = target;
  }
  // Forwards.
  row = middle + 1;
  for (o = first; o < last; o++) {
    const stop = load<i32>(ends + ((<usize>o) << 2));
    for (; row < stop; row++) {
      const p = source + <usize>row * inner;
      if (row == middle + 1) copyIn(scratch, p, bytes);
      else extendRow(mode, scratch, scratch, p, bytes);
    }
    const suffix = suffixes + <usize>load<i32>(slots + ((<usize>o) << 2)) * pitch;
    const target = out + <usize>o * inner;
    // Without a prefix the suffix is folded with itself.
    joinRows(mode, target, suffix, row == middle + 1 ? suffix : scratch, bytes);
  }
}

// Rows of a strip. In tensors the last vector overlaps the one before it where the strip is no multiple of four
// elements; in scratch memory it has its own place behind it.

function copyIn(target: usize, source: usize, bytes: i32): void {
  const tail = <usize>(bytes - 16);
  for (let c: i32 = 0; c < bytes; c += 16) v128.store(target + c, v128.load(source + min(<usize>c, tail)));
}

/** `target = fold(running, x)`. */
@inline
function extendRow(mode: i32, target: usize, running: usize, x: usize, bytes: i32): void {
  let c: i32 = 0;
  for (; c + 64 <= bytes; c += 64) {
    v128.store(target + c, fold(mode, v128.load(running + c), v128.load(x + c)));
    v128.store(target + c, fold(mode, v128.load(running + c, 16), v128.load(x + c, 16)), 16);
    v128.store(target + c, fold(mode, v128.load(running + c, 32), v128.load(x + c, 32)), 32);
    v128.store(target + c, fold(mode, v128.load(running + c, 48), v128.load(x + c, 48)), 48);
  }
  for (; c < bytes; c += 16) {
    v128.store(target + c, fold(mode, v128.load(running + c), v128.load(x + min(c, bytes - 16))));
  }
}

/** `target = fold(suffix, prefix)`, into the output. */
@inline
function joinRows(mode: i32, target: usize, suffix: usize, prefix: usize, bytes: i32): void {
  let c: i32 = 0;
  for (; c + 64 <= bytes; c += 64) {
    v128.store(target + c, fold(mode, v128.load(suffix + c), v128.load(prefix + c)));
    v128.store(target + c, fold(mode, v128.load(suffix + c, 16), v128.load(prefix + c, 16)), 16);
    v128.store(target + c, fold(mode, v128.load(suffix + c, 32), v128.load(prefix + c, 32)), 32);
    v128.store(target + c, fold(mode, v128.load(suffix + c, 48), v128.load(prefix + c, 48)), 48);
  }
  for (; c < bytes; c += 16) {
    v128.store(target + min(c, bytes - 16), fold(mode, v128.load(suffix + c), v128.load(prefix + c)));
  }
}

/** A group of sums. Scratch: the running sum in f64, then the suffixes in f32. */
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
  const suffixes = scratch + (pitch << 1);
  const ends = table + ((<usize>outputs) << 2);
  const slots = ends + ((<usize>outputs) << 2);
  const divisors = slots + ((<usize>outputs) << 2);
  const middle = load<i32>(ends + ((<usize>first) << 2)) - 1;
  const least = load<i32>(table + ((<usize>first) << 2));
  let o = last - 1;
  memory.fill(scratch, 0, pitch << 1);
  for (let row = middle; row >= least; row--) {
    let target: usize = 0;
    if (load<i32>(table + ((<usize>o) << 2)) == row) {
      const slot = load<i32>(slots + ((<usize>o) << 2));
      target = suffixes + <usize>slot * pitch;
      while (o > first && load<i32>(slots + ((<usize>(o - 1)) << 2)) == slot) o--;
      if (o > first) o--;
    }
    addRow(scratch, source + <usize>row * inner, bytes, target);
  }
  let row = middle + 1;
  memory.fill(scratch, 0, pitch << 1);
  for (o = first; o < last; o++) {
    const stop = load<i32>(ends + ((<usize>o) << 2));
    for (; row < stop; row++) addRow(scratch, source + <usize>row * inner, bytes, 0);
    const suffix = suffixes + <usize>load<i32>(slots + ((<usize>o) << 2)) * pitch;
    const target = out + <usize>o * inner;
    const divisor = f32x4.splat(outerDivisor * load<f32>(divisors + ((<usize>o) << 2)));
    for (let c: i32 = 0; c < bytes; c += 16) {
      const sums = scratch + ((<usize>c) << 1);
      const prefix = narrow(v128.load(sums), v128.load(sums, 16));
      const total = f32x4.add(v128.load(suffix + c), prefix);
      v128.store(target + min(c, bytes - 16), f32x4.div(total, divisor));
    }
  }
}

/** Adds a row to a running sum in f64, and keeps the sum, rounded, where `rounded` is not 0. */
@inline
function addRow(sums: usize, x: usize, bytes: i32, rounded: usize): void {
  for (let c: i32 = 0; c < bytes; c += 16) {
    const values = v128.load(x + min(c, bytes - 16));
    const at = sums + ((<usize>c) << 1);
    const sum01 = f64x2.add(v128.load(at), low(values));
    const sum23 = f64x2.add(v128.load(at, 16), high(values));
    v128.store(at, sum01);
    v128.store(at, sum23, 16);
    if (rounded != 0) v128.store(rounded + c, narrow(sum01, sum23));
  }
}
