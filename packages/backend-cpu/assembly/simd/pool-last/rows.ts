import { address, integer } from '../../arguments';
import { cell } from './cell';
import { finish, fold, high, low, MAX, narrow, SUM } from './fold';

/**
 * Pooling of f32 with channels last in two passes, for any number of channels: the rows (and planes) of a window into one
 * row, which stays in scratch memory, and its columns into the output. `[outer, D, H, W, C]` → `[outer, D', H', W', C]`;
 * the elements of a row lie side by side, so that the first pass is the same for all widths and channels, and where windows
 * are one column apart so is the second. A unit is a stretch of an output row.
 *
 * Tables as for `pool_last_window`; that of stretches holds for each the first input column and one past the last.
 */
export function pool_last_rows(block: usize, begin: i32, end: i32, scratch: usize): void {
  const x = address(block, 0);
  const y = address(block, 1);
  const mode = integer(block, 2);
  const bytes = integer(block, 3);
  const outerStep = address(block, 4);
  const planeStep = address(block, 5);
  const rowStep = address(block, 6);
  const tableD = address(block, 7);
  const tableH = address(block, 8);
  const tableW = address(block, 9);
  const outD = integer(block, 10);
  const outH = integer(block, 11);
  const outW = integer(block, 12);
  const tapD = address(block, 13);
  const tapH = address(block, 14);
  const tapW = address(block, 15);
  const columns = integer(block, 16);
  const stretches = integer(block, 17);
  const stretchTable = address(block, 18);
  const flatStart = integer(block, 19);
  const flatEnd = integer(block, 20);
  for (let unit = begin; unit < end; unit++) {
    const row = unit / stretches;
    const stretch = unit % stretches;
    const first = stretch * columns;
    const last = min(outW, first + columns);
    const h = row % outH;
    const plane = row / outH;
    const d = plane % outD;
    const entryD = tableD + ((<usize>d) << 2);
    const entryH = tableH + ((<usize>h) << 2);
    const countD = load<i32>(entryD + ((<usize>outD) << 2));
    const countH = load<i32>(entryH + ((<usize>outH) << 2));
    const divisor = load<f32>(entryD + ((<usize>outD) << 3)) * load<f32>(entryH + ((<usize>outH) << 3));
    const inputFirst = load<i32>(stretchTable + ((<usize>stretch) << 3));
    const inputLast = load<i32>(stretchTable + ((<usize>stretch) << 3), 4);
    let source =
      x + <usize>(plane / outD) * outerStep + load<usize>(entryD) * planeStep + load<usize>(entryH) * rowStep;
    source += <usize>inputFirst * bytes;
    cell(mode, scratch, source, (inputLast - inputFirst) * bytes, 1, 0, countD, tapD, countH, tapH, 1);

    const out = y + <usize>row * outW * bytes;
    const rowBuffer = scratch - <usize>inputFirst * bytes;
    const start = min(last, max(first, flatStart));
    const stop = min(last, flatEnd);
    if ((stop - start) * bytes < 16) {
      columnsOf(mode, out, rowBuffer, bytes, first, last, last, tableW, outW, tapW, divisor);
      continue;
    }
    columnsOf(mode, out, rowBuffer, bytes, first, start, last, tableW, outW, tapW, divisor);
    const entryW = tableW + ((<usize>start) << 2);
    cell(
      mode,
      out + <usize>start * bytes,
      rowBuffer + load<usize>(entryW) * bytes,
      (stop - start) * bytes,
      1,
      0,
      1,
      0,
      load<i32>(entryW + ((<usize>outW) << 2)),
      tapW,
      divisor * load<f32>(entryW + ((<usize>outW) << 3)),
    );
    columnsOf(mode, out, rowBuffer, bytes, stop, last, last, tableW, outW, tapW, divisor);
  }
}

/** Output columns one by one; nothing is written from column `limit` on. */
function columnsOf(
  mode: i32,
  out: usize,
  source: usize,
  bytes: i32,
  first: i32,
  last: i32,
  limit: i32,
  tableW: usize,
  outW: i32,
  tapW: usize,
  divisor: f32,
): void {
  if (bytes < 64) {
    if (mode == MAX) narrowMax(out, source, bytes, first, last, limit, tableW, outW, tapW);
    else narrowSum(out, source, bytes, first, last, limit, tableW, outW, tapW, divisor);
    return;
  }
  for (let w = first; w < last; w++) {
    const entryW = tableW + ((<usize>w) << 2);
    cell(
      mode,
      out + <usize>w * bytes,
      source + load<usize>(entryW) * bytes,
      bytes,
      1,
      0,
      1,
      0,
      load<i32>(entryW + ((<usize>outW) << 2)),
      tapW,
      divisor * load<f32>(entryW + ((<usize>outW) << 3)),
    );
  }
}

function narrowMax(
  out: usize,
  source: usize,
  bytes: i32,
  first: i32,
  last: i32,
  limit: i32,
  tableW: usize,
  outW: i32,
  tapW: usize,
): void {
  narrowColumns(MAX, out, source, bytes, first, last, limit, tableW, outW, tapW, 1);
}

function narrowSum(
  out: usize,
  source: usize,
  bytes: i32,
  first: i32,
  last: i32,
  limit: i32,
  tableW: usize,
  outW: i32,
  tapW: usize,
  divisor: f32,
): void {
  narrowColumns(SUM, out, source, bytes, first, last, limit, tableW, outW, tapW, divisor);
}

/**
 * Columns of fewer than 16 channels, one vector of channels after the other. The last vector overlaps the one before it;
 * of fewer than four channels the lanes beyond are garbage, which the next column overwrites.
 */
@inline
function narrowColumns(
  mode: i32,
  out: usize,
  source: usize,
  bytes: i32,
  first: i32,
  last: i32,
  limit: i32,
  tableW: usize,
  outW: i32,
  tapW: usize,
  divisor: f32,
): void {
  const outEnd = out + <usize>limit * bytes;
  const vectorLast = max(0, bytes - 16);
  for (let c = 0; c < bytes; c += 16) {
    const at = <usize>min(c, vectorLast);
    let target = out + at + <usize>first * bytes;
    for (let w = first; w < last; w++) {
      const entryW = tableW + ((<usize>w) << 2);
      const count = load<i32>(entryW + ((<usize>outW) << 2));
      let p = source + at + load<usize>(entryW) * bytes;
      let a = v128.load(p);
      if (mode == SUM && count > 8) {
        // Runs of eight in f32, their sum in f64.
        let sum01 = f64x2.splat(0);
        let sum23 = f64x2.splat(0);
        for (let tap = 1; tap < count; tap++) {
          p += tapW;
          if ((tap & 7) == 0) {
            sum01 = f64x2.add(sum01, low(a));
            sum23 = f64x2.add(sum23, high(a));
            a = v128.load(p);
          } else {
            a = f32x4.add(a, v128.load(p));
          }
        }
        a = narrow(f64x2.add(sum01, low(a)), f64x2.add(sum23, high(a)));
      } else {
        for (let tap = 1; tap < count; tap++) {
          p += tapW;
          a = fold(mode, a, v128.load(p));
        }
      }
      if (mode == SUM) a = finish(mode, a, f32x4.splat(divisor * load<f32>(entryW + ((<usize>outW) << 3))));
      if (target + 16 <= outEnd) v128.store(target, a);
      else {
        v128.store32_lane(target, a, 0);
        if (bytes >= 8) v128.store32_lane(target, a, 1, 4);
        if (bytes >= 12) v128.store32_lane(target, a, 2, 8);
      }
      target += bytes;
    }
  }
}
