import { address, integer } from '../../arguments';
import { clear, loadIndices } from './lanes';

// The gradient of max and min pooling for planes that lie one after the other (channels first).

/**
 * Any windows: every output adds its gradient to the input that it chose. Outputs come in row-major order, so the terms of
 * a sum do too. The plane is set to 0 a few rows ahead, while they go to the cache anyway.
 *
 * Slots: 0 dy, 1 indices, 2 dx; tables per output, 3 depth and 4 height: bytes to tap 0 of its window (which may lie
 * before the plane), rows of the plane up to the end of the window; 5 width: bytes to tap 0; 6 a table of the bytes to
 * each tap, 256 of them; sizes of the output 7 depth, 8 height, 9 width; 10 bytes per plane, 11 per row of dx; 12 bytes
 * per index: 1 is the tap, 4 the position in the plane. A unit is a plane.
 */
export function max_grad_scatter(block: usize, begin: i32, end: i32, _scratch: usize): void {
  const depths = address(block, 3);
  const heights = address(block, 4);
  const widths = address(block, 5);
  const taps = address(block, 6);
  const outDepth = integer(block, 7);
  const outHeight = integer(block, 8);
  const outWidth = integer(block, 9);
  const planeBytes = address(block, 10);
  const rowBytes = address(block, 11);
  const indexBytes = address(block, 12);
  const outputs = <usize>begin * <usize>outDepth * <usize>outHeight * <usize>outWidth;
  let dy = address(block, 0) + (outputs << 2);
  let index = address(block, 1) + outputs * indexBytes;
  let plane = address(block, 2) + <usize>begin * planeBytes;
  for (let unit = begin; unit < end; unit++) {
    let cleared: usize = 0;
    for (let od = 0; od < outDepth; od++) {
      const d = depths + ((<usize>od) << 3);
      for (let oh = 0; oh < outHeight; oh++) {
        const h = heights + ((<usize>oh) << 3);
        const reach = (load<usize>(d, 4) + load<usize>(h, 4)) * rowBytes;
        if (reach > cleared) {
          clear(plane + cleared, plane + reach);
          cleared = reach;
        }
        if (indexBytes == 1) {
          const row = load<usize>(d) + load<usize>(h);
          for (let ow = 0; ow < outWidth; ow++) {
            const tap = load<usize>(taps + ((<usize>load<u8>(index + ow)) << 2));
            const at = row + load<usize>(widths + ((<usize>ow) << 2)) + tap;
            // What is no index of this pooling is left out, rather than written anywhere.
            if (at < planeBytes) add(plane + at, load<f32>(dy + ((<usize>ow) << 2)));
          }
        } else {
          for (let ow = 0; ow < outWidth; ow++) {
            const at = load<usize>(index + ((<usize>ow) << 2)) << 2;
            if (at < planeBytes) add(plane + at, load<f32>(dy + ((<usize>ow) << 2)));
          }
        }
        dy += (<usize>outWidth) << 2;
        index += <usize>outWidth * indexBytes;
      }
    }
    clear(plane + cleared, plane + planeBytes);
    plane += planeBytes;
  }
}

@inline
function add(at: usize, value: f32): void {
  store<f32>(at, load<f32>(at) + value);
}

/**
 * Windows that do not overlap, of two neighbours along the width: every input is written once, 0 or the gradient. Also of
 * averages, where it is the gradient divided by as much as the axes' factors multiply to.
 *
 * Slots: 0 dy, 1 indices, which are taps (averages: a table of the factors of outputs along the width), 2 dx; tables per
 * input, 3 depth and 4 height: the first element of the output's slice or row (below 0 where no window looks), the index
 * of the tap (averages: the factor); sizes of the input 5 depth, 6 height, 7 width; sizes of the output 8 slices' elements
 * times depth, 9 width; 10 whether these are averages. A unit is a row of dx.
 */
export function grad_pairs(block: usize, begin: i32, end: i32, _scratch: usize): void {
  const depth = integer(block, 5);
  const height = integer(block, 6);
  const width = integer(block, 7);
  const outPlane = address(block, 8);
  const outWidth = integer(block, 9);
  const isAverage = integer(block, 10) != 0;
  const depths = address(block, 3);
  const heights = address(block, 4);
  const dyPlanes = address(block, 0);
  const indices = address(block, 1);
  let h = begin % height;
  let d = (begin / height) % depth;
  let plane = <usize>(begin / height / depth) * outPlane;
  let dx = address(block, 2) + ((<usize>begin * <usize>width) << 2);
  const rowBytes = (<usize>width) << 2;
  for (let unit = begin; unit < end; ) {
    const first = depths + ((<usize>d) << 3);
    const second = heights + ((<usize>h) << 3);
    // The next row often belongs to the same outputs.
    const isDouble = unit + 1 < end && h + 1 < height && load<i32>(second, 8) == load<i32>(second);
    const rows = isDouble ? 2 : 1;
    if ((load<i32>(first) | load<i32>(second)) < 0) clear(dx, dx + <usize>rows * rowBytes);
    else {
      const at = plane + load<usize>(first) + load<usize>(second);
      const dy = dyPlanes + (at << 2);
      const below = isDouble ? rowBytes : 0;
      if (isAverage) pairs<f32>(dx, below, dy, indices, first, second, width, outWidth);
      else pairs<u8>(dx, below, dy, indices + at, first, second, width, outWidth);
    }
    dx += <usize>rows * rowBytes;
    unit += rows;
    h += rows;
    if (h == height) {
      h = 0;
      if (++d == depth) {
        d = 0;
        plane += outPlane;
      }
    }
  }
}

/** Eight elements of dx, of four windows, and those `below` bytes after them, whose taps are `rowTap` further; not if that is 0. */
@inline
function four<I>(to: usize, below: usize, dy: usize, index: usize, factor: f32, tap: v128, rowTap: v128): void {
  const value = v128.load(dy);
  if (isFloat<I>()) {
    const all = f32x4.div(value, f32x4.mul(f32x4.splat(factor), v128.load(index)));
    interleave(to, all, all);
    if (below != 0) interleave(to + below, all, all);
  } else {
    const chosen = i32x4.sub(loadIndices<f32, u8>(index), tap);
    chosenOf(to, value, chosen);
    if (below != 0) chosenOf(to + below, value, i32x4.sub(chosen, rowTap));
  }
}

/** Stores values where the first or the second of a pair was chosen, and zeros. */
@inline
function chosenOf(to: usize, value: v128, chosen: v128): void {
  interleave(to, v128.and(value, i32x4.eq(chosen, i32x4.splat(0))), v128.and(value, i32x4.eq(chosen, i32x4.splat(1))));
}

@inline
function interleave(to: usize, left: v128, right: v128): void {
  v128.store(to, v128.shuffle<f32>(left, right, 0, 4, 1, 5));
  v128.store(to, v128.shuffle<f32>(left, right, 2, 6, 3, 7), 16);
}

/**
 * A row of dx, and the one `below` it, if not 0. `I` is u8 for indices, f32 for averages; `first` and `second` are entries of
 * the tables.
 */
function pairs<I>(
  dx: usize, below: usize, dy: usize, index: usize, first: usize, second: usize, width: i32, outWidth: i32,
): void {
  // Windows that have both of their elements; one more may have its first.
  const full = min(outWidth, width >> 1);
  const factor = load<f32>(first, 4) * load<f32>(second, 4);
  const tap = load<i32>(first, 4) + load<i32>(second, 4);
  const rowTap = load<i32>(second, 12) - load<i32>(second, 4);
  let ow = 0;
  if (full >= 4) {
    const last = full - 4;
    const taps = i32x4.splat(tap);
    const rowTaps = i32x4.splat(rowTap);
    for (;;) {
      const at = <usize>ow;
      four<I>(dx + (at << 3), below, dy + (at << 2), index + at * sizeof<I>(), factor, taps, rowTaps);
      if (ow == last) break;
      // The last vector overlaps the one before it.
      ow = min(ow + 4, last);
    }
    ow = full;
  }
  for (; ow < outWidth; ow++) {
    const value = load<f32>(dy + ((<usize>ow) << 2));
    for (let row = 0; row < (below != 0 ? 2 : 1); row++) {
      let left = value;
      let right = value;
      if (isFloat<I>()) {
        left /= factor * load<f32>(index + ((<usize>ow) << 2));
        right = left;
      } else {
        const chosen = <i32>load<u8>(index + ow) - tap - row * rowTap;
        if (chosen != 0) left = 0;
        if (chosen != 1) right = 0;
      }
      const to = dx + ((<usize>ow) << 3) + <usize>row * below;
      store<f32>(to, left);
      if (ow < full) store<f32>(to, right, 4);
    }
  }
  for (let w = 2 * outWidth; w < width; w++) {
    store<f32>(dx + ((<usize>w) << 2), 0);
    store<f32>(dx + below + ((<usize>w) << 2), 0);
  }
}
