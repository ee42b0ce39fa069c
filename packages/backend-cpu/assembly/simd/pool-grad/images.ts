import { address, integer } from '../../arguments';
import { collectRows, firstCover } from './covers';
import { loadIndices, loadLanes, storeLanes } from './lanes';

// Gradients of pooling for images whose pixels have all channels together (channels last): every input gathers from the
// outputs that look at it, in ascending order, several channels at a time.
//
// Slots: 0 dy, 1 indices or x, 2 y, 3 dx; tables of covers (covers.ts) 4–5 depth, 6–7 height, 8–9 width; sizes of the
// input 10 depth, 11 height, 12 width; 13 channels; 14 bytes of dy per image; 15 by how much the index grows from one
// pixel to the next, if it is a position, else 0; 16 −1 for the
// norm with p = 1, 0 for p = 2. A unit is a row of dx; scratch holds 16 bytes for each pair of covers
// along depth and height.

/** Of max and min, by the tap. */
export function max_grad_window_last(block: usize, begin: i32, end: i32, scratch: usize): void {
  gather<u8>(block, begin, end, scratch);
}

/** Of max and min, by the position. */
export function max_grad_plane_last(block: usize, begin: i32, end: i32, scratch: usize): void {
  gather<i32>(block, begin, end, scratch);
}

/** Of averages. */
export function avg_grad_last(block: usize, begin: i32, end: i32, scratch: usize): void {
  gather<f32>(block, begin, end, scratch);
}

/** Of norms. */
export function lp_grad_last(block: usize, begin: i32, end: i32, scratch: usize): void {
  gather<f64>(block, begin, end, scratch);
}

/** `M` says of what, as above. */
@inline
function gather<M>(block: usize, begin: i32, end: i32, scratch: usize): void {
  const depth = integer(block, 10);
  const height = integer(block, 11);
  const width = integer(block, 12);
  const channels = integer(block, 13);
  const channelBytes = (<usize>channels) << 2;
  const imageBytes = address(block, 14);
  const step = integer(block, 15);
  let h = begin % height;
  let d = (begin / height) % depth;
  let image = <usize>(begin / height / depth) * imageBytes;
  let pixel = <usize>begin * <usize>width * channelBytes;
  const dx = address(block, 3);
  for (let unit = begin; unit < end; unit++) {
    const rowsEnd = collectRows(block, 4, d, h, scratch);
    let tap = (d * height + h) * width * step;
    let from = firstCover(block, 8, 0);
    for (let w = 0; w < width; w++) {
      const to = firstCover(block, 8, w + 1);
      if (sizeof<M>() == 1 && channels >= 16) {
        let c: usize = 0;
        while (true) {
          const at = pixel + c;
          block16(block, dx, at, image + c, scratch, rowsEnd, from, to, tap);
          c += 64;
          if (c >= channelBytes) break;
          if (c > channelBytes - 64) c = channelBytes - 64;
        }
      } else if (channels >= 4) {
        let c: usize = 0;
        while (true) {
          storeLanes<f32>(dx + pixel + c, terms<f32, M>(block, pixel + c, image + c, scratch, rowsEnd, from, to, tap));
          c += 16;
          if (c >= channelBytes) break;
          if (c > channelBytes - 16) c = channelBytes - 16;
        }
      } else {
        for (let c: usize = 0; c < channelBytes; c += 4) {
          storeLanes<u8>(dx + pixel + c, terms<u8, M>(block, pixel + c, image + c, scratch, rowsEnd, from, to, tap));
        }
      }
      from = to;
      pixel += channelBytes;
      tap += step;
    }
    if (++h == height) {
      h = 0;
      if (++d == depth) {
        d = 0;
        image += imageBytes;
      }
    }
  }
}

/** The gradient of four channels of an input, or of one. */
@inline
function terms<L, M>(block: usize, x: usize, image: usize, rows: usize, rowsEnd: usize, from: usize, to: usize, tap: i32): v128 {
  const dy = address(block, 0) + image;
  const second = address(block, 1);
  const y = address(block, 2) + image;
  let value = f32x4.splat(0);
  if (sizeof<M>() == 8) value = loadLanes<L>(second + x, 4);
  let sum = f32x4.splat(0);
  for (let row = rows; row < rowsEnd; row += 16) {
    for (let cover = from; cover < to; cover += 16) {
      const at = load<usize>(row) + load<usize>(cover);
      const gradient = loadLanes<L>(dy + at, 4);
      if (isInteger<M>()) {
        const chosen = sizeof<M>() == 1 ? loadIndices<L, u8>(second + ((image + at) >> 2)) : loadLanes<L>(second + image + at, 4);
        const wanted = i32x4.splat(load<i32>(row, 4) + load<i32>(cover, 4) + tap);
        sum = f32x4.add(sum, v128.and(gradient, i32x4.eq(chosen, wanted)));
      } else if (sizeof<M>() == 4) {
        sum = f32x4.add(sum, f32x4.div(gradient, f32x4.splat(load<f32>(row, 8) * load<f32>(cover, 8))));
      } else sum = f32x4.add(sum, normTerm(gradient, value, loadLanes<L>(y + at, 4), integer(block, 16)));
    }
  }
  if (sizeof<M>() == 8) sum = v128.and(sum, f32x4.ne(value, f32x4.splat(0)));
  return sum;
}

/**
 * What a window with the norm `y` gives to an input `x` of it: `dy · x / y` for p = 2, and `dy · sign(x)` for p = 1, where
 * `isOne` is −1.
 */
@inline
export function normTerm(dy: v128, x: v128, y: v128, isOne: i32): v128 {
  const one = v128.or(v128.and(x, i32x4.splat(i32.MIN_VALUE)), f32x4.splat(1));
  const sign = v128.or(one, f32x4.ne(x, x));
  const factor = v128.bitselect(sign, f32x4.div(x, y), i32x4.splat(isOne));
  return v128.and(f32x4.ne(y, f32x4.splat(0)), f32x4.mul(dy, factor));
}

/** The gradient of max and min, by the tap, of 16 channels of an input. */
@inline
function block16(block: usize, dx: usize, x: usize, image: usize, rows: usize, rowsEnd: usize, from: usize, to: usize, tap: i32): void {
  const dy = address(block, 0) + image;
  const index = address(block, 1);
  let a = f32x4.splat(0);
  let b = a;
  let c = a;
  let d = a;
  for (let row = rows; row < rowsEnd; row += 16) {
    for (let cover = from; cover < to; cover += 16) {
      const at = load<usize>(row) + load<usize>(cover);
      const wanted = i8x16.splat(<i8>(load<i32>(row, 4) + load<i32>(cover, 4) + tap));
      const hit = i8x16.eq(v128.load(index + ((image + at) >> 2)), wanted);
      const low = i16x8.extend_low_i8x16_s(hit);
      const high = i16x8.extend_high_i8x16_s(hit);
      a = f32x4.add(a, v128.and(v128.load(dy + at), i32x4.extend_low_i16x8_s(low)));
      b = f32x4.add(b, v128.and(v128.load(dy + at, 16), i32x4.extend_high_i16x8_s(low)));
      c = f32x4.add(c, v128.and(v128.load(dy + at, 32), i32x4.extend_low_i16x8_s(high)));
      d = f32x4.add(d, v128.and(v128.load(dy + at, 48), i32x4.extend_high_i16x8_s(high)));
    }
  }
  v128.store(dx + x, a);
  v128.store(dx + x, b, 16);
  v128.store(dx + x, c, 32);
  v128.store(dx + x, d, 48);
}
