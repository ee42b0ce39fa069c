import { address, integer } from '../arguments';

// Pooling of 8-bit integers. A unit is a row of outputs: its input rows are combined into one in scratch memory, with its
// padding; the columns of that at distance 1; and of these every stride-th is kept. Exclusive or with a mask makes every
// extreme a largest u8: of i8 it turns the sign around, of minima the order. Sums are u16, of i8 by 128 too large for each term.

/** The argument block (src/variants/pool/bytes.ts writes it in this order). */
const enum Slot {
  /** The input, and its strides along the batch, channels, depth, height and width. */
  Input,
  BatchStep,
  ChannelStep,
  DepthStep,
  HeightStep,
  WidthStep,
  Output,
  Channels,
  OutputDepth,
  OutputHeight,
  /** Per axis: first the first tap of each output, then how many it has. */
  DepthWindows,
  HeightWindows,
  /** Bytes between taps. */
  DepthTap,
  HeightTap,
  WidthTap,
  WidthKernel,
  WidthStride,
  /** Bytes of a row of the input that are looked at, and of the padding before it; of the whole with all padding. */
  RowBytes,
  Lead,
  Padded,
  /** Bytes of the channels of one position, and of a row of the output. */
  Pixel,
  OutputBytes,
  IsSum,
  /** A byte, four times. */
  Mask,
  /** Per axis: a factor of the divisor of each output, f32; along the width of each byte. Only of averages. */
  DepthDivisors,
  HeightDivisors,
  WidthDivisors,
  /** Bytes of a row in scratch memory. */
  Pitch,
}

/** The table of an axis at an output: its first tap; the number of taps comes as many entries after it as there are outputs. */
@inline
function entry(block: usize, slot: i32, output: i32): usize {
  return address(block, slot) + (<usize>output << 2);
}

/** Combines rows, of which there are at least 16 bytes. Sums are twice as wide. */
function foldRows(
  isSum: bool, mask: v128, from: usize, depthCount: i32, depthTap: usize, heightCount: i32, heightTap: usize, to: usize,
  bytes: i32,
): void {
  for (; bytes > 0; bytes -= 16, from += 16, to += 16) {
    // The last ones again, so that they fill a vector.
    const missing = <usize>max(16 - bytes, 0);
    from -= missing;
    to -= missing;
    if (isSum) to -= missing;
    let result = i64x2.splat(0);
    let high = result;
    for (let d = 0, slice = from; d < depthCount; d++, slice += depthTap) {
      for (let h = 0, row = slice; h < heightCount; h++, row += heightTap) {
        const x = v128.xor(v128.load(row), mask);
        if (isSum) {
          result = i16x8.add(result, i16x8.extend_low_i8x16_u(x));
          high = i16x8.add(high, i16x8.extend_high_i8x16_u(x));
        } else result = i8x16.max_u(result, x);
      }
    }
    v128.store(to, result);
    if (isSum) {
      to += 16;
      v128.store(to, high);
    }
  }
}

@inline
function combine(isSum: bool, a: v128, b: v128): v128 {
  return isSum ? i16x8.add(a, b) : i8x16.max_u(a, b);
}

/** Combines columns, at every position or every second one. Reads up to 31 bytes beyond the last tap. */
function foldColumns(isSum: bool, isPairs: bool, from: usize, to: usize, bytes: i32, kernel: i32, tap: usize): void {
  const even = isSum ? i32x4.splat(0xffff) : i16x8.splat(0xff);
  for (; bytes > 0; bytes -= 32, from += 32, to += 32) {
    let a = v128.load(from);
    let b = v128.load(from, 16);
    let at = from;
    for (let j = kernel; j > 1; j--) {
      at += tap;
      a = combine(isSum, a, v128.load(at));
      b = combine(isSum, b, v128.load(at, 16));
    }
    if (isPairs) {
      a = v128.and(a, even);
      b = v128.and(b, even);
      v128.store(to, isSum ? i16x8.narrow_i32x4_u(a, b) : i8x16.narrow_i16x8_u(a, b));
      to -= 16;
    } else {
      v128.store(to, a);
      v128.store(to, b, 16);
    }
  }
}

/**
 * Four sums, divided and rounded half to even: adding this leaves no room for a fraction. The quotient of two integers below
 * 2¹⁶ is too far from any other half for the f32 to be one.
 */
@inline
function average(sums: v128, excess: v128, divisors: v128, bias: v128): v128 {
  const quotient = f32x4.div(f32x4.convert_i32x4_s(i32x4.sub(sums, excess)), divisors);
  return i32x4.sub(f32x4.add(quotient, f32x4.splat(12582912)), bias);
}

/** Averages in place, clamped; sums are twice as wide. */
function divide(at: usize, bytes: i32, mask: v128, excess: i32, divisor: f32, divisors: usize): void {
  const bias = i32x4.splat(0x4b400000 - (i8x16.extract_lane_u(mask, 0)));
  const each = i32x4.splat(excess);
  const factor = f32x4.splat(divisor);
  for (let from = at; bytes > 0; bytes -= 8, from += 16, at += 8, divisors += 32) {
    const sums = v128.load(from);
    const low = average(i32x4.extend_low_i16x8_u(sums), each, f32x4.mul(factor, v128.load(divisors)), bias);
    const high = average(i32x4.extend_high_i16x8_u(sums), each, f32x4.mul(factor, v128.load(divisors, 16)), bias);
    const words = i16x8.narrow_i32x4_s(low, high);
    v128.store64_lane(at, v128.xor(i8x16.narrow_i16x8_u(words, words), mask), 0);
  }
}

/** Largest or smallest elements, or averages. */
export function pool_bytes(block: usize, begin: i32, end: i32, scratch: usize): void {
  const isSum = integer(block, Slot.IsSum) != 0;
  const mask = i32x4.splat(integer(block, Slot.Mask));
  const outputHeight = integer(block, Slot.OutputHeight);
  const outputDepth = integer(block, Slot.OutputDepth);
  const channels = integer(block, Slot.Channels);
  const kernel = integer(block, Slot.WidthKernel);
  const stride = integer(block, Slot.WidthStride);
  const outputBytes = address(block, Slot.OutputBytes);
  // Sums are twice as wide.
  const wide = <usize>isSum;
  const pixel = address(block, Slot.Pixel) << wide;
  const tap = address(block, Slot.WidthTap) << wide;
  const padded = address(block, Slot.Padded) << wide;
  const lead = address(block, Slot.Lead) << wide;
  const isPairs = stride == 2 && address(block, Slot.Pixel) == 1;
  const columns = scratch + address(block, Slot.Pitch);
  for (; begin < end; begin++) {
    const height = begin % outputHeight;
    const slice = begin / outputHeight;
    const depth = slice % outputDepth;
    const plane = slice / outputDepth;
    const depthWindow = entry(block, Slot.DepthWindows, depth);
    const heightWindow = entry(block, Slot.HeightWindows, height);
    const depthCount = load<i32>(depthWindow + (<usize>outputDepth << 2));
    const heightCount = load<i32>(heightWindow + (<usize>outputHeight << 2));
    const from =
      address(block, Slot.Input) +
      <usize>(plane / channels) * address(block, Slot.BatchStep) +
      <usize>(plane % channels) * address(block, Slot.ChannelStep) +
      load<usize>(depthWindow) * address(block, Slot.DepthStep) +
      load<usize>(heightWindow) * address(block, Slot.HeightStep);
    // What padding adds to a sum of i8 is taken away with the rest.
    const excess = isSum ? (integer(block, Slot.Mask) & 0xff) * depthCount * heightCount : 0;
    const padding = i16x8.splat(<i16>excess);
    const rowBytes = integer(block, Slot.RowBytes);
    for (let at: usize = 0; at < lead; at += 16) v128.store(scratch + at, padding);
    for (let at = lead + (<usize>rowBytes << wide); at < padded; at += 16) v128.store(scratch + at, padding);
    foldRows(
      isSum, mask, from, depthCount, address(block, Slot.DepthTap), heightCount, address(block, Slot.HeightTap),
      scratch + lead, rowBytes,
    );
    foldColumns(isSum, isPairs, scratch, columns, <i32>padded - (kernel - 1) * <i32>tap, kernel, tap);
    let result = columns;
    if (stride > 1 && !isPairs) {
      result = scratch;
      const step = <usize>stride * pixel;
      for (let to: usize = 0, at = columns; to < outputBytes << wide; to += pixel, at += step) {
        for (let part: usize = 0; part < pixel; part += 16) v128.store(scratch + to + part, v128.load(at + part));
      }
    }
    if (isSum) {
      const divisor =
        load<f32>(entry(block, Slot.DepthDivisors, depth)) * load<f32>(entry(block, Slot.HeightDivisors, height));
      divide(result, <i32>outputBytes, mask, excess * kernel, divisor, address(block, Slot.WidthDivisors));
    } else if (integer(block, Slot.Mask)) {
      for (let at: usize = 0; at < outputBytes; at += 16) {
        v128.store(result + at, v128.xor(v128.load(result + at), mask));
      }
    }
    memory.copy(address(block, Slot.Output) + <usize>begin * outputBytes, result, outputBytes);
  }
}
