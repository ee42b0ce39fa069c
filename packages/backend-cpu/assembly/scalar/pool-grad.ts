// The gradient of pooling. A unit is a row of inputs, which gathers from the outputs that look at it, in ascending order.
import { address, float64, integer } from '../arguments';
import { addScaled } from './functions';
import { powerOf } from './math';
import { fillRow, isFloatCode, rowBytes } from './rows';
import {
  channel, DEPTH, depth, divideRow, FIRST, FOURTH, HEIGHT, height, item, loadRowOf, locateRow, meetings, rowAddress,
  RUN_BYTES, runsEnd, runsOf, SECOND, sourceOf, sourcesOf, storeRowOf, tapOf, tapsOf, targetsOf, THIRD, WIDTH,
} from './windows';

function addChosen<T>(
  acc: usize,
  accStep: usize,
  dy: usize,
  dyStep: usize,
  count: i32,
  indices: usize,
  number: i64,
  numberStep: i64,
): void {
  for (; count > 0; count--, acc += accStep, dy += dyStep, indices += dyStep, number += numberStep) {
    if (load<i64>(indices) == number) store<T>(acc, load<T>(acc) + load<T>(dy));
  }
}

function addPowers(
  acc: usize,
  accStep: usize,
  dy: usize,
  dyStep: usize,
  count: i32,
  norms: usize,
  x: usize,
  exponent: f64,
): void {
  for (; count > 0; count--, acc += accStep, x += accStep, dy += dyStep, norms += dyStep) {
    const value = load<f64>(x);
    const norm = load<f64>(norms);
    if (value == 0 || norm == 0) continue;
    const share = load<f64>(dy) * powerOf(abs(value) / norm, exponent);
    store<f64>(acc, load<f64>(acc) + (value == value ? copysign(1, value) : value) * share);
  }
}

// Codes of what is pooled; 0 is an extreme whose indices are positions, 3 is the p-norm.
const BY_TAP = 1;
const AVERAGE = 2;

const NUMBER = 28;
const CHANNELS = 33;

/**
 * Slots of windows (windows.ts), with dy, dx, indices or y, x; 28–32 divisor of the average (28 and 29 the p of the norm), 33
 * channels, 34 dtype of indices or y, 35 what is pooled.
 * Scratch: rows of dx and x, of dy and of indices or y.
 */
export function pool_grad(block: usize, begin: i32, end: i32, scratch: usize): void {
  const dtype = integer(block, 0);
  const isFloat = isFloatCode(dtype);
  const width = targetsOf(block, WIDTH);
  const sources = sourcesOf(block, WIDTH);
  const kind = integer(block, 35);
  const exponent = float64(block, NUMBER) - 1;
  const x = scratch + rowBytes(width);
  const dy = x + rowBytes(width);
  const others = dy + rowBytes(sources);
  for (; begin < end; begin++) {
    locateRow(block, CHANNELS, begin);
    const depthAxis = address(block, DEPTH);
    const heightAxis = address(block, HEIGHT);
    fillRow(scratch, 0, width);
    if (kind > AVERAGE) {
      loadRowOf(block, FOURTH, dtype, rowAddress(block, FOURTH, item, channel, depth, height), x, width);
    }
    for (let jd = 0; jd < meetings(depthAxis, depth); jd++) {
      const d = sourceOf(depthAxis, depth, jd);
      for (let jh = 0; jh < meetings(heightAxis, height); jh++) {
        const h = sourceOf(heightAxis, height, jh);
        loadRowOf(block, FIRST, dtype, rowAddress(block, FIRST, item, channel, d, h), dy, sources);
        let base = 0;
        if (kind == AVERAGE) divideRow(block, NUMBER, d, h, dy, sources);
        else {
          loadRowOf(block, THIRD, integer(block, 34), rowAddress(block, THIRD, item, channel, d, h), others, sources);
          base =
            kind == BY_TAP
              ? (tapOf(depthAxis, d, depth) * tapsOf(block, HEIGHT) + tapOf(heightAxis, h, height)) * tapsOf(block, WIDTH)
              : (depth * targetsOf(block, HEIGHT) + height) * width;
        }
        for (let run = runsOf(block); run < runsEnd(block); run += RUN_BYTES) {
          const to = load<usize>(run);
          const from = load<usize>(run, 4);
          const count = load<i32>(run, 8);
          const toStep = load<usize>(run, 12);
          const fromStep = load<usize>(run, 16);
          const number = base + load<i32>(run, 20);
          const step = load<i32>(run, 24);
          if (kind == AVERAGE) addScaled<f64>(scratch + to, toStep, dy + from, fromStep, 1, count);
          else if (kind > AVERAGE) {
            addPowers(scratch + to, toStep, dy + from, fromStep, count, others + from, x + to, exponent);
          } else if (isFloat) {
            addChosen<f64>(scratch + to, toStep, dy + from, fromStep, count, others + from, number, step);
          } else addChosen<i64>(scratch + to, toStep, dy + from, fromStep, count, others + from, number, step);
        }
      }
    }
    storeRowOf(block, SECOND, dtype, scratch, rowAddress(block, SECOND, item, channel, depth, height), width);
  }
}
