import { address, float32, integer } from '../../arguments';
import {
  Careful,
  combine,
  enter,
  highHalf,
  identity,
  isCareful,
  isSum,
  loadUpTo4,
  lowHalf,
  Max,
  sawNaN,
  storeUpTo4,
  Sum,
  watch,
} from './combine';
import { PlaneSlot } from './slots';
import { planeAddress } from './strip';

// Global pooling: a window that is the whole of a contiguous plane. Four planes at a time.

/** What four planes have as their maximum or minimum, of at least four elements. */
function foldPlanes<T>(a: usize, b: usize, c: usize, e: usize, to: usize, count: i32, bytes: usize, flip: v128): bool {
  const last = bytes - 16;
  let seen = f32x4.splat(0);
  let r0 = identity<T>();
  let r1 = r0;
  let r2 = r0;
  let r3 = r0;
  for (let at: usize = 0; ; ) {
    const x0 = v128.load(a + at);
    const x1 = v128.load(b + at);
    const x2 = v128.load(c + at);
    const x3 = v128.load(e + at);
    seen = watch<T>(seen, f32x4.add(f32x4.add(x0, x1), f32x4.add(x2, x3)));
    r0 = combine<T>(r0, enter<T>(x0, flip));
    r1 = combine<T>(r1, enter<T>(x1, flip));
    r2 = combine<T>(r2, enter<T>(x2, flip));
    r3 = combine<T>(r3, enter<T>(x3, flip));
    if (at == last) break;
    // The last vector overlaps.
    at = min(at + 16, last);
  }
  const r01 = combine<T>(v128.shuffle<f32>(r0, r1, 0, 4, 1, 5), v128.shuffle<f32>(r0, r1, 2, 6, 3, 7));
  const r23 = combine<T>(v128.shuffle<f32>(r2, r3, 0, 4, 1, 5), v128.shuffle<f32>(r2, r3, 2, 6, 3, 7));
  const all = combine<T>(v128.shuffle<f32>(r01, r23, 0, 1, 4, 5), v128.shuffle<f32>(r01, r23, 2, 3, 6, 7));
  storeUpTo4(to, enter<T>(all, flip), count);
  return !isCareful<T>() && sawNaN(seen);
}

/** An f64 sum of some of an f32's lanes, and of another's. */
@inline
function total(low: v128, high: v128): f64 {
  const sum = f64x2.add(low, high);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/** Averages of four planes: eight vectors are added as f32, and such sums as f64. */
function averagePlanes(a: usize, b: usize, c: usize, e: usize, to: usize, count: i32, elements: i32, by: f64): void {
  let low0 = f64x2.splat(0);
  let low1 = low0;
  let low2 = low0;
  let low3 = low0;
  let high0 = low0;
  let high1 = low0;
  let high2 = low0;
  let high3 = low0;
  while (elements > 0) {
    let r0 = f32x4.splat(0);
    let r1 = r0;
    let r2 = r0;
    let r3 = r0;
    let whole = min(elements >> 2, 8);
    elements -= whole << 2;
    for (; whole > 0; whole--, a += 16, b += 16, c += 16, e += 16) {
      r0 = f32x4.add(r0, v128.load(a));
      r1 = f32x4.add(r1, v128.load(b));
      r2 = f32x4.add(r2, v128.load(c));
      r3 = f32x4.add(r3, v128.load(e));
    }
    if (elements > 0 && elements < 4) {
      r0 = f32x4.add(r0, loadUpTo4(a, elements));
      r1 = f32x4.add(r1, loadUpTo4(b, elements));
      r2 = f32x4.add(r2, loadUpTo4(c, elements));
      r3 = f32x4.add(r3, loadUpTo4(e, elements));
      elements = 0;
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

/** One unit: some planes. */
@inline
function foldUnit<T>(block: usize, unit: i32): void {
  const unitPlanes = integer(block, PlaneSlot.UnitPlanes);
  const elements = integer(block, PlaneSlot.Elements);
  let plane = unit * unitPlanes;
  const end = min(plane + unitPlanes, integer(block, PlaneSlot.Planes));
  for (; plane < end; plane += 4) {
    const count = min(end - plane, 4);
    // Planes that are not there are the last one again.
    const a = planeAddress(block, plane);
    const b = planeAddress(block, plane + min(1, count - 1));
    const c = planeAddress(block, plane + min(2, count - 1));
    const e = planeAddress(block, plane + count - 1);
    const to = address(block, PlaneSlot.Output) + (<usize>plane << 2);
    const bytes = <usize>elements << 2;
    if (isSum<T>()) {
      averagePlanes(a, b, c, e, to, count, elements, <f64>float32(block, PlaneSlot.Divisor));
    } else {
      const flip = v128.load32_splat(block, PlaneSlot.Flip << 2);
      if (foldPlanes<T>(a, b, c, e, to, count, bytes, flip)) foldPlanes<Careful>(a, b, c, e, to, count, bytes, flip);
    }
  }
}

/** The largest element of each plane. */
export function poolFirstPlanesMax(block: usize, begin: i32, end: i32, _scratch: usize): void {
  for (let unit = begin; unit < end; unit++) foldUnit<Max>(block, unit);
}

/** The same, whatever the elements are, or the smallest (see `Careful`). */
export function poolFirstPlanesCareful(block: usize, begin: i32, end: i32, _scratch: usize): void {
  for (let unit = begin; unit < end; unit++) foldUnit<Careful>(block, unit);
}

/** The sum of each plane, divided. */
export function poolFirstPlanesSum(block: usize, begin: i32, end: i32, _scratch: usize): void {
  for (let unit = begin; unit < end; unit++) foldUnit<Sum>(block, unit);
}
