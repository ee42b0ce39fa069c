import { address, integer } from '../../arguments';
import { combine, highHalf, loadSome, loadUpTo4, lowHalf, Max, narrow, sawNaN, watch } from './combine';
import { Fused, rowsInScratch, seenInScratch, Slot, StripSlot } from './slots';
import { foldAcross, foldStrip, pad, padding, planeAddress, rowDivisor, stripAt } from './strip';

// Large windows, by van Herk 1992 and Gil and Werman 1993 down the rows (see foldBlocks for along the rows): a unit
// computes the output rows whose windows start within one block of as many input rows as a window has. Suffixes of the block
// are computed upwards into scratch memory, the prefix of the next block is one row that moves on. An f64 row has for every
// four columns the lower two and then the upper two.

/** `to = a ∘ x`, a row of the input. */
function extend(to: usize, a: usize, x: usize, columns: i32, seenAt: usize): void {
  let seen = v128.load(seenAt);
  for (; columns >= 8; columns -= 8, to += 32, a += 32, x += 32) {
    const low = v128.load(x);
    const high = v128.load(x, 16);
    seen = watch<Max>(seen, f32x4.add(low, high));
    v128.store(to, combine<Max>(v128.load(a), low));
    v128.store(to, combine<Max>(v128.load(a, 16), high), 16);
  }
  for (; columns > 0; columns -= 4, to += 16, a += 16, x += 16) {
    const elements = loadUpTo4(x, columns);
    seen = watch<Max>(seen, elements);
    v128.store(to, combine<Max>(v128.load(a), elements));
  }
  v128.store(seenAt, seen);
}

/** `to = a ∘ b`. */
function join(to: usize, a: usize, b: usize, columns: i32): void {
  for (; columns > 0; columns -= 8, to += 32, a += 32, b += 32) {
    v128.store(to, combine<Max>(v128.load(a), v128.load(b)));
    v128.store(to, combine<Max>(v128.load(a, 16), v128.load(b, 16)), 16);
  }
}

/** As {@link extend}, of f64 and f32. */
function extendWide(to: usize, a: usize, x: usize, columns: i32): void {
  for (; columns >= 4; columns -= 4, to += 32, a += 32, x += 16) {
    v128.store(to, f64x2.add(v128.load(a), f64x2.promote_low_f32x4(v128.load64_zero(x))));
    v128.store(to, f64x2.add(v128.load(a, 16), f64x2.promote_low_f32x4(v128.load64_zero(x, 8))), 16);
  }
  if (columns > 0) {
    const elements = loadSome(x, columns);
    v128.store(to, f64x2.add(v128.load(a), lowHalf(elements)));
    v128.store(to, f64x2.add(v128.load(a, 16), highHalf(elements)), 16);
  }
}

/** As {@link join}, of f64 to f32. */
function joinWide(to: usize, a: usize, b: usize, columns: i32): void {
  for (; columns > 0; columns -= 4, to += 16, a += 32, b += 32) {
    v128.store(
      to,
      narrow(f64x2.add(v128.load(a), v128.load(b)), f64x2.add(v128.load(a, 16), v128.load(b, 16))),
    );
  }
}

/** As {@link extendWide} of the prefix, and then {@link joinWide}. */
function extendAndJoinWide(to: usize, prefix: usize, suffix: usize, x: usize, columns: i32): void {
  for (; columns > 0; columns -= 4, to += 16, prefix += 32, suffix += 32, x += 16) {
    const elements = loadUpTo4(x, columns);
    const low = f64x2.add(v128.load(prefix), lowHalf(elements));
    const high = f64x2.add(v128.load(prefix, 16), highHalf(elements));
    v128.store(prefix, low);
    v128.store(prefix, high, 16);
    v128.store(to, narrow(f64x2.add(low, v128.load(suffix)), f64x2.add(high, v128.load(suffix, 16))));
  }
}

/** Extends by one row of the input. */
@inline
function extendBy(isSum: bool, to: usize, a: usize, x: usize, columns: i32, seenAt: usize): void {
  if (isSum) extendWide(to, a, x, columns);
  else extend(to, a, x, columns, seenAt);
}

/** One unit. */
function foldUnit(block: usize, unit: i32, scratch: usize): void {
  const isSum = integer(block, Slot.IsSum) != 0;
  const strips = integer(block, Slot.Strips);
  const band = unit / strips;
  const strip = stripAt(block, unit - band * strips);
  const outputHeight = integer(block, Slot.OutputHeight);
  const outputDepth = integer(block, Slot.OutputDepth);
  const inputHeight = integer(block, Slot.InputHeight);
  const kernel = integer(block, Slot.HeightKernel);
  const stride = integer(block, Slot.HeightStride);
  const unitRows = integer(block, Slot.UnitRows);
  const rowBytes = address(block, Slot.InputWidth) << 2;
  const columns = integer(strip, StripSlot.InputColumns);
  const lead = integer(strip, StripSlot.Lead);
  const pitch = address(block, Slot.Pitch);
  const accumulatorPitch: usize = isSum ? 2 * pitch : pitch;
  const prefix = scratch + address(block, Slot.DownPrefix);
  const suffixes = scratch + address(block, Slot.DownSuffixes);
  const seenAt = scratch + seenInScratch;

  const bands = (outputHeight + unitRows - 1) / unitRows;
  const slice = band / bands;
  const height = (band - slice * bands) * unitRows;
  const plane = slice / outputDepth;
  const depth = slice - plane * outputDepth;
  const inputDepth = load<i32>(address(block, Slot.DepthWindows) + (<usize>depth << 2));
  const rows = min(unitRows, outputHeight - height);
  // Row 0 of the plane, and the row where the block starts, which may be in the padding.
  const from =
    planeAddress(block, plane) +
    <usize>(inputDepth * inputHeight) * rowBytes +
    (address(strip, StripSlot.InputColumn) << 2);
  const base = height * stride - integer(block, Slot.HeightPadding);
  v128.store(seenAt, f32x4.splat(0));

  for (let at: usize = 0; at < accumulatorPitch; at += 16) v128.store(prefix + at, padding(isSum));
  let running = prefix;
  let input = base + kernel - 1;
  for (let r = rows - 1; r >= 0; r--) {
    const suffix = suffixes + <usize>r * accumulatorPitch;
    const last = max(base + r * stride, 0);
    if (input >= inputHeight) input = max(inputHeight - 1, last - 1);
    if (input < last) {
      // No row of the input is added: the suffix is the one below.
      memory.copy(suffix, running, accumulatorPitch);
      running = suffix;
    }
    for (; input >= last; input--) {
      extendBy(isSum, suffix, running, from + <usize>input * rowBytes, columns, seenAt);
      running = suffix;
    }
  }

  for (let r: usize = 0; r < 4; r++) pad(scratch + rowsInScratch + r * pitch, 0, lead, isSum);
  const firstRow = slice * outputHeight + height;
  input = base + kernel;
  for (let r = 0; r < rows; r++) {
    const inGroup = r & 3;
    const to = scratch + rowsInScratch + <usize>inGroup * pitch;
    const inside = to + (<usize>lead << 2);
    const end = min(base + r * stride + kernel, inputHeight);
    const suffix = suffixes + <usize>r * accumulatorPitch;
    for (; input < end - <i32>isSum; input++) {
      extendBy(isSum, prefix, prefix, from + <usize>input * rowBytes, columns, seenAt);
    }
    if (!isSum) join(inside, prefix, suffix, columns);
    else if (input >= end) joinWide(inside, prefix, suffix, columns);
    else {
      extendAndJoinWide(inside, prefix, suffix, from + <usize>input * rowBytes, columns);
      input++;
    }
    pad(to, lead + columns, integer(strip, StripSlot.Width), isSum);
    store<f32>(scratch + (<usize>inGroup << 2), rowDivisor(block, isSum, depth, height + r));
    if (inGroup == 3 || r == rows - 1) {
      foldAcross(block, scratch, strip, firstRow + r - inGroup, inGroup + 1, false);
    }
  }
  if (!isSum && sawNaN(v128.load(seenAt))) {
    foldStrip(block, scratch, strip, firstRow, firstRow + rows, Fused.No, true);
  }
}

/** Largest elements or averages of large windows. */
export function poolFirstBlocks(block: usize, begin: i32, end: i32, scratch: usize): void {
  for (let unit = begin; unit < end; unit++) foldUnit(block, unit, scratch);
}
