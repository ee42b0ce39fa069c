import { address, integer } from '../../arguments';
import {
  foldBlocks,
  foldInterleaved,
  foldNeighbours,
  foldPairs,
  sumBlocks,
  sumInterleaved,
  transpose,
} from './across';
import { Careful, identity, Max, sawNaN, Sum } from './combine';
import { foldRows, sumRows } from './fold-rows';
import { foldFused } from './fused';
import { Across, Fused, rowsInScratch, seenInScratch, Slot, StripSlot, stripSlots } from './slots';

/** The address of what a strip is: `StripSlot`. */
@inline
export function stripAt(block: usize, strip: i32): usize {
  return address(block, Slot.StripTable) + (<usize>(strip * stripSlots) << 2);
}

/** Up to so many rows are added as f32: with up to seven columns after them, and the division, that is 16 roundings. */
const mostNarrowRows: i32 = 9;

/** The value of padding, which changes no result. */
@inline
export function padding(isSum: bool): v128 {
  return isSum ? identity<Sum>() : identity<Max>();
}

/** Writes padding from one column of a row on, up to another, in whole vectors. */
export function pad(row: usize, from: i32, to: i32, isSum: bool): void {
  for (; from < to; from += 4) v128.store(row + (<usize>from << 2), padding(isSum));
}

/** The address of the first element of an input plane. */
export function planeAddress(block: usize, plane: i32): usize {
  const channels = integer(block, Slot.Channels);
  const item = plane / channels;
  return (
    address(block, Slot.Input) +
    <usize>item * address(block, Slot.BatchBytes) +
    <usize>(plane - item * channels) * address(block, Slot.ChannelBytes)
  );
}

/** The divisor of an output row, without its columns' part. */
@inline
export function rowDivisor(block: usize, isSum: bool, depth: i32, height: i32): f32 {
  if (!isSum) return 0;
  return (
    load<f32>(address(block, Slot.DepthDivisors) + (<usize>depth << 2)) *
    load<f32>(address(block, Slot.HeightDivisors) + (<usize>height << 2))
  );
}

/**
 * Combines the columns of up to four rows in scratch memory, and writes the output.
 *
 * @param strip The address of what the strip is.
 * @param row The number of the first of these output rows.
 * @param isCareful Whether NaN has to win.
 */
export function foldAcross(block: usize, scratch: usize, strip: usize, row: i32, rows: i32, isCareful: bool): void {
  const isSum = integer(block, Slot.IsSum) != 0;
  const pitch = address(block, Slot.Pitch);
  const outputBytes = address(block, Slot.OutputWidth) << 2;
  const columnBytes = address(strip, StripSlot.Column) << 2;
  const columns = integer(strip, StripSlot.Columns);
  const kind = isCareful ? Across.Interleaved : integer(block, Slot.Across);
  const kernel = integer(block, Slot.WidthKernel);
  const divisors = address(block, Slot.WidthDivisors) + columnBytes;
  const dilation = address(block, Slot.WidthDilation);
  let from = scratch + rowsInScratch;
  let to = address(block, Slot.Output) + <usize>row * outputBytes + columnBytes;
  if (kind <= Across.Pairs) {
    for (let r = 0; r < rows; r++, from += pitch, to += outputBytes) {
      const divisor = load<f32>(scratch + (<usize>r << 2));
      if (kind == Across.Pairs) {
        if (isSum) foldPairs<Sum>(from, to, columns, kernel, divisors, divisor);
        else foldPairs<Max>(from, to, columns, kernel, divisors, divisor);
      } else if (isSum) foldNeighbours<Sum>(from, to, columns, kernel, dilation << 2, divisors, divisor);
      else foldNeighbours<Max>(from, to, columns, kernel, dilation << 2, divisors, divisor);
    }
    return;
  }
  // Rows that are not there are the last one again, and are written to the same place.
  for (let r = rows; r < 4; r++) store<f32>(scratch + (<usize>r << 2), load<f32>(scratch + (<usize>(rows - 1) << 2)));
  const second = <usize>min(1, rows - 1);
  const third = <usize>min(2, rows - 1);
  const fourth = <usize>(rows - 1);
  const interleaved = scratch + address(block, Slot.Interleaved);
  const results = scratch + address(block, Slot.Results);
  const width = (integer(strip, StripSlot.Width) + 3) & -4;
  transpose(from, second * pitch, third * pitch, fourth * pitch, 16, interleaved, 16, 32, 48, 64, width);
  if (kind == Across.Interleaved) {
    const starts = address(block, Slot.WidthWindows) + columnBytes;
    const counts = starts + outputBytes;
    // Windows start at input columns.
    const zero = interleaved - ((address(strip, StripSlot.InputColumn) - address(strip, StripSlot.Lead)) << 4);
    if (isSum) sumInterleaved(zero, results, columns, starts, counts, dilation << 4, divisors, scratch);
    else if (isCareful) foldInterleaved<Careful>(zero, results, columns, starts, counts, dilation << 4);
    else foldInterleaved<Max>(zero, results, columns, starts, counts, dilation << 4);
  } else {
    const stride = integer(block, Slot.WidthStride);
    const suffixes = scratch + address(block, Slot.AcrossSuffixes);
    if (isSum) sumBlocks(interleaved, results, columns, kernel, stride, suffixes, divisors, scratch);
    else foldBlocks(interleaved, results, columns, kernel, stride, suffixes);
  }
  transpose(
    results, 16, 32, 48, 64, to, second * outputBytes, third * outputBytes, fourth * outputBytes, 16, columns,
  );
}

/**
 * Computes the output rows `row` ≤ r < `end` of a strip, each of which combines its input rows one by one.
 *
 * @param strip The address of what the strip is.
 * @param fused In which way columns and rows are combined in one pass, if any.
 * @param isCareful Whether NaN has to win.
 * @returns Whether the result may be wrong because of a NaN.
 */
export function foldStrip(
  block: usize,
  scratch: usize,
  strip: usize,
  row: i32,
  end: i32,
  fused: i32,
  isCareful: bool,
): bool {
  const isSum = integer(block, Slot.IsSum) != 0;
  const pitch = address(block, Slot.Pitch);
  const inputHeight = integer(block, Slot.InputHeight);
  const rowBytes = address(block, Slot.InputWidth) << 2;
  const outputHeight = integer(block, Slot.OutputHeight);
  const outputDepth = integer(block, Slot.OutputDepth);
  const heightStride = integer(block, Slot.HeightStride);
  const heightStep = address(block, Slot.HeightDilation) * rowBytes;
  const depthStep = address(block, Slot.DepthDilation) * <usize>inputHeight * rowBytes;
  const outputBytes = address(block, Slot.OutputWidth) << 2;
  const depthWindows = address(block, Slot.DepthWindows);
  const heightWindows = address(block, Slot.HeightWindows);
  const inputBytes = address(strip, StripSlot.InputColumn) << 2;
  const columns = integer(strip, StripSlot.InputColumns);
  const columnBytes = address(strip, StripSlot.Column) << 2;
  const outputColumns = integer(strip, StripSlot.Columns);
  const divisors = address(block, Slot.WidthDivisors) + columnBytes;
  const lead = integer(strip, StripSlot.Lead);
  const isOdd = (rowBytes & 4) != 0;
  const nothing = scratch + address(block, Slot.Interleaved);
  const slice = row / outputHeight;
  let height = row - slice * outputHeight;
  let plane = slice / outputDepth;
  let depth = slice - plane * outputDepth;
  let from = planeAddress(block, plane) + inputBytes;
  let output = address(block, Slot.Output) + <usize>row * outputBytes + columnBytes;
  const ahead = address(block, Slot.Ahead);
  // A row touches no more than two rows of the input, all of which are somewhere in memory.
  const lastAhead = (<usize>memory.size() << 16) - 2 * rowBytes;
  const seenAt = scratch + seenInScratch;
  v128.store(seenAt, f32x4.splat(0));
  if (fused == Fused.No) {
    for (let r: usize = 0; r < 4; r++) pad(scratch + rowsInScratch + r * pitch, 0, lead, isSum);
  } else if (fused >= Fused.Three) pad(nothing, 0, integer(block, Slot.InputWidth), isSum);
  for (let r = 0, run = 1; row < end; row += run, output += <usize>run * outputBytes) {
    const depthWindow = depthWindows + (<usize>depth << 2);
    const heightWindow = heightWindows + (<usize>height << 2);
    const depthCount = load<i32>(depthWindow + (<usize>outputDepth << 2));
    const heightCount = load<i32>(heightWindow + (<usize>outputHeight << 2));
    const window = from + <usize>(load<i32>(depthWindow) * inputHeight + load<i32>(heightWindow)) * rowBytes;
    const divisor = rowDivisor(block, isSum, depth, height);
    run = 1;
    if (fused != Fused.No) {
      // The rows after it whose windows are as this one, but further down.
      const isFull = heightCount == integer(block, Slot.HeightKernel) && (fused < Fused.Three || heightCount == 3);
      const most = isFull ? min(end - row, outputHeight - height) : 1;
      let next = heightWindow;
      while (
        run < most &&
        load<i32>(next, 4) - load<i32>(next) == heightStride &&
        load<i32>(next + (<usize>outputHeight << 2), 4) == heightCount &&
        rowDivisor(block, isSum, depth, height + run) == divisor
      ) {
        next += 4;
        run++;
      }
      const runBytes = <usize>(run * heightStride) * rowBytes;
      foldFused(
        isSum, fused, run, window, <usize>heightStride * rowBytes, depthCount, depthStep, heightCount, heightStep, nothing,
        isOdd, output, outputBytes, outputColumns, min(window + ahead, lastAhead - runBytes), seenAt, divisors, divisor,
      );
    } else {
      const to = scratch + rowsInScratch + <usize>r * pitch;
      const inside = to + (<usize>lead << 2);
      if (isSum) {
        if (depthCount * heightCount > mostNarrowRows) {
          sumRows(window, depthCount, depthStep, heightCount, heightStep, inside, columns);
        } else foldRows<Sum>(window, depthCount, depthStep, heightCount, heightStep, inside, columns, seenAt);
      } else if (isCareful) {
        foldRows<Careful>(window, depthCount, depthStep, heightCount, heightStep, inside, columns, seenAt);
      } else foldRows<Max>(window, depthCount, depthStep, heightCount, heightStep, inside, columns, seenAt);
      pad(to, lead + columns, integer(strip, StripSlot.Width), isSum);
      store<f32>(scratch + (<usize>r << 2), divisor);
      if (++r == 4 || row + 1 == end) {
        foldAcross(block, scratch, strip, row + 1 - r, r, isCareful);
        r = 0;
      }
    }
    height += run;
    if (height == outputHeight) {
      height = 0;
      if (++depth == outputDepth) {
        depth = 0;
        from = planeAddress(block, ++plane) + inputBytes;
      }
    }
  }
  return !isSum && sawNaN(v128.load(seenAt));
}
