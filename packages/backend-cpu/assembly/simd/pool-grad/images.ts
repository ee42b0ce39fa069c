import { address, integer } from '../../arguments';
import { collectRows, firstCover } from './covers';
import { loadIndices } from './lanes';

/**
 * Gradients of pooling for images whose pixels have all channels together (channels last), four of them at least: every input
 * gathers from the outputs that look at it, in ascending order, several channels at a time.
 *
 * Slots: 0 dy, 1 indices, 2 dx; tables of covers (covers.ts) 3–4 depth, 5–6 height, 7–8 width; sizes of the
 * input 9 depth, 10 height, 11 width; 12 channels; 13 bytes of dy per image; 14 by how much the index grows from one
 * pixel to the next, if it is a position, else 0; 15 bytes per index, 0 for averages; 16 the taps along the width, where windows
 * lie side by side, else 0, and 17 how many such windows there are. A unit is a row of dx; scratch holds 16
 * bytes for each pair of covers along depth and height.
 */
export function grad_images(block: usize, begin: i32, end: i32, scratch: usize): void {
  const depth = integer(block, 9);
  const height = integer(block, 10);
  const width = integer(block, 11);
  const pixelBytes = (<usize>integer(block, 12)) << 2;
  const imageBytes = address(block, 13);
  const step = integer(block, 14);
  const indexBytes = integer(block, 15);
  const kernel = integer(block, 16);
  let h = begin % height;
  let d = (begin / height) % depth;
  let image = <usize>(begin / height / depth) * imageBytes;
  let dx = address(block, 2) + <usize>begin * <usize>width * pixelBytes;
  for (let unit = begin; unit < end; unit++) {
    const rowsEnd = collectRows(block, 3, d, h, scratch);
    let isDouble = false;
    let tap = (d * height + h) * width * step;
    let from = firstCover(block, 7, 0);
    let w = 0;
    if (kernel != 0 && rowsEnd == scratch + 16) {
      w = integer(block, 17) * kernel;
      // The next row often belongs to the same outputs.
      const own = firstCover(block, 5, h);
      const next = firstCover(block, 5, h + 1);
      isDouble =
        w == width &&
        unit + 1 < end &&
        h + 1 < height &&
        firstCover(block, 5, h + 2) == next + 16 &&
        load<i32>(next) == load<i32>(own);
      const below = isDouble ? <usize>width * pixelBytes : 0;
      const rowTap = load<i32>(next, 4) - load<i32>(own, 4);
      if (indexBytes == 0) apart<f32>(block, dx, below, pixelBytes, image, scratch, rowTap, from, w, kernel);
      else apart<u8>(block, dx, below, pixelBytes, image, scratch, rowTap, from, w, kernel);
      dx += below;
      dx += <usize>w * pixelBytes;
      from += <usize>w << 4;
    }
    for (; w < width; w++) {
      const to = firstCover(block, 7, w + 1);
      if (indexBytes == 0) gather<f32>(block, dx, pixelBytes, image, scratch, rowsEnd, from, to, tap);
      else if (indexBytes == 4) gather<i32>(block, dx, pixelBytes, image, scratch, rowsEnd, from, to, tap);
      else if (pixelBytes < 64) gather<u8>(block, dx, pixelBytes, image, scratch, rowsEnd, from, to, tap);
      else gather16(block, dx, pixelBytes, image, scratch, rowsEnd, from, to, tap);
      from = to;
      dx += pixelBytes;
      tap += step;
    }
    if (isDouble) {
      h++;
      unit++;
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

/**
 * The gradients of `pixels` pixels in windows that lie side by side, `kernel` pixels each, and of those `below` bytes after
 * them, whose taps are `rowTap` further; not if that is 0. `M` is as for {@link gather}.
 */
@inline
function apart<M>(
  block: usize, dx: usize, below: usize, bytes: usize, image: usize, row: usize, rowTap: i32, cover: usize, pixels: i32,
  kernel: i32,
): void {
  // All windows are full: what the first one's entries say is true of each.
  const first = i32x4.splat(load<i32>(row, 4) + load<i32>(cover, 4));
  const tapStep = i32x4.splat(kernel > 1 ? load<i32>(cover, 20) - load<i32>(cover, 4) : 0);
  const further = i32x4.splat(rowTap);
  const factor = f32x4.splat(load<f32>(row, 8) * load<f32>(cover, 8));
  const last = bytes - 16;
  const end = dx + <usize>pixels * bytes;
  const index = address(block, 1);
  const dy = address(block, 0);
  let at = image + load<usize>(row) + load<usize>(cover);
  for (; dx < end; dx += <usize>kernel * bytes, at += bytes) {
    for (let c: usize = 0; ; c = min(c + 16, last)) {
      let gradient = v128.load(dy + at + c);
      let to = dx + c;
      if (isInteger<M>()) {
        const chosen = loadIndices<f32, M>(index + ((at + c) >> 2));
        const chosenBelow = i32x4.sub(chosen, further);
        let wanted = first;
        for (let tap = kernel; ; to += bytes, wanted = i32x4.add(wanted, tapStep)) {
          v128.store(to, v128.and(gradient, i32x4.eq(chosen, wanted)));
          if (below != 0) v128.store(to + below, v128.and(gradient, i32x4.eq(chosenBelow, wanted)));
          if (--tap == 0) break;
        }
      } else {
        gradient = f32x4.div(gradient, factor);
        for (let tap = kernel; tap > 0; tap--, to += bytes) {
          v128.store(to, gradient);
          if (below != 0) v128.store(to + below, gradient);
        }
      }
      if (c == last) break;
    }
  }
}

/** The gradient of one pixel. `M` says of what: u8 of an extreme by the tap, i32 by the position, f32 of an average. */
function gather<M>(
  block: usize, dx: usize, bytes: usize, image: usize, rows: usize, rowsEnd: usize, from: usize, to: usize, tap: i32,
): void {
  const dy = address(block, 0);
  const index = address(block, 1);
  let c: usize = 0;
  while (true) {
    let sum = f32x4.splat(0);
    for (let row = rows; row < rowsEnd; row += 16) {
      for (let cover = from; cover < to; cover += 16) {
        const at = image + c + load<usize>(row) + load<usize>(cover);
        const gradient = v128.load(dy + at);
        if (isInteger<M>()) {
          const chosen = loadIndices<f32, M>(index + (sizeof<M>() == 1 ? at >> 2 : at));
          const wanted = i32x4.splat(load<i32>(row, 4) + load<i32>(cover, 4) + tap);
          sum = f32x4.add(sum, v128.and(gradient, i32x4.eq(chosen, wanted)));
        } else {
          sum = f32x4.add(sum, f32x4.div(gradient, f32x4.splat(load<f32>(row, 8) * load<f32>(cover, 8))));
        }
      }
    }
    v128.store(dx + c, sum);
    c += 16;
    if (c >= bytes) return;
    if (c > bytes - 16) c = bytes - 16;
  }
}

/** As {@link gather}, of an extreme by the tap, of 16 channels at a time. */
function gather16(
  block: usize, dx: usize, bytes: usize, image: usize, rows: usize, rowsEnd: usize, from: usize, to: usize, tap: i32,
): void {
  let c: usize = 0;
  while (true) {
    block16(block, dx + c, image + c, rows, rowsEnd, from, to, tap);
    c += 64;
    if (c >= bytes) return;
    if (c > bytes - 64) c = bytes - 64;
  }
}

@inline
function block16(
  block: usize, dx: usize, image: usize, rows: usize, rowsEnd: usize, from: usize, to: usize, tap: i32,
): void {
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
  v128.store(dx, a);
  v128.store(dx, b, 16);
  v128.store(dx, c, 32);
  v128.store(dx, d, 48);
}
