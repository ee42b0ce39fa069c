import { address, integer } from '../../arguments';
import {
  Careful,
  combine,
  enter,
  highHalf,
  identity,
  isSum,
  loadSome,
  loadUpTo4,
  lowHalf,
  Max,
  narrow,
  sawNaN,
  Sum,
  watch,
} from './combine';
import { rowsInScratch, Slot } from './slots';
import { endInput, firstInput, foldAcross, lead, pad, planeAddress, stripWidth } from './strip';

// Large windows, by van Herk 1992 and Gil and Werman 1993 down the rows (see foldBlocks for along the rows): a unit
// computes the output rows whose windows start within one block of as many input rows as a window has. Suffixes of the block
// are computed upwards into scratch memory, the prefix of the next block is one row that moves on. An f64 row has for every
// four columns the lower two and then the upper two.

/** `to = a ∘ x`, a row of the input. */
function extend<T>(to: usize, a: usize, x: usize, columns: i32, flip: v128, seen: v128): v128 {
  for (; columns >= 8; columns -= 8, to += 32, a += 32, x += 32) {
    const low = v128.load(x);
    const high = v128.load(x, 16);
    seen = watch<T>(seen, f32x4.add(low, high));
    v128.store(to, combine<T>(v128.load(a), enter<T>(low, flip)));
    v128.store(to, combine<T>(v128.load(a, 16), enter<T>(high, flip)), 16);
  }
  for (; columns > 0; columns -= 4, to += 16, a += 16, x += 16) {
    const elements = loadUpTo4(x, columns);
    seen = watch<T>(seen, elements);
    v128.store(to, combine<T>(v128.load(a), enter<T>(elements, flip)));
  }
  return seen;
}

/** `to = a ∘ b`. */
function join<T>(to: usize, a: usize, b: usize, columns: i32): void {
  for (; columns > 0; columns -= 8, to += 32, a += 32, b += 32) {
    v128.store(to, combine<T>(v128.load(a), v128.load(b)));
    v128.store(to, combine<T>(v128.load(a, 16), v128.load(b, 16)), 16);
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

/** As {@link extendWide} of the prefix, and then {@link joinWide}, for windows at distance 1. */
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

/** One unit. Returns whether it met a NaN, and may be wrong. */
function foldUnit<T>(block: usize, unit: i32, scratch: usize): bool {
  const flip = v128.load32_splat(block, Slot.Flip << 2);
  const strips = integer(block, Slot.Strips);
  const band = unit / strips;
  const strip = unit - band * strips;
  const outputHeight = integer(block, Slot.OutputHeight);
  const outputDepth = integer(block, Slot.OutputDepth);
  const inputHeight = integer(block, Slot.InputHeight);
  const kernel = integer(block, Slot.HeightKernel);
  const stride = integer(block, Slot.HeightStride);
  const unitRows = integer(block, Slot.UnitRows);
  const rowBytes = address(block, Slot.InputWidth) << 2;
  const column = firstInput(block, strip);
  const columns = endInput(block, strip) - column;
  const before = lead(block, strip);
  const width = stripWidth(block, strip);
  const pitch = address(block, Slot.Pitch);
  const accumulatorPitch: usize = isSum<T>() ? 2 * pitch : pitch;
  const prefix = scratch + address(block, Slot.DownPrefix);
  const suffixes = scratch + address(block, Slot.DownSuffixes);

  const bands = (outputHeight + unitRows - 1) / unitRows;
  const slice = band / bands;
  const height = (band - slice * bands) * unitRows;
  const plane = slice / outputDepth;
  const depth = slice - plane * outputDepth;
  const inputDepth = load<i32>(address(block, Slot.DepthWindows) + (<usize>depth << 2));
  const rows = min(unitRows, outputHeight - height);
  // Row 0 of the plane, and the row where the block starts, which may be in the padding.
  const from = planeAddress(block, plane) + <usize>(inputDepth * inputHeight) * rowBytes + (<usize>column << 2);
  const base = height * stride - integer(block, Slot.HeightPadding);
  let seen = f32x4.splat(0);

  for (let at: usize = 0; at < accumulatorPitch; at += 16) v128.store(prefix + at, identity<T>());
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
      const x = from + <usize>input * rowBytes;
      if (isSum<T>()) extendWide(suffix, running, x, columns);
      else seen = extend<T>(suffix, running, x, columns, flip, seen);
      running = suffix;
    }
  }

  for (let r = 0; r < 4; r++) pad<T>(scratch + rowsInScratch + <usize>r * pitch, 0, before);
  const firstRow = slice * outputHeight + height;
  input = base + kernel;
  for (let r = 0; r < rows; r++) {
    const inGroup = r & 3;
    const to = scratch + rowsInScratch + <usize>inGroup * pitch;
    const inside = to + (<usize>before << 2);
    const end = min(base + r * stride + kernel, inputHeight);
    const suffix = suffixes + <usize>r * accumulatorPitch;
    for (; input < end - <i32>isSum<T>(); input++) {
      const x = from + <usize>input * rowBytes;
      if (isSum<T>()) extendWide(prefix, prefix, x, columns);
      else seen = extend<T>(prefix, prefix, x, columns, flip, seen);
    }
    if (isSum<T>()) {
      if (input < end) {
        extendAndJoinWide(inside, prefix, suffix, from + <usize>input * rowBytes, columns);
        input++;
      } else joinWide(inside, prefix, suffix, columns);
    } else join<T>(inside, prefix, suffix, columns);
    pad<T>(to, before + columns, width);
    if (isSum<T>()) {
      const depthDivisor = load<f32>(address(block, Slot.DepthDivisors) + (<usize>depth << 2));
      const heightDivisor = load<f32>(address(block, Slot.HeightDivisors) + (<usize>(height + r) << 2));
      store<f32>(scratch + (<usize>inGroup << 2), depthDivisor * heightDivisor);
    }
    if (inGroup == 3 || r == rows - 1) foldAcross<T>(block, scratch, strip, firstRow + r - inGroup, inGroup + 1);
  }
  return !isSum<T>() && sawNaN(seen);
}

/** Largest elements of large windows. */
export function poolFirstBlocksMax(block: usize, begin: i32, end: i32, scratch: usize): void {
  for (let unit = begin; unit < end; unit++) {
    if (foldUnit<Max>(block, unit, scratch)) foldUnit<Careful>(block, unit, scratch);
  }
}

/** The same, whatever the elements are, or the smallest (see `Careful`). */
export function poolFirstBlocksCareful(block: usize, begin: i32, end: i32, scratch: usize): void {
  for (let unit = begin; unit < end; unit++) foldUnit<Careful>(block, unit, scratch);
}

/** Sums of large windows, divided. */
export function poolFirstBlocksSum(block: usize, begin: i32, end: i32, scratch: usize): void {
  for (let unit = begin; unit < end; unit++) foldUnit<Sum>(block, unit, scratch);
}
