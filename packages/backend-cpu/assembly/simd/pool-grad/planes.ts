import { address, integer } from '../../arguments';
import { collectRows, firstCover } from './covers';
import { clear, loadLanes } from './lanes';

/**
 * Gradients of average pooling for planes that lie one after the other (channels first). A row of dx comes from the rows of
 * outputs that look at it. Along the width, outputs are spread out to where their windows lie, with zeros between and
 * around them; an input then finds those that look at it at the same distances whatever the stride and the padding are, so
 * that four neighbouring inputs are four lanes.
 *
 * Slots: 0 dy, 2 dx; tables of covers (covers.ts) 3–4 depth, 5–6 height, 7–8 width; sizes of the input
 * 9 depth, 10 height, 11 width; 12 bytes of dy per plane; 13 width of the output; 14 what is done along the width: 0 all
 * inputs are in the one window, 1 spread, 2 by the table; 15 a table of the divisors along the width; 16 bytes between outputs
 * in the spread row, and 17 before the first; 18 taps along the width, 19 bytes from one to the next; 20 bytes of scratch
 * before the spread row; 21 bytes of the spread row. A unit is a row of dx; scratch holds 16 bytes for each pair of covers
 * along depth and height, and the spread row.
 */
export function avg_grad_planes(block: usize, begin: i32, end: i32, scratch: usize): void {
  const depth = integer(block, 9);
  const height = integer(block, 10);
  const width = integer(block, 11);
  const planeBytes = address(block, 12);
  const mode = integer(block, 14);
  const spread = scratch + address(block, 20);
  clear(spread, spread + address(block, 21));
  let h = begin % height;
  let d = (begin / height) % depth;
  let dy = address(block, 0) + <usize>(begin / height / depth) * planeBytes;
  let dx = address(block, 2) + ((<usize>begin * <usize>width) << 2);
  let known: usize = 0;
  let knownEnd: usize = 0;
  for (let unit = begin; unit < end; unit++) {
    const rowsEnd = collectRows(block, 3, d, h, scratch);
    if (rowsEnd == scratch) clear(dx, dx + ((<usize>width) << 2));
    else {
      // Neighbouring rows often have the same outputs.
      const first = dy + load<usize>(scratch);
      if (first != known || rowsEnd != knownEnd) sumRows(block, dy, scratch, rowsEnd, spread);
      known = first;
      knownEnd = rowsEnd;
      if (mode == 1) spreadSums(block, spread, dx, width);
      else tableSums(block, spread, dx, width);
    }
    dx += (<usize>width) << 2;
    if (++h == height) {
      h = 0;
      known = 0;
      if (++d == depth) {
        d = 0;
        dy += planeBytes;
      }
    }
  }
}

/** The quotients of some rows of dy, added up and spread out. */
function sumRows(block: usize, dy: usize, rows: usize, rowsEnd: usize, spread: usize): void {
  const outWidth = integer(block, 13);
  const step = address(block, 16);
  const to = spread + address(block, 17);
  let ow = 0;
  if (outWidth >= 4) {
    while (true) {
      quotients<f32>(block, dy, rows, rowsEnd, ow, to, step);
      ow += 4;
      if (ow >= outWidth) return;
      if (ow > outWidth - 4) ow = outWidth - 4;
    }
  }
  for (; ow < outWidth; ow++) quotients<u8>(block, dy, rows, rowsEnd, ow, to, step);
}

@inline
function quotients<L>(block: usize, dy: usize, rows: usize, rowsEnd: usize, ow: i32, to: usize, step: usize): void {
  const at = (<usize>ow) << 2;
  const divisor = loadLanes<L>(address(block, 15) + at, 4);
  let sum = f32x4.splat(0);
  for (let row = rows; row < rowsEnd; row += 16) {
    const gradient = loadLanes<L>(dy + load<usize>(row) + at, 4);
    sum = f32x4.add(sum, f32x4.div(gradient, f32x4.mul(divisor, f32x4.splat(load<f32>(row, 8)))));
  }
  spreadOut<L>(to + <usize>ow * step, step, sum);
}

/** Stores lanes `step` bytes apart. */
@inline
function spreadOut<L>(to: usize, step: usize, value: v128): void {
  if (sizeof<L>() == 4 && step == 4) v128.store(to, value);
  else {
    v128.store32_lane(to, value, 0);
    if (sizeof<L>() == 4) {
      v128.store32_lane(to + step, value, 1);
      v128.store32_lane(to + (step << 1), value, 2);
      v128.store32_lane(to + (step << 1) + step, value, 3);
    }
  }
}

function spreadSums(block: usize, spread: usize, dx: usize, width: i32): void {
  const bytes = integer(block, 18) * integer(block, 19);
  const tapBytes = address(block, 19);
  let w = 0;
  while (true) {
    let from = spread + ((<usize>w) << 2);
    const end = from + bytes;
    let sum = f32x4.splat(0);
    for (; from < end; from += tapBytes) sum = f32x4.add(sum, v128.load(from));
    const to = dx + ((<usize>w) << 2);
    if (width < 4) {
      store<f32>(to, f32x4.extract_lane(sum, 0));
      if (++w == width) break;
    } else {
      v128.store(to, sum);
      w += 4;
      if (w >= width) break;
      if (w > width - 4) w = width - 4;
    }
  }
}

function tableSums(block: usize, spread: usize, dx: usize, width: i32): void {
  if (integer(block, 14) == 0) {
    let w = 0;
    const all = v128.load32_splat(spread);
    for (; w + 4 <= width; w += 4) v128.store(dx + ((<usize>w) << 2), all);
    for (; w < width; w++) v128.store32_lane(dx + ((<usize>w) << 2), all, 0);
    return;
  }
  let from = firstCover(block, 7, 0);
  for (let w = 0; w < width; w++) {
    const to = firstCover(block, 7, w + 1);
    let sum: f32 = 0;
    for (; from < to; from += 16) sum += load<f32>(spread + load<usize>(from));
    store<f32>(dx + ((<usize>w) << 2), sum);
  }
}
