import { address, integer } from '../../arguments';
import { combine, enter, highHalf, identity, loadUpTo4, lowHalf, narrow, watch } from './combine';
import { Slot } from './slots';

/**
 * Combines the input rows of one output row, element by element.
 *
 * @param plane The first column to be read, in the first row of the plane.
 * @param to Where the result goes: it is written in whole vectors.
 * @param columns How many columns.
 * @param seenAt The place of the sum that {@link watch} keeps.
 */
export function foldRows<T>(
  block: usize,
  plane: usize,
  depth: i32,
  height: i32,
  to: usize,
  columns: i32,
  seenAt: usize,
): void {
  let seen = v128.load(seenAt);
  const flip = v128.load32_splat(block, Slot.Flip << 2);
  const rowBytes = <usize>integer(block, Slot.InputWidth) << 2;
  const planeRows = integer(block, Slot.InputHeight);
  const depthWindow = address(block, Slot.DepthWindows) + (<usize>depth << 2);
  const heightWindow = address(block, Slot.HeightWindows) + (<usize>height << 2);
  const depthCount = load<i32>(depthWindow + (<usize>integer(block, Slot.OutputDepth) << 2));
  const heightCount = load<i32>(heightWindow + (<usize>integer(block, Slot.OutputHeight) << 2));
  const depthStep = <usize>(integer(block, Slot.DepthDilation) * planeRows) * rowBytes;
  const heightStep = <usize>integer(block, Slot.HeightDilation) * rowBytes;
  let from = plane + <usize>(load<i32>(depthWindow) * planeRows + load<i32>(heightWindow)) * rowBytes;
  let left = columns;
  if (depthCount == 1 && heightCount <= 3) {
    const second = from + heightStep;
    const third = second + heightStep;
    let at: usize = 0;
    if (heightCount == 1) {
      for (; left > 0; left -= 4, at += 16) {
        const a = loadUpTo4(from + at, left);
        seen = watch<T>(seen, a);
        v128.store(to + at, enter<T>(a, flip));
      }
    } else if (heightCount == 2) {
      for (; left > 0; left -= 4, at += 16) {
        const a = loadUpTo4(from + at, left);
        const b = loadUpTo4(second + at, left);
        seen = watch<T>(seen, f32x4.add(a, b));
        v128.store(to + at, combine<T>(enter<T>(a, flip), enter<T>(b, flip)));
      }
    } else {
      for (; left > 0; left -= 4, at += 16) {
        const a = loadUpTo4(from + at, left);
        const b = loadUpTo4(second + at, left);
        const c = loadUpTo4(third + at, left);
        seen = watch<T>(seen, f32x4.add(f32x4.add(a, b), c));
        v128.store(
          to + at,
          combine<T>(combine<T>(enter<T>(a, flip), enter<T>(b, flip)), enter<T>(c, flip)),
        );
      }
    }
    v128.store(seenAt, seen);
    return;
  }
  for (; left >= 16; left -= 16, from += 64, to += 64) {
    let r0 = identity<T>();
    let r1 = r0;
    let r2 = r0;
    let r3 = r0;
    let slice = from;
    for (let d = 0; d < depthCount; d++, slice += depthStep) {
      let row = slice;
      for (let h = 0; h < heightCount; h++, row += heightStep) {
        const a = v128.load(row);
        const b = v128.load(row, 16);
        const c = v128.load(row, 32);
        const e = v128.load(row, 48);
        seen = watch<T>(seen, f32x4.add(f32x4.add(a, b), f32x4.add(c, e)));
        r0 = combine<T>(r0, enter<T>(a, flip));
        r1 = combine<T>(r1, enter<T>(b, flip));
        r2 = combine<T>(r2, enter<T>(c, flip));
        r3 = combine<T>(r3, enter<T>(e, flip));
      }
    }
    v128.store(to, r0);
    v128.store(to, r1, 16);
    v128.store(to, r2, 32);
    v128.store(to, r3, 48);
  }
  for (; left > 0; left -= 4, from += 16, to += 16) {
    let result = identity<T>();
    let slice = from;
    for (let d = 0; d < depthCount; d++, slice += depthStep) {
      let row = slice;
      for (let h = 0; h < heightCount; h++, row += heightStep) {
        const a = loadUpTo4(row, left);
        seen = watch<T>(seen, a);
        result = combine<T>(result, enter<T>(a, flip));
      }
    }
    v128.store(to, result);
  }
  v128.store(seenAt, seen);
}

/** As {@link foldRows}, for sums of many rows: four of them are added as f32, and such sums as f64. */
export function foldRowsWide(block: usize, plane: usize, depth: i32, height: i32, to: usize, columns: i32): void {
  const rowBytes = <usize>integer(block, Slot.InputWidth) << 2;
  const planeRows = integer(block, Slot.InputHeight);
  const depthWindow = address(block, Slot.DepthWindows) + (<usize>depth << 2);
  const heightWindow = address(block, Slot.HeightWindows) + (<usize>height << 2);
  const depthCount = load<i32>(depthWindow + (<usize>integer(block, Slot.OutputDepth) << 2));
  const heightCount = load<i32>(heightWindow + (<usize>integer(block, Slot.OutputHeight) << 2));
  const depthStep = <usize>(integer(block, Slot.DepthDilation) * planeRows) * rowBytes;
  const step = <usize>integer(block, Slot.HeightDilation) * rowBytes;
  let from = plane + <usize>(load<i32>(depthWindow) * planeRows + load<i32>(heightWindow)) * rowBytes;
  for (; columns > 0; columns -= 4, from += 16, to += 16) {
    let low = f64x2.splat(0);
    let high = low;
    let slice = from;
    for (let d = 0; d < depthCount; d++, slice += depthStep) {
      let row = slice;
      let h = heightCount;
      if (columns >= 4) {
        for (; h >= 4; h -= 4, row += 4 * step) {
          const a = f32x4.add(v128.load(row), v128.load(row + step));
          const b = f32x4.add(v128.load(row + 2 * step), v128.load(row + 3 * step));
          const sum = f32x4.add(a, b);
          low = f64x2.add(low, lowHalf(sum));
          high = f64x2.add(high, highHalf(sum));
        }
      }
      for (; h > 0; h--, row += step) {
        const a = loadUpTo4(row, columns);
        low = f64x2.add(low, lowHalf(a));
        high = f64x2.add(high, highHalf(a));
      }
    }
    v128.store(to, narrow(low, high));
  }
}
