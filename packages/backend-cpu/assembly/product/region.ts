// The part of an input that a unit of a convolution sees, with its padding: of all channels of a group, some rows.
import { address, integer } from '../arguments';

/** How many slots describe a region. */
export const regionSlots = 22;

@inline
function copyRun(source: usize, sourceStep: usize, target: usize, targetStep: usize, count: i32): void {
  if (sourceStep == 4 && targetStep == 4) {
    const end = target + ((<usize>count) << 2);
    for (; target + 16 <= end; target += 16) {
      v128.store(target, v128.load(source));
      source += 16;
    }
    for (; target < end; target += 4) {
      store<f32>(target, load<f32>(source));
      source += 4;
    }
  } else {
    for (let i = 0; i < count; i++) {
      store<f32>(target, load<f32>(source));
      source += sourceStep;
      target += targetStep;
    }
  }
}

/**
 * Finds the region of the positions from (`depth`, `height`) on, `depths` × `heights` of them and all along the width, in
 * one item and group of the input, which start at `source`. Where no padding is needed and the input has a good shape, it
 * is read where it lies; elsewhere it is copied to `scratch`.
 *
 * Slots from `slot` on: 0 whether it is read in place, 1 bytes from `source` to the first element of the first row; along
 * the depth 2 where the first position's taps start, 3 inputs from position to position, 4 inputs that the taps of one
 * position span, 5 size of the input, 6, 7 bytes from input to input in the source and in the region; 8 to 13 the same
 * along the height. Each row is 14 `count` runs, 15, 16 apart, of 17 elements, 18, 19 apart, the first of which is at 20 in
 * the region's row. 21 bytes of the region when it has to be cleared first.
 *
 * @returns The address of the region.
 */
export function findRegion(
  block: usize, slot: i32, source: usize, scratch: usize,
  depth: i32, depths: i32, height: i32, heights: i32,
): usize {
  block += (<usize>slot) << 2;
  source += address(block, 1);
  const depthStep = integer(block, 3), heightStep = integer(block, 9);
  const firstDepth = integer(block, 2) + depth * depthStep, firstHeight = integer(block, 8) + height * heightStep;
  const sourceDepth = address(block, 6), sourceHeight = address(block, 12);
  if (integer(block, 0) != 0) return source + <usize>firstDepth * sourceDepth + <usize>firstHeight * sourceHeight;
  const endDepth = min(integer(block, 5), firstDepth + (depths - 1) * depthStep + integer(block, 4));
  const endHeight = min(integer(block, 11), firstHeight + (heights - 1) * heightStep + integer(block, 10));
  const regionDepth = address(block, 7), regionHeight = address(block, 13);
  const runs = integer(block, 14), sourceRun = address(block, 15), regionRun = address(block, 16);
  const count = integer(block, 17), sourceStep = address(block, 18), regionStep = address(block, 19);
  const row = scratch + address(block, 20);
  for (let at = scratch, end = scratch + address(block, 21); at < end; at += 16) v128.store(at, f32x4.splat(0));
  for (let run = 0; run < runs; run++) {
    const fromRun = source + <usize>run * sourceRun, toRun = row + <usize>run * regionRun;
    for (let d = max(0, firstDepth); d < endDepth; d++) {
      const from = fromRun + <usize>d * sourceDepth, to = toRun + <usize>(d - firstDepth) * regionDepth;
      for (let h = max(0, firstHeight); h < endHeight; h++) {
        copyRun(
          from + <usize>h * sourceHeight, sourceStep, to + <usize>(h - firstHeight) * regionHeight, regionStep, count,
        );
      }
    }
  }
  return scratch;
}
