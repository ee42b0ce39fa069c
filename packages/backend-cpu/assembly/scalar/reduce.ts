// Reductions along axes.
import { address, integer } from '../arguments';
import { toKeys } from './convert';
import { binaryRow } from './functions';
import { exp, log } from './math';
import {
  at0, at1, fillRow, isFloatCode, loadRow, locate, locatePiece, MOST, ROW_SLOTS, rowBytes, STEP0, STEP1, storeRow,
} from './rows';

/**
 * `[x] → [y]`. A unit is a piece of a row of outputs, whose inputs are added row by row, if the outputs are the longer
 * rows; if the inputs are, there is one output in a row, and the inputs of each are rows that are folded in halves.
 *
 * Slots: rows (of outputs), x, y, dtype, function, seed (two slots), table of the inputs of one output, how many rows these are,
 * their length and step when they are folded, most of it that is folded at once.
 * Scratch: a row of outputs, a row of inputs.
 */
export function reduce(block: usize, begin: i32, end: i32, scratch: usize): void {
  const dtype = integer(block, ROW_SLOTS + 2);
  const isFloat = isFloatCode(dtype);
  const fn = integer(block, ROW_SLOTS + 3);
  const seed = load<i64>(block + (ROW_SLOTS + 4) * 4);
  const rows = integer(block, ROW_SLOTS + 7);
  const length = integer(block, ROW_SLOTS + 8);
  const step = address(block, ROW_SLOTS + 9);
  const most = integer(block, ROW_SLOTS + 10);
  const row = scratch + rowBytes(integer(block, MOST));
  for (; begin < end; begin++) {
    const outputs = locatePiece(block, begin);
    const x = address(block, ROW_SLOTS) + at0;
    const y = address(block, ROW_SLOTS + 1) + at1;
    fillRow(scratch, seed, outputs);
    for (let i = 0; i < rows; i++) {
      locate(address(block, ROW_SLOTS + 6), i);
      const from = x + at0;
      if (length == 0) {
        loadRow(dtype, from, address(block, STEP0), row, outputs);
        binaryRow(isFloat, fn, scratch, 8, row, outputs);
        continue;
      }
      for (let done = 0; done < length; done += most) {
        let left = min(most, length - done);
        loadRow(dtype, from + <usize>done * step, step, row, left);
        // The second half is folded into the first: no element waits for another, and sums lose less.
        while (left > 1) {
          const half = (left + 1) >> 1;
          binaryRow(isFloat, fn, row, 8, row + rowBytes(half), left - half);
          left = half;
        }
        binaryRow(isFloat, fn, scratch, 8, row, 1);
      }
    }
    storeRow(dtype, scratch, y, address(block, STEP1), outputs);
  }
}

/**
 * `[x] → [y: i32]`. A unit is a line along the axis.
 * Slots: 0 table, 1 x, 2 y, 3 stride of x, 5 dtype, 6 length, 7 mask of keys, 8 how much is loaded at once.
 */
export function arg_reduce(block: usize, begin: i32, end: i32, scratch: usize): void {
  const dtype = integer(block, 5);
  const length = integer(block, 6);
  const step = address(block, 3);
  const most = integer(block, 8);
  for (; begin < end; begin++) {
    locate(address(block, 0), begin);
    const x = address(block, 1) + at0;
    let best: i64 = 0;
    let position = -1;
    for (let done = 0; done < length; done += most) {
      const count = min(most, length - done);
      loadRow(dtype, x + <usize>done * step, step, scratch, count);
      toKeys(isFloatCode(dtype), integer(block, 7), scratch, count);
      for (let i = 0; i < count; i++) {
        const key = load<i64>(scratch + rowBytes(i));
        if (key > best || position < 0) {
          best = key;
          position = done + i;
        }
      }
    }
    store<i32>(address(block, 2) + at1, position);
  }
}

/**
 * Softmax or its logarithm. A unit is a line along the axis.
 * Slots: 0 table, 1 x, 2 y, 3 and 4 strides of these, 5 dtype, 6 length, 7 whether the logarithm is wanted.
 * Scratch: a line.
 */
export function softmax(block: usize, begin: i32, end: i32, scratch: usize): void {
  const dtype = integer(block, 5);
  const isLog = integer(block, 7);
  const length = integer(block, 6);
  const stop = scratch + rowBytes(length);
  for (; begin < end; begin++) {
    locate(address(block, 0), begin);
    loadRow(dtype, address(block, 1) + at0, address(block, 3), scratch, length);
    let largest = load<f64>(scratch);
    for (let at = scratch; at < stop; at += 8) if (load<f64>(at) > largest) largest = load<f64>(at);
    let sum: f64 = 0;
    for (let at = scratch; at < stop; at += 8) {
      const shifted = load<f64>(at) - largest;
      const power = exp(shifted);
      sum += power;
      store<f64>(at, isLog ? shifted : power);
    }
    const logOfSum = log(sum);
    for (let at = scratch; at < stop; at += 8) {
      const value = load<f64>(at);
      store<f64>(at, isLog ? value - logOfSum : value / sum);
    }
    storeRow(dtype, scratch, address(block, 2) + at1, address(block, 4), length);
  }
}
