// Pooling. A unit is a row of outputs; each input row that it sees is loaded once and used for all taps in it. Rows that the
// next unit sees again are kept.
import { address, float64, integer } from '../arguments';
import { floatToInteger, fromKeys, integerToFloat, toKeys } from './convert';
import { addScaled } from './functions';
import { powerOf } from './math';
import { fillRow, I8, isFloatCode, rowBytes } from './rows';
import {
  channel, DEPTH, depth, divideRow, FIRST, HEIGHT, height, item, loadRowOf, locateRow, meetings, rowAddress, RUN_BYTES,
  runsEnd, runsOf, SECOND, sourceOf, sourcesOf, storeRowOf, tapOf, tapsOf, targetsOf, THIRD, WIDTH,
} from './windows';

const NUMBER = 22;
const CHANNELS = 27;
const KEPT = 28;
const MASK = 30;

// Codes of what is pooled.
const AVERAGE = 1;
const NORM = 2;

/** Row (`d`, `h`) of the unit's plane, from what is kept or loaded: keys for an extreme, else f64. */
function inputRow(block: usize, scratch: usize, d: i32, h: i32, isExtreme: bool): usize {
  const kept = integer(block, KEPT);
  const width = sourcesOf(block, WIDTH);
  const plane = item * integer(block, CHANNELS) + channel;
  const number = (plane * sourcesOf(block, DEPTH) + d) * sourcesOf(block, HEIGHT) + h;
  const slot = number & (kept - 1);
  const row = scratch + ((<usize>kept) << 2) + rowBytes(slot * width);
  const tag = scratch + ((<usize>slot) << 2);
  if (load<i32>(tag) != number) {
    store<i32>(tag, number);
    const dtype = integer(block, 0);
    loadRowOf(block, FIRST, dtype, rowAddress(block, FIRST, item, channel, d, h), row, width);
    if (isExtreme) toKeys(isFloatCode(dtype), integer(block, MASK), row, width);
    else if (!isFloatCode(dtype)) integerToFloat(row, width);
  }
  return row;
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

function keepLargestSize(acc: usize, accStep: usize, x: usize, xStep: usize, count: i32): void {
  for (; count > 0; count--, acc += accStep, x += xStep) store<f64>(acc, max(load<f64>(acc), abs(load<f64>(x))));
}

function addPowers(acc: usize, accStep: usize, x: usize, xStep: usize, count: i32, scales: usize, p: f64): void {
  for (; count > 0; count--, acc += accStep, scales += accStep, x += xStep) {
    store<f64>(acc, load<f64>(acc) + powerOf(abs(load<f64>(x)) / load<f64>(scales), p));
  }
}

/** Rounds and clamps a row to an integer of 8 bits. */
function toByte(least: f64, row: usize, count: i32): void {
  for (let at = row; at < row + rowBytes(count); at += 8) {
    store<f64>(at, min(least + 255, max(least, nearest(load<f64>(at)))));
  }
  floatToInteger(row, count);
}

/** Turns sums of powers into norms. */
function toNorms(row: usize, scales: usize, count: i32, p: f64): void {
  for (const end = row + rowBytes(count); row < end; row += 8, scales += 8) {
    const largest = load<f64>(scales);
    // All zero, an infinity or a NaN: that is the result.
    const isPlain = largest > 0 && largest < Infinity;
    store<f64>(row, isPlain ? largest * powerOf(load<f64>(row), 1 / p) : largest);
  }
}

/**
 * `[x] → [y]` or `[x] → [y, indices]`: the largest or smallest, the average (of u8 and i8 rounded and clamped) or the p-norm.
 *
 * Slots of windows (windows.ts), with x, y and indices (address 0: none); 22–26 divisor of the average (22 and 23 the p of the
 * norm), 27 channels, 28 how many rows are kept (a power of two), 29 what is pooled (0: an extreme), 30 mask of keys, 31 dtype
 * of indices, 32 whether they are taps.
 * Scratch: the numbers of the rows that are kept, these rows, two rows of outputs.
 */
export function pool(block: usize, begin: i32, end: i32, scratch: usize): void {
  const dtype = integer(block, 0);
  const isFloat = isFloatCode(dtype);
  const outputs = targetsOf(block, WIDTH);
  const p = float64(block, NUMBER);
  const kind = integer(block, 29);
  const isExtreme = kind == 0;
  const hasIndices = address(block, THIRD) != 0;
  const kept = address(block, KEPT);
  const acc = scratch + (kept << 2) + kept * rowBytes(sourcesOf(block, WIDTH));
  const others = acc + rowBytes(outputs);
  memory.fill(scratch, 0xff, kept << 2);
  for (; begin < end; begin++) {
    locateRow(block, CHANNELS, begin);
    const depthAxis = address(block, DEPTH);
    const heightAxis = address(block, HEIGHT);
    fillRow(acc, isExtreme ? i64.MIN_VALUE : 0, outputs);
    fillRow(others, isExtreme ? -1 : 0, outputs);
    // The p-norm goes twice over the taps: for the largest, which scales the others, and for the sum.
    for (let pass = kind == NORM ? 0 : 1; pass < 2; pass++) {
      for (let jd = 0; jd < meetings(depthAxis, depth); jd++) {
        const d = sourceOf(depthAxis, depth, jd);
        for (let jh = 0; jh < meetings(heightAxis, height); jh++) {
          const h = sourceOf(heightAxis, height, jh);
          const x = inputRow(block, scratch, d, h, isExtreme);
          let base = 0;
          if (hasIndices) {
            base = integer(block, 32)
              ? (tapOf(depthAxis, depth, d) * tapsOf(block, HEIGHT) + tapOf(heightAxis, height, h)) * tapsOf(block, WIDTH)
              : (d * sourcesOf(block, HEIGHT) + h) * sourcesOf(block, WIDTH);
          }
          for (let run = runsOf(block); run < runsEnd(block); run += RUN_BYTES) {
            const at = load<usize>(run);
            const to = acc + at;
            const from = x + load<usize>(run, 4);
            const count = load<i32>(run, 8);
            const toStep = load<usize>(run, 12);
            const fromStep = load<usize>(run, 16);
            if (kind == AVERAGE) addScaled<f64>(to, toStep, from, fromStep, 1, count);
            else if (!isExtreme) {
              if (pass == 0) keepLargestSize(others + at, toStep, from, fromStep, count);
              else addPowers(to, toStep, from, fromStep, count, others + at, p);
            } else if (hasIndices) {
              keepLargestIndex(
                to, toStep, from, fromStep, count, others + at, base + load<i32>(run, 20), load<i32>(run, 24), isFloat,
              );
            } else keepLargest(to, toStep, from, fromStep, count);
          }
        }
      }
    }
    if (isExtreme) fromKeys(isFloat, integer(block, MASK), acc, outputs);
    else if (kind == AVERAGE) {
      divideRow(block, NUMBER, depth, height, acc, outputs);
      if (!isFloat) toByte(dtype == I8 ? -128 : 0, acc, outputs);
    } else toNorms(acc, others, outputs, p);
    storeRowOf(block, SECOND, dtype, acc, rowAddress(block, SECOND, item, channel, depth, height), outputs);
    if (hasIndices) {
      const to = rowAddress(block, THIRD, item, channel, depth, height);
      storeRowOf(block, THIRD, integer(block, 31), others, to, outputs);
    }
  }
}
