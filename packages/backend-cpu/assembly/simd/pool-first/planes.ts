import { address, float32, integer } from '../../arguments';
import { Careful, combine, highHalf, loadUpTo4, lowHalf, storeUpTo4, Sum } from './combine';
import { PlaneSlot } from './slots';
import { planeAddress } from './strip';

// Global pooling: a window that is the whole of a contiguous plane. Four planes at a time.

/** So many vectors, what is left over, and the lanes of their sum are added with 15 roundings, and the division is one more. */
const mostVectors: i32 = 13;

/** Combines the lanes of each of four vectors into one vector. */
@inline
function lanes<T>(r0: v128, r1: v128, r2: v128, r3: v128): v128 {
  const r01 = combine<T>(v128.shuffle<f32>(r0, r1, 0, 4, 1, 5), v128.shuffle<f32>(r0, r1, 2, 6, 3, 7));
  const r23 = combine<T>(v128.shuffle<f32>(r2, r3, 0, 4, 1, 5), v128.shuffle<f32>(r2, r3, 2, 6, 3, 7));
  return combine<T>(v128.shuffle<f32>(r01, r23, 0, 1, 4, 5), v128.shuffle<f32>(r01, r23, 2, 3, 6, 7));
}

/** The largest elements of four planes, of at least four elements. */
function foldPlanes(a: usize, b: usize, c: usize, e: usize, to: usize, count: i32, bytes: usize): void {
  // The last vector overlaps.
  const last = bytes - 16;
  let r0 = v128.load(a + last);
  let r1 = v128.load(b + last);
  let r2 = v128.load(c + last);
  let r3 = v128.load(e + last);
  for (const end = a + last; a < end; a += 16, b += 16, c += 16, e += 16) {
    r0 = combine<Careful>(r0, v128.load(a));
    r1 = combine<Careful>(r1, v128.load(b));
    r2 = combine<Careful>(r2, v128.load(c));
    r3 = combine<Careful>(r3, v128.load(e));
  }
  storeUpTo4(to, lanes<Careful>(r0, r1, r2, r3), count);
}

/** An f64 sum of some of an f32's lanes, and of another's. */
@inline
function total(low: v128, high: v128): f64 {
  const sum = f64x2.add(low, high);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/** Up to three elements: out of a vector that begins before them, where there is something before them. */
@inline
function lastOf(from: usize, elements: i32, overlaps: bool, tail: v128): v128 {
  if (!overlaps) return loadUpTo4(from, elements);
  return v128.and(v128.load(from + (<usize>elements << 2) - 16), tail);
}

/** Averages of four planes: up to thirteen vectors are added as f32, within 1e-6 of the sum, and such sums as f64. */
function averagePlanes(a: usize, b: usize, c: usize, e: usize, to: usize, count: i32, elements: i32, by: f64): void {
  let low0 = f64x2.splat(0);
  let low1 = low0;
  let low2 = low0;
  let low3 = low0;
  let high0 = low0;
  let high1 = low0;
  let high2 = low0;
  let high3 = low0;
  const overlaps = elements > 3;
  const isOneSum = elements < 4 * mostVectors + 4;
  // The lanes that are left over when the plane is taken four at a time.
  const tail = i32x4.gt_s(i32x4.splat(elements & 3), i32x4(3, 2, 1, 0));
  while (elements > 0) {
    let r0 = f32x4.splat(0);
    let r1 = r0;
    let r2 = r0;
    let r3 = r0;
    let whole = min(elements >> 2, mostVectors);
    elements -= whole << 2;
    if (whole & 1) {
      r0 = v128.load(a);
      r1 = v128.load(b);
      r2 = v128.load(c);
      r3 = v128.load(e);
      a += 16;
      b += 16;
      c += 16;
      e += 16;
    }
    for (whole >>= 1; whole > 0; whole--, a += 32, b += 32, c += 32, e += 32) {
      r0 = f32x4.add(f32x4.add(r0, v128.load(a)), v128.load(a, 16));
      r1 = f32x4.add(f32x4.add(r1, v128.load(b)), v128.load(b, 16));
      r2 = f32x4.add(f32x4.add(r2, v128.load(c)), v128.load(c, 16));
      r3 = f32x4.add(f32x4.add(r3, v128.load(e)), v128.load(e, 16));
    }
    if (elements > 0 && elements < 4) {
      r0 = f32x4.add(r0, lastOf(a, elements, overlaps, tail));
      r1 = f32x4.add(r1, lastOf(b, elements, overlaps, tail));
      r2 = f32x4.add(r2, lastOf(c, elements, overlaps, tail));
      r3 = f32x4.add(r3, lastOf(e, elements, overlaps, tail));
      elements = 0;
    }
    if (isOneSum) {
      storeUpTo4(to, f32x4.div(lanes<Sum>(r0, r1, r2, r3), f32x4.splat(<f32>by)), count);
      return;
    }
    low0 = f64x2.add(low0, lowHalf(r0));
    low1 = f64x2.add(low1, lowHalf(r1));
    low2 = f64x2.add(low2, lowHalf(r2));
    low3 = f64x2.add(low3, lowHalf(r3));
    high0 = f64x2.add(high0, highHalf(r0));
    high1 = f64x2.add(high1, highHalf(r1));
    high2 = f64x2.add(high2, highHalf(r2));
    high3 = f64x2.add(high3, highHalf(r3));
  }
  store<f32>(to, <f32>(total(low0, high0) / by));
  if (count > 1) store<f32>(to, <f32>(total(low1, high1) / by), 4);
  if (count > 2) store<f32>(to, <f32>(total(low2, high2) / by), 8);
  if (count > 3) store<f32>(to, <f32>(total(low3, high3) / by), 12);
}

/** The largest element of each plane, or its average. A unit is some planes. */
export function poolFirstPlanes(block: usize, begin: i32, end: i32, _scratch: usize): void {
  const unitPlanes = integer(block, PlaneSlot.UnitPlanes);
  const elements = integer(block, PlaneSlot.Elements);
  const last = min(end * unitPlanes, integer(block, PlaneSlot.Planes)) - 1;
  const channels = integer(block, PlaneSlot.Channels);
  const channelBytes = address(block, PlaneSlot.ChannelBytes);
  // From the last channel of a batch to the first of the next.
  const onward = address(block, PlaneSlot.BatchBytes) - channelBytes * <usize>(channels - 1);
  let plane = begin * unitPlanes;
  let channel = plane % channels;
  let next = planeAddress(block, plane);
  for (; plane <= last; plane += 4) {
    const count = min(last - plane + 1, 4);
    const a = next;
    let b = a + channelBytes;
    let c = b + channelBytes;
    let e = c + channelBytes;
    if (channel + 4 < channels && count == 4) {
      channel += 4;
      next = e + channelBytes;
    } else {
      // Planes that are not there are the last one again.
      for (let after = 1; after <= 4; after++) {
        if (plane + after <= last) {
          channel++;
          const wraps = channel == channels;
          next += wraps ? onward : channelBytes;
          if (wraps) channel = 0;
        }
        if (after == 1) b = next;
        else if (after == 2) c = next;
        else if (after == 3) e = next;
      }
    }
    const to = address(block, PlaneSlot.Output) + (<usize>plane << 2);
    if (!integer(block, PlaneSlot.IsSum)) foldPlanes(a, b, c, e, to, count, <usize>elements << 2);
    else averagePlanes(a, b, c, e, to, count, elements, <f64>float32(block, PlaneSlot.Divisor));
  }
}
