// copy with conversion, unary and binary. A unit is a piece of a row.
import { address, integer } from '../arguments';
import { convertRow } from './convert';
import { binaryRow, unaryRow } from './functions';
import {
  at0, at1, at2, isFloatCode, loadRow, locatePiece, MOST, ROW_SLOTS, rowBytes, STEP0, STEP1, STEP2, storeRow,
} from './rows';

/** `[x] → [y]` with conversion. Slots: rows, x, y, dtype of x, dtype of y, conversion. Scratch: a row. */
export function convert(block: usize, begin: i32, end: i32, scratch: usize): void {
  map(block, begin, end, scratch, true);
}

/** `[x] → [y]`. Slots: rows, x, y, dtype of x, dtype of y, function. Scratch: a row. */
export function unary(block: usize, begin: i32, end: i32, scratch: usize): void {
  map(block, begin, end, scratch, false);
}

function map(block: usize, begin: i32, end: i32, scratch: usize, isConversion: bool): void {
  const dtype = integer(block, ROW_SLOTS + 2);
  const fn = integer(block, ROW_SLOTS + 4);
  for (; begin < end; begin++) {
    const count = locatePiece(block, begin);
    loadRow(dtype, address(block, ROW_SLOTS) + at0, address(block, STEP0), scratch, count);
    if (isConversion) convertRow(fn, scratch, count);
    else unaryRow(isFloatCode(dtype), fn, scratch, count);
    storeRow(integer(block, ROW_SLOTS + 3), scratch, address(block, ROW_SLOTS + 1) + at1, address(block, STEP1), count);
  }
}

/** `[a, b] → [y]`. Slots: rows, a, b, y, dtype of a and b, dtype of y, function. Scratch: two rows. */
export function binary(block: usize, begin: i32, end: i32, scratch: usize): void {
  const dtype = integer(block, ROW_SLOTS + 3);
  const b = scratch + rowBytes(integer(block, MOST));
  for (; begin < end; begin++) {
    const count = locatePiece(block, begin);
    loadRow(dtype, address(block, ROW_SLOTS) + at0, address(block, STEP0), scratch, count);
    loadRow(dtype, address(block, ROW_SLOTS + 1) + at1, address(block, STEP1), b, count);
    binaryRow(isFloatCode(dtype), integer(block, ROW_SLOTS + 5), scratch, 8, b, count);
    storeRow(integer(block, ROW_SLOTS + 4), scratch, address(block, ROW_SLOTS + 2) + at2, address(block, STEP2), count);
  }
}
