// The gradient of pooling. A unit is a row of inputs, which gathers from the outputs that look at it, in ascending order.
import { address, integer } from '../arguments';
import { addScaled } from './functions';
import { powerOf } from './pool';
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

/**
 * Slots: 0 dtype, 1–5 dy, 6–10 dx, 11–15 indices or y, 16–20 x, 21–24 steps along the width of these, 25 dtype of 11–15,
 * 26–29 channels, depth, height, width of dx, 30 and 31 sizes of the kernel along height and width, 32 and 33 tables of depth
 * and height, 34 and 35 runs and how many, 36 what is pooled, 37 width of dy, 38–41 divisor of the average (or 38 the p of
 * the norm), 42 its table along the width.
 * Scratch: rows of dx and x, of dy and of indices or y.
 */
export function pool_grad(block: usize, begin: i32, end: i32, scratch: usize): void {
  const dtype = integer(block, 0);
  const isFloat = isFloatCode(dtype);
  const width = integer(block, 29);
  const sources = integer(block, 37);
  const kind = integer(block, 36);
  const runs = address(block, 34);
  const runsEnd = runs + address(block, 35) * RUN_BYTES;
  const exponent = load<f64>(block + 38 * 4) - 1;
  const x = scratch + ((<usize>width) << 3);
  const dy = x + ((<usize>width) << 3);
  const others = dy + ((<usize>sources) << 3);
  for (; begin < end; begin++) {
    locateRow(block, 26, begin);
    const depthAxis = address(block, 32);
    const heightAxis = address(block, 33);
    fillRow(scratch, 0, width);
    if (kind > AVERAGE) {
      loadRow(dtype, rowAddress(block, 16, item, channel, depth, height), address(block, 24), x, width);
    }
    for (let jd = 0; jd < meetings(depthAxis, depth); jd++) {
      const d = sourceOf(depthAxis, depth, jd);
      for (let jh = 0; jh < meetings(heightAxis, height); jh++) {
        const h = sourceOf(heightAxis, height, jh);
        loadRow(dtype, rowAddress(block, 1, item, channel, d, h), address(block, 21), dy, sources);
        let base = 0;
        if (kind == AVERAGE) divideRow(dy, divisorOf(block, 38, d, h), address(block, 42), sources);
        else {
          const from = rowAddress(block, 11, item, channel, d, h);
          loadRow(integer(block, 25), from, address(block, 23), others, sources);
          base =
            kind == BY_TAP
              ? (tapOf(depthAxis, d, depth) * integer(block, 30) + tapOf(heightAxis, h, height)) * integer(block, 31)
              : (depth * integer(block, 28) + height) * width;
        }
        for (let run = runs; run < runsEnd; run += RUN_BYTES) {
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
    storeRow(dtype, scratch, rowAddress(block, 6, item, channel, depth, height), address(block, 22), width);
  }
}
