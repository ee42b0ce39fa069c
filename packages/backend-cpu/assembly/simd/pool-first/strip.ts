import { address, integer } from '../../arguments';
import {
  foldBlocks,
  foldBlocksWide,
  foldInterleaved,
  foldInterleavedWide,
  foldNeighbours,
  foldPairs,
  interleave,
  separate,
} from './across';
import { identity, isSum } from './combine';
import { Across, rowsInScratch, Slot } from './slots';

// A unit computes a strip: some columns of some output rows. Its rows in scratch memory begin with the first tap of the
// first window, padding included: `lead` columns of padding, the input columns from `firstInput` to `endInput`, and padding
// up to the last tap of the last window.

/** The first output column of a strip. */
@inline
export function firstColumn(block: usize, strip: i32): i32 {
  return strip * integer(block, Slot.StripColumns);
}

/** One past its last output column. */
@inline
export function endColumn(block: usize, strip: i32): i32 {
  return min(firstColumn(block, strip) + integer(block, Slot.StripColumns), integer(block, Slot.OutputWidth));
}

/** The column, maybe in the padding, of the first tap of a window. */
@inline
function origin(block: usize, column: i32): i32 {
  const stride = integer(block, Slot.WidthStride);
  return stride == 0
    ? load<i32>(address(block, Slot.WidthWindows) + (<usize>column << 2))
    : column * stride - integer(block, Slot.WidthPadding);
}

/** The first input column that a strip reads. */
@inline
export function firstInput(block: usize, strip: i32): i32 {
  return max(origin(block, firstColumn(block, strip)), 0);
}

/** How many columns of padding come before it. */
@inline
export function lead(block: usize, strip: i32): i32 {
  return max(-origin(block, firstColumn(block, strip)), 0);
}

/** One past the column of the last tap of its last window, maybe in the padding. */
@inline
function reach(block: usize, strip: i32): i32 {
  const last = endColumn(block, strip) - 1;
  if (integer(block, Slot.WidthStride) == 0) {
    const count = address(block, Slot.WidthWindows) + (<usize>(integer(block, Slot.OutputWidth) + last) << 2);
    return origin(block, last) + load<i32>(count);
  }
  return origin(block, last) + (integer(block, Slot.WidthKernel) - 1) * integer(block, Slot.WidthDilation) + 1;
}

/** One past the last input column that a strip reads. */
@inline
export function endInput(block: usize, strip: i32): i32 {
  return min(reach(block, strip), integer(block, Slot.InputWidth));
}

/** The columns of a strip's rows in scratch memory. */
@inline
export function stripWidth(block: usize, strip: i32): i32 {
  return reach(block, strip) - origin(block, firstColumn(block, strip));
}

/** Writes padding from one column of a row on, up to another, in whole vectors. */
@inline
export function pad<T>(row: usize, from: i32, to: i32): void {
  for (; from < to; from += 4) v128.store(row + (<usize>from << 2), identity<T>());
}

/** The address of the first element of an input plane. */
@inline
export function planeAddress(block: usize, plane: i32): usize {
  const channels = integer(block, Slot.Channels);
  const item = plane / channels;
  return (
    address(block, Slot.Input) +
    <usize>item * address(block, Slot.BatchBytes) +
    <usize>(plane - item * channels) * address(block, Slot.ChannelBytes)
  );
}

/**
 * Combines the columns of up to four rows in scratch memory, and writes the output.
 *
 * @param row The number of the first of these output rows.
 */
export function foldAcross<T>(block: usize, scratch: usize, strip: i32, row: i32, rows: i32): void {
  const pitch = address(block, Slot.Pitch);
  const outputBytes = address(block, Slot.OutputWidth) << 2;
  const column = firstColumn(block, strip);
  const columns = endColumn(block, strip) - column;
  const kind = integer(block, Slot.Across);
  const kernel = integer(block, Slot.WidthKernel);
  const flip = block + (Slot.Flip << 2);
  const divisors = address(block, Slot.WidthDivisors) + (isSum<T>() ? <usize>column << 2 : 0);
  let from = scratch + rowsInScratch;
  let to = address(block, Slot.Output) + <usize>row * outputBytes + (<usize>column << 2);
  if (kind <= Across.Pairs) {
    const step = <usize>integer(block, Slot.WidthDilation) << 2;
    for (let r = 0; r < rows; r++, from += pitch, to += outputBytes) {
      const divisor = load<f32>(scratch + (<usize>r << 2));
      if (kind == Across.Neighbours) foldNeighbours<T>(from, to, columns, kernel, step, flip, divisors, divisor);
      else foldPairs<T>(from, to, columns, kernel, flip, divisors, divisor);
    }
    return;
  }
  // Rows that are not there are the last one again, and are written to the same place.
  if (isSum<T>()) {
    const divisor = load<f32>(scratch + (<usize>(rows - 1) << 2));
    for (let r = rows; r < 4; r++) store<f32>(scratch + (<usize>r << 2), divisor);
  }
  const second = <usize>min(1, rows - 1);
  const third = <usize>min(2, rows - 1);
  const fourth = <usize>min(3, rows - 1);
  const interleaved = scratch + address(block, Slot.Interleaved);
  const results = scratch + address(block, Slot.Results);
  const width = stripWidth(block, strip);
  interleave(from, from + second * pitch, from + third * pitch, from + fourth * pitch, interleaved, width);
  if (kind == Across.Interleaved) {
    const starts = address(block, Slot.WidthWindows) + (<usize>column << 2);
    const counts = starts + outputBytes;
    const step = <usize>integer(block, Slot.WidthDilation) << 4;
    // Windows start at input columns.
    const zero = interleaved - (<usize>origin(block, column) << 4);
    if (isSum<T>() && integer(block, Slot.WideAcross)) {
      foldInterleavedWide(zero, results, columns, starts, counts, step, divisors, scratch);
    } else foldInterleaved<T>(zero, results, columns, starts, counts, step, flip, divisors, scratch);
  } else {
    const stride = integer(block, Slot.WidthStride);
    const suffixes = scratch + address(block, Slot.AcrossSuffixes);
    if (isSum<T>()) foldBlocksWide(interleaved, results, columns, kernel, stride, suffixes, divisors, scratch);
    else foldBlocks<T>(interleaved, results, columns, kernel, stride, suffixes, flip, divisors, scratch);
  }
  separate(results, to, to + second * outputBytes, to + third * outputBytes, to + fourth * outputBytes, columns);
}
