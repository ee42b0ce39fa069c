import { address, integer } from '../../arguments';
import { Careful, isSum, Max, sawNaN, Sum } from './combine';
import { foldRows, foldRowsWide } from './fold-rows';
import { foldFused } from './fused';
import { Fused, rowsInScratch, seenInScratch, Slot } from './slots';
import { endInput, firstInput, foldAcross, lead, pad, planeAddress, stripWidth } from './strip';

/** One unit: a strip of some output rows, each of which combines its input rows one by one. Returns whether it met a NaN, and may be wrong. */
function foldUnit<T>(block: usize, unit: i32, scratch: usize): bool {
  const strips = integer(block, Slot.Strips);
  const band = unit / strips;
  const strip = unit - band * strips;
  const unitRows = integer(block, Slot.UnitRows);
  const pitch = address(block, Slot.Pitch);
  const outputHeight = integer(block, Slot.OutputHeight);
  const outputDepth = integer(block, Slot.OutputDepth);
  const wide = isSum<T>() && integer(block, Slot.WideDown) != 0;
  const column = firstInput(block, strip);
  const columns = endInput(block, strip) - column;
  const before = lead(block, strip);
  const width = stripWidth(block, strip);
  let row = band * unitRows;
  const end = min(row + unitRows, integer(block, Slot.Rows));
  const slice = row / outputHeight;
  let height = row - slice * outputHeight;
  let plane = slice / outputDepth;
  let depth = slice - plane * outputDepth;
  let from = planeAddress(block, plane) + (<usize>column << 2);
  const seenAt = scratch + seenInScratch;
  v128.store(seenAt, f32x4.splat(0));
  for (let r = 0; r < 4; r++) pad<T>(scratch + rowsInScratch + <usize>r * pitch, 0, before);
  while (row < end) {
    const rows = min(end - row, 4);
    let to = scratch + rowsInScratch;
    for (let r = 0; r < rows; r++, to += pitch) {
      const inside = to + (<usize>before << 2);
      if (wide) foldRowsWide(block, from, depth, height, inside, columns);
      else foldRows<T>(block, from, depth, height, inside, columns, seenAt);
      pad<T>(to, before + columns, width);
      if (isSum<T>()) {
        const depthDivisor = load<f32>(address(block, Slot.DepthDivisors) + (<usize>depth << 2));
        const heightDivisor = load<f32>(address(block, Slot.HeightDivisors) + (<usize>height << 2));
        store<f32>(scratch + (<usize>r << 2), depthDivisor * heightDivisor);
      }
      if (++height == outputHeight) {
        height = 0;
        if (++depth == outputDepth) {
          depth = 0;
          from = planeAddress(block, ++plane) + (<usize>column << 2);
        }
      }
    }
    foldAcross<T>(block, scratch, strip, row, rows);
    row += rows;
  }
  return !isSum<T>() && sawNaN(v128.load(seenAt));
}

/** A unit, in one pass where there is one for these windows. */
@inline
function fold<T>(block: usize, unit: i32, scratch: usize): bool {
  return integer(block, Slot.Fused) != Fused.No ? foldFused<T>(block, unit, scratch) : foldUnit<T>(block, unit, scratch);
}

/** Largest elements of windows. Units are strips of rows. */
export function poolFirstRowsMax(block: usize, begin: i32, end: i32, scratch: usize): void {
  for (let unit = begin; unit < end; unit++) {
    if (fold<Max>(block, unit, scratch)) foldUnit<Careful>(block, unit, scratch);
  }
}

/** The same, whatever the elements are, or the smallest (see `Careful`). Units are strips of rows. */
export function poolFirstRowsCareful(block: usize, begin: i32, end: i32, scratch: usize): void {
  for (let unit = begin; unit < end; unit++) foldUnit<Careful>(block, unit, scratch);
}

/** Sums of windows, divided. Units are strips of rows. */
export function poolFirstRowsSum(block: usize, begin: i32, end: i32, scratch: usize): void {
  for (let unit = begin; unit < end; unit++) fold<Sum>(block, unit, scratch);
}
