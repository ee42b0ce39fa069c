/**
 * The argument block of the kernels over rows (src/variants/pool/first/row-plan.ts writes it in this order).
 *
 * "Row" is an output row: `row = (plane · outputDepth + depth) · outputHeight + height`. Sizes count elements, `…Bytes` and
 * places in scratch memory count bytes.
 */
export const enum Slot {
  Input,
  Output,
  /** Channels, and the distances of planes along the batch and along the channels. */
  Channels,
  BatchBytes,
  ChannelBytes,
  /** Whether windows are averaged; else it is the maximum. */
  IsSum,
  InputHeight,
  InputWidth,
  OutputDepth,
  OutputHeight,
  OutputWidth,
  /** Per axis: first the `start` of each output, then the `count` of each. */
  DepthWindows,
  HeightWindows,
  WidthWindows,
  DepthDilation,
  HeightDilation,
  WidthDilation,
  HeightKernel,
  HeightStride,
  HeightPadding,
  WidthKernel,
  WidthStride,
  /** Per axis: a factor of the divisor of each output, f32; only of averages. */
  DepthDivisors,
  HeightDivisors,
  WidthDivisors,
  /** How columns are combined: one of `Across`. */
  Across,
  /** Or in one pass with the rows: one of `Fused`. */
  Fused,
  Rows,
  /** Rows that one unit computes. */
  UnitRows,
  /** Into how many strips the output is divided, and what each of them is: `StripSlot`. */
  Strips,
  StripTable,
  /** Bytes of a row in scratch memory. */
  Pitch,
  /** How far ahead of its input a row touches what comes later, in bytes. */
  Ahead,
  /** Places in scratch memory. */
  Interleaved,
  Results,
  AcrossSuffixes,
  DownPrefix,
  DownSuffixes,
}

/**
 * A strip: some columns of all output rows. Its rows in scratch memory begin with the first tap of the first window, padding
 * included.
 */
export const enum StripSlot {
  /** The output columns. */
  Column,
  Columns,
  /** The input columns that are not padding. */
  InputColumn,
  InputColumns,
  /** How many columns of padding come before them. */
  Lead,
  /** How many columns there are with all padding, up to the last tap of the last window. */
  Width,
}

/** How many there are of `StripSlot`. */
export const stripSlots: i32 = 6;

/** How the columns of a window are combined. */
export const enum Across {
  /** Stride 1: unaligned loads. */
  Neighbours,
  /** Stride 2, dilation 1: even and odd columns are shuffled apart. */
  Pairs,
  /** Anything: four rows interleaved, so that a column is one vector. */
  Interleaved,
  /** Dilation 1, evenly spaced, a large window: block prefixes and suffixes of four rows interleaved. */
  Blocks,
}

/** Windows that are computed in one pass. */
export const enum Fused {
  No,
  /** 2 columns at stride 2, none of them padding. */
  Two,
  /** One row of 4 columns at stride 4, none of them padding. */
  Four,
  /** Up to 3 rows by 3 columns at stride 1 with padding 1. */
  Three,
  /** Up to 3 rows by 3 columns at stride 2 with padding 1. */
  ThreeByTwo,
}

/** In scratch memory: the divisors of four rows, what was seen (see `watch`), then the four rows. */
export const seenInScratch: usize = 16;
export const rowsInScratch: usize = 64;
/** After what was seen: a sum of what was touched ahead, which nobody reads. */
export const touchedAfter: usize = 16;

/** The argument block of the kernel over whole planes; its beginning is that of `Slot`. */
export const enum PlaneSlot {
  Input,
  Output,
  Channels,
  BatchBytes,
  ChannelBytes,
  IsSum,
  Elements,
  Planes,
  UnitPlanes,
  Divisor,
}
