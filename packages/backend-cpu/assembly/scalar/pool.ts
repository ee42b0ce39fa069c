// Pooling. A unit is a row of outputs; each input row that it sees is loaded once and used for all taps in it. Rows that the
// next unit sees again are kept.
import { address, integer } from '../arguments';
import { floatToInteger, fromKeys, integerToFloat, toKeys } from './convert';
import { pow } from './math';
import { fillRow, isFloatCode, loadRow, storeRow } from './rows';
import {
  channel,
  depth,
  divideRow,
  divisorOf,
  height,
  item,
  locateRow,
  meetings,
  rowAddress,
  RUN_BYTES,
  sourceOf,
  tapOf,
} from './windows';

// Slots of both kernels:
// 0 dtype, 1–5 x, 6–10 y, 11 and 12 steps along the width of both, 13–16 channels, depth, height, width of y,
// 17–19 depth, height, width of x, 20 and 21 tables of depth and height, 22 and 23 runs and how many,
// 24 how many rows are kept (a power of two).
// Scratch: the numbers of the rows that are kept, these rows, two rows of outputs.
const X = 1;
const Y = 6;
const OUTPUT = 13;
const OWN = 25;

/** The input row of the unit's plane, from what is kept or loaded; `mask` is used for keys. */
@inline
function inputRow(block: usize, scratch: usize, d: i32, h: i32, asKeys: bool, mask: i64): usize {
  const kept = integer(block, 24);
  const width = integer(block, 19);
  const number = ((item * integer(block, OUTPUT) + channel) * integer(block, 17) + d) * integer(block, 18) + h;
  const slot = number & (kept - 1);
  const row = scratch + ((<usize>kept) << 2) + (<usize>slot * <usize>width) * 8;
  const tag = scratch + ((<usize>slot) << 2);
  if (load<i32>(tag) != number) {
    store<i32>(tag, number);
    const dtype = integer(block, 0);
    loadRow(dtype, rowAddress(block, X, item, channel, d, h), address(block, 11), row, width);
    if (asKeys) toKeys(isFloatCode(dtype), mask, row, width);
    else if (!isFloatCode(dtype)) integerToFloat(row, width);
  }
  return row;
}

/** Where rows of outputs are in scratch, after the rows that are kept. */
@inline
function afterKept(block: usize, scratch: usize): usize {
  const kept = address(block, 24);
  memory.fill(scratch, 0xff, kept << 2);
  return scratch + (kept << 2) + kept * address(block, 19) * 8;
}

function keepLargest(acc: usize, accStep: usize, x: usize, xStep: usize, count: i32): void {
  for (; count > 0; count--, acc += accStep, x += xStep) {
    const value = load<i64>(x);
    const best = load<i64>(acc);
    store<i64>(acc, value > best ? value : best);
  }
}

/** The first of equals wins, and the last NaN, which is the largest key of floats. */
function keepLargestIndex(
  acc: usize,
  accStep: usize,
  x: usize,
  xStep: usize,
  count: i32,
  indices: usize,
  number: i32,
  numberStep: i32,
  isFloat: bool,
): void {
  for (; count > 0; count--, acc += accStep, indices += accStep, x += xStep, number += numberStep) {
    const value = load<i64>(x);
    const best = load<i64>(acc);
    const index = load<i64>(indices);
    const better = i32(value > best) | i32(index < 0) | (i32(isFloat) & i32(value == i64.MAX_VALUE));
    store<i64>(acc, select(value, best, better));
    store<i64>(indices, select(<i64>number, index, better));
  }
}

/**
 * `[x] → [y]` or `[x] → [y, indices]`: the largest or smallest.
 * Slots from 25: 25 mask of keys, 26–30 indices (address 0: none), 31 step along their width, 32 their dtype, 33 whether
 * they are taps, 34 and 35 sizes of the kernel along height and width.
 */
export function pool_extreme(block: usize, begin: i32, end: i32, scratch: usize): void {
  const dtype = integer(block, 0);
  const isFloat = isFloatCode(dtype);
  const outputs = integer(block, OUTPUT + 3);
  const runs = address(block, 22);
  const runsEnd = runs + address(block, 23) * RUN_BYTES;
  const mask = integer(block, OWN);
  const hasIndices = address(block, OWN + 1) != 0;
  const byTap = integer(block, OWN + 8);
  const acc = afterKept(block, scratch);
  const indices = acc + ((<usize>outputs) << 3);
  for (; begin < end; begin++) {
    locateRow(block, OUTPUT, begin);
    const depthAxis = address(block, 20);
    const heightAxis = address(block, 21);
    fillRow(acc, i64.MIN_VALUE, outputs);
    if (hasIndices) fillRow(indices, -1, outputs);
    for (let jd = 0; jd < meetings(depthAxis, depth); jd++) {
      const d = sourceOf(depthAxis, depth, jd);
      for (let jh = 0; jh < meetings(heightAxis, height); jh++) {
        const h = sourceOf(heightAxis, height, jh);
        const x = inputRow(block, scratch, d, h, true, mask);
        const base = byTap
          ? (tapOf(depthAxis, depth, d) * integer(block, OWN + 9) + tapOf(heightAxis, height, h)) *
            integer(block, OWN + 10)
          : (d * integer(block, 18) + h) * integer(block, 19);
        for (let run = runs; run < runsEnd; run += RUN_BYTES) {
          const to = acc + load<usize>(run);
          const from = x + load<usize>(run, 4);
          const count = load<i32>(run, 8);
          const toStep = load<usize>(run, 12);
          const fromStep = load<usize>(run, 16);
          if (hasIndices) {
            keepLargestIndex(
              to,
              toStep,
              from,
              fromStep,
              count,
              to + (indices - acc),
              base + load<i32>(run, 20),
              load<i32>(run, 24),
              isFloat,
            );
          } else keepLargest(to, toStep, from, fromStep, count);
        }
      }
    }
    fromKeys(isFloat, mask, acc, outputs);
    storeRow(dtype, acc, rowAddress(block, Y, item, channel, depth, height), address(block, 12), outputs);
    if (hasIndices) {
      const to = rowAddress(block, OWN + 1, item, channel, depth, height);
      storeRow(integer(block, OWN + 7), indices, to, address(block, OWN + 6), outputs);
    }
  }
}

function addRow(acc: usize, accStep: usize, x: usize, xStep: usize, count: i32): void {
  for (; count > 0; count--, acc += accStep, x += xStep) store<f64>(acc, load<f64>(acc) + load<f64>(x));
}

function keepLargestSize(acc: usize, accStep: usize, x: usize, xStep: usize, count: i32): void {
  for (; count > 0; count--, acc += accStep, x += xStep) store<f64>(acc, max(load<f64>(acc), abs(load<f64>(x))));
}

/** `|x|^p`, with short ways for the usual p. */
export function powerOf(size: f64, p: f64): f64 {
  return p == 1 ? size : p == 2 ? size * size : p == 0.5 ? sqrt(size) : pow(size, p);
}

function addPowers(acc: usize, accStep: usize, x: usize, xStep: usize, count: i32, scales: usize, p: f64): void {
  for (; count > 0; count--, acc += accStep, scales += accStep, x += xStep) {
    store<f64>(acc, load<f64>(acc) + powerOf(abs(load<f64>(x)) / load<f64>(scales), p));
  }
}

/**
 * `[x] → [y]`: average (of u8 and i8 rounded and clamped) or the p-norm.
 * Slots from 26: 26–29 divisor of the average, 30 its table along the width (0: this is the p-norm, and 26 is p), 31 and 32
 * the least and the most of an 8-bit integer.
 */
export function pool_sum(block: usize, begin: i32, end: i32, scratch: usize): void {
  const dtype = integer(block, 0);
  const outputs = integer(block, OUTPUT + 3);
  const runs = address(block, 22);
  const runsEnd = runs + address(block, 23) * RUN_BYTES;
  const divisors = address(block, OWN + 5);
  const p = load<f64>(block + (OWN + 1) * 4);
  const acc = afterKept(block, scratch);
  const bytes = (<usize>outputs) << 3;
  for (; begin < end; begin++) {
    locateRow(block, OUTPUT, begin);
    const depthAxis = address(block, 20);
    const heightAxis = address(block, 21);
    memory.fill(acc, 0, bytes << 1);
    // The p-norm goes twice over the taps: for the largest, which scales the others, and for the sum.
    for (let pass = divisors != 0 ? 1 : 0; pass < 2; pass++) {
      for (let jd = 0; jd < meetings(depthAxis, depth); jd++) {
        const d = sourceOf(depthAxis, depth, jd);
        for (let jh = 0; jh < meetings(heightAxis, height); jh++) {
          const x = inputRow(block, scratch, d, sourceOf(heightAxis, height, jh), false, 0);
          for (let run = runs; run < runsEnd; run += RUN_BYTES) {
            const to = acc + load<usize>(run);
            const from = x + load<usize>(run, 4);
            const count = load<i32>(run, 8);
            const toStep = load<usize>(run, 12);
            const fromStep = load<usize>(run, 16);
            if (divisors != 0) addRow(to, toStep, from, fromStep, count);
            else if (pass == 0) keepLargestSize(to + bytes, toStep, from, fromStep, count);
            else addPowers(to, toStep, from, fromStep, count, to + bytes, p);
          }
        }
      }
    }
    if (divisors != 0) {
      divideRow(acc, divisorOf(block, OWN + 1, depth, height), divisors, outputs);
      if (!isFloatCode(dtype)) {
        const least = <f64>integer(block, OWN + 6);
        const most = <f64>integer(block, OWN + 7);
        for (let at = acc; at < acc + bytes; at += 8) {
          store<f64>(at, min(most, max(least, nearest(load<f64>(at)))));
        }
        floatToInteger(acc, outputs);
      }
    } else {
      for (let at = acc; at < acc + bytes; at += 8) {
        const largest = load<f64>(at + bytes);
        // All zero, an infinity or a NaN: that is the result.
        const isPlain = largest > 0 && largest < Infinity;
        store<f64>(at, isPlain ? largest * powerOf(load<f64>(at), 1 / p) : largest);
      }
    }
    storeRow(dtype, acc, rowAddress(block, Y, item, channel, depth, height), address(block, 12), outputs);
  }
}
