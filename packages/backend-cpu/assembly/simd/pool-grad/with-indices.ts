import { address, integer } from '../../arguments';
import { loadLanes } from './lanes';

// Max and min pooling that also says which tap was chosen, by looking at every tap.
//
// Slots: 0 x, 1 y, 2 indices; tables of the outputs of each axis, 3 depth, 4 height, 5 width, with four integers per
// output: bytes to the first valid tap, the index of it, how many taps are valid, 0; sizes of the output 6 depth,
// 7 height, 8 width; 9 bytes of x per plane or image; 10 channels, if they are last, else 1; 11, 12 from where to where
// along the width windows are full; 13 bytes between neighbouring lanes; bytes from one tap to the next 14 depth,
// 15 height, 16 width, and by how much the index grows with it, 17, 18, 19; 20 by how much it grows from lane to lane;
// 21 the sign bit for min, 0 for max; 22 bytes per index; 23 taps along the width.
// Where windows reach into padding along the width, and channels are first, the rows of taps are copied to scratch memory
// with −∞ around them, so that all windows are full: 24 bytes of such a row, 0 to do without; 25 index of the tap 0 of the
// first window; 26 a table of the index of every output's first valid tap (both without what depth and height add);
// 27 bytes of padding before; 28 bytes of an input row; 29 bytes of the scratch memory.

/** A unit is a row of outputs (with all channels, if they are last). */
export function pool_with_indices(block: usize, begin: i32, end: i32, scratch: usize): void {
  const outDepth = integer(block, 6);
  const outHeight = integer(block, 7);
  const outWidth = integer(block, 8);
  const channels = integer(block, 10);
  const stride = channels > 1 ? 1 : integer(block, 13) >> 2;
  const kernel = integer(block, 23);
  // Taps come in pairs from the same two vectors where lanes are two elements apart, so they must be neighbours.
  const areDense = stride == 1 || (stride == 2 && integer(block, 16) == 4 && (kernel == 2 || kernel == 3));
  const isFast = areDense && integer(block, 21) == 0;
  const paddedBytes = isFast ? integer(block, 24) : 0;
  const isPadded = paddedBytes != 0;
  const fullStart = isPadded ? 0 : integer(block, 11);
  const fullEnd = isPadded ? outWidth : integer(block, 12);
  const indexBytes = address(block, 22);
  const first = <usize>begin * <usize>outWidth * <usize>channels;
  let y = address(block, 1) + (first << 2);
  let index = address(block, 2) + first * indexBytes;
  let oh = begin % outHeight;
  let od = (begin / outHeight) % outDepth;
  let plane = address(block, 0) + (<usize>(begin / outHeight / outDepth)) * address(block, 9);
  if (isPadded) {
    const bytes = address(block, 29);
    for (let at: usize = 0; at < bytes; at += 16) v128.store(scratch + at, f32x4.splat(-Infinity));
  }
  for (let unit = begin; unit < end; unit++) {
    const d = address(block, 3) + ((<usize>od) << 4);
    const h = address(block, 4) + ((<usize>oh) << 4);
    const row = plane + load<usize>(d) + load<usize>(h);
    const rowIndex = load<i32>(d, 4) + load<i32>(h, 4);
    const nd = load<i32>(d, 8);
    const nh = load<i32>(h, 8);
    if (isPadded) copyRows(block, row, scratch + address(block, 27), nd, nh);
    let ow = 0;
    while (ow < outWidth) {
      const w = address(block, 5) + ((<usize>ow) << 4);
      let x = row + load<usize>(w);
      let base = rowIndex + load<i32>(w, 4);
      let nw = load<i32>(w, 8);
      let lanes = channels;
      let outputs = 1;
      if (ow == fullStart && fullStart + 4 <= fullEnd) {
        outputs = fullEnd - fullStart;
        lanes = outputs;
        if (isPadded) {
          x = scratch;
          base = rowIndex + integer(block, 25);
          nw = kernel;
        }
      }
      if (lanes < 4 || !isFast || (stride == 2 && nw != kernel)) choose(block, x, y, index, lanes, base, nd, nh, nw);
      else if (stride == 2) {
        if (kernel == 2) run<u16, u16>(block, x, y, index, lanes, base, nd, nh, nw, row, rowIndex);
        else run<u16, f32>(block, x, y, index, lanes, base, nd, nh, nw, row, rowIndex);
      } else if (nw == 2) run<f32, u16>(block, x, y, index, lanes, base, nd, nh, nw, row, rowIndex);
      else if (nw == 3) run<f32, f32>(block, x, y, index, lanes, base, nd, nh, nw, row, rowIndex);
      else run<f32, u8>(block, x, y, index, lanes, base, nd, nh, nw, row, rowIndex);
      y += (<usize>lanes) << 2;
      index += (<usize>lanes) * indexBytes;
      ow += outputs;
    }
    if (++oh == outHeight) {
      oh = 0;
      if (++od == outDepth) {
        od = 0;
        plane += address(block, 9);
      }
    }
  }
}

/** Stores four indices, or the first of them, of 1 or 4 bytes. */
@inline
function storeIndices(index: usize, indexBytes: usize, isWide: bool, chosen: v128): void {
  if (indexBytes == 1) {
    const halves = i16x8.narrow_i32x4_s(chosen, chosen);
    const bytes = i8x16.narrow_i16x8_u(halves, halves);
    if (isWide) v128.store32_lane(index, bytes, 0);
    else v128.store8_lane(index, bytes, 0);
  } else if (isWide) v128.store(index, chosen);
  else v128.store32_lane(index, chosen, 0);
}

/**
 * `lanes` windows of max pooling that have the same taps, four at least. `L` is how lanes are loaded (lanes.ts), `K`
 * how many taps there are along the width: u16 two, f32 three, u8 any number. `row` and
 * `rowIndex` are those of the row of outputs, for windows whose taps were copied.
 */
function run<L, K>(
  block: usize, x: usize, y: usize, index: usize, lanes: i32, base: i32, nd: i32, nh: i32, nw: i32, row: usize, rowIndex: i32,
): void {
  const padded = address(block, 24);
  const laneBytes = integer(block, 13);
  const laneIndex = integer(block, 20);
  const indexBytes = address(block, 22);
  const widthBytes = address(block, 16);
  const depthIndex = integer(block, 17);
  const heightIndex = integer(block, 18);
  const widthIndex = i32x4.splat(integer(block, 19));
  const heightStep = padded != 0 ? padded : address(block, 15);
  const depthStep = padded != 0 ? <usize>nh * padded : address(block, 14);
  const first = i32x4.add(i32x4.splat(base), i32x4.mul(i32x4.splat(laneIndex), i32x4(0, 1, 2, 3)));
  let lane = 0;
  while (true) {
    let best = f32x4.splat(-Infinity);
    let sum = f32x4.splat(0);
    let chosen = i32x4.splat(0);
    const from = x + <usize>(lane * laneBytes);
    let depthAt = from;
    let depthTap = 0;
    for (let jd = 0; jd < nd; jd++) {
      let at = depthAt;
      let heightTap = depthTap;
      for (let jh = 0; jh < nh; jh++) {
        let tap = i32x4.splat(heightTap);
        if (sizeof<K>() == 1) {
          let tapAt = at;
          for (let jw = 0; jw < nw; jw++) {
            const value = v128.load(tapAt);
            chosen = i32x4.max_s(chosen, v128.and(f32x4.gt(value, best), tap));
            best = f32x4.pmax(best, value);
            sum = f32x4.add(sum, value);
            tap = i32x4.add(tap, widthIndex);
            tapAt += widthBytes;
          }
        } else {
          let value = v128.load(at);
          let second: v128;
          if (sizeof<L>() == 2) {
            const high = v128.load(at, 16);
            second = v128.shuffle<f32>(value, high, 1, 3, 5, 7);
            value = v128.shuffle<f32>(value, high, 0, 2, 4, 6);
          } else second = v128.load(at + widthBytes);
          chosen = i32x4.max_s(chosen, v128.and(f32x4.gt(value, best), tap));
          best = f32x4.pmax(best, value);
          sum = f32x4.add(sum, value);
          tap = i32x4.add(tap, widthIndex);
          chosen = i32x4.max_s(chosen, v128.and(f32x4.gt(second, best), tap));
          best = f32x4.pmax(best, second);
          sum = f32x4.add(sum, second);
          if (sizeof<K>() == 4) {
            tap = i32x4.add(tap, widthIndex);
            const thirdAt = at + (widthBytes << 1);
            const third = loadLanes<L>(thirdAt, 4);
            chosen = i32x4.max_s(chosen, v128.and(f32x4.gt(third, best), tap));
            best = f32x4.pmax(best, third);
            sum = f32x4.add(sum, third);
          }
        }
        at += heightStep;
        heightTap += heightIndex;
      }
      depthAt += depthStep;
      depthTap += depthIndex;
    }
    const yAt = y + ((<usize>lane) << 2);
    const indexAt = index + <usize>lane * indexBytes;
    // A sum is NaN when there was a NaN (or infinities of both signs): rare, and done again with care.
    if (v128.any_true(f32x4.ne(sum, sum))) {
      if (padded == 0) choose(block, from, yAt, indexAt, 4, base + lane * laneIndex, nd, nh, nw);
      else {
        for (let i = 0; i < 4; i++) {
          const own = address(block, 5) + ((<usize>(lane + i)) << 4);
          const ownBase = rowIndex + load<i32>(own, 4);
          const at = <usize>i;
          choose(
            block, row + load<usize>(own), yAt + (at << 2), indexAt + at * indexBytes, 1, ownBase, nd, nh, load<i32>(own, 8),
          );
        }
      }
    } else {
      v128.store(yAt, best);
      chosen = i32x4.add(chosen, i32x4.add(first, i32x4.splat(lane * laneIndex)));
      if (padded != 0) {
        const firstValid = v128.load(address(block, 26) + ((<usize>lane) << 2));
        chosen = i32x4.max_s(chosen, i32x4.add(firstValid, i32x4.splat(rowIndex)));
      }
      storeIndices(indexAt, indexBytes, true, chosen);
    }
    lane += 4;
    if (lane >= lanes) return;
    // The last vector overlaps the one before: outputs are only written.
    if (lane > lanes - 4) lane = lanes - 4;
  }
}

/** Copies the rows of taps of one row of outputs into padded rows. */
function copyRows(block: usize, from: usize, to: usize, nd: i32, nh: i32): void {
  const bytes = address(block, 28);
  const pitch = address(block, 24);
  const depthStep = address(block, 14);
  const heightStep = address(block, 15);
  for (let jd = 0; jd < nd; jd++) {
    let row = from;
    for (let jh = 0; jh < nh; jh++) {
      let at: usize = 0;
      for (; at + 16 <= bytes; at += 16) v128.store(to + at, v128.load(row + at));
      for (; at < bytes; at += 4) store<f32>(to + at, load<f32>(row + at));
      to += pitch;
      row += heightStep;
    }
    from += depthStep;
  }
}

/**
 * `lanes` windows that have the same taps, of max or min. A window's tap replaces the best one so far when it is larger, or
 * NaN: so that the first of equals and the last NaN stay. Taps come in ascending order, so the chosen one is the maximum of
 * all that once replaced another.
 */
function choose(block: usize, x: usize, y: usize, index: usize, lanes: i32, base: i32, nd: i32, nh: i32, nw: i32): void {
  const laneBytes = address(block, 13);
  const widthBytes = address(block, 16);
  const widthIndex = i32x4.splat(integer(block, 19));
  const laneIndex = integer(block, 20);
  const flip = i32x4.splat(integer(block, 21));
  const indexBytes = address(block, 22);
  const isWide = lanes >= 4;
  const width = isWide ? 4 : 1;
  const iota = i32x4.mul(i32x4.splat(laneIndex), i32x4(0, 1, 2, 3));
  let lane = 0;
  while (true) {
    let best = f32x4.splat(-Infinity);
    let chosen = i32x4.splat(0);
    let depthAt = x + <usize>lane * laneBytes;
    let depthTap = 0;
    for (let jd = 0; jd < nd; jd++) {
      let heightAt = depthAt;
      let heightTap = depthTap;
      for (let jh = 0; jh < nh; jh++) {
        let at = heightAt;
        let tap = i32x4.splat(heightTap);
        for (let jw = 0; jw < nw; jw++) {
          let value = isWide ? loadLanes<u64>(at, laneBytes) : v128.load32_zero(at);
          value = v128.xor(value, flip);
          const better = v128.or(f32x4.gt(value, best), f32x4.ne(value, value));
          best = v128.bitselect(value, best, better);
          chosen = i32x4.max_s(chosen, v128.and(better, tap));
          tap = i32x4.add(tap, widthIndex);
          at += widthBytes;
        }
        heightAt += address(block, 15);
        heightTap += integer(block, 18);
      }
      depthAt += address(block, 14);
      depthTap += integer(block, 17);
    }
    best = v128.xor(best, flip);
    const yAt = y + ((<usize>lane) << 2);
    if (isWide) v128.store(yAt, best);
    else v128.store32_lane(yAt, best, 0);
    chosen = i32x4.add(chosen, i32x4.add(iota, i32x4.splat(base + lane * laneIndex)));
    storeIndices(index + <usize>lane * indexBytes, indexBytes, isWide, chosen);
    lane += width;
    if (lane >= lanes) return;
    // The last vector overlaps the one before: outputs are only written.
    if (lane > lanes - width) lane = lanes - width;
  }
}
